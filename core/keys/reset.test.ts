import { expect } from 'chai';
import { BIRTH, servicesAs } from '../testing/keys.ts';
import { openSchool, PASSWORD, type TestSchool } from '../testing.ts';
import type { Key } from './keys-types.ts';

/**
 * Whoever is meant, with all that opens his account: labels, a phone, a link by e-mail. (Links to other accounts: see
 * core/access/links.test.ts; only an account with a password of its own has any.)
 */
interface Meant {
  personId: string;
  accountId: string;
  login: string;
  kind: 'guardian' | 'teacher';
}

describe('a reset ends old secrets, links and sessions (issue 5, DESIGN 17)', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  const direction = () => school.as('direction');
  const enter = (login: string, password: string) =>
    school.as('visiteur').post('/connexion/', { mode: 'espace', login, password, vers: '', suite: '' });

  async function newcomer(kind: Meant['kind']): Promise<Meant> {
    return servicesAs(school, 'direction', async ({ register, accounts }, db) => {
      const [personId = ''] = await register.add(kind, [{ civility: 'Mme', lastName: 'LEOTI', firstName: 'Sophie' }]);
      await db('people').where({ id: school.childId }).update({ birth_date: BIRTH });
      if (kind === 'guardian') await db('guardian_links').insert({ guardian_id: personId, pupil_id: school.childId });
      const [made] = await accounts.create([{ personId, kind, firstName: 'Sophie', lastName: 'LEOTI' }]);
      const { id } = await db('accounts').where({ person_id: personId }).first('id');
      return { personId, accountId: id, login: made?.login as string, kind };
    });
  }

  const RESETS: [string, Meant['kind'], (who: Meant) => Promise<unknown>][] = [
    [
      '« Réinitialiser » on the card of a family',
      'guardian',
      ({ personId }) => direction().post(`/gestion/ressources/responsables/${personId}/compte/reinitialiser`),
    ],
    [
      '« Réinitialiser » on the card of the team',
      'teacher',
      ({ personId }) => direction().post(`/gestion/personnels/professeurs/${personId}/compte/reinitialiser`),
    ],
    [
      'the answer to a request',
      'guardian',
      async ({ accountId }) => {
        const request = { account_id: accountId, why: 'password', at: new Date() };
        const [{ id }] = await school.db((db) => db('password_requests').insert(request).returning('id'));
        return direction().post(`/gestion/securite/demandes/${id}`, { password: PASSWORD });
      },
    ],
  ];
  for (const [where, kind, reset] of RESETS)
    it(`P2 C-33 ${where}`, async () => {
      const who = await newcomer(kind);
      const issue = async () =>
        (
          await servicesAs(school, 'direction', ({ keys }) => keys.issue([who.personId], { way: 'print', days: 30 }))
        )[0] as Key;
      const [old, older] = [await issue(), await issue()];
      const phone = await school.asAccount(who.accountId, 'espace');
      await school.db(async (db) => {
        const expires_at = new Date(Date.now() + 3_600_000);
        await db('reset_links').insert({ account_id: who.accountId, token_hash: Buffer.from('x'), expires_at });
        const device = { account_id: who.accountId, device_hmac: Buffer.from('x'), last_at: new Date() };
        await db('devices').insert({ ...device, name: 'Domicile' });
      });
      expect((await phone.get('/compte/')).location, 'open until then').to.include('/compte/mot-de-passe');

      await reset(who);

      expect((await enter(who.login, old.secret as string)).status, 'old secret').to.equal(422);
      for (const { link } of [old, older]) {
        const path = new URL(link as string).pathname;
        expect((await school.as('visiteur').get(path)).status, 'old label').to.equal(410);
        expect((await school.as('visiteur').post(path, { birth: BIRTH })).status).to.equal(410);
      }
      expect((await phone.get('/compte/')).location, 'session').to.include('/connexion/');
      await school.db(async (db) => {
        expect(await db('reset_links').where({ account_id: who.accountId })).to.deep.equal([]);
        expect(await db('devices').where({ account_id: who.accountId }).pluck('name')).to.deep.equal([null]);
      });
      const fresh = await issue();
      expect(fresh.secret).to.not.equal(old.secret);
      expect((await enter(who.login, fresh.secret as string)).location).to.include('/compte/mot-de-passe');
    });

  it('S18-13 a suspension shuts the labels out; brought back, those still good open again', async () => {
    const who = await newcomer('teacher');
    const [key] = await servicesAs(school, 'direction', ({ keys }) =>
      keys.issue([who.personId], { way: 'print', days: 30 }),
    );
    const path = new URL(key?.link as string).pathname;
    const card = `/gestion/personnels/professeurs/${who.personId}`;
    await direction().post(`${card}/suspendre`);
    expect((await school.as('visiteur').get(path)).status).to.equal(410);
    expect((await school.as('visiteur').post(`${path}/connexion`)).status).to.equal(410);
    expect((await enter(who.login, key?.secret as string)).status).to.equal(422);
    await direction().post(`${card}/retablir`);
    expect((await school.as('visiteur').get(path)).status).to.equal(200);
  });
});
