import { randomInt } from 'node:crypto';
import type { Mode } from '../../plugin/contract.ts';
import { type Client, openSchool, type TestSchool } from '../../testing.ts';
import { communeProfiles } from '../agents.ts';

export interface TestCommune {
  commune: TestSchool;
  insee: string;
  /** Administrates; informs; looks only. */
  chief: Client;
  sender: Client;
  looker: Client;
  chiefId: string;
}

/** A town hall with its three kinds of agents, in the shared test house. */
export async function openCommune(name: string): Promise<TestCommune> {
  const insee = String(randomInt(10_000, 96_000));
  const commune = await openSchool({ people: false, rne: `commune/${insee}`, name });
  const agent = async (lastName: string, mode: Mode, profile: string | null) => {
    const made = await commune.db(async (db) => {
      const [{ id: person_id }] = await db('people')
        .insert({ kind: 'staff', last_name: lastName, first_name: 'Ada', search: lastName.toLowerCase() })
        .returning('id');
      const row = profile ? await db('profiles').where({ name: profile }).first('id') : null;
      const [{ id }] = await db('accounts')
        .insert({ person_id, login: `A${lastName}`, mode, profile_id: row?.id ?? null, state: 'active' })
        .returning('id');
      return { id: id as string, personId: person_id as string };
    });
    return { ...made, client: await commune.asAccount(made.id, mode) };
  };
  await commune.db(communeProfiles);
  const chief = await agent('MAIRE', 'administration', null);
  const sender = await agent('VOIX', 'quotidienne', 'Information');
  const looker = await agent('REGARD', 'quotidienne', 'Consultation');
  return {
    commune,
    insee,
    chief: chief.client,
    sender: sender.client,
    looker: looker.client,
    chiefId: chief.personId,
  };
}

/** The school opens itself to this town hall, with these permissions, as its director does. */
export const openTo = ({ commune }: TestCommune, school: TestSchool, permissions: string[]): Promise<void> =>
  school.db(async (db) => {
    const [{ id }] = await db('profiles').where({ name: 'Mairie' }).update({ permissions }).returning('id');
    await db.raw('select grant_commune(?, ?, ?)', [commune.id, id, new Date()]);
  });

/** The words of a page as a reader meets them. */
export const words = ({ text }: { text: string }): string =>
  (/<main[^>]*>(.*)<\/main>/s.exec(text)?.[1] ?? text)
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x27;/g, '’')
    .replace(/\s+/g, ' ');
