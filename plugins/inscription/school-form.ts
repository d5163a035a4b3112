import { dayIn, frenchDay, LEVELS, page, type Transaction, type Visit } from '@preau/core';
import { type Asks, QUESTION_KEYS } from './questions.ts';
import { isPublished, yearInWords } from './words.ts';

/** What the school asks of families (F11-17): a row of `inscription_forms`. */
export interface SchoolForm {
  id: string;
  year: number;
  levels: string[];
  intro: string | null;
  papers: string | null;
  asks: Asks;
  opens_on: string | null;
  closes_on: string | null;
  saved_at: Date;
}

/** The form families see, or the one of a year. @param hold lock it until the end of the visit. */
export async function readForm(
  db: Transaction,
  { year, hold }: { year?: number; hold?: boolean } = {},
): Promise<SchoolForm | null> {
  const query = db('inscription_forms').orderBy('saved_at', 'desc');
  if (year) query.where({ year });
  return (await (hold ? query.forUpdate() : query).first()) ?? null;
}

/** The form as it is proposed until the school has saved its own. */
export const firstForm = (year: number): Omit<SchoolForm, 'id' | 'saved_at'> => ({
  year: year + 1,
  levels: LEVELS.map((one) => one.value).filter((level) => level !== 'TPS'),
  intro: null,
  papers: [
    'Livret de famille ou acte de naissance',
    'Justificatif de domicile de moins de trois mois',
    'Carnet de santé : page des vaccinations',
    'Certificat de radiation, si l’enfant vient d’une autre école',
  ].join('\n'),
  asks: {
    address: 'required',
    other: 'asked',
    previousSchool: 'asked',
    meals: 'asked',
    care: 'asked',
    useful: 'asked',
  },
  opens_on: null,
  closes_on: null,
});

export type Page = ReturnType<typeof page>;
type Here = Pick<Visit, 'school' | 'now' | 'services'>;

/** Why no request can be sent today; null when one can. */
export function whyShut(form: SchoolForm | null, { school, now, services }: Here): string | null {
  const today = dayIn(now, school.timezone);
  if (!form) return 'L’école n’a pas encore préparé son formulaire.';
  if (form.year < services.people.year)
    return `Le formulaire de l’école est celui de l’année ${yearInWords(form.year)}, qui est finie.`;
  if (form.opens_on && today < form.opens_on)
    return `Les inscriptions en ligne ouvrent le ${frenchDay(form.opens_on)}.`;
  if (form.closes_on && today > form.closes_on)
    return `Les inscriptions en ligne ont fermé le ${frenchDay(form.closes_on)}.`;
  return null;
}

/** In the clothes the director chose for the Espace Inscription. */
export const publicPage = (view: string, data: object, values?: Page['values']): Page => ({
  ...page(view, data, undefined, values),
  wears: 'inscription',
});

/** Not published: as if it were not there, but with whom to call. */
const unpublished = (): Page => ({
  ...shutPage('L’école n’a pas ouvert les inscriptions en ligne.'),
  status: 404,
});
export const shutPage = (reason: string): Page => publicPage('inscription/ferme', { reason });

/** Runs a public page only while the school publishes its Espace Inscription. */
export const whilePublished =
  <V extends Pick<Visit, 'school'>, R>(handle: (visit: V) => R) =>
  (visit: V): R | Page =>
    isPublished(visit) ? handle(visit) : unpublished();

/** What the templates of a family's form need: which questions are asked, which may be left. */
export function shownForm(form: Omit<SchoolForm, 'id' | 'saved_at'>) {
  return {
    year: yearInWords(form.year),
    intro: form.intro,
    papers: papersOf(form),
    asks: Object.fromEntries(
      QUESTION_KEYS.map((key) => {
        const how = form.asks[key] ?? 'no';
        return [key, { asked: how !== 'no', optional: how !== 'required' }];
      }),
    ),
  };
}

export const papersOf = ({ papers }: Pick<SchoolForm, 'papers'>): string[] =>
  (papers ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
