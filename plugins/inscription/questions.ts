/** What a school may ask beyond the child and one responsible person. */
export const QUESTIONS = {
  address: { title: 'Adresse', fields: ['street', 'postcode', 'city'] },
  other: { title: 'Autre responsable', fields: [] },
  previousSchool: { title: 'École précédente', fields: ['previousSchool'] },
  language: { title: 'Langue parlée à la maison', fields: ['language'] },
  meals: { title: 'Cantine souhaitée', fields: ['meals'] },
  care: { title: 'Garderie souhaitée', fields: ['care'] },
  useful: { title: 'Informations utiles à l’école', fields: ['useful'] },
} as const;
export type Question = keyof typeof QUESTIONS;
export const QUESTION_KEYS = Object.keys(QUESTIONS) as Question[];

/** Fields of the request that hold an answer. */
export type AnswerField = (typeof QUESTIONS)[Question]['fields'][number];
export type Answers = Partial<Record<AnswerField, string>>;

export const HOWS = { no: 'Non demandé', asked: 'Facultatif', required: 'Obligatoire' } as const;
type How = keyof typeof HOWS;
export type Asks = Partial<Record<Question, How>>;

/** Answers a family chooses from, rather than types. */
export const WISHES = ['Oui', 'Non', 'Je ne sais pas encore'];

/** Title and text of each answer, in the order of the questions. */
export function answersInWords(answers: Answers): { title: string; text: string }[] {
  return QUESTION_KEYS.flatMap((key) => {
    const { title, fields } = QUESTIONS[key];
    const { street, postcode, city } = answers;
    const lines = key === 'address' ? [street, joined([postcode, city], ' ')] : fields.map((field) => answers[field]);
    const text = joined(lines, '\n');
    return text ? [{ title, text }] : [];
  });
}

const joined = (parts: (string | undefined)[], by: string): string => parts.filter(Boolean).join(by);
