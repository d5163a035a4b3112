import { expect } from 'chai';
import { hashing } from '../auth/passwords.ts';
import type { Mode } from '../plugin/contract.ts';
import { tokenHash } from '../secret.ts';
import { type Family, newFamilies, servicesAs } from '../testing/keys.ts';
import { openSchool, type Role, type TestSchool } from '../testing.ts';
import type { Key } from './keys-types.ts';
import { SAMPLE_CODE } from './link.ts';

const DAY = 86_400_000;

describe('keys of accounts', () => {
  let school: TestSchool;
  let family: Family;
  const start = new Date('2026-11-25T08:00:00Z');
  beforeEach(async () => {
    school = await openSchool();
    school.house.setNow(start);
    family = (await newFamilies(school, 1))[0] as Family;
  });
  afterEach(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const id = (role: Role) => school.people[role].personId;
  const issue = (ids: string[], way: 'print' | 'mail' = 'print', days = 30, role: Role | null = 'direction') =>
    servicesAs(school, role, ({ keys }) => keys.issue(ids, { way, days }));
  const one = async (...sent: Parameters<typeof issue>) => (await issue(...sent))[0] as Key;
  const sort = (ids: string[], role: Role = 'direction', mode?: Mode) =>
    servicesAs(school, role, ({ keys }) => keys.sort(ids), mode);
  const status = () =>
    servicesAs(school, null, async ({ keys }) => (await keys.statuses([family.guardianId])).get(family.guardianId));
  const after = (days: number) => school.house.setNow(new Date(start.getTime() + days * DAY));
  const account = () => school.db((db) => db('accounts').where({ id: family.accountId }).first());
  const signIn = (password: string) =>
    school.as('visiteur').post('/connexion/', { mode: 'espace', login: family.login, password, vers: '', suite: '' });

  it('F12-09 B18 the link is short, holds neither login nor password, and the database keeps only its hash', async () => {
    const { link, login, secret } = await one([family.guardianId]);
    expect(link).to.match(new RegExp(`^${school.house.house.config.url.origin}/${school.rne}/c/[\\w-]{22}$`));
    expect(link?.length).to.be.at.most(120);
    expect(link)
      .to.not.include(login)
      .and.not.include(secret as string);
    const [row] = await school.db((db) => db('account_keys').select());
    const code = link?.split('/').at(-1) as string;
    expect(row.token_hash.equals(tokenHash(code))).to.equal(true);
    expect(JSON.stringify(row)).to.not.include(code);
    expect((row.expires_at.getTime() - start.getTime()) / DAY).to.equal(30);
  });

  it('P2 each print makes a new link; a good password stays, so that the paper handed out before still serves', async () => {
    const [first, second] = [await one([family.guardianId]), await one([family.guardianId])];
    expect(second.secret).to.equal(first.secret);
    expect(second.link).to.not.equal(first.link);
    expect((await signIn(first.secret as string)).status).to.equal(303);
  });

  it('DESIGN 17 a password whose time is over is drawn anew; one that would end before its link lasts as long', async () => {
    const first = await one([family.guardianId]);
    after(80);
    expect((await one([family.guardianId])).secret).to.equal(first.secret);
    expect(((await account()).secret_expires_at.getTime() - start.getTime()) / DAY).to.equal(110);
    after(111);
    const later = await one([family.guardianId]);
    expect(later.secret).to.not.equal(first.secret);
    expect((await signIn(first.secret as string)).status).to.equal(422);
    expect((await signIn(later.secret as string)).status).to.equal(303);
  });

  it('C-33 who has chosen a password gets neither secret nor link', async () => {
    expect(await one([id('parents')])).to.deep.include({
      secret: null,
      link: null,
      login: school.people.parents.login,
    });
    expect(await school.db((db) => db('account_keys').select('id'))).to.deep.equal([]);
  });

  it('acceptance 2: the keys of 600 people come in the order asked, without a slow hash, each noted in the journal', async () => {
    const many = await newFamilies(school, 600);
    const ids = many.map((one) => one.guardianId).reverse();
    const before = hashing.calls;
    const made = await issue(ids);
    expect(hashing.calls - before).to.equal(0);
    expect(made.map((one) => one.personId)).to.deep.equal(ids);
    expect(new Set(made.map((one) => one.link)).size).to.equal(600);
    const lines = await school.db((db) => db('audit_log').where({ act: 'Clé de connexion imprimée' }).pluck('about'));
    expect(new Set(lines).size).to.equal(600);
  });

  it('two prints at once of an expired password hand out one secret', async () => {
    after(91);
    const [a, b] = await Promise.all([one([family.guardianId]), one([family.guardianId])]);
    expect(a.secret).to.equal(b.secret);
    expect((await signIn(a.secret as string)).status).to.equal(303);
  });

  describe('who may hand out what', () => {
    it('S18-14 families with the right to their passwords; the team in Administration only, nobody himself', async () => {
      const all = [family.guardianId, id('eleves'), id('enseignants'), id('direction')];
      const administration = await sort(all);
      expect(administration.may).to.deep.equal(all.slice(0, 3));
      expect(administration.refused[0]?.reason).to.include('votre propre compte');
      expect((await sort(all, 'quotidienne')).may, '« Vie scolaire » has no such right at the opening').to.deep.equal(
        [],
      );
      await school.db((db) =>
        db('profiles')
          .where({ name: 'Vie scolaire' })
          .update({ permissions: db.raw("array_append(permissions, 'ressources.secrets')") }),
      );
      const daily = await sort(all, 'quotidienne');
      expect(daily.may).to.deep.equal(all.slice(0, 2));
      expect(daily.refused[0]?.reason).to.include('mode Administration seulement');
      expect((await sort(all, 'direction', 'quotidienne')).may, 'by the mode of the session').to.deep.equal([]);
      expect((await sort(all, 'parents')).may).to.deep.equal([]);
    });

    it('says why not: without account, suspended, over, or a guardian whose links are all restricted', async () => {
      const nobody = await servicesAs(school, 'direction', ({ register }) =>
        register.add('pupil', [{ lastName: 'NOËL', firstName: 'Inès' }]),
      );
      await school.db(async (db) => {
        await db('accounts').where({ id: school.people.parents.accountId }).update({ state: 'suspended' });
        await db('accounts').where({ id: school.people.enseignants.accountId }).update({ valid_until: start });
        await db('guardian_links').where({ guardian_id: family.guardianId }).update({ access: false });
      });
      const { may, refused } = await sort([...nobody, id('parents'), id('enseignants'), family.guardianId]);
      expect(may).to.deep.equal([]);
      expect(refused.map((one) => one.reason)).to.deep.equal([
        'N’a pas de compte de connexion.',
        'Son compte est suspendu.',
        'Son compte a pris fin.',
        'N’a l’accès à l’Espace pour aucun enfant de l’école : voyez les liens sur sa fiche.',
      ]);
      expect(await issue([...nobody, id('parents'), id('enseignants'), family.guardianId])).to.deep.equal([]);
    });

    it('S18-13 a job, which acts in nobody’s name, hands out nothing', async () => {
      const thrown = await issue([family.guardianId], 'print', 30, null).then(
        () => null,
        (error: Error) => error.message,
      );
      expect(thrown).to.include('in somebody’s name');
      expect(await school.db((db) => db('account_keys').select('id'))).to.deep.equal([]);
    });

    it('S18-01 a key of one school is a stranger in another', async () => {
      const other = await openSchool();
      expect(await servicesAs(other, 'direction', ({ keys }) => keys.sort([family.guardianId]))).to.deep.include({
        may: [],
      });
      expect((await servicesAs(other, null, ({ keys }) => keys.statuses([family.guardianId]))).size).to.equal(0);
      await other.close();
    });
  });

  it('C-29 says how far each person is: never handed out, printed, mailed, expired, connected', async () => {
    expect(await status()).to.deep.include({ state: 'none', login: family.login });
    await issue([family.guardianId]);
    expect(await status()).to.deep.include({
      state: 'printed',
      at: start,
      expires: new Date(start.getTime() + 30 * DAY),
    });
    after(10);
    await issue([family.guardianId], 'mail');
    expect(await status()).to.deep.include({ state: 'mailed', at: new Date(start.getTime() + 10 * DAY) });
    after(41);
    expect(await status()).to.deep.include({ state: 'expired', at: new Date(start.getTime() + 40 * DAY) });
    const again = await one([family.guardianId]);
    await signIn(again.secret as string);
    expect(await status()).to.deep.include({ state: 'used', at: new Date(start.getTime() + 41 * DAY) });
    after(42);
    await issue([family.guardianId]);
    expect(await status(), 'handed another one since').to.deep.include({ state: 'printed' });
  });

  it('the preview shows a key of nobody, as long as a real one', async () => {
    const sample = await servicesAs(school, 'direction', async ({ keys }) => keys.sample('guardian'));
    expect(sample.link?.endsWith(`/c/${SAMPLE_CODE}`)).to.equal(true);
    expect(SAMPLE_CODE).to.have.length(22);
    expect(sample.secret).to.have.length(10);
  });
});
