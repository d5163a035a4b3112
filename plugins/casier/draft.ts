import {
  type Attached,
  attachments,
  audienceWords,
  counted,
  hidden,
  invalid,
  type KeptFile,
  longText,
  missing,
  type Picker,
  page,
  type Recipient,
  type Reply,
  redirect,
  searchKey,
  signature,
  strings,
  text,
  type Visit,
} from '@preau/core';
import type { Deposit } from './documents.ts';
import { natureCalled, naturesOf, preloadNatures } from './natures.ts';
import { validate, waits } from './send.ts';
import { aboutOf, DEPOSIT, homeOf, KINDS, myId, pageOf, RUBRIC } from './words.ts';

export const draftForm = {
  files: attachments('Fichiers à déposer', { optional: true, camera: true }),
  nature: text('Nature du document', { optional: true, max: 40 }),
  newNature: text('Ou une nouvelle nature', { optional: true, max: 60, hint: 'Elle s’ajoute à la liste de l’école.' }),
  title: text('Titre', { optional: true, max: 120, hint: 'Sans titre, le nom du fichier en tient lieu.' }),
  message: longText('Message', { optional: true, max: 1000 }),
  about: strings({ max: 50 }),
  act: hidden(),
};
type Draft = {
  files: Attached;
  nature: string | null;
  newNature: string | null;
  title: string | null;
  message: string | null;
  about: string[];
  act: string;
};

/** « Déposer un document »: nothing is kept before something is saved. */
export const showNew = (visit: Visit): Promise<Reply> => draftPage(visit, null);

export async function create(visit: Visit<Draft>): Promise<Reply> {
  return keep(visit, await newDeposit(visit, []));
}

/** An empty draft of the person of the visit. @param about the children it is about, when that is known. */
export async function newDeposit(visit: Visit, to: string[], about: string[] = []): Promise<Deposit> {
  const { db, now, person } = visit;
  const [row] = await db('casier_documents')
    .insert({
      author_id: myId(visit),
      author_name: person ? signature(person) : '',
      by_school: person?.kind === 'teacher' || person?.kind === 'staff',
      draft_to: to,
      about,
      made_at: now,
    })
    .returning('*');
  return row;
}

/** A draft of one's own; somebody else's is a 404. */
async function myDraft(visit: Visit, hold = false): Promise<Deposit | null> {
  const query = visit
    .db<Deposit>('casier_documents')
    .where({ id: visit.params.id as string, author_id: myId(visit), state: 'draft' });
  return (await (hold ? query.forUpdate() : query).first()) ?? null;
}

export async function showDraft(visit: Visit): Promise<Reply> {
  const draft = await myDraft(visit);
  return draft ? draftPage(visit, draft) : missing();
}

async function draftPage(visit: Visit, draft: Deposit | null): Promise<Reply> {
  const { db, services } = visit;
  await preloadNatures(db);
  const typed = visit.input as { nature?: string; about?: string | string[] } | null;
  const people = await recipientsOf(visit, draft?.draft_to ?? []);
  const nature = typed?.nature ?? draft?.nature_id;
  const staff = people.some((one) => one.kind !== 'guardians');
  const when = services.delivery.when('staff');
  const files = draft ? await services.files.of(aboutOf(draft)) : [];
  return page(
    'casier/brouillon',
    {
      home: homeOf(visit),
      id: draft?.id ?? null,
      word: draft?.word ?? null,
      cut: await services.audience.cut(),
      chosen: people.length,
      words: audienceWords(people),
      names: people.slice(0, 20).map((one) => `${one.firstName} ${one.lastName}`),
      more: Math.max(0, people.length - 20),
      who: counted(people.length, 'personne'),
      held: staff && when.held ? services.delivery.inWords(when.at) : null,
      approval: waits(visit, people),
      natures: (await naturesOf(db)).map((one) => ({ ...one, selected: one.id === nature })),
      mayName: mayName(visit),
      children: await askedChildren(visit, typed ? [typed.about ?? []].flat() : (draft?.about ?? [])),
    },
    undefined,
    { form: { title: draft?.title, message: draft?.message, files } },
  );
}

/** The school's own list grows from Gestion only. */
const mayName = (visit: Visit): boolean => !visit.espace && visit.can(DEPOSIT);

