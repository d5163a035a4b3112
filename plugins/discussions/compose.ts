import {
  type Attached,
  attachments,
  audienceWords,
  forbidden,
  hidden,
  invalid,
  missing,
  type Picker,
  page,
  type Reply,
  redirect,
  richText,
  searchKey,
  text,
  type Visit,
} from '@preau/core';
import { join, post } from './send.ts';
import { homeOf, isStaff, KINDS, MANY, myDraft, myId, pageOf, RUBRIC, type Thread, WRITE } from './thread.ts';

export const draftForm = {
  subject: text('Objet', { max: 150, optional: true, hint: 'Par exemple : Demande de rendez-vous.' }),
  body: richText('Message', { optional: true }),
  files: attachments('Pièces jointes', { optional: true }),
  urgent: text('Raison de l’urgence', {
    max: 200,
    optional: true,
    hint: 'À n’écrire que si cela ne peut pas attendre : le message passe alors les heures de repos, et la raison est gardée au journal.',
  }),
  act: hidden(),
};
export type Draft = {
  subject: string | null;
  body: string | null;
  files: Attached;
  urgent: string | null;
  act: string;
};

/** « Nouvelle discussion » (F15-2): an empty draft; nothing is kept before something is saved. */
export async function showNew(visit: Visit): Promise<Reply> {
  return page('discussions/brouillon', { ...(await draftPage(visit, null)), home: homeOf(visit) });
}

export async function create(visit: Visit<Draft>): Promise<Reply> {
  const [row] = await visit
    .db('discussions_threads')
    .insert({ created_by: myId(visit), created_at: visit.now })
    .returning('*');
  return keep(visit, row);
}

export async function showDraft(visit: Visit): Promise<Reply> {
  const thread = await myDraft(visit);
  if (!thread) return missing();
  const files = await visit.services.files.of(`discussions:${thread.id}`);
  return page('discussions/brouillon', { ...(await draftPage(visit, thread)), home: homeOf(visit) }, undefined, {
    form: { subject: thread.subject, body: thread.draft, urgent: thread.draft_urgent, files },
  });
}

async function draftPage(visit: Visit, thread: Thread | null) {
  const { audience, delivery } = visit.services;
  const people = await audience.only(thread?.draft_to ?? []);
  const staff = people.some((one) => one.kind === 'teachers' || one.kind === 'staff');
  const when = delivery.when('staff', { urgent: !!thread?.draft_urgent });
  return {
    id: thread?.id ?? null,
    cut: await audience.cut(),
    words: audienceWords(people),
    names: people.slice(0, 20).map((one) => `${one.firstName} ${one.lastName}`),
    more: Math.max(0, people.length - 20),
    chosen: people.length,
    many: people.length > MANY,
    held: staff && when.held ? delivery.inWords(when.at) : null,
    mayHurry: isStaff(visit),
  };
}

export async function saveDraft(visit: Visit<Draft>): Promise<Reply> {
  const thread = await myDraft(visit, true);
  return thread ? keep(visit, thread) : missing();
}

/** Each button keeps what was typed, save « Envoyer » when something is missing: the page then shows it again. */
async function keep(visit: Visit<Draft>, thread: Thread): Promise<Reply> {
  const { db, input, services } = visit;
  const subject = input.subject ?? '';
  const draft = { subject, search_subject: searchKey(subject), draft: input.body ?? '', draft_urgent: input.urgent };
  await db('discussions_threads').where({ id: thread.id }).update(draft);
  await services.files.keep(input.files, { about: `discussions:${thread.id}` });
  const here = `${pageOf(visit, thread.id)}/brouillon`;
  if (input.act === 'choisir') return redirect(`${pageOf(visit, thread.id)}/destinataires`);
  if (input.act === 'jeter') return discard(visit, thread);
  if (input.act !== 'envoyer') return redirect(here, 'Le brouillon est enregistré. Vous seul le voyez.');
  const wrong: Record<string, string> = {};
  if (!input.subject) wrong.subject = 'Écrivez l’objet : il dit de quoi l’on parle.';
  if (!input.body) wrong.body = 'Écrivez le message.';
  const people = await services.audience.only(thread.draft_to);
  // F15-6: at least two take part.
  if (!people.length) wrong._ = 'Choisissez au moins une personne à qui écrire.';
  if (Object.keys(wrong).length) return invalid(wrong);
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  await db('discussions_threads')
    .where({ id: thread.id })
    .update({ sent_at: visit.now, draft: '', draft_urgent: null, draft_to: [] });
  await join(visit, thread.id, [myId(visit), ...people.map((one) => one.personId)], null);
  await post(visit, { id: thread.id, subject: draft.subject }, draft.draft, input.urgent, thread.id);
  return redirect(pageOf(visit, thread.id), `Le message est envoyé à ${audienceWords(people).total}.`);
}

async function discard(visit: Visit, thread: Thread): Promise<Reply> {
  await visit.services.files.remove(`discussions:${thread.id}`);
  await visit.db('discussions_threads').where({ id: thread.id }).delete();
  return redirect(homeOf(visit), 'Le brouillon est effacé.');
}

/** « Sélection des destinataires » of a draft (F15-3, F15-4). */
export const draftPicker = (area: Picker['area']): Picker => ({
  plugin: 'discussions',
  area,
  path: '/:id/destinataires',
  allow: area === 'admin' ? WRITE : RUBRIC,
  kinds: KINDS,
  async load(visit) {
    const thread = await myDraft(visit);
    if (!thread) return null;
    const title = thread.subject ? `Discussion « ${thread.subject} »` : 'Nouvelle discussion';
    return { title, chosen: thread.draft_to, back: `${pageOf(visit, thread.id)}/brouillon` };
  },
  async keep(visit, personIds) {
    await visit
      .db('discussions_threads')
      .where({ id: visit.params.id as string })
      .update({ draft_to: personIds });
  },
});
