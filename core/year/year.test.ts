import { expect } from 'chai';
import { hashPassword } from '../auth/passwords.ts';
import { searchKey } from '../people/names.ts';
import { knownPupils } from '../people/read.ts';
import { type Client, openSchool, PASSWORD, sharedHouse, type TestSchool } from '../testing.ts';
import { levelAfter, proposed } from './propose.ts';

const HOME = '/gestion/annee/';
const JUNE = new Date('2027-06-20T10:00:00Z');
const LATE_AUGUST = new Date('2027-08-28T08:00:00Z');

/** A small school: Mila and her brother Tom (a class of two levels), Lina alone in CM2, a CP. */
interface Cast {
  cp: string;
  double: string;
  tom: string;
  tomsParent: string;
  lina: string;
  linaAccount: string;
  linasParent: string;
  linasParentAccount: string;
  ines: string;
}

describe('Ressources > Classes > Changement d’année (P11)', () => {
  let school: TestSchool;
  let cast: Cast;
  let me: Client;
  before(async () => {
    const house = await sharedHouse();
    house.setNow(JUNE);
    school = await openSchool();
    const hash = await hashPassword(PASSWORD);
    cast = await school.db(async (db) => {
      const add = async (table: string, row: object) => (await db(table).insert(row).returning('id'))[0].id as string;
      const person = async (kind: string, lastName: string, firstName: string, more: object = {}) => {
        const row = { kind, last_name: lastName, first_name: firstName, search: searchKey(lastName, firstName) };
        const id = await add('people', { ...row, ...more });
        const login = `${firstName[0]}${lastName}`.toUpperCase();
        return { id, account: await add('accounts', { person_id: id, login, state: 'active', password_hash: hash }) };
      };
      const sit = (pupil_id: string, class_id: string, level: string) =>
        add('class_places', { pupil_id, class_id, level, year: 2026 });
      const room = (label: string) => add('classes', { year: 2026, label, search: searchKey(label) });
      const cp = await room('CP Iris');
      const double = await room('CE2-CM2 Lilas');
      const tom = await person('pupil', 'LEROY', 'Tom', { ine: '070000001AA', birth_date: '2019-04-05' });
      const lina = await person('pupil', 'ZIANI', 'Lina', { ine: '070000002BB', birth_date: '2016-02-01' });
      await person('pupil', 'ROY', 'Sam');
      const ines = await person('pupil', 'ADAM', 'Inès', { ine: '070000003CC', birth_date: '2017-02-01' });
      const linasParent = await person('guardian', 'ZIANI', 'Nora');
      const tomsParent = await person('guardian', 'BLOT', 'Zoé');
      await sit(tom.id, cp, 'CP');
      await sit(lina.id, double, 'CM2');
      await sit(ines.id, double, 'CE2');
      const link = (guardian_id: string, pupil_id: string) => add('guardian_links', { guardian_id, pupil_id });
      await link(school.people.parents.personId, tom.id);
      await link(linasParent.id, lina.id);
      // One child leaves, one goes on.
      await link(tomsParent.id, lina.id);
      await link(tomsParent.id, tom.id);
      const paul = school.people.parents.personId;
      const sent = new Date('2027-05-10T08:00:00Z');
      const signed = { kind: 'information', state: 'published', receipt: 'sign', author_name: 'Karine BRAUD' };
      const item_id = await add('infos_items', {
        ...signed,
        title: 'Sortie au lac',
        body: '<p>À signer.</p>',
        changed_at: sent,
        published_at: sent,
      });
      await add('infos_recipients', { item_id, person_id: paul, kind: 'guardians', delivered_at: sent });
      await add('infos_children', { item_id, person_id: paul, pupil_id: tom.id });
      const deposit = { state: 'sent', title: 'Bulletin', author_name: 'Karine BRAUD', by_school: true };
      const document_id = await add('casier_documents', { ...deposit, made_at: sent, sent_at: sent });
      await add('casier_recipients', { document_id, person_id: paul, kind: 'guardians', delivered_at: sent });
      await add('casier_children', { document_id, person_id: paul, pupil_id: tom.id });
      const thread_id = await add('discussions_threads', { subject: 'Le goûter', created_at: sent, sent_at: sent });
      await add('discussions_members', { thread_id, person_id: paul, joined_at: sent, sees_from: sent });
      await add('discussions_messages', { thread_id, body: '<p>Oui</p>', search: 'oui', at: sent, staff_at: sent });
      return {
        cp,
        double,
        tom: tom.id,
        tomsParent: tomsParent.id,
        lina: lina.id,
        linaAccount: lina.account,
        linasParent: linasParent.id,
        linasParentAccount: linasParent.account,
        ines: ines.id,
      };
    });
  });
  beforeEach(async () => {
    me = await school.asAccount(school.people.direction.accountId, 'administration');
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const placeOf = (pupil_id: string, year = 2027) =>
    school.db((db) =>
      db('class_places as s')
        .leftJoin('classes as c', 'c.id', 's.class_id')
        .where({ 's.pupil_id': pupil_id, 's.year': year })
        .first('s.level', 'c.label'),
    );
  const versionIn = (text: string) => /name="_version" value="([^"]*)"/.exec(text)?.[1] ?? '';
  /** Names and values of the form as the page offers them. */
  async function offered(client: Client): Promise<Record<string, string>> {
    const { text } = await client.get(HOME);
    const fields: Record<string, string> = { _version: versionIn(text) };
    for (const [, name = '', inner = ''] of text.matchAll(/<select[^>]*name="(to\.[^"]+)"[^>]*>(.*?)<\/select>/gs))
      fields[name] = /<option value="([^"]*)" selected/.exec(inner)?.[1] ?? '';
    for (const [tag] of text.matchAll(/<input[^>]*>/g)) {
      const name = /name="((?:label|name|kept|teachers)\.[^"]+)"/.exec(tag)?.[1];
      if (name && (!tag.includes('checkbox') || tag.includes(' checked')))
        fields[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? '';
    }
    return fields;
  }
  async function validate() {
    const { text } = await me.get(`${HOME}valider`);
    return me.post(`${HOME}valider`, { sure: '', _version: versionIn(text), _proof: PASSWORD });
  }
  const signIn = async (login: string) =>
    (
      await school
        .as('visiteur')
        .post('/connexion/', { login, password: PASSWORD, mode: 'espace', vers: '', suite: '' })
    ).status;
  const undo = async () => {
    const turn = await school.db((db) => db('year_turns').where({ state: 'done' }).first());
    return me.post(`${HOME}rapport/${turn.id}/annuler`, { sure: '' });
  };
  const everything = () =>
    school.db(async (db) => ({
      places: await db('class_places').orderBy('id').select('pupil_id', 'class_id', 'year', 'level'),
      classes: await db('classes').orderBy('id').select('id', 'year', 'label', 'onde_id'),
      teachers: await db('class_teachers').orderBy('id').select('class_id', 'teacher_id'),
      people: await db('people').orderBy('id').select('id', 'left_on'),
      accounts: await db('accounts').orderBy('id').select('id', 'login', 'password_hash', 'state', 'valid_until'),
      infos: await db('infos_items').orderBy('id').select('id', 'past_year'),
      casier: await db('casier_documents').orderBy('id').select('id', 'past_year'),
      threads: await db('discussions_members').orderBy('id').select('id', 'archived_at'),
    }));
  const dd = (text: string, id: string) => new RegExp(`id="${id}">(\\d+)`).exec(text)?.[1];

  it('P11 proposes one level up, pupil by pupil in a class of two levels, and says how many pass and leave before anything is done', async () => {
    const { text } = await me.get(HOME);
    expect([dd(text, 'passent'), dd(text, 'redoublent'), dd(text, 'quittent'), dd(text, 'responsables')]).to.deep.equal(
      ['3', '0', '1', '1'],
    );
    const fields = await offered(me);
    expect(fields[`to.${cast.cp}_CP`], 'CP into the class that has CE1').to.equal(`c:${school.classId}`);
    expect(fields[`to.${school.classId}_CE1`], 'CE1 into the class that has CE2').to.equal(`c:${cast.double}`);
    expect(fields[`to.${cast.double}_CE2`], 'nobody has CM1').to.equal('new');
    expect(fields[`name.${cast.double}_CE2`]).to.equal('CM1');
    expect(fields[`to.${cast.double}_CM2`]).to.equal('leave');
    expect(text).to.match(/1 élève n’a pas de classe.*ROY Sam/s);
    expect(await placeOf(cast.tom)).to.equal(undefined);
  });

  it('P11 sends away the highest level a school has, and calls it one level up where the school keeps it', () => {
    const groups = ['CE2', 'CM1', 'ULIS'].map((level) => ({ key: level, classId: level, level, pupils: 1 }));
    expect(groups.map((one) => proposed(one, groups))).to.deep.equal([
      { to: 'c:CM1', name: 'CM1' },
      { to: 'leave', name: 'CM2' },
      { to: 'c:ULIS', name: 'ULIS' },
    ]);
    expect(['GS', 'CM1', 'CM2', 'ULIS', null].map(levelAfter)).to.deep.equal(['CP', 'CM2', 'CM2', 'ULIS', null]);
  });

  it('P11 keeps the draft, and refuses a class without a name beside its field, with what was typed still there (422)', async () => {
    const fields = await offered(me);
    const wrong = await me.post(HOME, {
      ...fields,
      [`name.${cast.double}_CE2`]: ' ',
      [`label.${cast.cp}`]: 'CP Roses',
    });
    expect(wrong.status).to.equal(422);
    expect(wrong.text)
      .to.contain('Donnez un nom à la nouvelle classe de CE2-CM2 Lilas')
      .and.contain('value="CP Roses"');
    const twice = await me.post(HOME, { ...fields, [`label.${cast.cp}`]: 'ce1 jonquilles' });
    expect(twice.status).to.equal(422);
    const odd = await me.post(HOME, { ...fields, [`to.${cast.cp}_CP`]: 'c:rien' });
    expect(odd.status).to.equal(422);
    const right = await me.post(HOME, { ...fields, [`label.${cast.double}`]: 'CE2 Lilas', next: 'valider' });
    expect([right.status, right.location?.endsWith('/valider')]).to.deep.equal([303, true]);
    expect((await me.post(HOME, fields)).status, 'a second editor is told').to.equal(422);
    expect((await offered(me))[`label.${cast.double}`]).to.equal('CE2 Lilas');
  });

  it('P11 opens to nobody without the permission, asks the password, and takes a pupil who stays a year more', async () => {
    for (const role of ['quotidienne', 'mairie', 'enseignants', 'parents'] as const)
      expect((await school.as(role).get(HOME)).status, role).to.equal(403);
    const page = await me.get(`${HOME}classe/${cast.double}`);
    const fields = { _version: versionIn(page.text), [`go.${cast.ines}`]: 'stay', [`go.${cast.tom}`]: 'leave' };
    expect((await me.post(`${HOME}classe/${cast.double}`, fields)).status).to.equal(303);
    const { text } = await me.get(HOME);
    expect(
      [dd(text, 'passent'), dd(text, 'redoublent'), dd(text, 'quittent')],
      'Tom is in another class',
    ).to.deep.equal(['2', '1', '1']);
    const asked = await me.get(`${HOME}valider`);
    expect(asked.text).to.contain('Le changement se fera le 01/08/2027').and.contain('ZIANI Lina, CE2-CM2 Lilas');
    const without = await me.post(`${HOME}valider`, { sure: '', _version: versionIn(asked.text) });
    expect(without.status).to.equal(422);
    expect(await placeOf(cast.tom)).to.equal(undefined);
  });

  it('P11 validated in June changes nothing before 1 August, when leavers are shut out and the year is put away', async () => {
    const before = await everything();
    expect((await validate()).status).to.equal(303);
    const lina = await school.asAccount(cast.linaAccount, 'espace');
    expect((await lina.get('/compte/')).status).to.equal(200);
    const leftOn = (year: number) =>
      school.db(async (db) => (await knownPupils(db, year)).find((one) => one.id === cast.lina)?.leftOn);
    expect([await leftOn(2026), await leftOn(2027)], 'a file of July finds her there').to.deep.equal([
      null,
      '2027-08-01',
    ]);
    school.house.setNow(new Date('2027-08-01T06:00:00Z'));
    await school.runJobs();
    expect((await lina.get('/compte/')).status, 'shut at the next request').to.equal(303);
    const during = await everything();
    expect([during.infos[0].past_year, during.casier[0].past_year]).to.deep.equal([2026, 2026]);
    me = await school.asAccount(school.people.direction.accountId, 'administration');
    expect((await undo()).status).to.equal(303);
    expect(await everything(), 'undone whole').to.deep.equal(before);
  });

  it('P11 C-45 at the rentrée moves pupils, archives leavers and guardians without another child, and leaves logins and passwords alone', async () => {
    school.house.setNow(LATE_AUGUST);
    me = await school.asAccount(school.people.direction.accountId, 'administration');
    const before = await everything();
    const lina = await school.asAccount(cast.linaAccount, 'espace');
    const paul = await school.asAccount(school.people.parents.accountId, 'espace');
    expect((await lina.get('/compte/')).status).to.equal(200);
    const done = await validate();
    expect([done.status, done.location]).to.satisfy(([, to]: string[]) => to?.includes('/rapport/'));
    expect([await placeOf(cast.tom), await placeOf(school.childId), await placeOf(cast.ines)]).to.deep.equal([
      { level: 'CE1', label: 'CE1 Jonquilles' },
      { level: 'CE2', label: 'CE2 Lilas' },
      { level: 'CE2', label: 'CE2 Lilas' },
    ]);
    expect((await lina.get('/compte/')).status, 'shut at the next request').to.equal(303);
    expect((await paul.get('/espace/parents/accueil/')).status, 'sessions of who stays go on').to.equal(200);
    expect(await Promise.all(['NZIANI', 'ZBLOT'].map(signIn))).to.deep.equal([422, 303]);
    const after = await everything();
    const keys = (rows: { login: string; password_hash: string }[]) =>
      rows.map((one) => [one.login, one.password_hash]);
    expect(keys(after.accounts)).to.deep.equal(keys(before.accounts));
    const gone = after.people.filter((one) => one.left_on !== null).map((one) => one.id);
    expect(gone, 'Zoé has another child').to.have.members([cast.lina, cast.linasParent]);
    const kept = await school.db((db) =>
      db('class_teachers as t').join('classes as c', 'c.id', 't.class_id').where({ year: 2027 }).pluck('c.label'),
    );
    expect(kept).to.deep.equal(['CE1 Jonquilles']);
    expect(await school.db((db) => db('audit_log').where({ act: 'Changement d’année validé' }))).to.have.length(2);
  });

  it('P11 archives receipts, lockers and discussions: nothing to do any more for the family, all readable by the school', async () => {
    const paul = await school.asAccount(school.people.parents.accountId, 'espace');
    const home = await paul.get('/espace/parents/accueil/');
    expect(home.text).not.to.contain('Sortie au lac').and.not.to.contain('Bulletin').and.not.to.contain('Le goûter');
    expect((await paul.get('/espace/parents/infos/')).text).not.to.contain('Sortie au lac');
    const { id } = await school.db((db) => db('infos_items').first('id'));
    const read = await paul.get(`/espace/parents/infos/lire/${id}`);
    expect(read.text).to.contain('À signer.').and.not.to.contain('Signez en tapant');
    expect(
      (await paul.post(`/espace/parents/infos/lire/${id}/signer`, { name: 'Paul', version: '1' })).status,
    ).to.equal(404);
    expect((await paul.get('/espace/parents/casier?vue=archives')).text).to.contain('Bulletin');
    expect((await paul.get('/espace/parents/discussions/?archives=oui')).text).to.contain('Le goûter');
    expect((await me.get('/gestion/infos/')).text).not.to.contain('Sortie au lac');
    expect((await me.get('/gestion/infos/?annees=passees')).text).to.contain('Sortie au lac');
    expect((await me.get('/gestion/casier/diffusion/familles')).text).not.to.contain('Bulletin');
    expect((await me.get('/gestion/casier/diffusion/familles?annees=passees')).text).to.contain('Bulletin');
  });

  it('P11 refuses a second turn in the same year', async () => {
    const count = () => school.db(async (db) => (await db('class_places').where('year', '>', 2026)).length);
    const before = await count();
    const again = await me.post(`${HOME}valider`, { sure: '', _proof: PASSWORD });
    expect([again.status, again.location?.includes('/rapport/')]).to.deep.equal([303, true]);
    expect((await me.get(HOME)).location).to.contain('/rapport/');
    expect(await count()).to.equal(before);
  });

  it('C-24 C-45 a leaver who comes back with a later ONDE file is the same pupil, with the same account, and so is the parent', async () => {
    const head = `"Nom élève";"Prénom élève";"Date naissance";"Sexe";"INE";"Niveau";"Libellé classe";"Identifiant classe"`;
    const lines = [
      `"ZIANI";"Lina";"2016-02-01";"F";"070000002BB";"CM2";"CE2 Lilas";"77"`,
      `"LEROY";"Tom";"2019-04-05";"M";"070000001AA";"CE1";"CE1 Jonquilles";"78"`,
    ];
    const count = () => school.db(async (db) => [(await db('people')).length, (await db('classes')).length]);
    const before = await count();
    const file = new File([[head, ...lines, ''].join('\r\n')], 'eleves.csv');
    const read = await me.post('/gestion/onde-import/eleves', { file });
    expect(read.location, /class="error"[\s\S]{0,300}/.exec(read.text)?.[0]).to.include('/apercu/');
    expect((await me.post(read.location as string, {})).status).to.equal(303);
    expect(await count(), 'nobody and no class twice').to.deep.equal(before);
    expect((await placeOf(cast.lina)).label).to.equal('CE2 Lilas');
    expect(await signIn('NZIANI'), 'the password of before').to.equal(303);
    expect((await everything()).accounts.filter((one) => one.valid_until)).to.deep.equal([]);
  });

  it('P11 undoes a turn but what somebody changed since, and says which', async () => {
    const [mila, tom] = [school.childId, cast.tom];
    await school.db(async (db) => {
      const { id } = await db('classes').where({ year: 2027, label: 'CE1 Jonquilles' }).first('id');
      await db('class_places').where({ pupil_id: mila, year: 2027 }).update({ class_id: id });
    });
    const done = await undo();
    const { text } = await me.get(done.location as string);
    const kept = /<ul id="gardes">(.*?)<\/ul>/s.exec(text)?.[1] ?? '';
    expect(kept)
      .to.match(/LEROY Mila\s: Classe : modifié depuis/)
      .and.match(/ZIANI Lina\s: Parti\(e\) le/);
    expect(kept).not.to.contain('Tom');
    expect([(await placeOf(mila)).label, await placeOf(tom)]).to.deep.equal(['CE1 Jonquilles', undefined]);
    expect((await everything()).infos[0]?.past_year).to.equal(null);
  });

  it('P11 can be undone to the 30th day of the school’s own clock, and on day 31 no more; a school of nobody has nothing to change', async () => {
    expect((await validate()).status).to.equal(303);
    const at = async (moment: string, timezone: string) => {
      school.house.setNow(new Date(moment));
      await school.db((db) => db('schools').where({ id: school.id }).update({ timezone }));
      me = await school.asAccount(school.people.direction.accountId, 'administration');
      return (await me.get((await me.get(HOME)).location as string)).text;
    };
    expect(await at('2027-09-28T03:00:00Z', 'America/Martinique')).to.contain('id="annuler-annee"');
    const text = await at('2027-09-27T21:00:00Z', 'Indian/Reunion');
    expect(text).to.contain('ne s’annule plus depuis le 27/09/2027');
    expect(text).not.to.contain('id="annuler-annee"');
    const late = await undo();
    expect([late.status, late.text.includes('ne s’annule plus')]).to.deep.equal([403, true]);
    school.house.setNow(new Date('2028-12-01T08:00:00Z'));
    me = await school.asAccount(school.people.direction.accountId, 'administration');
    expect((await me.get(HOME)).text).to.contain('Aucun élève n’est dans une classe');
    expect((await me.get(`${HOME}valider`)).status).to.equal(303);
  });
});
