import {
  attachments,
  choice,
  date,
  dayIn,
  forbidden,
  hidden,
  type InputOf,
  invalid,
  missing,
  number,
  page,
  type Reply,
  redirect,
  richText,
  signature,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { categoriesOf } from './categories.ts';
import { change, type Item, loadItem, removeItem, wrongDates } from './items.ts';
import { modelOf } from './models.ts';
import { questionsOf } from './questions.ts';
import { aboutOf, deskOf, homeOf, KINDS } from './words.ts';

const common = {
  // Where the button leads once the draft is kept.
  next: hidden({ max: 20 }),
  title: text('Titre', { max: 120 }),
  category: text('Catégorie', { optional: true, max: 40 }),
  files: attachments('Joindre un document', { optional: true }),
  publish: tick('Publier', { hint: 'Sans cette coche, c’est un brouillon : personne ne le voit.' }),
  from: date('Du', { optional: true }),
  to: date('Au', { optional: true, hint: 'Le dernier jour compte en entier.' }),
  onPage: tick('Publier sur la page établissement', {
    hint: 'Tout le monde pourra l’y lire, sans compte, dès que cette page sera ouverte : n’y nommez aucun enfant.',
  }),
  urgent: text('Urgent : pour quelle raison ?', {
    optional: true,
    max: 200,
    hint: 'Laissez vide, sauf urgence : elle part alors aussi la nuit et pendant les vacances. La raison est notée au journal.',
  }),
  remindAfter: number('Relancer d’elle-même après, en jours', {
    optional: true,
    min: 1,
    max: 30,
    hint: 'Une seule fois, et seulement ceux qui n’ont pas répondu à l’appel.',
  }),
};
/** Nouvelle information (F14-05 to F14-10). */
export const infoForm = {
  ...common,
  body: richText('Texte'),
  receipt: choice('Ce que chacun doit faire', { read: 'La lire', sign: 'La lire et la signer' }),
};
/** Nouveau sondage (F14-15). */
export const surveyForm = {
  ...common,
  body: richText('Texte', { optional: true }),
  closesOn: date('Réponses jusqu’au', { optional: true, hint: 'Ce jour compte en entier.' }),
  anonymous: tick('Anonyme', {
    hint: 'Vous verrez qui a répondu, jamais ce que chacun a répondu. Plus modifiable une fois publié.',
  }),
  resultsShown: tick('Montrer les résultats à ceux qui ont répondu'),
};
type Info = InputOf<typeof infoForm>;
type Survey = InputOf<typeof surveyForm>;
type Kind = Item['kind'];

export async function showNew(visit: Visit, kind: Kind): Promise<Reply> {
  const { db, now, school, services } = visit;
  const model = await modelOf(db, visit.query.get('modele'));
  const today = dayIn(now, school.timezone);
  const until = dayIn(new Date(now.getTime() + 30 * 86_400_000), school.timezone);
  const form = {
    publish: true,
    from: today,
    to: until,
    receipt: 'read',
    title: model?.title,
    body: model?.body,
    category: model?.category_id,
  };
  return page(
    'infos/nouveau',
    {
      base: homeOf(visit),
      kind,
      words: KINDS[kind],
      cut: await services.audience.cut(),
      categories: await categoriesOf(db, typedCategory(visit) ?? model?.category_id ?? null),
      model: model?.title ?? null,
    },
    undefined,
    { form },
  );
}

/** The category of a form that comes back with an error; null when the page is opened. */
export const typedCategory = ({ input }: { input: unknown }): string | null =>
  (input as { category?: string } | null)?.category ?? null;

/** The first save makes the draft at once; then come the recipients. */
export async function create(visit: Visit<Info | Survey>, kind: Kind): Promise<Reply> {
  const { db, now, person, services, input } = visit;
  const wrong = (await wrongInput(visit)) ?? null;
  if (wrong) return invalid(wrong);
  const [{ id }] = await db('infos_items')
    .insert({
      ...valuesOf(input),
      kind,
      changed_at: now,
      author_id: person?.id,
      author_name: person ? signature(person) : '',
    })
    .returning('id');
  await services.files.keep(input.files, { about: aboutOf({ id }) });
  const next = kind === 'survey' ? 'questions' : 'destinataires';
  return redirect(`${homeOf(visit)}/${id}/${next}`, 'Le brouillon est enregistré.');
}

const NEXT = ['destinataires', 'questions', 'publier'];

export async function saveDraft(visit: Visit<Info | Survey>): Promise<Reply> {
  const { db, now, input, services } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'draft')
    return invalid({ _: 'Elle est déjà partie : ouvrez-la et choisissez « Modifier le texte ».' });
  const wrong = await wrongInput(visit as Visit<Info | Survey>);
  if (wrong) return invalid(wrong);
  await change(db, item.id, now, valuesOf(input));
  await services.files.keep(input.files, { about: aboutOf(item) });
  const next = NEXT.find((one) => one === input.next);
  if (next) return redirect(`${homeOf(visit)}/${item.id}/${next}`);
  return redirect(
    `${homeOf(visit)}/${item.id}`,
    input.publish ? 'C’est enregistré. Il reste à publier.' : 'Le brouillon est enregistré.',
  );
}

