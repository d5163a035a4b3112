import {
  audit,
  choice,
  choices,
  date,
  type InputOf,
  invalid,
  LEVELS,
  longText,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { HOWS, QUESTION_KEYS, QUESTIONS, type Question } from './questions.ts';
import { firstForm, readForm, whyShut } from './school-form.ts';
import { FORM_PAGE, isPublished, yearInWords } from './words.ts';

const ask = (question: Question) => choice(QUESTIONS[question].title, HOWS);

/** Espaces web > Inscription > Formulaire (F11-17). */
export const settingsForm = {
  year: text('Pour l’année scolaire', { max: 4 }),
  levels: choices('Niveaux proposés', Object.fromEntries(LEVELS.map(({ value, label }) => [value, label]))),
  opensOn: date('Ouvert à partir du', { optional: true, hint: 'Sans date : tout de suite.' }),
  closesOn: date('Jusqu’au', { optional: true, hint: 'Ce jour compris. Sans date : tant que l’Espace est publié.' }),
  intro: longText('Texte d’accueil', { optional: true, max: 2000 }),
  address: ask('address'),
  other: ask('other'),
  previousSchool: ask('previousSchool'),
  language: ask('language'),
  meals: ask('meals'),
  care: ask('care'),
  useful: ask('useful'),
  papers: longText('Pièces à apporter à l’école', { optional: true, max: 2000, hint: 'Une par ligne.' }),
};

export const formVersion = async ({ db }: Visit, hold: boolean): Promise<string | null> =>
  (await readForm(db, { hold }))?.saved_at.toISOString() ?? null;

/** This year and the coming one; a year that was chosen earlier and has gone is not offered any more. */
const yearsOf = ({ services }: Visit): number[] => [services.people.year, services.people.year + 1];

export async function showForm(visit: Visit): Promise<Reply> {
  const { db, services, input } = visit;
  const saved = await readForm(db);
  const form = saved ?? firstForm(services.people.year);
  const asks = Object.fromEntries(QUESTION_KEYS.map((key) => [key, form.asks[key] ?? 'no']));
  const chosen = (input as { year?: string } | null)?.year ?? String(form.year);
  return page(
    'inscription/formulaire',
    {
      saved: saved !== null,
      published: isPublished(visit),
      shut: whyShut(saved, visit),
      address: services.visitors.address('/inscription/'),
      years: yearsOf(visit).map((year) => ({
        value: String(year),
        label: yearInWords(year),
        selected: String(year) === chosen,
      })),
    },
    undefined,
    {
      form: {
        levels: form.levels,
        opensOn: form.opens_on,
        closesOn: form.closes_on,
        intro: form.intro,
        papers: form.papers,
        ...asks,
      },
    },
  );
}

export async function saveForm(visit: Visit<InputOf<typeof settingsForm>>): Promise<Reply> {
  const { db, input, now } = visit;
  const year = yearsOf(visit as Visit).find((one) => String(one) === input.year);
  if (!year) return invalid({ year: 'Choisissez cette année scolaire ou la prochaine.' });
  if (!input.levels.length) return invalid({ levels: 'Cochez au moins un niveau.' });
  if (input.opensOn && input.closesOn && input.closesOn < input.opensOn)
    return invalid({ closesOn: 'Ce jour vient avant celui de l’ouverture.' });
  const row = {
    year,
    levels: input.levels,
    intro: input.intro,
    papers: input.papers,
    asks: JSON.stringify(Object.fromEntries(QUESTION_KEYS.map((key) => [key, input[key]]))),
    opens_on: input.opensOn,
    closes_on: input.closesOn,
    saved_at: now,
  };
  await db('inscription_forms').insert(row).onConflict(['school_id', 'year']).merge();
  await audit(db, now, visit, 'Formulaire d’inscription modifié', yearInWords(year));
  const opened = isPublished(visit as Visit)
    ? ''
    : ' Il s’ouvrira aux familles quand l’Espace Inscription sera publié.';
  return redirect(FORM_PAGE, `Le formulaire d’inscription est enregistré.${opened}`);
}
