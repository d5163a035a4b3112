import {
  audit,
  choice,
  forbidden,
  hidden,
  missing,
  type Picker,
  page,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { mayLead } from './messages.ts';
import { join } from './send.ts';
import { homeOf, KINDS, mine, myId, pageOf, RUBRIC, WRITE } from './thread.ts';

export const inviteForm = {
  sees: choice('Ce que verront ces personnes', {
    after: 'Seulement la suite, rien d’avant',
    all: 'Tout ce que vous y lisez',
  }),
};
export const personForm = { person: hidden() };
export const archiveForm = { back: hidden() };

/** Whom this member is about to add: said before it is done, with what they will see (case B37). */
export async function showInvite(visit: Visit): Promise<Reply> {
  const found = await mine(visit);
  if (!found || found.me.left_at || found.thread.closed_at) return missing();
  const people = await visit.services.audience.only(found.me.inviting);
  return page('discussions/inviter', {
    subject: found.thread.subject,
    path: pageOf(visit, found.thread.id),
    people: people.map((one) => `${one.firstName} ${one.lastName}`),
  });
}

export async function invite(visit: Visit<{ sees: 'after' | 'all' }>): Promise<Reply> {
  const found = await mine(visit, true);
  if (!found || found.me.left_at || found.thread.closed_at) return missing();
  const cut = await visit.services.audience.cut();
  if (cut) return forbidden(cut);
  // Nobody opens to another what he was not shown himself.
  const from = visit.input.sees === 'all' ? found.me.sees_from : visit.now;
  const already = await taking(visit);
  const people = (await visit.services.audience.only(found.me.inviting)).filter(
    (one) => !already.includes(one.personId),
  );
  await join(
    visit,
    found.thread.id,
    people.map((one) => one.personId),
    from,
  );
  await visit.db('discussions_members').where({ id: found.me.id }).update({ inviting: [] });
  if (!people.length) return redirect(pageOf(visit, found.thread.id), 'Personne n’a été ajouté.');
  await visit.services.notices.tell(
    people.map((one) => ({
      personId: one.personId,
      category: 'discussions.message',
      about: `discussions:${found.thread.id}:${visit.now.getTime()}`,
      title: `${found.thread.subject} : vous avez été ajouté à cette discussion`,
      path: `/discussions/${found.thread.id}`,
    })),
  );
  const names = people.map((one) => `${one.firstName} ${one.lastName}`).join(', ');
  return redirect(pageOf(visit, found.thread.id), `${names} : la discussion s’ouvre maintenant.`);
}

export const invitePicker = (area: Picker['area']): Picker => ({
  plugin: 'discussions',
  area,
  path: '/:id/ajouter',
  allow: area === 'admin' ? WRITE : RUBRIC,
  kinds: KINDS,
  async load(visit) {
    const found = await mine(visit);
    if (!found || found.me.left_at || found.thread.closed_at) return null;
    return {
      title: `Ajouter à « ${found.thread.subject} »`,
      chosen: found.me.inviting,
      back: `${pageOf(visit, found.thread.id)}/inviter`,
    };
  },
  async keep(visit, personIds) {
    const already = await taking(visit);
    await visit
      .db('discussions_members')
      .where({ thread_id: visit.params.id as string, person_id: myId(visit) })
      .update({ inviting: personIds.filter((id) => !already.includes(id)) });
  },
});

const taking = ({ db, params }: Visit): Promise<string[]> =>
  db('discussions_members')
    .where({ thread_id: params.id as string })
    .whereNull('left_at')
    .pluck('person_id');

/** From here on nothing new reaches him (case B35); what he had received stays readable to him. */
async function end(visit: Visit, threadId: string, personId: string): Promise<boolean> {
  const gone = await visit
    .db('discussions_members')
    .where({ thread_id: threadId })
    .whereRaw('person_id::text = ?', [personId])
    .whereNull('left_at')
    .update({ left_at: visit.now });
  if (gone > 0) await visit.services.notices.forget(`discussions:${threadId}`, [personId]);
  return gone > 0;
}

export async function leave(visit: Visit): Promise<Reply> {
  const found = await mine(visit, true);
  if (!found) return missing();
  await end(visit, found.thread.id, myId(visit));
  return redirect(homeOf(visit), `Vous ne participez plus à « ${found.thread.subject} ».`);
}

export async function takeOut(visit: Visit<{ person: string }>): Promise<Reply> {
  const found = await mine(visit, true);
  if (!found) return missing();
  if (found.me.left_at || !mayLead(visit, found.thread))
    return forbidden('Seule la personne qui a commencé la discussion, ou la direction, peut en retirer quelqu’un.');
  const gone = await end(visit, found.thread.id, visit.input.person);
  return redirect(
    pageOf(visit, found.thread.id),
    gone
      ? 'Cette personne ne recevra plus rien de cette discussion.'
      : 'Rien n’est changé : cette personne n’y participait plus.',
  );
}

/** Put aside for oneself until the next message is shown. */
export async function archive(visit: Visit<{ back: string }>): Promise<Reply> {
  const found = await mine(visit);
  if (!found) return missing();
  const away = visit.input.back !== 'oui';
  await visit
    .db('discussions_members')
    .where({ id: found.me.id })
    .update({ archived_at: away ? visit.now : null });
  return redirect(
    homeOf(visit),
    away
      ? `« ${found.thread.subject} » est archivée, pour vous seul. Un nouveau message la fera revenir.`
      : `« ${found.thread.subject} » est de retour.`,
  );
}

export async function close(visit: Visit): Promise<Reply> {
  const found = await mine(visit, true);
  if (!found) return missing();
  if (found.me.left_at || !mayLead(visit, found.thread))
    return forbidden('Seule la personne qui a commencé la discussion, ou la direction, peut la fermer.');
  const { db, now, person, account, params } = visit;
  const who = `${person?.firstName} ${person?.lastName}`;
  await db('discussions_threads')
    .where({ id: params.id as string })
    .whereNull('closed_at')
    .update({ closed_at: now, closed_by: who });
  await audit(db, now, { account, person }, 'Discussion fermée', found.thread.subject);
  return redirect(
    pageOf(visit, found.thread.id),
    'La discussion est fermée. Elle reste lisible ; plus personne n’y écrit.',
  );
}
