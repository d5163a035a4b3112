import { capitals, type Visit } from '@preau/core';
import { asked } from './documents.ts';
import type { Scope } from './scope.ts';

/** What came for one pupil, and what was decided of it. */
export interface Deposit {
  pupil_id: string;
  state: 'deposited' | 'accepted' | 'redo';
  reason: string | null;
  decided_at: Date | null;
  decided_by: string | null;
  replaced_at: Date | null;
  last_name: string;
  first_name: string;
  class_label: string | null;
}

/** What came at once, with the pupils whom the person of the visit may see. */
export interface Sending {
  id: string;
  person_id: string | null;
  by_name: string;
  by_school: boolean;
  paper: boolean;
  word: string | null;
  valid_until: string | null;
  at: Date;
  deposits: Deposit[];
}

type Line = Omit<Sending, 'deposits'> & Deposit;

/** All sendings of a document, the oldest first, history included. */
export async function sendingsOf(visit: Visit, { document, sight }: Scope): Promise<Sending[]> {
  const { db } = visit;
  const query = db('collecte_deposits as dep')
    .join('collecte_sendings as s', 's.id', 'dep.sending_id')
    .join('people as p', 'p.id', 'dep.pupil_id')
    .leftJoin('class_places as place', (join) =>
      join.on('place.pupil_id', 'p.id').andOn('place.year', db.raw('?', [document.year])),
    )
    .leftJoin('classes as c', 'c.id', 'place.class_id')
    .where('dep.document_id', document.id)
    .orderBy(['s.at', 's.id', 'p.search'])
    .select('s.*', 'dep.pupil_id', 'dep.state', 'dep.reason', 'dep.decided_at', 'dep.decided_by', 'dep.replaced_at')
    .select('c.label as class_label', db.raw('coalesce(p.used_first_name, p.first_name) as first_name'))
    .select(db.raw('coalesce(p.used_name, p.last_name) as last_name'));
  if (sight.pupilIds) query.whereIn('dep.pupil_id', sight.pupilIds);
  const lines: Line[] = await query;
  return [...Map.groupBy(lines, (line) => line.id).values()].map((group) => ({
    ...(group[0] as Line),
    deposits: group,
  }));
}

/** What stands, of pupils the document is asked of today: what there is to look through. */
export async function standing(visit: Visit, scope: Scope, all: Sending[]): Promise<Sending[]> {
  const ids: string[] = await visit.db
    .from(asked(visit))
    .where('asked.document_id', scope.document.id)
    .pluck('asked.pupil_id');
  const known = new Set(ids);
  return all.flatMap((one) => {
    const deposits = one.deposits.filter((each) => !each.replaced_at && known.has(each.pupil_id));
    return deposits.length ? [{ ...one, deposits }] : [];
  });
}

/** Whom a decision is about: those who wait for one, else those who have one that is changed. */
export function concerned({ deposits }: Pick<Sending, 'deposits'>): Deposit[] {
  const open = deposits.filter((one) => one.state === 'deposited' && !one.replaced_at);
  return open.length ? open : deposits.filter((one) => !one.replaced_at);
}

export const waits = (one: Pick<Sending, 'deposits'>): boolean =>
  concerned(one).some((each) => each.state === 'deposited');

const WAITING = 'attend';
/** What a page knew of the decision when it was shown; whoever decides second is told (S18-18). */
export const tokenOf = (sending: Pick<Sending, 'deposits'>): string =>
  waits(sending)
    ? WAITING
    : concerned(sending)
        .map((one) => one.decided_at?.toISOString() ?? '')
        .toSorted()
        .at(-1) || '';

export const nameOf = ({ first_name, last_name }: Pick<Deposit, 'first_name' | 'last_name'>): string =>
  `${first_name} ${capitals(last_name)}`;

/** « Mila LEROY (CE1) et Tom LEROY (CP) » */
export const namesOf = (deposits: Deposit[]): string =>
  new Intl.ListFormat('fr', { type: 'conjunction' }).format(
    deposits.map((one) => nameOf(one) + (one.class_label ? ` (${one.class_label})` : '')),
  );
