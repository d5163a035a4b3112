import { randomInt, randomUUID } from 'node:crypto';
import { openSession } from '../../auth/sessions.ts';
import { schoolYear } from '../../clock.ts';
import { searchKey } from '../../people/names.ts';
import type { Mode, Transaction } from '../../plugin/contract.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { checkLetter } from '../../tenancy/rne.ts';
import type { Stage } from './stage.ts';

export interface BenchSchool {
  id: string;
  rne: string;
  /** Of its director, signed in to Administration. */
  cookie: string;
  year: number;
}

/** An open school with nobody but its director. @param potager the test house's module, off in schools of the product. */
export async function makeSchool({ app }: Stage, potager = false): Promise<BenchSchool> {
  const digits = String(randomInt(9_000_000)).padStart(7, '0');
  const [id, rne, now] = [randomUUID(), digits + checkLetter(digits), new Date()];
  await app('schools').insert({
    id,
    rne,
    name: 'École des Mesures',
    city: 'Bourg-Fictif',
    state: 'open',
    opened_at: now,
  });
  if (!potager) await app('school_plugins').insert({ school_id: id, plugin: 'potager', on: false });
  const cookie = await inSchool(app, id, async (db) => {
    const person = { kind: 'staff', genre: 'direction', civility: 'Mme', last_name: 'BRAUD', first_name: 'Karine' };
    const [{ id: personId }] = await db('people')
      .insert({ ...person, search: searchKey('BRAUD', 'Karine') })
      .returning('id');
    const [{ id: accountId }] = await db('accounts')
      .insert({ person_id: personId, login: 'KBRAUD', mode: 'administration', state: 'active' })
      .returning('id');
    return signIn(db, accountId, 'administration');
  });
  return { id, rne, cookie, year: schoolYear(now, 'Europe/Paris') };
}

/** @returns the Cookie header of a session that has just been opened. */
export const signIn = async (db: Transaction, accountId: string, mode: Mode): Promise<string> =>
  `preau=${await openSession(db, accountId, mode, 'Mesures', new Date())}`;

const TABLES = ['people', 'accounts', 'classes', 'class_places', 'guardian_links', 'addresses'];

/** Where each row of the directory lies and who wrote it: a row written again, even with the same values, moves. */
export async function tracesOf({ admin }: Stage, school: BenchSchool): Promise<Map<string, string>> {
  const traces = new Map<string, string>();
  for (const table of TABLES) {
    const rows = await admin(table)
      .where({ school_id: school.id })
      .select('id', admin.raw("ctid::text || ' ' || xmin::text as trace"));
    for (const row of rows) traces.set(`${table} ${row.id}`, row.trace);
  }
  return traces;
}

/** How many rows were written between two looks. */
export const writtenBetween = (before: Map<string, string>, after: Map<string, string>): number =>
  [...after].filter(([row, trace]) => before.get(row) !== trace).length +
  [...before.keys()].filter((row) => !after.has(row)).length;
