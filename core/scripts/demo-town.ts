import { hashPassword } from '../auth/passwords.ts';
import { communeProfiles } from '../commune/agents.ts';
import type { OpenHouse } from '../house.ts';
import { searchKey } from '../people/names.ts';
import type { Transaction } from '../plugin/contract.ts';
import { communeAddress } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { handOf } from './demo-hand.ts';

/** A code no commune has. */
const TOWN = {
  rne: communeAddress('01999'),
  name: 'Mairie de Bourg-Fictif',
  address: '1 place de la Mairie',
  postcode: '01000',
  city: 'Bourg-Fictif',
  phone: '04 74 00 00 10',
  email: 'mairie@exemple.fr',
};
const CHIEF = { firstName: 'Lou', lastName: 'TERRIER' };

/** The console of the demo’s town hall, open; each director has opened the school to it by his own hand, once. @returns the lines to print. */
export async function townHall(
  open: OpenHouse,
  origin: string,
  schools: { id: string; rne: string }[],
  password: string,
): Promise<string[]> {
  const { app, clock, config } = open.house;
  await app('schools')
    .insert({ ...TOWN, state: 'open', opened_at: clock() })
    .onConflict('rne')
    .ignore();
  const { id } = await app('schools').where({ rne: TOWN.rne }).first('id');
  const login = await inSchool(app, id, (db) => chief(open, db, id, password));
  for (const school of schools) await grant(open, origin, school, id);
  return [`${TOWN.name} : ${config.url.origin}/${TOWN.rne}/`, `  Console (mot de passe ${password}) ${login}`];
}

async function chief({ house, container }: OpenHouse, db: Transaction, id: string, password: string): Promise<string> {
  const known = await db('accounts').orderBy('created_at').first('login');
  if (known) return known.login;
  const school = await schoolById(house.app, id);
  if (!school) throw new Error('Mairie de démonstration introuvable.');
  await communeProfiles(db);
  const { firstName, lastName } = CHIEF;
  const [{ id: personId }] = await db('people')
    .insert({ kind: 'staff', last_name: lastName, first_name: firstName, search: searchKey(lastName, firstName) })
    .returning('id');
  const [made] = await container
    .services(school, db, house.clock())
    .accounts.create([{ personId, kind: 'staff', firstName, lastName, mode: 'administration', profileId: null }]);
  await db('accounts')
    .where({ person_id: personId })
    .update({
      state: 'active',
      password_hash: await hashPassword(password),
      secret_hmac: null,
      secret_sealed: null,
      secret_expires_at: null,
    });
  return made?.login ?? '';
}

async function grant(open: OpenHouse, origin: string, school: { id: string; rne: string }, commune: string) {
  const told = await inSchool(open.house.app, school.id, async (db) => ({
    before: await db('audit_log').where({ act: 'École ouverte à la console mairie' }).first('id'),
    profile: await db('profiles').where({ name: 'Mairie' }).first('id'),
    director: await db('accounts').where({ login: 'KBRAUD' }).first('id'),
  }));
  if (told.before || !told.profile || !told.director) return;
  const director = handOf(open, origin, school, told.director.id, 'administration');
  await director('/gestion/mairie/', { commune, profile: told.profile.id });
}
