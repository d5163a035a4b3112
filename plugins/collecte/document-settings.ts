import {
  date,
  dayIn,
  type InputOf,
  invalid,
  longText,
  page,
  type Reply,
  redirect,
  searchKey,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { change, dayRefused, deskOf } from './document.ts';
import { type CollectedDocument, documentsOf, firstReaders } from './documents.ts';
import { add, preload, readBy } from './preload.ts';
import { homeOf } from './words.ts';

/** What families read of a document (F17-05). */
export const settingsForm = {
  title: text('Nom du document', { max: 120 }),
  guidance: longText('Consigne pour les familles', {
    max: 1000,
    optional: true,
    hint: 'Ce qu’il faut déposer, et à quoi cela sert.',
  }),
  asksValidity: tick('Demander la date de fin de validité', {
    hint: 'La famille l’écrit en déposant. Ce jour passé, le document est « À renouveler ».',
  }),
};
type Input = InputOf<typeof settingsForm>;

/** With its last day at once (F17-07); the window of its deposit changes it. */
export const newForm = {
  ...settingsForm,
  until: date('À déposer jusqu’au', {
    optional: true,
    hint: 'Ce jour compte en entier. Laissez vide : sans date limite.',
  }),
};

const windowOf = (data: object, values?: object): Reply => ({
  ...page('collecte/document', data, 'collecte/_document', values && { form: { ...values } }),
  window: true,
});

export const showNew = async (visit: Visit): Promise<Reply> =>
  windowOf({ heading: 'Créer un nouveau document', fresh: true, back: deskOf(visit), archive: '' });

export async function create(visit: Visit<InputOf<typeof newForm>>): Promise<Reply> {
  const { db, espace, person, services, input, now, school } = visit;
  const teacher = espace ? person : null;
  await preload(visit);
  const taken = await titleTaken(visit, teacher?.id ?? null);
  if (taken) return taken;
  const { until } = input;
  const refused = until && dayRefused(until, dayIn(now, school.timezone), services.people.year);
  if (refused) return invalid({ until: refused });
  const id = await add(visit, services.people.year, {
    title: input.title,
    guidance: input.guidance,
    asks_validity: input.asksValidity,
    teacher_id: teacher?.id ?? null,
  });
  if (until) await db('collecte_documents').where({ id }).update({ deposit: 'until', until_day: until });
  await readBy(db, id, await firstReaders(db, teacher));
  // Of whom it is asked follows by itself.
  return { ...redirect(`${homeOf(visit)}/${id}/classes`), window: true };
}

export const showSettings = async (visit: Visit, document: CollectedDocument): Promise<Reply> =>
  windowOf(
    {
      heading: 'Modifier le document',
      fresh: false,
      back: deskOf(visit, document),
      archive: `${homeOf(visit)}/${document.id}/archiver`,
    },
    { title: document.title, guidance: document.guidance, asksValidity: document.asks_validity },
  );

export async function saveSettings(visit: Visit<Input>, document: CollectedDocument): Promise<Reply> {
  const { title, guidance, asksValidity } = visit.input;
  const taken = await titleTaken(visit, document.teacher_id, document.id);
  if (taken) return taken;
  await change(visit, document, { title, guidance, asks_validity: asksValidity });
  return redirect(deskOf(visit, document), `« ${title} » est enregistré.`);
}

/** Two documents of one name are two rows nobody can tell apart, here and in the archive. */
async function titleTaken(visit: Visit<Input>, teacherId: string | null, but?: string): Promise<Reply | null> {
  const key = searchKey(visit.input.title);
  const others = await documentsOf(visit).where({ teacher_id: teacherId });
  return others.some((one) => one.id !== but && searchKey(one.title) === key)
    ? invalid({ title: 'Un document de ce nom est déjà demandé.' })
    : null;
}
