import { expect } from 'chai';
import { connect } from '../database/connect.ts';
import { openTestHouse } from '../testing/houses.ts';
import { type Client, openSchool, PASSWORD, type Role, type TestSchool } from '../testing.ts';

/** A director who teaches CM2 and has a child in CP; the house's clock moves, so this house is nobody else's. */
describe('« Mes autres comptes » (DESIGN 17: a human with several hats)', () => {
  let school: TestSchool;
  const at = (minutes: number) => school.house.setNow(new Date(Date.UTC(2026, 10, 25, 8, minutes)));
  before(async () => {
    school = await openSchool({ house: await openTestHouse() });
  });
  beforeEach(async () => {
    at(0);
    await school.db(async (db) => {
      await db('accounts').update({ state: 'suspended' });
      await db('accounts').update({ state: 'active' });
    });
    await owner('delete from account_links');
    await school.house.house.app('rate_limits').delete();
  });

  const idOf = (role: Role) => school.people[role].accountId;
  const owner = async (sql: string) => {
    const knex = connect(school.house.urls.admin, { max: 1 });
    const { rows } = await knex.raw(sql);
    await knex.destroy();
    return rows;
  };
  const director = () => school.asAccount(idOf('direction'), 'administration');
  const link = (client: Client, role: Role, password = PASSWORD) =>
    client.post('/autres-comptes/', { login: school.people[role].login, password });
  const go = (client: Client, role: Role, place: string, more: Record<string, string> = {}) =>
    client.post(`/autres-comptes/${place === 'gestion' ? 'gestion' : 'ouvrir'}`, {
      account: idOf(role),
      place,
      ...more,
    });
  const menu = (text: string) => text.slice(text.indexOf('id="moi"'), text.indexOf('Se déconnecter'));
  /** Signed in as the director, with her hats of teacher and of parent. */
  async function threeHats(): Promise<Client> {
    const client = await director();
    expect((await link(client, 'enseignants')).status).to.equal(303);
    expect((await link(client, 'parents')).status).to.equal(303);
    return client;
  }

  it('proves another account by its own login and password, then offers Gestion, Enseignants, Parents in one menu', async () => {
    const client = await threeHats();
    const shown = menu((await client.get('/gestion/accueil/')).text);
    expect(shown).to.include('Gestion').and.include('Espace Enseignants').and.include('Espace Parents');
    expect((await client.get('/autres-comptes/')).text)
      .to.include('AKRUG')
      .and.include('PLEROY');
  });

  it('one sign-in with any of them offers the others', async () => {
    await threeHats();
    const parent = await school.asAccount(idOf('parents'), 'espace');
    const shown = menu((await parent.get('/espace/parents/accueil/')).text);
    expect(shown).to.include('Gestion').and.include('Espace Enseignants').and.include('KBRAUD');
  });

  it('as a parent sees only his own child, and nothing of Gestion', async () => {
    const client = await threeHats();
    const stranger = await school.db(
      async (db) =>
        (
          await db('people')
            .insert({ kind: 'pupil', last_name: 'AUTRE', first_name: 'Zoé', search: 'a' })
            .returning('id')
        )[0].id,
    );
    const moved = await go(client, 'parents', 'parents');
    expect(moved.location).to.equal(`/${school.rne}/espace/parents/accueil/`);
    const home = await client.get('/espace/parents/accueil/');
    expect(home.text).to.include('Bonjour Paul').and.include('LEROY');
    expect((await client.get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(200);
    expect((await client.get(`/espace/parents/accueil/enfants/${stranger}`)).status).to.equal(404);
    expect((await client.get('/gestion/ressources/eleves')).status).to.equal(403);
  });

  it('ends the session one leaves, and writes both accounts in the journal', async () => {
    const client = await threeHats();
    const left = client.cookie;
    await go(client, 'enseignants', 'enseignants');
    const old = await school.as('visiteur').get('/gestion/accueil/', { Cookie: left });
    expect(old.location).to.include('/connexion/');
    const acts = await school.db((db) => db('audit_log').orderBy('at', 'desc').pluck('act'));
    expect(acts).to.include('Passage à un autre de ses comptes');
    expect(acts.some((act) => act.startsWith('Connexion par le compte relié KBRAUD'))).to.equal(true);
  });

  it('S18-14 opens Gestion from another hat with a fresh password only', async () => {
    await threeHats();
    const parent = await school.asAccount(idOf('parents'), 'espace');
    at(5);
    expect((await go(parent, 'direction', 'gestion')).location).to.equal(`/${school.rne}/gestion/accueil/`);
    const late = await school.asAccount(idOf('parents'), 'espace');
    at(16);
    const asked = await go(late, 'direction', 'gestion');
    expect(asked.status).to.equal(422);
    expect(asked.text).to.include('Confirmez que c’est bien vous');
    expect((await late.get('/gestion/accueil/')).status).to.equal(403);
    expect((await go(late, 'direction', 'gestion', { _proof: PASSWORD })).status).to.equal(303);
    expect((await late.get('/gestion/accueil/')).status).to.equal(200);
    // The other door does not lead there.
    const other = await school.asAccount(idOf('parents'), 'espace');
    await go(other, 'direction', 'parents');
    await other.post('/autres-comptes/ouvrir', { account: idOf('direction'), place: 'gestion' });
    expect((await other.get('/gestion/accueil/')).status).to.equal(403);
  });

  it('a change of hat makes no sign-in longer, and brings no fresh password', async () => {
    const client = await threeHats();
    at(11);
    await go(client, 'parents', 'parents');
    const ends = async () =>
      (
        await owner(
          `select expires_at from sessions where account_id = '${idOf('parents')}' and proved_by = '${idOf('direction')}' order by created_at desc`,
        )
      )[0].expires_at;
    expect((await ends()).toISOString(), 'the twelve hours of Gestion').to.equal('2026-11-25T20:00:00.000Z');
    expect((await go(client, 'direction', 'gestion')).status).to.equal(422);
  });

  it('S18-07 a wrong password, an unknown, a suspended and a provisional account get the same answer', async () => {
    const client = await director();
    await school.db(async (db) => {
      await db('accounts')
        .where({ id: idOf('periscolaire') })
        .update({ state: 'suspended' });
      await db('accounts')
        .where({ id: idOf('mairie') })
        .update({ state: 'provisional' });
    });
    const words = async (login: string, password: string) => {
      const { status, text } = await client.post('/autres-comptes/', { login, password });
      expect(status).to.equal(422);
      return /<a href="#form-password">([^<]+)/.exec(text)?.[1];
    };
    const said = [
      await words('AKRUG', 'pas celui-là'),
      await words('PERSONNE', PASSWORD),
      await words('ADIALLO', PASSWORD),
      await words('RMARCHAND', PASSWORD),
    ];
    expect(new Set(said).size).to.equal(1);
    expect(said[0]).to.include('ne vont pas ensemble');
  });

  it('S18-06 limits the guesses as the sign-in does, in one count with it', async () => {
    const client = await director();
    for (let n = 0; n < 10; n += 1) await link(client, 'enseignants', `faux ${n}`);
    expect((await link(client, 'enseignants')).text).to.include('Trop d’essais');
    const door = await school
      .as('visiteur')
      .post('/connexion/', { mode: 'espace', login: 'AKRUG', password: PASSWORD, vers: '', suite: '' });
    expect(door.text).to.include('Trop d’essais');
  });

  it('links no pupil, no second guardian, not oneself', async () => {
    const client = await director();
    expect((await link(client, 'eleves')).text).to.include('Le compte d’un élève ne se relie à aucun autre');
    expect((await link(client, 'direction')).text).to.include('C’est le compte avec lequel vous êtes connecté');
    const child = await school.asAccount(idOf('eleves'), 'espace');
    expect((await link(child, 'parents')).text).to.include('Le compte d’un élève ne se relie à aucun autre');
  });

  it('a reset or a suspension suspends the links until proven again, and ends what was opened through them', async () => {
    const client = await threeHats();
    await go(client, 'parents', 'parents');
    await school.db((db) =>
      db('accounts')
        .where({ id: idOf('direction') })
        .update({ state: 'provisional' }),
    );
    expect((await client.get('/espace/parents/accueil/')).location, 'opened by the director’s password').to.include(
      '/connexion/',
    );
    await school.db((db) =>
      db('accounts')
        .where({ id: idOf('direction') })
        .update({ state: 'active' }),
    );
    const again = await director();
    expect(menu((await again.get('/gestion/accueil/')).text)).not.to.include('Espace Parents');
    expect((await again.get('/autres-comptes/')).text)
      .to.include('ses liens attendent')
      .and.not.include('PLEROY');
    await go(again, 'parents', 'parents');
    expect((await again.get('/gestion/accueil/')).status, 'still the director').to.equal(200);
    const teacher = await school.asAccount(idOf('enseignants'), 'espace');
    expect(menu((await teacher.get('/espace/enseignants/accueil/')).text))
      .to.include('Espace Parents')
      .and.not.include('Gestion');
    expect((await teacher.get('/autres-comptes/')).text).to.include('À prouver de nouveau');
    await link(teacher, 'direction');
    expect(menu((await again.get('/gestion/accueil/')).text)).to.include('Espace Parents');
  });

  it('an account that was reset reaches its old companions by proving one of them, and by no other', async () => {
    await threeHats();
    await school.db(async (db) => {
      await db('accounts')
        .where({ id: idOf('direction') })
        .update({ state: 'provisional' });
      await db('accounts')
        .where({ id: idOf('direction') })
        .update({ state: 'active' });
    });
    // Whoever holds the reset account proves an account of his own.
    const thief = await director();
    await link(thief, 'periscolaire');
    expect(menu((await thief.get('/gestion/accueil/')).text))
      .to.include('Espace Périscolaire')
      .and.not.include('Espace Parents');
  });

  it('one’s own change of password ends what was opened through it, and keeps the links', async () => {
    const client = await threeHats();
    await go(client, 'parents', 'parents');
    const desk = await director();
    await desk.post('/compte/', { current: PASSWORD, password: 'Grand Pré 2026 vert', again: 'Grand Pré 2026 vert' });
    expect((await client.get('/espace/parents/accueil/')).location).to.include('/connexion/');
    expect(menu((await desk.get('/gestion/accueil/')).text)).to.include('Espace Parents');
    const hash = await school.db((db) =>
      db('accounts')
        .where({ id: idOf('parents') })
        .first('password_hash'),
    );
    await school.db((db) =>
      db('accounts')
        .where({ id: idOf('direction') })
        .update(hash),
    );
  });

  it('unlinks, and what is unlinked opens no more', async () => {
    const client = await threeHats();
    await client.post('/autres-comptes/retirer', { account: idOf('parents') });
    expect(menu((await client.get('/gestion/accueil/')).text))
      .to.include('Espace Enseignants')
      .and.not.include('Espace Parents');
    await go(client, 'parents', 'parents');
    expect((await client.get('/gestion/accueil/')).status).to.equal(200);
    const parent = await school.asAccount(idOf('parents'), 'espace');
    expect(menu((await parent.get('/espace/parents/accueil/')).text)).not.to.include('Gestion');
  });

  it('is no way around the PIN of the other account', async () => {
    const client = await threeHats();
    await school.db((db) =>
      db('accounts')
        .where({ id: idOf('enseignants') })
        .update({ measure: 'pin' }),
    );
    await go(client, 'enseignants', 'enseignants');
    expect((await client.get('/autres-comptes/')).text).to.include('demande un code PIN');
    expect((await client.get('/gestion/accueil/')).status).to.equal(200);
    await client.post('/autres-comptes/retirer', { account: idOf('enseignants') });
    expect((await link(client, 'enseignants')).text).to.include('demande un code PIN');
    await school.db((db) =>
      db('accounts')
        .where({ id: idOf('enseignants') })
        .update({ measure: 'none' }),
    );
  });

  it('S18-02 reads and writes links through its functions only, and in its own school only', async () => {
    const client = await threeHats();
    expect((await client.get('/gestion/accueil/')).status).to.equal(200);
    const refused = (sql: string) =>
      school
        .db((db) => db.raw(sql))
        .then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
    for (const sql of [
      'select 1 from account_links',
      'delete from account_links',
      'update account_links set human = human',
    ])
      expect(await refused(sql), sql).to.equal('42501');
    const other = await openSchool({ house: school.house });
    const open = await school.house.house
      .door('sessions')
      .where({ account_id: idOf('direction') })
      .first('handle');
    const asked = await other.db((db) =>
      db.raw('select * from linked_accounts(?, ?)', [open.handle, idOf('direction')]),
    );
    expect(asked.rows).to.deep.equal([]);
    const made = await other.db((db) =>
      db.raw('select link_accounts(?, ?, ?, ?, now()) as done', [
        ...[other.id, other.people.direction.accountId],
        ...[other.id, idOf('parents')],
      ]),
    );
    expect(made.rows[0].done).to.equal(false);
    const moved = await other
      .as('direction')
      .post('/autres-comptes/ouvrir', { account: idOf('parents'), place: 'parents' });
    expect(moved.location).to.include('/autres-comptes/');
    await other.close();
  });
});
