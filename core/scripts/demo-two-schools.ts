import type { OpenHouse } from '../house.ts';
import { searchKey } from '../people/names.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { handOf } from './demo-hand.ts';

export interface DemoParent {
  school: { id: string; rne: string };
  login: string;
}

/** The parent printed for each of two schools is one human: the same name in both, the accounts linked by his own hand, once. */
export async function oneHuman(
  { open, origin, password }: { open: OpenHouse; origin: string; password: string },
  here: DemoParent,
  there: DemoParent,
): Promise<void> {
  const { app } = open.house;
  const mine = await inSchool(app, here.school.id, (db) =>
    db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .where({ login: here.login })
      .first('accounts.id', 'civility', 'last_name', 'first_name', 'email'),
  );
  const known = await inSchool(app, here.school.id, (db) =>
    db('audit_log').where({ account_id: mine.id, act: 'Compte relié à un compte d’une autre école' }).first('id'),
  );
  if (known) return;
  const { id, ...name } = mine;
  await inSchool(app, there.school.id, (db) =>
    db('people')
      .where('id', db('accounts').where({ login: there.login }).select('person_id'))
      .update({ ...name, used_name: null, search: searchKey(name.last_name, name.first_name) }),
  );
  const parent = handOf(open, origin, here.school, id, 'espace');
  await parent(`/autres-comptes/enfant/${there.school.rne}`, { login: there.login, password });
}
