import type { Visit } from '@preau/core';
import { refusedTouch } from './member.ts';
import type { Known } from './sheet-plan.ts';
import { today } from './words.ts';

/** Everybody of the team, also those who left, to be compared with a file. */
export async function knownTeam(visit: Visit): Promise<Known[]> {
  const rows = await visit
    .db('people')
    .whereIn('kind', ['teacher', 'staff'])
    .leftJoin('accounts', 'accounts.person_id', 'people.id')
    .orderBy('search')
    .select('people.*', 'accounts.mode');
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    civility: row.civility,
    lastName: row.used_name ?? row.last_name,
    firstName: row.used_first_name ?? row.first_name,
    jobTitle: row.job_title,
    genre: row.genre,
    email: row.email,
    phoneMobile: row.phone_mobile,
    gone: row.left_on !== null && row.left_on <= today(visit),
    own: row.id === visit.person?.id && visit.account?.mode !== 'administration',
    kept: refusedTouch(visit, { id: row.id, mode: row.mode }),
  }));
}
