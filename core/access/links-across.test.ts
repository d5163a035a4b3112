import { expect } from 'chai';

import { hashing } from '../auth/passwords.ts';

import { informed } from '../feed/samples/two-schools.test.ts';
import { BIRTH, type Family, newFamilies, servicesAs } from '../testing/keys.ts';
import { type Client, openSchool, PASSWORD, type TestSchool } from '../testing.ts';

const TYPED = BIRTH.split('-').reverse().join('/');
const HOME = '/espace/parents/accueil/';

/** A mother with a child in each of two schools of this house. */
describe('accounts linked across schools (DESIGN 17)', () => {
  let a: TestSchool;
  let b: TestSchool;
  before(async () => {
    [a, b] = [await openSchool({ name: 'École des Glycines' }), await openSchool({ name: 'École du Lavoir' })];
  });
  beforeEach(() => a.house.house.app('rate_limits').delete());
  after(() => Promise.all([a.close(), b.close()]));

  /** A guardian with a child; `signed` has chosen the password of all test accounts. */
  async function mother(school: TestSchool, signed: boolean): Promise<Family> {
    const [one] = (await newFamilies(school, 1)) as [Family];
    if (signed)
      await school.db(async (db) => {
        const { password_hash } = await db('accounts')
          .where({ id: school.people.parents.accountId })
          .first('password_hash');
        await db('accounts')
          .where({ id: one.accountId })
          .update({ state: 'active', password_hash, secret_hmac: null, secret_sealed: null });
      });
    return one;
  }
  const label = async (one: Family) => {
    const [key] = await servicesAs(b, 'direction', ({ keys }) =>
      keys.issue([one.guardianId], { way: 'print', days: 30 }),
    );
    return key as { link: string; secret: string };
  };
  const signIn = (school: TestSchool, one: Family) => school.asAccount(one.accountId, 'espace');
  const byPassword = (client: Client, login: string, password = PASSWORD) =>
    client.post(`/autres-comptes/enfant/${b.rne}`, { login, password });
  const byCode = (client: Client, code: string, birth = TYPED) =>
    client.post(`/autres-comptes/enfant/${b.rne}/code`, { code, birth });
  const go = (client: Client, one: { accountId: string }, school: TestSchool, more: Record<string, string> = {}) =>
    client.post('/autres-comptes/ouvrir', { account: one.accountId, place: 'parents', school: school.rne, ...more });
  const menu = (text: string) => text.slice(text.indexOf('id="moi"'), text.indexOf('Se déconnecter'));
  const menuOf = async (client: Client) => menu((await client.get(HOME)).text);
  const at = async (client: Client, school: TestSchool, path: string) =>
    school.as('visiteur').get(path, { Cookie: client.cookie });
  const account = (one: Family, school = b) => school.db((db) => db('accounts').where({ id: one.accountId }).first());
  const acts = (one: Family, school: TestSchool) =>
    school.db((db) => db('audit_log').where({ account_id: one.accountId }).select('act', 'about'));
  const wrongs = (text: string) => /<a href="#(?:form|code)-\w+">([^<]+)/.exec(text)?.[1] ?? '';

  it('C-20 C-21 P3 a parent proves the account of another school by its password: one menu, each door leads to its school and back', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, true)];
    const client = await signIn(a, mine);
    expect(await menuOf(client)).to.not.include('Lavoir');
    expect((await byPassword(client, theirs.login)).location).to.equal(`/${a.rne}/autres-comptes/`);
    expect(await menuOf(client))
      .to.include('École du Lavoir')
      .and.include('Toutes mes écoles');
    const left = client.cookie;
    const moved = await go(client, theirs, b);
    expect(moved.location).to.equal(`/${b.rne}${HOME}`);
    const device = moved.headers.getSetCookie().find((one) => one.startsWith('preau-appareil='));
    expect(device, 'the first page offers that school on this device').to.include(b.rne);
    const there = await at(client, b, HOME);
    expect(there.status).to.equal(200);
    expect(menu(there.text)).to.include('École des Glycines');
    const old = await a.as('visiteur').get(HOME, { Cookie: left });
    expect(old.location, 'the session one leaves has ended').to.include('/connexion/');
    const back = await b
      .as('visiteur')
      .post(
        '/autres-comptes/ouvrir',
        { account: mine.accountId, place: 'parents', school: a.rne },
        { Cookie: client.cookie },
      );
    expect(back.location).to.equal(`/${a.rne}${HOME}`);
  });

  it('C-22 C-23 the code of the label and a birth date open the account without another password; the names that differ are confirmed', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, false)];
    await b.db((db) => db('people').where({ id: theirs.guardianId }).update({ last_name: 'MARTIN' }));
    const { link, secret } = await label(theirs);
    const client = await signIn(a, mine);
    const shown = await byCode(client, link);
    expect(shown.status).to.equal(200);
    expect(shown.text).to.include('Est-ce bien vous').and.include('Sophie 1 MARTIN').and.include('Sophie 1 LEOTI');
    expect((await account(theirs)).state, 'nothing is done before the answer').to.equal('provisional');
    const ticket = /name="ticket" value="([^"]+)"/.exec(shown.text)?.[1] as string;
    const stranger = await signIn(a, await mother(a, true));
    const path = `/autres-comptes/enfant/${b.rne}/confirmer`;
    await stranger.post(path, { ticket });
    expect((await account(theirs)).state, 'a ticket serves the session it was given to').to.equal('provisional');
    expect((await client.post(path, { ticket })).location).to.equal(`/${a.rne}/autres-comptes/`);
    const now = await account(theirs);
    expect(now).to.deep.include({ state: 'active', password_hash: null, secret_sealed: null, secret_hmac: null });
    expect(await menuOf(client)).to.include('École du Lavoir');
    await go(client, theirs, b);
    expect((await at(client, b, HOME)).status, 'no station stands before the child').to.equal(200);
    for (const password of [secret, PASSWORD, ''])
      expect(
        (
          await b
            .as('visiteur')
            .post('/connexion/', { mode: 'espace', login: theirs.login, password, vers: '', suite: '' })
        ).status,
      ).to.equal(422);
    expect((await at(client, b, new URL(link).pathname)).status, 'it is open here').to.equal(303);
    expect((await b.as('visiteur').get(new URL(link).pathname)).status, 'no paper opens it any more').to.equal(410);
  });

  it('C-22 the QR code opened on a device that knows another school leads to the account one has there', async () => {
    const { link } = await label(await mother(b, false));
    const opened = async (...schools: string[]) => {
      const device = { Cookie: `preau-appareil=${['0'.repeat(32), ...schools].join('.')}` };
      return (await b.as('visiteur').get(new URL(link).pathname.slice(b.rne.length + 1), device)).text;
    };
    const offer = `href="/${a.rne}/autres-comptes/enfant/${b.rne}"`;
    expect(await opened(a.rne))
      .to.include(offer)
      .and.include('Ouvrir mon espace');
    expect(await opened(b.rne)).not.to.include('Ajoutez cet enfant');
  });

  it('S18-18 each school’s journal names its own account only', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, false)];
    const client = await signIn(a, mine);
    await byCode(client, (await label(theirs)).link);
    await go(client, theirs, b);
    const here = JSON.stringify(await a.db((db) => db('audit_log').select()));
    const there = JSON.stringify(await b.db((db) => db('audit_log').select()));
    expect(here).to.not.include(theirs.accountId).and.not.include('Lavoir');
    expect(there).to.not.include(mine.accountId).and.not.include('Glycines');
    expect((await acts(mine, a)).map((one) => one.act)).to.include('Compte relié à un compte d’une autre école');
    expect((await acts(theirs, b)).map((one) => one.act))
      .to.include('Code de l’étiquette utilisé')
      .and.include('Compte relié à un compte d’une autre école');
    const cards = await a.as('direction').get(`/gestion/ressources/responsables/${mine.guardianId}`);
    expect(cards.text, 'a director sees his own school only')
      .to.not.include('Lavoir')
      .and.not.include(b.rne)
      .and.not.include(theirs.accountId);
  });

  it('S18-06 five wrong dates end the code, a code serves once, and no code of another school serves', async () => {
    const [mine, theirs, second] = [await mother(a, true), await mother(b, false), await mother(b, false)];
    const client = await signIn(a, mine);
    const { link } = await label(theirs);
    for (const left of [4, 3, 2, 1]) {
      const { status, text } = await byCode(client, link, '01/01/2018');
      expect([status, text.includes(`Il reste ${left} essai`)], String(left)).to.deep.equal([422, true]);
    }
    expect(wrongs((await byCode(client, link, '01/01/2018')).text)).to.include('Cinq dates fausses');
    expect(wrongs((await byCode(client, link)).text)).to.include('ne sert plus');
    const { link: good } = await label(second);
    expect((await byCode(client, good)).status).to.equal(303);
    const other = await signIn(a, await mother(a, true));
    expect(wrongs((await byCode(other, good)).text)).to.include('ne sert plus');
    expect((await byCode(other, 'rien')).status).to.equal(422);
    const third = await label(await mother(b, false));
    const crossed = await other.post(`/autres-comptes/enfant/${a.rne}/code`, { code: third.link, birth: TYPED });
    expect(wrongs(crossed.text)).to.include('ne sert plus');
    for (const rne of ['0000000A', 'x', a.rne.toLowerCase()])
      expect((await other.get(`/autres-comptes/enfant/${rne}`)).status).to.equal(404);
  });

  it('S18-06 S18-07 passwords are tried as at that school’s sign-in: one count, one sentence, one slow hash', async () => {
    const [mine, theirs, waiting, out] = [
      await mother(a, true),
      await mother(b, true),
      await mother(b, false),
      await mother(b, true),
    ];
    await b.db((db) => db('accounts').where({ id: out.accountId }).update({ state: 'suspended' }));
    const client = await signIn(a, mine);
    await byPassword(client, 'PERSONNE');
    const said = [];
    for (const [login, password] of [
      [theirs.login, 'pas celui-là'],
      ['PERSONNE', PASSWORD],
      [waiting.login, (await label(waiting)).secret],
      [out.login, PASSWORD],
    ] as const) {
      const before = hashing.calls;
      said.push(wrongs((await byPassword(client, login, password)).text));
      expect(hashing.calls - before, login).to.equal(1);
    }
    expect(new Set(said).size).to.equal(1);
    expect(said[0]).to.include('ne vont pas ensemble');
    for (let n = 0; n < 8; n += 1) await byPassword(client, theirs.login, `faux ${n}`);
    const door = await b
      .as('visiteur')
      .post('/connexion/', { mode: 'espace', login: theirs.login, password: PASSWORD, vers: '', suite: '' });
    expect(door.text).to.include('Trop d’essais');
  });

  it('C-25 links no pupil, and never two guardians of one school, not even by way of another', async () => {
    const [one, two] = [await mother(a, true), await mother(a, true)];
    const [far, near] = [await mother(b, true), await mother(b, false)];
    const client = await signIn(a, one);
    expect(wrongs((await byPassword(client, b.people.eleves.login)).text)).to.include('Le compte d’un élève');
    const child = await a.asAccount(a.people.eleves.accountId, 'espace');
    expect((await child.get('/autres-comptes/enfant')).status).to.equal(403);
    expect((await byPassword(child, far.login)).text).to.include('Le compte d’un élève');
    expect((await byPassword(client, far.login)).status).to.equal(303);
    const twin = await signIn(a, two);
    expect(wrongs((await byPassword(twin, far.login)).text)).to.include('Deux responsables d’une même école');
    const { link } = await label(near);
    expect(wrongs((await byCode(client, link)).text)).to.include('Deux responsables d’une même école');
    expect((await account(near)).state, 'the label is not used up').to.equal('provisional');
    const own = await b.asAccount(far.accountId, 'espace');
    const same = await own.post(`/autres-comptes/enfant/${b.rne}/code`, { code: link, birth: TYPED });
    expect(wrongs(same.text)).to.include('Deux responsables gardent chacun leur compte');
  });

  it('P3 a reset by that school ends what was opened and suspends the link; the others see it, the new label proves it again', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, true)];
    const client = await signIn(a, mine);
    await byPassword(client, theirs.login);
    const abroad = await b.asAccount(theirs.accountId, 'espace');
    await go(abroad, mine, a);
    expect((await at(abroad, a, HOME)).status).to.equal(200);
    await b.db((db) =>
      db('accounts').where({ id: theirs.accountId }).update({ state: 'provisional', password_hash: null }),
    );
    expect((await at(abroad, a, HOME)).location, 'opened by the password that was reset').to.include('/connexion/');
    expect(await menuOf(client)).to.not.include('Lavoir');
    expect((await client.get('/autres-comptes/')).text).to.include('cette école l’a réinitialisé ou suspendu');
    expect((await client.get('/fil/')).text).to.include('à relier de nouveau');
    expect((await go(client, theirs, b)).location).to.equal(`/${a.rne}/autres-comptes/`);
    await byCode(client, (await label(theirs)).link);
    expect(await menuOf(client)).to.include('École du Lavoir');
  });

  it('unlinks from either side, and what was opened by it ends', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, true)];
    const client = await signIn(a, mine);
    await byPassword(client, theirs.login);
    const moving = await signIn(a, mine);
    await go(moving, theirs, b);
    expect((await at(moving, b, HOME)).status).to.equal(200);
    await client.post('/autres-comptes/retirer', { account: theirs.accountId, school: b.rne });
    expect((await at(moving, b, HOME)).location).to.include('/connexion/');
    expect((await go(client, theirs, b)).location).to.equal(`/${a.rne}/autres-comptes/`);
    expect(await menuOf(client)).to.not.include('Lavoir');
    await byPassword(client, theirs.login);
    const there = await b.asAccount(theirs.accountId, 'espace');
    await there.post('/autres-comptes/retirer', { account: mine.accountId, school: a.rne });
    expect(await menuOf(client)).to.not.include('Lavoir');
  });

  it('S18-13 offers no account that is suspended, over or behind a PIN, and an account a school removes opens nothing elsewhere', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, true)];
    const client = await signIn(a, mine);
    await byPassword(client, theirs.login);
    const change = (values: object) => b.db((db) => db('accounts').where({ id: theirs.accountId }).update(values));
    await change({ measure: 'pin' });
    await go(client, theirs, b);
    expect((await client.get('/autres-comptes/')).text).to.include('demande un code PIN');
    expect((await client.get('/fil/')).text, 'nor is it read from here').to.include('demande un code PIN');
    await informed(b, theirs, 'Cour des grands');
    const feed = async () => (await client.get('/fil/')).text;
    await change({ measure: 'none' });
    expect(await feed()).to.include('Cour des grands');
    const shut = async () => {
      expect(await menuOf(client)).to.not.include('Lavoir');
      expect((await go(client, theirs, b)).location).to.include('/autres-comptes/');
      expect(await feed()).to.not.include('Cour des grands');
    };
    await change({ valid_until: new Date(Date.now() - 1000) });
    await shut();
    await change({ valid_until: null, state: 'suspended' });
    await shut();
    await change({ state: 'active' });
    await shut();
    await byPassword(client, theirs.login);
    expect(await feed(), 'proved again').to.include('Cour des grands');
    const abroad = await b.asAccount(theirs.accountId, 'espace');
    await go(abroad, mine, a);
    await b.db((db) => db('accounts').where({ id: theirs.accountId }).delete());
    expect((await at(abroad, a, HOME)).location).to.include('/connexion/');
  });

  it('an account without a password is not left without a link; it gets one in « Mon compte », against the password it was opened with', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, false)];
    const client = await signIn(a, mine);
    await byCode(client, (await label(theirs)).link);
    await go(client, theirs, b);
    const headers = { Cookie: client.cookie };
    const visitor = b.as('visiteur');
    const home = await signIn(a, mine);
    const removed = async (from: 'here' | 'there') => {
      if (from === 'here') {
        await home.post('/autres-comptes/retirer', { account: theirs.accountId, school: b.rne });
        return (await home.get('/autres-comptes/')).text;
      }
      const fields = { account: mine.accountId, school: a.rne };
      await visitor.post('/autres-comptes/retirer', fields, headers);
      return (await visitor.get('/autres-comptes/', headers)).text;
    };
    expect(await removed('here')).to.include('Passez à ce compte, puis choisissez d’abord un mot de passe');
    expect(await removed('there'))
      .to.include('Choisissez d’abord un mot de passe dans Mon compte')
      .and.include('École des Glycines');
    expect((await visitor.get('/compte/', headers)).text).to.include('n’a pas de mot de passe');
    const fresh = 'Toboggan-77 bleu';
    const choose = (current: string) =>
      b.as('visiteur').post('/compte/', { current, password: fresh, again: fresh }, headers);
    expect((await choose('pas celui-là')).status).to.equal(422);
    expect((await choose(PASSWORD)).status).to.equal(303);
    expect((await account(theirs)).next_step, 'the measure comes with the password').to.equal('measure');
    expect(await removed('here')).to.include('Il s’ouvre avec son mot de passe');
    expect(await menuOf(home)).to.not.include('Lavoir');
    const door = await b
      .as('visiteur')
      .post('/connexion/', { mode: 'espace', login: theirs.login, password: fresh, vers: '', suite: '' });
    expect(door.location).to.equal(`/${b.rne}/compte/securite`);
  });

  it('S18-08 follows a page of that very Espace and no other address', async () => {
    const [mine, theirs] = [await mother(a, true), await mother(b, true)];
    await byPassword(await signIn(a, mine), theirs.login);
    const to = async (vers: string) => (await go(await signIn(a, mine), theirs, b, { vers })).location;
    expect(await to('/espace/parents/infos/?x=1')).to.equal(`/${b.rne}/espace/parents/infos/?x=1`);
    for (const vers of [
      '//ailleurs.fr/',
      '/../autre',
      '/gestion/accueil/',
      '/espace/direction/accueil/',
      '/connexion/',
      '\\',
    ])
      expect(await to(vers), vers).to.equal(`/${b.rne}${HOME}`);
  });

  it('S18-02 tells a school nothing of another beyond the accounts linked to the session that asks', async () => {
    const [mine, theirs, stranger] = [await mother(a, true), await mother(b, true), await mother(b, true)];
    const client = await signIn(a, mine);
    await byPassword(client, theirs.login);
    const handleOf = async (one: Family) =>
      (await a.house.house.door('sessions').where({ account_id: one.accountId }).first('handle'))?.handle;
    const handle = await handleOf(mine);
    const ask = (school: TestSchool, which: [string, string]) =>
      school.db(async (db) => {
        const { rows } = await db.raw('select * from linked_accounts(?, ?)', which);
        // And leaves the wall where it was.
        const { rows: seen } = await db.raw("select current_setting('app.school') as school");
        expect(seen[0].school).to.equal(school.id);
        return rows.map((row: { account_id: string }) => row.account_id);
      });
    expect(await ask(a, [handle, mine.accountId])).to.deep.equal([mine.accountId, theirs.accountId]);
    expect(await ask(b, [handle, mine.accountId]), 'asked from another school').to.deep.equal([]);
    expect(await ask(a, [handle, a.people.parents.accountId]), 'for another account').to.deep.equal([]);
    expect(await ask(a, [stranger.accountId, mine.accountId]), 'without its session').to.deep.equal([]);
    const third = await openSchool({ people: false });
    const call = (sql: string, values: unknown[]) =>
      third.db(async (db) => (await db.raw(`select ${sql} as done`, values as never)).rows[0].done);
    const both = [a.id, mine.accountId, b.id, stranger.accountId];
    expect(await call('link_accounts(?, ?, ?, ?, now())', both)).to.equal(false);
    expect(await call('unlink_account(?, ?, ?, gen_random_uuid())', [mine.accountId, b.id, theirs.accountId])).to.equal(
      false,
    );
    const hat = [handle, b.id, theirs.accountId, Buffer.from('x')];
    expect(await call("change_hat(?, ?, ?, ?, 'espace', '', now(), now())", hat)).to.equal(false);
    const strangers = await a.db(
      async (db) =>
        (
          await db.raw("select change_hat(?, ?, ?, ?, 'espace', '', now(), now()) as done", [
            ...[handle, b.id, stranger.accountId, Buffer.from('y')],
          ])
        ).rows[0].done,
    );
    expect(strangers, 'an account that is not linked').to.equal(false);
    await third.close();
  });

  it('finds the other school by its RNE or its city, and lists none to whoever asks for nothing', async () => {
    const client = await signIn(a, await mother(a, true));
    expect((await client.get(`/autres-comptes/enfant?ecole=${b.rne.toLowerCase()}`)).location).to.equal(
      `/${a.rne}/autres-comptes/enfant/${b.rne}`,
    );
    const inTown = await client.get('/autres-comptes/enfant?ecole=bourg%20fictif');
    expect(inTown.text + inTown.location).to.include(b.rne);
    const asking = async (words: string) => {
      const { text, location } = await client.get(`/autres-comptes/enfant?ecole=${encodeURIComponent(words)}`);
      return text + location;
    };
    const town = b.house.house.app('schools').where({ rne: b.rne });
    const { city } = await town.clone().first('city');
    await town.clone().update({ city: 'Œuvre-d’Allonnes (La)' });
    for (const words of ['oeuvre', 'OEUVRE D ALLONNES', 'la oeuvre', 'lavoir oeuv'])
      expect(await asking(words), words).to.include(b.rne);
    for (const words of ['oe', 'd', 'uvre', 'la', 'oeuvre lonnes'])
      expect(await asking(words), words).to.not.include(b.rne);
    await town.clone().update({ city });
    // The demo alone lists its schools.
    const { house } = a.house;
    const { config } = house;
    Object.assign(house, { config: { ...config, demo: false } });
    const nothing = (await client.get('/autres-comptes/enfant')).text;
    Object.assign(house, { config });
    expect([...new Set(nothing.match(/\d{7}[A-Z]\b/g))]).to.deep.equal([a.rne]);
    expect((await client.get('/autres-comptes/enfant?ecole=Nulle-Part')).text).to.include('Aucune autre école');
    expect((await client.get("/autres-comptes/enfant?ecole=%25'_")).status).to.equal(200);
  });
});
