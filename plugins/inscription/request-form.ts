import {
  birthField,
  dayAfter,
  dayIn,
  email,
  hidden,
  type InputOf,
  longText,
  searchKey,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { type AnswerField, type Answers, QUESTION_KEYS, QUESTIONS, WISHES } from './questions.ts';
import type { SchoolForm } from './school-form.ts';
import { childKey } from './words.ts';

const tel = { inputmode: 'tel' };
const name = (label: string, autocomplete = 'off') => text(label, { max: 100, autocomplete });
const maybe = (label: string, max = 100) => text(label, { max, optional: true, autocomplete: 'off' });

/** What a family sends (F11-17). Which of the optional fields are asked is the school's affair: see `check`. */
export const requestForm = {
  once: hidden({ max: 40 }),
  lastName: name('Nom de l’enfant'),
  firstNames: text('Prénoms', { max: 100, autocomplete: 'off', hint: 'Celui de tous les jours en premier.' }),
  birthDate: { ...birthField, hint: 'Par exemple 03/04/2022.' },
  sex: text('Sexe', { max: 1 }),
  level: text('Niveau souhaité', { max: 4 }),
  guardianLastName: name('Votre nom', 'family-name'),
  guardianFirstName: name('Votre prénom', 'given-name'),
  email: email('Votre adresse e-mail', { hint: 'L’école vous répond à cette adresse.' }),
  phone: text('Votre téléphone', { max: 30, autocomplete: 'tel', attributes: tel }),
  otherLastName: maybe('Son nom'),
  otherFirstName: maybe('Son prénom'),
  otherEmail: email('Son adresse e-mail', { optional: true, autocomplete: 'off' }),
  otherPhone: text('Son téléphone', { max: 30, optional: true, autocomplete: 'off', attributes: tel }),
  street: text('Numéro et rue', { max: 200, optional: true, autocomplete: 'street-address' }),
  postcode: text('Code postal', {
    max: 10,
    optional: true,
    autocomplete: 'postal-code',
    attributes: { inputmode: 'numeric' },
  }),
  city: text('Commune', { max: 100, optional: true, autocomplete: 'address-level2' }),
  previousSchool: maybe('École précédente', 200),
  language: maybe('Langue parlée à la maison'),
  meals: maybe('Cantine', 30),
  care: maybe('Garderie', 30),
  useful: longText('Informations utiles à l’école', {
    max: 1000,
    optional: true,
    hint: 'Rien de médical ici : l’école en parlera avec vous.',
  }),
  remarks: longText('Remarques', { max: 1000, optional: true }),
  agree: tick('J’ai lu ces lignes, et j’ai le droit d’inscrire cet enfant.'),
};
export type RequestInput = InputOf<typeof requestForm>;

export interface Guardian {
  lastName: string;
  firstName: string;
  email: string | null;
  phone: string | null;
}

/** What is kept of a request. */
export interface Asked {
  year: number;
  level: string;
  last_name: string;
  first_names: string;
  birth_date: string;
  sex: string;
  search: string;
  child_key: string;
  email: string;
  guardians: Guardian[];
  answers: Answers;
  remarks: string | null;
}

/** Checks a request against the school's own form. What the school does not ask is not kept (DESIGN section 19). */
export function check(
  form: Omit<SchoolForm, 'id' | 'saved_at'>,
  input: RequestInput,
  visit: Pick<Visit, 'now' | 'school'>,
): { errors: Record<string, string> } | { asked: Asked } {
  const errors: Record<string, string> = {};
  const born = whyBirth(input.birthDate, dayIn(visit.now, visit.school.timezone));
  if (born) errors.birthDate = born;
  if (!['F', 'M'].includes(input.sex)) errors.sex = 'Choisissez « Fille » ou « Garçon ».';
  if (!form.levels.includes(input.level)) errors.level = 'Choisissez un niveau dans la liste.';
  if (!isPhone(input.phone)) errors.phone = TOO_SHORT;
  if (!input.agree) errors.agree = 'Cochez cette case pour envoyer la demande.';
  Object.assign(errors, otherErrors(form, input));
  const answers = answersOf(form, input, errors);
  if (Object.keys(errors).length) return { errors };
  const child = { lastName: input.lastName, firstNames: input.firstNames, birthDate: input.birthDate };
  return {
    asked: {
      year: form.year,
      level: input.level,
      last_name: child.lastName,
      first_names: child.firstNames,
      birth_date: child.birthDate,
      sex: input.sex,
      search: searchKey(child.lastName, child.firstNames),
      child_key: childKey(child),
      email: input.email.toLowerCase(),
      guardians: guardiansOf(form, input),
      answers,
      remarks: input.remarks,
    },
  };
}

const TOO_SHORT = 'Ce numéro est trop court : écrivez tous ses chiffres.';
/** Whatever the spaces, dots and prefix: a number too short is the slip worth stopping. */
const isPhone = (typed: string) => typed.replace(/\D/g, '').length >= 6;

/** Children of a primary school, and some leave for a slip of the year. */
function whyBirth(birth: string, today: string): string | null {
  if (birth > today) return 'Cette date est à venir. Vérifiez l’année.';
  return birth < dayAfter(today, -15 * 366) ? 'Cet enfant aurait plus de 15 ans. Vérifiez l’année.' : null;
}

const OTHER = ['otherLastName', 'otherFirstName', 'otherEmail', 'otherPhone'] as const;

/** Another responsible person has a name; a part of one is not left hanging. */
function otherErrors({ asks }: Pick<SchoolForm, 'asks'>, input: RequestInput): Record<string, string> {
  const how = asks.other ?? 'no';
  if (how === 'no' || (how === 'asked' && !OTHER.some((field) => input[field]))) return {};
  return {
    ...(input.otherLastName ? {} : { otherLastName: 'Remplissez « Son nom ».' }),
    ...(input.otherFirstName ? {} : { otherFirstName: 'Remplissez « Son prénom ».' }),
    ...(input.otherPhone && !isPhone(input.otherPhone) ? { otherPhone: TOO_SHORT } : {}),
  };
}

function guardiansOf({ asks }: Pick<SchoolForm, 'asks'>, input: RequestInput): Guardian[] {
  const first = {
    lastName: input.guardianLastName,
    firstName: input.guardianFirstName,
    email: input.email,
    phone: input.phone,
  };
  if ((asks.other ?? 'no') === 'no' || !input.otherLastName || !input.otherFirstName) return [first];
  const { otherLastName: lastName, otherFirstName: firstName, otherEmail, otherPhone: phone } = input;
  return [first, { lastName, firstName, email: otherEmail, phone }];
}

function answersOf({ asks }: Pick<SchoolForm, 'asks'>, input: RequestInput, errors: Record<string, string>): Answers {
  const answers: Answers = {};
  for (const key of QUESTION_KEYS) {
    const how = asks[key] ?? 'no';
    for (const field of how === 'no' ? [] : (QUESTIONS[key].fields as readonly AnswerField[])) {
      const answer = input[field];
      if (answer) answers[field] = answer;
      else if (how === 'required') errors[field] = `Remplissez « ${requestForm[field].label} ».`;
    }
  }
  for (const field of ['meals', 'care'] as const)
    if (answers[field] && !WISHES.includes(answers[field])) errors[field] = 'Choisissez dans la liste.';
  return answers;
}

/** Choices the form shows, with what is chosen already. */
export function choicesOf(form: Pick<SchoolForm, 'levels'>, input: unknown) {
  const typed = (input ?? {}) as Record<string, unknown>;
  const list = (field: string, pairs: [string, string][]) => [
    { value: '', label: 'Choisissez', selected: !typed[field] },
    ...pairs.map(([value, label]) => ({ value, label, selected: typed[field] === value })),
  ];
  const same = (values: string[]): [string, string][] => values.map((value) => [value, value]);
  return {
    sexes: list('sex', [
      ['F', 'Fille'],
      ['M', 'Garçon'],
    ]),
    levels: list('level', same(form.levels)),
    mealWishes: list('meals', same(WISHES)),
    careWishes: list('care', same(WISHES)),
  };
}
