import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { openSchool, PASSWORD, type Role, type TestSchool } from '../testing.ts';
import { hashing } from './passwords.ts';

const sample = (name: string) =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'samples', name), 'utf8')) as never;
const NEW = 'Toboggan-77 bleu';

describe('a forgotten password', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
    school.house.mailbox.messages.length = 0;
  });
  afterEach(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const ask = (who: string) => school.as('visiteur').post('/connexion/oubli', { who });
  const mails = async () => {
    await school.runJobs();
    return school.house.mailbox.messages;
  };
  /** Path of the link that stands under this login in a message. */
  const linkOf = (text: string, login: string) =>
    new RegExp(`^${login} \\([^)]*\\) :\\s+\\S+?(/connexion/nouveau/[\\w-]+)`, 'm').exec(text)?.[1] as string;
  const enter = (login: string, password: string) =>
    school.as('visiteur').post('/connexion/', { login, password, mode: 'espace', vers: '', suite: '' });
  const giveEmail = (role: Role, email: string | null) =>
    school.db((db) => db('people').where({ id: school.people[role].personId }).update({ email }));
  const requests = () => school.db((db) => db('password_requests').select('account_id', 'why'));

  it('B13 names the accounts that share an address, with a link each: one changes, the others do not, the inactive one is left out', async () => {
    const { accounts, request } = sample('B13-mot-de-passe-oublie-adresse-partagee.json') as {
      accounts: { login: string; email: string; actif: boolean }[];
      request: string;
    };
    const roles: Role[] = ['parents', 'enseignants', 'periscolaire'];
    await school.db(async (db) => {
      for (const [at, { login, email, actif }] of accounts.entries()) {
        const { accountId, personId } = school.people[roles[at] as Role];
        await db('people').where({ id: personId }).update({ email });
        await db('accounts')
          .where({ id: accountId })
          .update({ login, state: actif ? 'active' : 'suspended' });
      }
    });
    expect((await ask(request)).status).to.equal(303);
    const sent = await mails();
    expect(sent.map((one) => one.to)).to.deep.equal([[request]]);
    const text = sent[0]?.text ?? '';
    for (const { login, actif } of accounts) expect(linkOf(text, login) !== undefined, login).to.equal(actif);
    const visitor = school.as('visiteur');
    const link = linkOf(text, 'HGARNIER');
    expect((await visitor.get(link)).text)
      .to.include('HGARNIER')
      .and.not.include('GOKAFOR');
    expect((await visitor.post(link, { password: NEW, again: NEW })).status).to.equal(200);
    expect((await enter('HGARNIER', PASSWORD)).status).to.equal(422);
    expect((await enter('HGARNIER', NEW)).status).to.equal(303);
    expect((await enter('GOKAFOR', PASSWORD)).status, 'the other password still works').to.equal(303);
    expect((await visitor.get(linkOf(text, 'GOKAFOR'))).status, 'and its own link').to.equal(200);
    expect((await enter('HGARNIER2', PASSWORD)).status).to.equal(422);
  });

  it('B14 S18-07 answers the five cases alike, does nothing but keep the question, and writes to nobody before the answer', async () => {
    const cases = (sample('B14-enumeration.json') as { requests: string[] }).requests;
    expect(cases).to.have.length(5);
    const { parents, enseignants, accompagnants, eleves } = school.people;
    await school.db(async (db) => {
      await db('accounts').where({ id: parents.accountId }).update({ login: 'SLEOTIN' });
      await db('accounts').where({ id: enseignants.accountId }).update({ login: 'RMARCHANT' });
      await db('accounts').where({ id: accompagnants.accountId }).update({ state: 'suspended' });
    });
    for (const role of ['parents', 'accompagnants', 'eleves'] as const) await giveEmail(role, `${role}@exemple.fr`);
    const typed = ['sleotin', 'rmarchant', 'inconnu999', eleves.login, accompagnants.login];
    const told = [];
    const before = hashing.calls;
    for (const who of typed) {
      const answer = await ask(who);
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'));
      told.push({ status: answer.status, text: answer.text, headers });
    }
    for (const one of told) expect(one).to.deep.equal(told[0]);
    expect(told[0]?.status).to.equal(303);
    expect(school.house.mailbox.messages, 'no mail leaves with the answer').to.deep.equal([]);
    expect(await school.db((db) => db('reset_links'))).to.deep.equal([]);
    expect(await requests()).to.deep.equal([]);
    expect(hashing.calls, 'no slow hash either').to.equal(before);
    const page = await school.as('visiteur').get('/connexion/oubli/envoye');
    expect(page.text).to.include('Si un compte de l’école correspond');
    expect((await mails()).map((one) => one.to)).to.deep.equal([['parents@exemple.fr']]);
    expect((await requests()).map((one) => one.account_id)).to.have.members([enseignants.accountId, eleves.accountId]);
  });

  describe('B15 which sessions live on', () => {
    const { sessions, cases } = sample('B15-sessions-apres-reinitialisation.json') as {
      sessions: string[];
      cases: { action: string; alive: string[] }[];
    };
    type Clients = Record<string, Awaited<ReturnType<TestSchool['asAccount']>>>;
    const ACTS: Record<string, (clients: Clients) => Promise<unknown>> = {
      async 'password reset by e-mail link'() {
        await ask(school.people.parents.login);
        const link = linkOf((await mails())[0]?.text ?? '', school.people.parents.login);
        await school.as('visiteur').post(link, { password: NEW, again: NEW });
      },
      async 'director regenerates the password'() {
        const path = `/gestion/ressources/responsables/${school.people.parents.personId}/compte/reinitialiser`;
        await school.as('direction').post(path);
      },
      'own change from the phone': ({ phone }) =>
        phone?.post('/compte/', { current: PASSWORD, password: NEW, again: NEW }) as Promise<unknown>,
      'failed change (wrong current password)': ({ phone }) =>
        phone?.post('/compte/', { current: 'Pas le bon 1', password: NEW, again: NEW }) as Promise<unknown>,
    };

    for (const { action, alive } of cases)
      it(`B15 after « ${action} »: ${alive.join(', ') || 'none'}`, async () => {
        await giveEmail('parents', 'paul@exemple.fr');
        const clients: Clients = {};
        for (const name of sessions) clients[name] = await school.asAccount(school.people.parents.accountId, 'espace');
        for (const name of sessions) expect((await clients[name]?.get('/compte/'))?.status, name).to.equal(200);
        await ACTS[action]?.(clients);
        const living = [];
        for (const name of sessions) if ((await clients[name]?.get('/compte/'))?.status === 200) living.push(name);
        expect(living).to.deep.equal(alive);
      });
  });

  it('the link serves once, within the hour, under the rules of a first password; looking at it changes nothing', async () => {
    const { login } = school.people.parents;
    await giveEmail('parents', 'paul@exemple.fr');
    const now = new Date();
    school.house.setNow(now);
    await ask(` ${login.toLowerCase()} `);
    const link = linkOf((await mails())[0]?.text ?? '', login);
    const visitor = school.as('visiteur');
    for (let n = 0; n < 2; n++) expect((await visitor.get(link)).status).to.equal(200);
    for (const [password, again, reason] of [
      ['court', 'court', 'contenir au moins 8 caractères'],
      [NEW, `${NEW}x`, 'Les deux saisies ne sont pas les mêmes'],
      [PASSWORD, PASSWORD, 'c’est le même'],
      ['', '', 'Remplissez'],
    ] as const) {
      const answer = await visitor.post(link, { password, again });
      expect([answer.status, answer.text.includes(reason)], reason).to.deep.equal([422, true]);
    }
    school.house.setNow(new Date(now.getTime() + 61 * 60_000));
    for (const one of [link, '/connexion/nouveau/rien', `${link}x`])
      expect((await visitor.get(one)).status).to.equal(410);
    expect((await visitor.post(link, { password: NEW, again: NEW })).status).to.equal(410);
    school.house.setNow(now);
    const both = await Promise.all([1, 2].map(() => visitor.post(link, { password: NEW, again: NEW })));
    expect(both.map((one) => one.status).sort(), 'pressed twice at once').to.deep.equal([200, 410]);
    expect((await visitor.get(link)).status).to.equal(410);
    expect((await enter(login, NEW)).status).to.equal(303);
    const kept = await school.db((db) => db('audit_log').pluck('act'));
    expect(kept).to.include.members([
      'Mot de passe oublié : lien envoyé',
      'Mot de passe changé par le lien reçu par e-mail',
    ]);
  });

  it('a link of one school opens nothing in another', async () => {
    await giveEmail('parents', 'paul@exemple.fr');
    await ask(school.people.parents.login);
    const link = linkOf((await mails())[0]?.text ?? '', school.people.parents.login);
    const other = await openSchool();
    expect((await other.as('visiteur').get(link)).status).to.equal(410);
    await other.close();
  });

  it('F02-25 F11-10 where the Espace allows no e-mail, without an address, and before a first sign-in, the school is asked, once', async () => {
    const { parents, enseignants, accompagnants } = school.people;
    for (const role of ['parents', 'accompagnants'] as const) await giveEmail(role, `${role}@exemple.fr`);
    await school.db(async (db) => {
      await db('plugin_settings').insert({
        plugin: 'espace:parents',
        values: JSON.stringify({ mail: false }),
      });
      await db('accounts').where({ id: accompagnants.accountId }).update({ state: 'provisional', password_hash: null });
    });
    for (const one of [parents, enseignants, accompagnants]) for (let n = 0; n < 2; n++) await ask(one.login);
    expect(await mails()).to.deep.equal([]);
    expect((await requests()).map((one) => one.account_id)).to.have.members([
      parents.accountId,
      enseignants.accountId,
      accompagnants.accountId,
    ]);
    expect((await enter(parents.login, PASSWORD)).status, 'the password comes back to mind').to.equal(303);
    expect(await requests()).to.have.length(2);
  });

  it('an address that takes no mail becomes a request to the school', async () => {
    await giveEmail('parents', 'claire@exemple,fr');
    await ask(school.people.parents.login);
    expect(await mails()).to.deep.equal([]);
    expect(await requests()).to.have.length(1);
  });

  it('S18-06 S18-12 five requests in a quarter of an hour for the same account; the queue holds no address in clear', async () => {
    await giveEmail('parents', 'paul@exemple.fr');
    for (let n = 0; n < 5; n++) expect((await ask('paul@exemple.fr')).status).to.equal(303);
    const { rows } = await school.house.house.app.raw(
      "select data::text from pgboss.job where name = 'connexion.recover'",
    );
    expect(JSON.stringify(rows)).not.to.include('paul');
    const sixth = await ask('PAUL@exemple.fr');
    expect([sixth.status, sixth.text.includes('Trop de demandes')]).to.deep.equal([422, true]);
    expect(sixth.text).to.include('value="PAUL@exemple.fr"');
    for (let n = 0; n < 6; n++)
      expect((await ask('inconnu999')).status, 'unknown ones alike').to.equal(n < 5 ? 303 : 422);
    expect((await ask('')).status).to.equal(422);
    await mails();
  });

  describe('in Configuration > Demandes de mot de passe', () => {
    const direction = () => school.as('direction');
    const shownIn = (text: string) => /<p class="secret num"[^>]*>([^<]+)</.exec(text)?.[1] ?? null;
    async function request(role: Role) {
      await ask(school.people[role].login);
      await school.runJobs();
      const row = await school.db((db) =>
        db('password_requests').where({ account_id: school.people[role].accountId }).first('id'),
      );
      return `/gestion/securite/demandes/${row.id}`;
    }

    it('« Réinitialiser » asks one’s own password, shows the new secret once, ends the sessions, and is logged', async () => {
      const page = await request('parents');
      expect((await direction().get('/gestion/securite/demandes')).text).to.include('LEROY Paul');
      expect((await direction().get(page)).text).to.include('mot de passe oublié');
      expect((await direction().post(page, { password: 'Pas le bon 1' })).status).to.equal(422);
      const parent = school.as('parents');
      expect((await parent.get('/compte/')).status).to.equal(200);
      const answer = await direction().post(page, { password: PASSWORD });
      const secret = shownIn(answer.text) as string;
      expect(secret).to.match(/^[a-zA-Z2-9]{10}$/);
      expect(answer.headers.get('cache-control')).to.include('no-store');
      expect((await parent.get('/compte/')).status).to.equal(303);
      expect((await enter(school.people.parents.login, secret)).location).to.include('/compte/mot-de-passe');
      expect((await direction().get(page)).status, 'answered').to.equal(404);
      expect((await direction().post(page, { password: PASSWORD })).status, 'once').to.equal(404);
      expect((await direction().get('/gestion/securite/demandes')).text).to.include('Aucune demande');
      const acts = await school.db((db) => db('audit_log').pluck('act'));
      expect(acts).to.include('Mot de passe réinitialisé (demande)');
    });

    it('a request is put away without changing anything', async () => {
      const page = await request('parents');
      expect((await direction().post(`${page}/classer`)).status).to.equal(303);
      expect(await requests()).to.deep.equal([]);
      expect((await enter(school.people.parents.login, PASSWORD)).status).to.equal(303);
    });

    it('S18-14 a profile that answers requests resets no sign-in of Gestion; Administration does', async () => {
      await school.db((db) =>
        db('profiles')
          .where({ name: 'Vie scolaire' })
          .update({ permissions: ['securite.requests'] }),
      );
      const page = await request('direction');
      const secretary = school.as('quotidienne');
      expect((await secretary.get(page)).text).to.include('connectée en Administration');
      expect((await secretary.post(page, { password: PASSWORD })).status).to.equal(404);
      expect((await enter(school.people.direction.login, PASSWORD)).status, 'untouched').to.equal(303);
      const parents = await request('parents');
      expect(shownIn((await secretary.post(parents, { password: PASSWORD })).text)).to.have.length(10);
      const own = await request('quotidienne');
      expect(shownIn((await direction().post(own, { password: PASSWORD })).text)).to.have.length(10);
      expect((await school.as('mairie').get('/gestion/securite/demandes')).status).to.equal(403);
      const other = await openSchool();
      expect((await other.as('direction').get(page)).status).to.equal(404);
      await other.close();
    });
  });
});
