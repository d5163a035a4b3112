import { type KeyStatus, keyStates, page, type Reply, type Visit } from '@preau/core';
import { members, WAITING } from './follow-who.ts';
import { type Counts, countsInWords, HANDED_KINDS, KINDS, NO_CLASS } from './follow-words.ts';
import type { Recipient } from './recipients.ts';

interface Told {
  kind: Recipient['kind'];
  class_id: string | null;
  label: string | null;
  state: KeyStatus['state'];
  n: number;
  /** How many of them « Jamais connectés » shows: also those reset since they were connected. */
  waits: number;
}

/** Suivi des identifiants: how many are connected, by kind and class, in words (C-29). */
export async function showFollow(visit: Visit): Promise<Reply> {
  const { db, now } = visit;
  const rows: Told[] = await db
    .from(members(visit))
    .join(keyStates(db, now), 'key.person_id', 'member.person_id')
    .join('accounts', 'accounts.person_id', 'member.person_id')
    .whereNot('accounts.state', 'suspended')
    .leftJoin('classes', 'classes.id', 'member.class_id')
    .groupBy('member.kind', 'member.class_id', 'classes.label', 'classes.search', 'key.state')
    .orderByRaw('classes.search nulls last')
    .select('member.kind', 'member.class_id', 'classes.label', 'key.state', db.raw('count(*)::int as n'))
    .select(db.raw(`(count(*) filter (where ${WAITING}))::int as waits`, [now]));
  const groups = Object.entries(KINDS).flatMap(([kind, { title }]) => {
    const own = rows.filter((row) => row.kind === kind);
    return own.length ? [{ title, lines: linesOf(kind as Told['kind'], own) }] : [];
  });
  return page('credentials/suivi', { groups });
}

function linesOf(kind: Told['kind'], rows: Told[]) {
  return [...Map.groupBy(rows, (row) => row.class_id)].map(([classId, group]) => {
    const counts: Counts = Object.fromEntries(group.map((row) => [row.state, row.n]));
    const waits = group.reduce((sum, row) => sum + row.waits, 0);
    const byClass = HANDED_KINDS.includes(kind);
    const label = group[0]?.label ?? null;
    return {
      id: `${kind}-${classId ?? 'sans-classe'}`,
      label,
      text: countsInWords(counts, kind, label),
      done: waits === 0,
      waits,
      never: `/gestion/credentials/suivi/jamais?qui=${kind}${byClass ? `&classe=${classId ?? NO_CLASS}` : ''}`,
      handover: byClass && classId ? `/gestion/credentials/remise/${classId}?qui=${kind}` : null,
    };
  });
}