async function wrongInput({ db, input, now, school }: Visit<Info | Survey>): Promise<Record<string, string> | null> {
  const { category } = input;
  const known = await categoriesOf(db, category);
  if (category && !known.some((one) => one.value === category))
    return { category: 'Choisissez « Catégorie » dans la liste.' };
  return wrongDates(input, dayIn(now, school.timezone));
}

const valuesOf = (input: Info | Survey): Partial<Item> => ({
  title: input.title,
  category_id: input.category,
  body: input.body,
  publish: input.publish,
  from_day: input.from,
  to_day: input.to,
  on_page: input.onPage,
  urgent: input.urgent,
  remind_after: input.remindAfter,
  ...('receipt' in input
    ? { receipt: input.receipt }
    : { closes_on: input.closesOn, anonymous: input.anonymous, results_shown: input.resultsShown }),
});

/** What the form of a draft starts with. */
export const startOf = (item: Item, files: unknown) => ({
  title: item.title,
  category: item.category_id,
  body: item.body,
  files,
  publish: item.publish,
  from: item.from_day,
  to: item.to_day,
  onPage: item.on_page,
  urgent: item.urgent,
  remindAfter: item.remind_after,
  receipt: item.receipt,
  closesOn: item.closes_on,
  anonymous: item.anonymous,
  resultsShown: item.results_shown,
});

export const sureForm = { sure: hidden() };

/** A draft goes as if it had never been. */
export async function removeDraft(visit: Visit): Promise<Reply> {
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'draft') return forbidden('Elle est déjà partie : retirez-la plutôt.');
  await removeItem(visit, item);
  return redirect(deskOf(visit), `« ${item.title} » est supprimé.`);
}

/** The draft a picker works on. */
export async function picking(visit: Visit) {
  const item = await loadItem(visit);
  if (item?.state !== 'draft') return null;
  const chosen: string[] = await visit.db('infos_audience').where({ item_id: item.id }).pluck('person_id');
  const ready = item.publish && (item.kind === 'information' || (await questionsOf(visit.db, item.id)).length > 0);
  return { title: item.title, chosen, back: `${homeOf(visit)}/${item.id}${ready ? '/publier' : ''}` };
}

/** Two choosing at once: the second waits, then is right. One that has left meanwhile keeps its own. */
export async function keepChosen(visit: Visit, personIds: string[]): Promise<void> {
  const { db, params } = visit;
  if ((await loadItem(visit, true))?.state !== 'draft') return;
  await db('infos_audience').where({ item_id: params.id }).delete();
  if (personIds.length)
    await db.batchInsert(
      'infos_audience',
      personIds.map((person_id) => ({ item_id: params.id, person_id })),
    );
}
