import { randomUUID } from 'node:crypto';
import type { Pen } from '../people/directory-types.ts';
import type { KeptContact } from '../people/history.ts';
import { type Message, missing, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { addContact } from './contact-rows.ts';
import { takeBack as undoCause } from './list-words.ts';

/** What the card of a pupil and the card of a guardian share: address, rights, « Annuler ». */
export interface Card {
  kind: 'pupil' | 'guardian';
  path: '/eleves/:pupil' | '/responsables/:id';
  read: string;
  write: string;
  idOf(visit: Pick<Visit, 'params'>): string;
}

export const PUPIL_CARD: Card = {
  kind: 'pupil',
  path: '/eleves/:pupil',
  read: 'ressources.pupils-read',
  write: 'ressources.pupils-write',
  idOf: ({ params }) => params.pupil as string,
};
export const GUARDIAN_CARD: Card = {
  kind: 'guardian',
  path: '/responsables/:id',
  read: 'ressources.guardians-read',
  write: 'ressources.guardians-write',
  idOf: ({ params }) => params.id as string,
};
export const CARDS = [PUPIL_CARD, GUARDIAN_CARD];

/** Address of a card inside the school. */
export const cardOf = (card: Card, id: string): string => `/gestion/ressources${card.path.replace(/:\w+/, id)}`;
export const pupilHome = (id: string): string => cardOf(PUPIL_CARD, id);
export const guardianHome = (id: string): string => cardOf(GUARDIAN_CARD, id);

/** Version of the person's row, for the warning to a second editor. */
export const personVersion =
  (card: Card) =>
  async (visit: Visit, hold: boolean): Promise<number | null> => {
    const query = visit.db('people').where({ id: card.idOf(visit), kind: card.kind });
    const row = await (hold ? query.forUpdate() : query).first('version');
    return row?.version ?? null;
  };

const PREFIX = 'ressources.fiche:';
/** Under it what one act on a card writes can be taken back. */
export const newCause = (): string => `${PREFIX}${randomUUID()}`;

export const penOf = ({ services, account, person }: Visit, cause: string | null): Pen => ({
  cause,
  year: services.people.year,
  by: { accountId: account?.id ?? null, name: `${person?.firstName} ${person?.lastName}` },
});

/** Back to the card, with what was done and « Annuler ». */
export const done = (home: string, text: string, cause: string, path = '/annuler'): Reply =>
  redirect(home, { text, undo: { to: home + path, values: { cause } } } satisfies Message);

/** « Annuler »: only what an act on this very card did, and nothing of what an import did. */
export async function takeBack(visit: Visit<{ cause: string }>, card: Card, links = false): Promise<Reply> {
  const { db, input, now } = visit;
  const id = card.idOf(visit);
  const home = cardOf(card, id);
  if (!input.cause.startsWith(PREFIX)) return missing();
  const row = await db('people_history')
    .where({ cause: input.cause })
    .whereNull('undone_at')
    .where((own) => own.where({ person_id: id }).orWhere({ guardian_id: id }))
    .first('id', 'field', 'before');
  if (!row) return redirect(home, 'Il n’y avait plus rien à annuler.');
  if ((row.field === 'link') !== links) return missing();
  if (row.field !== 'contact') return redirect(home, await undoCause(visit, input.cause));
  await addContact(db, id, row.before as KeptContact);
  await db('people_history').where({ id: row.id }).update({ undone_at: now });
  return redirect(home, 'C’est annulé.');
}
