import { expect } from 'chai';
import { tokenHash } from '../secret.ts';
import { newFamilies, servicesAs } from '../testing/keys.ts';
import {
  openSchool,
  openTestHouse,
  PASSWORD,
  type SpawnedHouse,
  spawnHouse,
  type TestHouse,
  type TestSchool,
} from '../testing.ts';
import { hashPassword } from './passwords.ts';

const NEW = 'Toboggan-77 bleu';
const PIN = '491706';
/** More than any door lets in, and enough to run into each other. */
const GUESSES = 24;
const AT_ONCE = 50;

interface Told {
  status: number;
  text: string;
}

/** Acceptance 5: sign-in, PIN, opening code, reset link, QR, mail code, each on two processes of one house. */
describe('Six secret doors', function () {
  this.timeout(60_000);
  let house: TestHouse;
  let second: SpawnedHouse;
  let school: TestSchool;
  before(async () => {
    house = await openTestHouse();
    second = await spawnHouse(house);
  });
  after(() => second.kill());
  beforeEach(async () => {
    school = await openSchool({ house });
    house.mailbox.messages.length = 0;
  });
  afterEach(async () => {
    await house.house.app('rate_limits').delete();
    await school.close();
  });

  /** One post from a device nobody knows, at one of the two processes. */
  async function send(path: string, fields: Record<string, string>, at = 0, cookie = ''): Promise<Told> {
    const origin = at % 2 ? second.origin : house.origin;
    const answer = await fetch(`${origin}${path.startsWith(`/${school.rne}`) ? '' : `/${school.rne}`}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin', ...(cookie ? { Cookie: cookie } : {}) },
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, text: await answer.text() };
  }
  const many = (count: number, one: (at: number) => Promise<Told>) =>
    Promise.all(Array.from({ length: count }, (_, at) => one(at)));
  /** How many guesses were compared with the secret: those that were told it is another one. */
  const evaluated = (answers: Told[], words: string) => answers.filter((one) => one.text.includes(words)).length;
  const enter = (login: string, password: string, at = 0, cookie = '') =>
    send('/connexion/', { mode: 'espace', login, password, vers: '', suite: '' }, at, cookie);
  const opened = (answers: Told[]) => answers.filter(({ status }) => status < 400 && status !== 410).length;

  describe('at most ten guesses of an account are evaluated in a quarter of an hour', () => {
    const WRONG = 'ne vont pas ensemble';

    it('S18-06 sign-in: strangers, two of one’s own devices and « Mon compte » together', async () => {
      const { login, accountId } = school.people.parents;
      const devices = ['a', 'b'].map((name) => name.repeat(32));
      await school.db(async (db) => {
        for (const device of devices) {
          const device_hmac = house.house.secrets.hmac('device', device);
          await db('devices').insert({ account_id: accountId, device_hmac, last_at: new Date() });
        }
      });
      const inside = await school.asAccount(accountId, 'espace');
      await inside.get('/compte/');
      const strangers = await many(GUESSES, (at) => enter(login, `Faux ${at}`, at));
      expect(evaluated(strangers, WRONG)).to.equal(7);
      expect((await enter(login, PASSWORD)).text, 'not even the right one').to.include('Trop d’essais');
      const known = await many(GUESSES, (at) => enter(login, `Faux ${at}`, at, `preau-appareil=${devices[at % 2]}`));
      const own = await many(GUESSES, (at) =>
        send('/compte/', { current: `Faux ${at}`, password: NEW, again: NEW }, at, inside.cookie),
      );
      expect(evaluated(known, WRONG) + evaluated(own, 'Ce n’est pas votre mot de passe actuel')).to.equal(3);
    });

    it('S18-06 sign-in: guesses from elsewhere do not lock out one’s own device', async () => {
      const { login, accountId } = school.people.direction;
      const device = 'c'.repeat(32);
      const device_hmac = house.house.secrets.hmac('device', device);
      await school.db((db) => db('devices').insert({ account_id: accountId, device_hmac, last_at: new Date() }));
      await many(GUESSES, (at) => enter(login, `Faux ${at}`, at));
      const told = await send(
        '/connexion/',
        { mode: 'administration', login, password: PASSWORD, vers: '', suite: '' },
        1,
        `preau-appareil=${device}`,
      );
      expect(told.status).to.equal(303);
    });

    it('S18-06 PIN', async () => {
      const { ticket } = await withPin();
      const answers = await many(GUESSES, (at) => send('/connexion/code', { ...ticket, pin: `77${1000 + at}` }, at));
      expect(
        evaluated(answers, 'Ce n’est pas votre code PIN') + evaluated(answers, 'Cinq essais sont faits'),
      ).to.be.above(0);
      // The fifth, and all that come after it, are told that it was the last.
      expect(evaluated(answers, 'Ce n’est pas votre code PIN')).to.be.at.most(4);
      const row = await school.db((db) => db('accounts').where({ id: school.people.parents.accountId }).first());
      expect(row.pin_tries).to.equal(5);
      expect(opened(await many(4, (at) => send('/connexion/code', { ...ticket, pin: PIN }, at)))).to.equal(0);
    });

    it('S18-06 code by e-mail', async () => {
      const { ticket } = await withPin({ pin_tries: 5, ...codeRow('123456') });
      const answers = await many(GUESSES, (at) => send('/connexion/code', { ...ticket, pin: `77${1000 + at}` }, at));
      expect(evaluated(answers, 'Ce n’est pas le dernier code envoyé')).to.equal(5);
      expect((await send('/connexion/code', { ...ticket, pin: '123456' }, 1)).text).to.include('Trop d’essais');
    });

    it('S18-06 opening code', async () => {
      await prepared();
      const answers = await many(GUESSES, (at) => send('/ouverture/codes', { ...OPENING, code: `Faux${at}` }, at));
      expect(evaluated(answers, 'n’ouvrent pas cette école')).to.equal(5);
      expect((await send('/ouverture/codes', OPENING, 1)).text).to.include('Cinq essais sont faits');
    });

    it('S18-06 reset: five links may be asked for', async () => {
      await school.db((db) =>
        db('people').where({ id: school.people.parents.personId }).update({ email: 'p@exemple.fr' }),
      );
      const { login } = school.people.parents;
      const answers = await many(GUESSES, (at) => send('/connexion/oubli', { who: login }, at));
      expect(answers.filter(({ status }) => status === 303)).to.have.length(5);
    });

    it('S18-06 QR: over all the labels of the account', async () => {
      const codes = await labels(3);
      const answers = await many(GUESSES, (at) => send(`/c/${codes[at % 3]}`, { birth: '01/01/2018' }, at));
      const wrong = evaluated(answers, 'Ce n’est pas la date') + evaluated(answers, 'Cinq dates ont été essayées');
      // A guess at a label that has just died takes one of the ten with it.
      expect(wrong).to.be.within(5, 10);
      const tries = await school.db((db) => db('account_keys').pluck('tries'));
      expect(tries.reduce((sum, one) => sum + one, 0)).to.equal(wrong);
      expect(Math.max(...tries)).to.be.at.most(5);
      for (const code of codes)
        expect((await send(`/c/${code}`, { birth: '03/04/2018' })).status).to.be.oneOf([410, 422]);
    });

    it('the quarter of an hour has no edge around which twice as many get in', async () => {
      const { limits, app } = house.house;
      expect(await limits.take('qr', 'x')).to.deep.equal({ ok: true });
      // As if the first try were almost fifteen minutes old.
      await app('rate_limits').update({ expire: Date.now() + 500 });
      for (let n = 0; n < 9; n++) expect(await limits.take('qr', 'x')).to.deep.equal({ ok: true });
      expect(await limits.take('qr', 'x')).to.deep.equal({ ok: false, minutes: 15 });
      await app('rate_limits').update({ expire: Date.now() - 1 });
      expect(await limits.take('qr', 'x'), 'a quarter of an hour later').to.deep.equal({ ok: true });
    });
  });

  describe('fifty uses at once of one code or link: one success', () => {
    it('S18-06 code by e-mail', async () => {
      const { ticket } = await withPin({ pin_tries: 5, ...codeRow('123456') });
      await many(AT_ONCE, (at) => send('/connexion/code', { ...ticket, pin: '123456' }, at));
      expect(await sessionsOf(school.people.parents.accountId)).to.equal(1);
    });

    it('S18-06 opening code', async () => {
      await prepared();
      await many(AT_ONCE, (at) => send('/ouverture/codes', OPENING, at));
      const made = await school.db((db) => db('people').where({ last_name: OPENING.lastName }).pluck('id'));
      expect(made).to.have.length(1);
    });

    it('S18-06 reset link', async () => {
      const token = 'x'.repeat(43);
      const { accountId } = school.people.parents;
      await school.db((db) =>
        db('reset_links').insert({
          account_id: accountId,
          token_hash: tokenHash(token),
          expires_at: new Date(Date.now() + 600_000),
        }),
      );
      const answers = await many(AT_ONCE, (at) =>
        send(`/connexion/nouveau/${token}`, { password: NEW, again: NEW }, at),
      );
      expect(answers.map((one) => one.status).filter((status) => status !== 410)).to.deep.equal([200]);
    });

    it('S18-06 QR: one link, and two links of one account', async () => {
      const codes = await labels(2);
      const [first] = codes;
      const answers = await many(AT_ONCE, (at) => send(`/c/${at % 5 ? first : codes[1]}`, { birth: '03/04/2018' }, at));
      expect(answers.filter(({ status }) => status === 303)).to.have.length(1);
      const [{ account_id }] = await school.db((db) => db('account_keys').select('account_id'));
      expect(await sessionsOf(account_id)).to.equal(1);
      expect(await school.db((db) => db('account_keys').whereNotNull('used_at').pluck('id'))).to.have.length(1);
    });
  });

  const sessionsOf = (accountId: string) =>
    school.db(async (db) => (await db.raw('select * from list_sessions(?)', [accountId])).rows.length);

  /** Codes of labels of one guardian whose child was born on 3 April 2018. */
  async function labels(count: number): Promise<string[]> {
    const [family] = await newFamilies(school, 1);
    const codes: string[] = [];
    for (let n = 0; n < count; n++)
      codes.push(
        ...(
          await servicesAs(school, 'direction', ({ keys }) =>
            keys.issue([family?.guardianId as string], { way: 'print', days: 30 }),
          )
        ).map((key) => key.link?.split('/').at(-1) as string),
      );
    return codes;
  }

  /** The parent has a PIN, and has typed his password on a new device. */
  async function withPin(more: object = {}): Promise<{ ticket: Record<string, string> }> {
    const { accountId, personId, login } = school.people.parents;
    const pin_hash = await hashPassword(PIN);
    await school.db(async (db) => {
      await db('people').where({ id: personId }).update({ email: 'paul@exemple.fr' });
      await db('accounts')
        .where({ id: accountId })
        .update({ measure: 'pin', pin_hash, ...more });
    });
    const { text } = await enter(login, PASSWORD);
    const ticket = /name="ticket" value="([^"]+)"/.exec(text)?.[1] as string;
    return { ticket: { ticket, vers: '', suite: '' } };
  }
  const codeRow = (code: string) => ({
    code_hmac: house.house.secrets.hmac('mail-code', `${school.people.parents.accountId} ${code}`),
    code_expires_at: new Date(Date.now() + 600_000),
  });

  const OPENING = { login: 'DIRECTION', code: 'abcdEF2345', civility: '', lastName: 'OUVRANTE', firstName: 'Anne' };
  const prepared = () =>
    house.house
      .app('schools')
      .where({ id: school.id })
      .update({
        state: 'prepared',
        opening_login: OPENING.login,
        opening_code_hmac: house.house.secrets.hmac('opening', `${school.id} ${OPENING.code}`),
        opening_expires_at: new Date(Date.now() + 600_000),
      });
});
