import { expect } from 'chai';
import { openSession } from '../auth/sessions.ts';
import type { Account, Mode } from '../plugin/contract.ts';
import { atTheDoor } from '../tenancy/schools.ts';
import { openSchool, type Role, type TestSchool } from '../testing.ts';
import type { Access } from './rights.ts';

describe('the rights of a person (F06-05 to F06-07, S18-13, S18-14)', () => {
  let school: TestSchool;
  let daily: string;
  let hall: string;
  beforeEach(async () => {
    school = await openSchool();
    const rows = await school.db((db) => db('profiles').select('id', 'name'));
    daily = rows.find((one) => one.name === 'Vie scolaire').id;
    hall = rows.find((one) => one.name === 'Mairie').id;
  });
  afterEach(() => school.close());

  /** The account of a visit, as the door tells it. */
  async function signed(accountId: string, mode: Mode): Promise<Account> {
    const { house } = school.house;
    const token = await school.db((db) => openSession(db, accountId, mode, 'Test', house.clock()));
    return (await atTheDoor(house.door, school.rne, token, house.clock()))?.account as Account;
  }

  const idOf = (role: Role) => school.people[role].accountId;
  /** One act of somebody, in a transaction of its own. */
  async function act<T>(who: Account | null, work: (access: Access) => Promise<T>): Promise<T> {
    const { container, house } = school.house;
    const told = await atTheDoor(house.door, school.rne, null, house.clock());
    return school.db((db) =>
      work(
        container.services(told?.school as never, db, house.clock(), {
          accountId: who?.id ?? null,
          name: who?.login ?? 'Préau',
          account: who,
        }).access,
      ),
    );
  }
  const director = () => signed(idOf('direction'), 'administration');
  const secretary = () => signed(idOf('quotidienne'), 'quotidienne');
  const rowOf = (role: Role) =>
    school.db((db) =>
      db('accounts')
        .where({ id: idOf(role) })
        .first(),
    );
  const secondAdministrator = (role: Role, more: object = {}) =>
    school.db((db) =>
      db('accounts')
        .where({ id: idOf(role) })
        .update({ mode: 'administration', ...more }),
    );

  it('F06-06 F06-07 gives a mode and a profile, at the next request, with a line in the journal', async () => {
    const teacher = await school.asAccount(idOf('enseignants'), 'espace');
    const mayer = await director();
    expect(
      await act(mayer, (one) => one.give(idOf('enseignants'), { mode: 'quotidienne', profileId: daily })),
    ).to.equal(null);
    const management = await school.asAccount(idOf('enseignants'), 'quotidienne');
    expect((await management.get('/gestion/ressources/eleves')).status).to.equal(200);
    expect((await teacher.get('/gestion/ressources/eleves')).status, 'her Espace stays her Espace').to.equal(403);
    const line = await school.db((db) => db('audit_log').where({ act: 'Droits changés' }).first('about', 'who'));
    expect(line.about).to.equal('KRUG Anne-Sophie (AKRUG) : Gestion quotidienne, profil « Vie scolaire »');
  });

  it('S18-13 rights taken away work at the next request: mode, profile, suspension, end of a temporary account', async () => {
    const mayer = await director();
    const path = '/gestion/ressources/eleves';
    const open = () => school.asAccount(idOf('quotidienne'), 'quotidienne');
    const door = async (client: Awaited<ReturnType<typeof open>>) => {
      const { status, location } = await client.get(path);
      return location?.includes('/connexion/') ? 'connexion' : status;
    };
    const client = await open();
    expect(await door(client)).to.equal(200);
    expect(await act(mayer, (one) => one.give(idOf('quotidienne'), { mode: 'quotidienne', profileId: hall }))).to.equal(
      null,
    );
    await school.db((db) => db('profiles').where({ id: hall }).update({ permissions: [] }));
    expect(await door(client)).to.equal(403);
    await act(mayer, (one) => one.give(idOf('quotidienne'), { mode: 'espace', profileId: null }));
    expect(await door(client)).to.equal('connexion');
    await act(mayer, (one) => one.give(idOf('quotidienne'), { mode: 'quotidienne', profileId: daily }));
    const again = await open();
    expect(await door(again)).to.equal(200);
    await act(mayer, (one) => one.setValidUntil(idOf('quotidienne'), '2020-06-30'));
    expect(await door(again)).to.equal('connexion');
    await act(mayer, (one) => one.setValidUntil(idOf('quotidienne'), null));
    expect(await door(again)).to.equal(200);
    await act(mayer, (one) => one.suspend(idOf('quotidienne')));
    expect(await door(again)).to.equal('connexion');
    await act(mayer, (one) => one.bringBack(idOf('quotidienne')));
    expect(await door(again), 'the session died with the suspension').to.equal('connexion');
    expect(await door(await open())).to.equal(200);
  });

  it('the last day of a temporary account counts, where the school is', async () => {
    await act(await director(), (one) => one.setValidUntil(idOf('quotidienne'), '2027-01-31'));
    expect((await rowOf('quotidienne')).valid_until.toISOString()).to.equal('2027-01-31T23:00:00.000Z');
  });

  it('S18-14 the last administrator is neither lowered, nor suspended, nor given an end, by himself either', async () => {
    const mayer = await director();
    const me = idOf('direction');
    for (const said of [
      await act(mayer, (one) => one.give(me, { mode: 'quotidienne', profileId: daily })),
      await act(mayer, (one) => one.give(me, { mode: 'espace', profileId: null })),
      await act(mayer, (one) => one.suspend(me)),
      await act(mayer, (one) => one.setValidUntil(me, '2030-06-30')),
      await act(mayer, (one) => one.refusalToLose(me)),
    ])
      expect(said).to.include('la dernière personne qui administre l’école');
    expect(await rowOf('direction')).to.include({ mode: 'administration', state: 'active', valid_until: null });
  });

  it('S18-14 a second administrator frees the first, unless he is suspended, temporary or has never signed in', async () => {
    const mayer = await director();
    for (const more of [{ state: 'suspended' }, { valid_until: new Date('2090-01-01') }, { state: 'provisional' }]) {
      await secondAdministrator('quotidienne', { state: 'active', valid_until: null, ...more });
      expect(await act(mayer, (one) => one.suspend(idOf('direction'))), JSON.stringify(more)).to.include('la dernière');
    }
    await secondAdministrator('quotidienne', { state: 'active', valid_until: null });
    expect(await act(mayer, (one) => one.give(idOf('direction'), { mode: 'espace', profileId: null }))).to.equal(null);
  });

  it('S18-14 two administrators who lower each other at once leave one, ten times over', async () => {
    const [a, b] = [idOf('direction'), idOf('quotidienne')];
    for (let n = 0; n < 10; n += 1) {
      await secondAdministrator('direction');
      await secondAdministrator('quotidienne');
      const [one, two] = [await signed(a, 'administration'), await signed(b, 'administration')];
      const said = await Promise.all([
        act(one, (access) => access.give(b, { mode: 'quotidienne', profileId: daily })),
        act(two, (access) => (n % 2 ? access.suspend(a) : access.give(a, { mode: 'espace', profileId: null }))),
      ]);
      expect(said.filter((word) => word === null)).to.have.length(1);
      const left = await school.db((db) => db('accounts').where({ mode: 'administration', state: 'active' }));
      expect(left).to.have.length(1);
      await school.db((db) => db('accounts').where({ id: a }).update({ state: 'active' }));
    }
  });

  it('S18-14 nobody raises himself, nor gives more than he has', async () => {
    await school.db((db) => db('profiles').insert({ name: 'Tout', permissions: ['configuration.modules'] }));
    const all = (await school.db((db) => db('profiles').where({ name: 'Tout' }).first('id'))).id;
    const samia = await secretary();
    for (const role of ['quotidienne', 'enseignants', 'periscolaire'] as const) {
      expect(await act(samia, (one) => one.give(idOf(role), { mode: 'administration', profileId: null }))).to.include(
        'Vous ne pouvez pas donner « Administration',
      );
      expect(await act(samia, (one) => one.give(idOf(role), { mode: 'quotidienne', profileId: all }))).to.include(
        'a des droits que vous n’avez pas : « Généralités > Mettre en service',
      );
    }
    expect(await act(samia, (one) => one.give(idOf('enseignants'), { mode: 'quotidienne', profileId: hall }))).to.equal(
      null,
    );
    const offer = await act(samia, (one) => one.offer());
    expect(offer.modes.map((one) => one.refused === null)).to.deep.equal([true, true, false]);
    expect(offer.profiles.filter((one) => one.refused).map((one) => one.name)).to.deep.equal(['Tout']);
  });

  it('S18-14 nobody touches who has more than he has', async () => {
    const samia = await secretary();
    for (const said of [
      await act(samia, (one) => one.suspend(idOf('direction'))),
      await act(samia, (one) => one.setValidUntil(idOf('direction'), '2020-01-01')),
      await act(samia, (one) => one.give(idOf('direction'), { mode: 'quotidienne', profileId: hall })),
      await act(samia, (one) => one.refusalToLose(idOf('direction'))),
    ])
      expect(said).to.include('a des droits que vous n’avez pas');
  });

  it('S18-14 a director in Gestion quotidienne has what that session has, and a job gives nothing', async () => {
    const lowly = await signed(idOf('direction'), 'quotidienne');
    const gift = { mode: 'administration', profileId: null } as const;
    expect(await act(lowly, (one) => one.give(idOf('enseignants'), gift))).to.include('Vous ne pouvez pas donner');
    expect(await act(null, (one) => one.give(idOf('enseignants'), gift))).to.include('Rechargez la page');
    expect(await act(null, (one) => one.refusal(gift, 'staff'))).to.include('Rechargez la page');
  });

  it('an act that began before its author lost his rights does nothing', async () => {
    await secondAdministrator('quotidienne');
    const late = await signed(idOf('quotidienne'), 'administration');
    await act(await director(), (one) => one.suspend(idOf('quotidienne')));
    expect(await act(late, (one) => one.suspend(idOf('enseignants')))).to.include('Rechargez la page');
    expect((await rowOf('enseignants')).state).to.equal('active');
  });

  it('a pupil and a guardian have no mode of Gestion; Gestion quotidienne wants a profile', async () => {
    const mayer = await director();
    for (const role of ['parents', 'eleves'] as const)
      expect(await act(mayer, (one) => one.give(idOf(role), { mode: 'quotidienne', profileId: daily }))).to.include(
        'n’ouvre que son Espace',
      );
    expect(
      await act(mayer, (one) => one.give(idOf('enseignants'), { mode: 'quotidienne', profileId: null })),
    ).to.include('Choisissez le profil');
    const elsewhere = await openSchool();
    const stranger = (await elsewhere.db((db) => db('profiles').first('id'))).id;
    expect(
      await act(mayer, (one) => one.give(idOf('enseignants'), { mode: 'quotidienne', profileId: stranger })),
    ).to.include('n’existe plus');
    expect(await act(mayer, (one) => one.suspend(elsewhere.people.direction.accountId))).to.include('n’existe plus');
    await elsewhere.close();
  });
});
