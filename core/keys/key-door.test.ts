import { expect } from 'chai';
import { BIRTH, type Family, newFamilies, servicesAs } from '../testing/keys.ts';
import { openSchool, type TestSchool } from '../testing.ts';
import { readDay } from './birth.ts';
import type { Key } from './keys-types.ts';
import { SAMPLE_CODE } from './link.ts';

const NEW = 'Toboggan-77 bleu';
const TYPED = BIRTH.split('-').reverse().join('/');

describe('the QR code of a label', () => {
  let school: TestSchool;
  let family: Family;
  let key: Key;
  let door: string;
  beforeEach(async () => {
    school = await openSchool();
    family = (await newFamilies(school, 1))[0] as Family;
    key = await keyOf(family.guardianId);
    door = pathOf(key);
  });
  afterEach(async () => {
    school.house.setNow(null);
    // All tests come from one address, whose failures are counted.
    await school.house.house.app('rate_limits').delete();
    await school.close();
  });

  const keyOf = async (personId: string) =>
    (await servicesAs(school, 'direction', ({ keys }) => keys.issue([personId], { way: 'print', days: 30 })))[0] as Key;
  const pathOf = ({ link }: Key) => new URL(link as string).pathname;
  const at = (path: string) => `/${school.rne}${path}`;
  const links = () => school.db((db) => db('account_keys').orderBy('made_at').select());
  const account = () => school.db((db) => db('accounts').where({ id: family.accountId }).first());
  const sessions = (accountId: string) =>
    school.db(async (db) => (await db.raw('select * from list_sessions(?)', [accountId])).rows.length);
  const enter = (password: string, login = family.login) =>
    school.as('visiteur').post('/connexion/', { mode: 'espace', login, password, vers: '', suite: '' });

  it('P2 shows who and a button, and changes nothing however often it is looked at', async () => {
    const before = [await links(), await account()];
    for (const _ of [1, 2, 3]) {
      const { status, text, headers } = await school.as('visiteur').get(door);
      expect(status).to.equal(200);
      expect(text).to.include('Sophie 1 LEOTI').and.include(`École ${school.rne}`).and.include('Mila 1');
      expect(text)
        .to.not.include(family.login)
        .and.not.include(key.secret as string);
      expect(headers.get('cache-control')).to.include('no-store');
      expect(headers.get('referrer-policy')).to.equal('same-origin');
      expect(text).to.include('<meta name="robots" content="noindex">');
      expect(headers.getSetCookie()).to.deep.equal([]);
    }
    expect([await links(), await account()]).to.deep.equal(before);
  });

  it('F12-09 C-01 a birth date opens that guardian’s account and no other; the password comes first, then no paper opens it', async () => {
    const client = school.as('visiteur');
    const answer = await client.post(door, { birth: TYPED });
    expect([answer.status, answer.location]).to.deep.equal([303, at('/compte/mot-de-passe')]);
    expect(await sessions(family.accountId)).to.equal(1);
    expect(await sessions(school.people.parents.accountId)).to.equal(0);
    expect((await client.get('/espace/parents/accueil/')).location).to.equal(at('/compte/mot-de-passe'));
    // The label's own password is no new password, although nobody typed it here.
    const again = await client.post('/compte/mot-de-passe', {
      password: key.secret as string,
      again: key.secret as string,
    });
    expect([again.status, again.text.includes('différent')]).to.deep.equal([422, true]);
    expect((await client.post('/compte/mot-de-passe', { password: NEW, again: NEW })).status).to.equal(303);
    expect(await account()).to.deep.include({ state: 'active', secret_sealed: null, secret_hmac: null });
    expect((await school.as('visiteur').get(door)).status).to.equal(410);
    expect((await enter(key.secret as string)).status).to.equal(422);
    expect((await enter(NEW)).status).to.equal(303);
    const acts = await school.db((db) => db('audit_log').where({ account_id: family.accountId }).pluck('act'));
    expect(acts).to.include('Code de l’étiquette utilisé').and.include('Connexion (Mon Espace)');
  });

  it('C-33 the first use ends every other label of the account; the password on the paper still opens until one is chosen', async () => {
    const second = pathOf(await keyOf(family.guardianId));
    expect((await school.as('visiteur').get(door)).status, 'earlier ones stay good').to.equal(200);
    await school.as('visiteur').post(second, { birth: TYPED });
    for (const path of [door, second]) expect((await school.as('visiteur').get(path)).status).to.equal(410);
    for (const path of [door, second])
      expect((await school.as('visiteur').post(path, { birth: TYPED })).status).to.equal(410);
    expect((await enter(key.secret as string)).location).to.equal(at('/compte/mot-de-passe'));
  });

  it('a password chosen after typing the label ends its QR code too', async () => {
    const client = school.as('visiteur');
    await client.post('/connexion/', {
      mode: 'espace',
      login: family.login,
      password: key.secret as string,
      vers: '',
      suite: '',
    });
    await client.post('/compte/mot-de-passe', { password: NEW, again: NEW });
    expect((await school.as('visiteur').post(door, { birth: TYPED })).status).to.equal(410);
  });

  it('S18-06 five wrong dates and the link is dead, whatever comes next; the label itself still serves', async () => {
    const client = school.as('visiteur');
    for (const left of [4, 3, 2, 1]) {
      const { status, text } = await client.post(door, { birth: '01/01/2018' });
      expect([status, text.includes(`Il reste ${left} essai`)], String(left)).to.deep.equal([422, true]);
      expect(text).to.include('value="01/01/2018"');
    }
    const last = await client.post(door, { birth: '01/01/2018' });
    expect([last.status, last.text.includes('Cinq dates ont été essayées')]).to.deep.equal([410, true]);
    expect(last.text).to.not.include('LEOTI');
    expect((await client.post(door, { birth: TYPED })).status, 'the right one comes too late').to.equal(410);
    expect((await client.get(door)).status).to.equal(410);
    expect((await enter(key.secret as string)).status).to.equal(303);
    const acts = await school.db((db) => db('audit_log').where({ account_id: family.accountId }).pluck('act'));
    expect(acts).to.include('Étiquette : cinq dates fausses, le code ne sert plus');
  });

  it('S18-06 at most ten dates are evaluated for an account in a quarter of an hour, over all its labels', async () => {
    const paths = [door, pathOf(await keyOf(family.guardianId)), pathOf(await keyOf(family.guardianId))];
    for (const path of paths.slice(0, 2))
      for (let n = 0; n < 5; n++) await school.as('visiteur').post(path, { birth: '01/01/2018' });
    const { status, text } = await school.as('visiteur').post(paths[2] as string, { birth: TYPED });
    expect([status, text.includes('Trop d’essais')]).to.deep.equal([422, true]);
    expect((await links()).map((one) => one.tries)).to.have.members([5, 5, 0]);
  });

  it('a date that is no date costs no try, and is told how to write one', async () => {
    for (const birth of ['', '31/02/2018', 'hier', '2018', '3/13/2018', '٣/٤/٢٠١٨', '9'.repeat(300), '1\u00002'])
      expect((await school.as('visiteur').post(door, { birth })).status, birth).to.equal(422);
    expect((await links())[0].tries).to.equal(0);
    const { text } = await school.as('visiteur').post(door, { birth: '31/02/2018' });
    expect(text).to.include('Cette date n’existe pas').and.include('value="31/02/2018"');
  });

  it('the many ways of typing a day on a phone', () => {
    const ways = [
      '03/04/2018',
      '3/4/2018',
      '3/4/18',
      '03.04.2018',
      '3 4 2018',
      '3-4-2018',
      ' 03042018 ',
      '030418',
      '2018-04-03',
      '3 avril 2018',
      '3 AVRIL 2018',
      '3 avr. 2018',
      '3 avril 18',
      '3/avril/2018',
      '03 / 04 / 2018',
    ];
    for (const typed of ways) expect(readDay(typed), typed).to.equal('2018-04-03');
    for (const typed of ['1er août 2017', ' 1ER aout 2017']) expect(readDay(typed), typed).to.equal('2017-08-01');
    expect(readDay('2 févr. 2016')).to.equal('2016-02-02');
    for (const typed of ['', '03/04', '3 jui 2018', '31/02/2018', '0/4/2018', '3/4/2018 ou 4/4/2018', '3/4/0018'])
      expect(readDay(typed), typed).to.equal(null);
  });

  it('P2 any of a guardian’s children will do, except one whose link is restricted', async () => {
    const [sister, closed] = await servicesAs(school, 'direction', async ({ register }, db) => {
      const made = await register.add('pupil', [
        { lastName: 'LEOTI', firstName: 'Inès', birthDate: '2016-09-30' },
        { lastName: 'LEOTI', firstName: 'Noé', birthDate: '2014-01-02' },
      ]);
      await db('guardian_links').insert([
        { guardian_id: family.guardianId, pupil_id: made[0] },
        { guardian_id: family.guardianId, pupil_id: made[1], access: false, restricted_on: '2026-01-01' },
      ]);
      return made;
    });
    expect([sister, closed]).to.have.length(2);
    const { text } = await school.as('visiteur').get(door);
    expect(text).to.include('Date de naissance d’un de vos enfants').and.not.include('Noé');
    expect((await school.as('visiteur').post(door, { birth: '2014-01-02' })).status).to.equal(422);
    expect((await school.as('visiteur').post(door, { birth: '30/9/2016' })).status).to.equal(303);
  });

  it('a pupil gives his own birth date', async () => {
    await servicesAs(school, 'direction', ({ accounts }) =>
      accounts.create([{ personId: family.childId, kind: 'pupil', firstName: 'Mila', lastName: 'LEOTI' }]),
    );
    const path = pathOf(await keyOf(family.childId));
    expect((await school.as('visiteur').get(path)).text).to.include('Votre date de naissance');
    expect((await school.as('visiteur').post(path, { birth: TYPED })).location).to.equal(at('/compte/mot-de-passe'));
  });

  it('DESIGN 17 a teacher, and a guardian whose children have no birth date, are led to the sign-in with the login typed; nothing is used up', async () => {
    const [blank] = await newFamilies(school, 1, null);
    const teacher = await servicesAs(school, 'direction', async ({ register, accounts }) => {
      const [personId = ''] = await register.add('teacher', [{ lastName: 'MARTIN', firstName: 'Rémy' }]);
      await accounts.create([{ personId, kind: 'teacher', firstName: 'Rémy', lastName: 'MARTIN' }]);
      return personId;
    });
    for (const personId of [teacher, blank?.guardianId as string]) {
      const made = await keyOf(personId);
      const path = pathOf(made);
      expect((await school.as('visiteur').get(path)).text).to.not.include('Date de naissance');
      expect((await school.as('visiteur').post(path, { birth: TYPED })).status, 'no date is theirs').to.equal(422);
      const answer = await school.as('visiteur').post(`${path}/connexion`);
      expect(answer.status).to.equal(200);
      expect(answer.text)
        .to.include(`value="${made.login}"`)
        .and.not.include(made.secret as string);
      expect((await school.as('visiteur').get(path)).status).to.equal(200);
      expect((await enter(made.secret as string, made.login)).status).to.equal(303);
    }
  });

  it('C-32 on a phone where another account is open it asks by name, and replaces that connection', async () => {
    const { accountId } = school.people.parents;
    const phone = await school.asAccount(accountId, 'espace');
    const { text } = await phone.get(door);
    expect(text)
      .to.include('connecté au compte de <strong>Paul LEROY</strong>')
      .and.include('Continuer comme <strong>Sophie 1 LEOTI');
    expect(await sessions(accountId), 'looking ends nothing').to.equal(1);
    expect((await phone.post(door, { birth: '01/01/2018' })).status).to.equal(422);
    expect(await sessions(accountId)).to.equal(1);
    expect((await phone.post(door, { birth: TYPED })).status).to.equal(303);
    expect([await sessions(accountId), await sessions(family.accountId)]).to.deep.equal([0, 1]);
    expect((await phone.get('/compte/mot-de-passe')).text).to.include('Sophie 1');
  });

  it('whoever is signed in already is led home by his own label, used or not', async () => {
    const client = school.as('visiteur');
    await client.post(door, { birth: TYPED });
    expect((await client.get(door)).location).to.equal(at('/compte/mot-de-passe'));
    await client.post('/compte/mot-de-passe', { password: NEW, again: NEW });
    await client.post('/compte/securite', { measure: 'none' });
    expect((await client.get(door)).location).to.equal(at('/espace/parents/accueil/'));
  });

  it('S18-07 used, expired, dead, suspended or unknown: one page, 410, which names nobody and says what to do', async () => {
    const unknown = await school.as('visiteur').get(`/c/${'x'.repeat(22)}`);
    expect(unknown.status).to.equal(410);
    expect(unknown.text).to.include('Ce code ne sert plus').and.include('/connexion/').and.not.include('LEOTI');
    const same = async (why: string) => {
      const { status, text } = await school.as('visiteur').get(door);
      expect([status, text], why).to.deep.equal([410, unknown.text]);
    };
    const set = (values: object) => school.db((db) => db('account_keys').update(values));
    await set({ used_at: new Date() });
    await same('used');
    await set({ used_at: null, dead_at: new Date() });
    await same('dead');
    await set({ dead_at: null, expires_at: new Date() });
    await same('expired');
    await set({ expires_at: new Date(Date.now() + 60_000) });
    await school.db((db) => db('accounts').where({ id: family.accountId }).update({ state: 'suspended' }));
    await same('suspended');
    expect((await school.as('visiteur').post(door, { birth: TYPED })).status).to.equal(410);
    for (const odd of ['a', '%F0%9F%98%80', 'x'.repeat(3000), "'--"])
      expect((await school.as('visiteur').get(`/c/${odd}`)).status, odd.slice(0, 20)).to.equal(410);
  });

  it('S18-01 a code opens nothing in another school', async () => {
    const other = await openSchool();
    const code = door.split('/').at(-1) as string;
    expect((await other.as('visiteur').get(`/c/${code}`)).status).to.equal(410);
    expect((await other.as('visiteur').post(`/c/${code}`, { birth: TYPED })).status).to.equal(410);
    await other.close();
    expect((await school.as('visiteur').get(door)).status).to.equal(200);
  });

  it('S18-03 no other site can use a code', async () => {
    const answer = await school.as('visiteur').post(door, { birth: TYPED }, { 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).to.equal(403);
  });

  it('the code of a preview says it is an example; /c/ alone says what to do', async () => {
    expect((await school.as('visiteur').get(`/c/${SAMPLE_CODE}`)).text).to.include('Un exemple d’étiquette');
    expect((await school.as('visiteur').post(`/c/${SAMPLE_CODE}`, { birth: TYPED })).status).to.equal(410);
    const { status, text } = await school.as('visiteur').get('/c/');
    expect([status, text.includes('Vous avez une étiquette')]).to.deep.equal([200, true]);
  });
});