/** A guardian of several says about which child; of one, it is that one (C-28). */
async function askedChildren(visit: Visit, ticked: string[]) {
  if (visit.person?.kind !== 'guardian') return [];
  const mine = await visit.services.people.concerning(visit.person);
  return mine.length > 1 ? mine.map((one) => ({ ...one, on: ticked.includes(one.id) })) : [];
}

/** Those of the chosen who have a locker and whom who acts may write to. */
export const recipientsOf = async ({ services }: Visit, ids: string[]): Promise<Recipient[]> =>
  (await services.audience.only(ids)).filter((one) => KINDS.includes(one.kind));

export async function saveDraft(visit: Visit<Draft>): Promise<Reply> {
  const draft = await myDraft(visit, true);
  return draft ? keep(visit, draft) : missing();
}

/** Each button keeps what was typed and the files, save « Valider » when something is missing: the page then shows it again. */
async function keep(visit: Visit<Draft>, draft: Deposit): Promise<Reply> {
  const { input, services, db } = visit;
  if (input.act === 'jeter') return discard(visit, draft);
  await preloadNatures(db);
  const natures = await naturesOf(db);
  if (input.nature && !natures.some((one) => one.id === input.nature))
    return invalid({ nature: 'Choisissez « Nature du document » dans la liste.' });
  const nature = input.newNature && mayName(visit) ? await natureCalled(db, input.newNature) : input.nature;
  const files = await services.files.keep(input.files, { about: aboutOf(draft) });
  const sending = input.act === 'valider';
  const title = input.title ?? (sending ? titleOf(files) : '');
  const values = {
    title,
    message: input.message,
    nature_id: nature,
    about: await aboutWhom(visit, draft),
    search: searchKey(title, draft.author_name),
  };
  await db('casier_documents').where({ id: draft.id }).update(values);
  if (input.act === 'choisir') return redirect(`${pageOf(visit, draft.id)}/destinataires`);
  if (!sending)
    return redirect(`${pageOf(visit, draft.id)}/brouillon`, 'Le brouillon est enregistré. Vous seul le voyez.');
  const people = await recipientsOf(visit, draft.draft_to);
  const wrong: Record<string, string> = {};
  if (!files.length) wrong.files = 'Choisissez au moins un fichier.';
  if (!nature) wrong.nature = 'Choisissez « Nature du document » dans la liste.';
  if (!people.length) wrong._ = 'Choisissez au moins une personne à qui déposer ce document.';
  if (visit.person?.kind === 'guardian' && !values.about.length) wrong.about = 'Dites pour quel enfant.';
  if (Object.keys(wrong).length) return invalid(wrong);
  return validate(visit, { ...draft, ...values }, people);
}

/** « attestation 2026.pdf » is « attestation 2026 ». */
const titleOf = (files: KeptFile[]): string => (files[0]?.name ?? '').replace(/\.[^.]+$/, '').slice(0, 120);

/** The children a guardian names, among his own; of others what the list they came from has said. */
async function aboutWhom(visit: Visit<Draft>, draft: Deposit): Promise<string[]> {
  if (visit.person?.kind !== 'guardian') return draft.about;
  const mine = (await visit.services.people.concerning(visit.person)).map((one) => one.id);
  return mine.length === 1 ? mine : mine.filter((id) => visit.input.about.includes(id));
}

async function discard(visit: Visit, draft: Deposit): Promise<Reply> {
  await visit.services.files.remove(aboutOf(draft));
  await visit.db('casier_documents').where({ id: draft.id }).delete();
  return redirect(homeOf(visit), 'Le brouillon est effacé.');
}

/** « Sélection des destinataires » of a deposit: the same people as those one may write to. */
export const draftPicker = (area: Picker['area']): Picker => ({
  plugin: 'casier',
  area,
  path: '/:id/destinataires',
  allow: area === 'admin' ? DEPOSIT : RUBRIC,
  kinds: KINDS,
  async load(visit) {
    const draft = await myDraft(visit);
    if (!draft) return null;
    const title = draft.title ? `Déposer « ${draft.title} »` : 'Déposer un document';
    return { title, chosen: draft.draft_to, back: `${pageOf(visit, draft.id)}/brouillon` };
  },
  async keep(visit, personIds) {
    await visit
      .db('casier_documents')
      .where({ id: visit.params.id as string })
      .update({ draft_to: personIds });
  },
});
