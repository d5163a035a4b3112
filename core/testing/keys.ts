import type { Account, Mode, School, Services, Transaction } from '../plugin/contract.ts';
import type { TestSchool } from '../testing.ts';
import { modeOf, type Role } from './roles.ts';

/** What tests of keys stand on: services in somebody's name, and families who have never signed in. */

/** Services as a visit of this role has them; null: as a job has them. */
export async function servicesAs<T>(
  school: TestSchool,
  role: Role | null,
  work: (services: Services, db: Transaction) => Promise<T>,
  mode?: Mode,
): Promise<T> {
  const { container, house } = school.house;
  const told = await house.app.raw('select door(?, null) as told', [school.rne]);
  return school.db(async (db) => {
    const by = role ? await actorOf(school, db, role, mode) : undefined;
    return work(container.services(told.rows[0].told.school as School, db, house.clock(), by), db);
  });
}

async function actorOf({ people }: TestSchool, db: Transaction, role: Role, mode?: Mode) {
  const { accountId } = people[role];
  const row = await db('accounts')
    .leftJoin('profiles', 'profiles.id', 'profile_id')
    .where('accounts.id', accountId)
    .first('login', 'permissions', 'profiles.name as profile');
  const account = {
    id: accountId,
    login: row.login,
    mode: mode ?? modeOf(role),
    permissions: row.permissions ?? [],
    profile: row.profile,
  };
  return { accountId, name: role, account: account as unknown as Account };
}

export interface Family {
  guardianId: string;
  accountId: string;
  login: string;
  childId: string;
}
export const BIRTH = '2018-04-03';

/** Guardians with a child each, and accounts nobody has opened yet. */
export async function newFamilies(
  school: TestSchool,
  count: number,
  birthDate: string | null = BIRTH,
): Promise<Family[]> {
  return servicesAs(school, 'direction', async ({ register, accounts }, db) => {
    const all = Array.from({ length: count }, (_, at) => at);
    const guardians = await register.add(
      'guardian',
      all.map((at) => ({ civility: 'Mme', lastName: 'LEOTI', firstName: `Sophie ${at + 1}` })),
    );
    const children = await register.add(
      'pupil',
      all.map((at) => ({ lastName: 'LEOTI', firstName: `Mila ${at + 1}`, birthDate })),
    );
    await db('guardian_links').insert(all.map((at) => ({ guardian_id: guardians[at], pupil_id: children[at] })));
    const made = await accounts.create(
      guardians.map((personId) => ({ personId, kind: 'guardian', firstName: 'Sophie', lastName: 'LEOTI' })),
    );
    const rows = await db('accounts').whereIn('person_id', guardians).select('id', 'person_id');
    const ids = new Map(rows.map((row) => [row.person_id, row.id]));
    return all.map((at) => ({
      guardianId: guardians[at] as string,
      accountId: ids.get(guardians[at]) as string,
      login: made[at]?.login as string,
      childId: children[at] as string,
    }));
  });
}
