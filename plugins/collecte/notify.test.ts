import type { School } from '@preau/core';
import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { addClass, addDocument, addGuardian, addPupil, GESTION, words } from './samples/two-families.test.ts';

const HOME = '/espace/parents/collecte/a-fournir';
/** Half past three in Paris, when the night calls; the last one makes the clock of the school’s wall plain. */
const night = (day: string) => new Date(`${day}T03:30:00+01:00`);

describe('families are told what is asked of them', () => {
  let school: TestSchool;
  let father: string;
  let mila: string;
  let tom: string;
  let gs: string;
  let claire: { id: string; client: Client };
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(new Date('2026-11-26T10:00:00Z'));
    father = school.people.parents.personId;
    mila = school.childId;
    gs = await addClass(school, 'GS');
    tom = await addPupil(school, gs, { lastName: 'LEROY', firstName: 'Tom' });
    await school.db((db) => db('guardian_links').insert({ guardian_id: father, pupil_id: tom }));
    claire = await addGuardian(school, 'Claire LEROY', [mila]);
    const alone = await addGuardian(school, 'Marc LEROY', [mila]);
    const silent = await addGuardian(school, 'Yann LEROY', [mila]);
    await school.db(async (db) => {
      await db('guardian_links')
        .where({ guardian_id: alone.id })
        .update({ restricted_on: '2026-09-01', restricted_reason: 'jugement' });
      await db('guardian_links').where({ guardian_id: silent.id }).update({ receives: false });
      await db('plugin_settings').insert({ plugin: 'deconnexion', values: JSON.stringify({ zone: 'none' }) });
    });
  });
  beforeEach(() =>
    school.db(async (db) => {
      await db('notices').delete();
      await db('collecte_documents').delete();
    }),
  );
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  async function nights(moment: Date) {
    school.house.setNow(moment);
    const { jobs } = school.house.house;
    await school.db((db) => jobs.later(db, { id: school.id } as School, 'collecte', 'nightly.families', null));
    await school.runJobs();
  }
  type Told = { person_id: string; title: string; at: Date; path: string; read_at: Date | null };
  const told = async (): Promise<Told[]> => {
    const rows: Told[] = await school.db((db) =>
      db('notices').orderBy('at').orderBy('title').select('person_id', 'title', 'at', 'path', 'read_at'),
    );
    return rows.map((one) => ({ ...one, title: one.title.replaceAll('\u00a0', ' ') }));
  };
  const titles = async (person = father) =>
    (await told()).filter((one) => one.person_id === person).map((one) => one.title);
  const asks = (title: string, values: object, classes?: string[]) => addDocument(school, title, { classes, values });
  const now = (role: 'parents' | 'direction' = 'parents') =>
    school.asAccount(school.people[role].accountId, role === 'parents' ? 'espace' : 'administration');
  const gives = async (document: string, pupil: string, fields = {}) =>
    (await now()).post(`${HOME}/${pupil}/${document}`, { files: new File(['%PDF-1.4\n%%EOF'], 'a.pdf'), ...fields });

  it('F17-09 C-28 B24 on the day, at eight, guardians who receive informations are told once, with the first name and class of all their children it is asked of', async () => {
    const document = await asks('Attestation d’assurance', { notify_on: '2026-12-01' });
    await asks('Sans notification', { notify_on: null });
    await asks('Déjà finie', { notify_on: '2026-11-01', deposit: 'until', until_day: '2026-11-20' });
    await nights(night('2026-11-30'));
    expect(await told()).to.deep.equal([]);
    await nights(night('2026-12-01'));
    const all = await told();
    expect(all.map((one) => [one.person_id, one.title, one.at.toISOString()])).to.have.deep.members([
      [father, 'Attestation d’assurance à fournir pour Mila (CE1 Jonquilles) et Tom (GS)', '2026-12-01T07:00:00.000Z'],
      [claire.id, 'Attestation d’assurance à fournir pour Mila (CE1 Jonquilles)', '2026-12-01T07:00:00.000Z'],
    ]);
    const client = await now();
    for (const { path } of all) expect((await client.get(`/espace/parents${path}`)).status, path).to.equal(200);
    await nights(night('2026-12-02'));
    expect(await told()).to.have.length(2);
    const { notified_at } = await school.db((db) => db('collecte_documents').where({ id: document }).first());
    expect(notified_at.toISOString()).to.equal('2026-12-01T07:00:00.000Z');
    // The day is moved: families hear of the new one.
    await school.db((db) => db('collecte_documents').where({ id: document }).update({ notify_on: '2026-12-04' }));
    await nights(night('2026-12-04'));
    expect(await titles()).to.have.length(2);
  });

  it('F17-09 a class or a pupil that is added later is told too, once, and nobody again', async () => {
    const document = await asks('Attestation', { notify_on: '2026-11-27' }, [school.classId]);
    await nights(night('2026-11-27'));
    expect(await titles()).to.deep.equal(['Attestation à fournir pour Mila (CE1 Jonquilles)']);
    await school.db((db) => db('collecte_classes').insert({ document_id: document, class_id: gs }));
    for (const day of ['2026-11-28', '2026-11-29']) await nights(night(day));
    expect(await titles()).to.deep.equal([
      'Attestation à fournir pour Mila (CE1 Jonquilles)',
      'Attestation à fournir pour Tom (GS)',
    ]);
    expect(await titles(claire.id)).to.have.length(1);
  });

  it('the morning is that of the school: the night in Paris is the evening before in Martinique', async () => {
    for (const [timezone, moment, eight] of [
      ['America/Martinique', '2026-12-01T02:30:00Z', '2026-12-01T12:00:00.000Z'],
      ['Indian/Reunion', '2026-12-01T02:30:00Z', '2026-12-01T04:00:00.000Z'],
    ] as const) {
      await school.house.house.app('schools').where({ id: school.id }).update({ timezone });
      await asks(timezone, { notify_on: '2026-12-01' });
      await nights(new Date(new Date(moment).getTime() - 86_400_000));
      expect(await titles(claire.id)).to.not.include(`${timezone} à fournir pour Mila (CE1 Jonquilles)`);
      await nights(new Date(moment));
      const one = (await told()).find(({ title }) => title.startsWith(timezone));
      expect(one?.at.toISOString(), timezone).to.equal(eight);
    }
    await school.house.house.app('schools').where({ id: school.id }).update({ timezone: 'Europe/Paris' });
  });

  it('seven days and one day before the last one only those are reminded whose document is missing, to do again or out of date, once each, and anew when the day is moved', async () => {
    const values = { notify_on: '2026-11-27', deposit: 'until', until_day: '2026-12-10' };
    const document = await asks('Attestation', values);
    const quiet = await asks('Sans notification', { ...values, notify_on: null });
    await nights(night('2026-11-27'));
    const reminders = async (person = father) => (await titles(person)).filter((one) => one.startsWith('Rappel'));
    for (const day of ['2026-12-01', '2026-12-02']) await nights(night(day));
    expect(await reminders()).to.deep.equal([]);
    await nights(night('2026-12-03'));
    const words = 'Rappel : Attestation à fournir pour Mila (CE1 Jonquilles) et Tom (GS), jusqu’au jeudi 10 décembre';
    expect(await reminders()).to.deep.equal([words]);
    await nights(night('2026-12-04'));
    expect(await reminders()).to.have.length(1);
    expect((await gives(document, mila)).status).to.equal(303);
    expect(await reminders(), 'Tom still owes it').to.have.length(1);
    expect(await titles(claire.id), 'Mila has given it').to.deep.equal([]);
    await school.db((db) => db('collecte_documents').where({ id: document }).update({ until_day: '2026-12-20' }));
    await nights(night('2026-12-13'));
    expect(await reminders()).to.include('Rappel : Attestation à fournir pour Tom (GS), jusqu’au dimanche 20 décembre');
    await nights(night('2026-12-19'));
    expect((await reminders()).filter((one) => one.includes('20 décembre'))).to.have.length(2);
    await school.db((db) => db('collecte_documents').where({ id: document }).update({ until_day: '2026-12-21' }));
    await nights(night('2026-12-20'));
    expect((await reminders()).filter((one) => one.includes('lundi 21 décembre'))).to.have.length(1);
    await school.db((db) => db('collecte_deposits').update({ state: 'redo', reason: 'illisible' }));
    await school.db((db) => db('collecte_documents').where({ id: document }).update({ until_day: '2026-12-30' }));
    await nights(night('2026-12-23'));
    expect(await reminders(claire.id)).to.deep.equal([
      'Rappel : Attestation à fournir pour Mila (CE1 Jonquilles), jusqu’au mercredi 30 décembre',
    ]);
    const rows = await school.db((db) => db('collecte_reminders').where({ document_id: quiet }));
    expect(rows).to.deep.equal([]);
  });

  it('what was told goes when the document has come, and when it is archived; the open page marks it as read', async () => {
    const document = await asks('Attestation', { notify_on: '2026-11-27' });
    await nights(night('2026-11-27'));
    school.house.setNow(new Date('2026-11-27T10:00:00Z'));
    const client = await now();
    await client.post(`${HOME}/${mila}/${document}/vu`);
    expect((await told()).map((one) => [one.person_id === father, one.read_at !== null])).to.have.deep.members([
      [true, true],
      [false, false],
    ]);
    await gives(document, mila, { also: tom });
    expect(await told()).to.deep.equal([]);
    const archived = await asks('Vaccins', { notify_on: '2026-11-28' });
    await nights(night('2026-11-28'));
    expect(await titles()).to.deep.equal(['Vaccins à fournir pour Mila (CE1 Jonquilles) et Tom (GS)']);
    await (await now('direction')).post(`${GESTION}/${archived}/archiver`, { sure: '' });
    expect(await told()).to.deep.equal([]);
  });

  it('a decision is told to whoever deposited, never to the other parent, without its reason, and no more once it is taken back', async () => {
    school.house.setNow(new Date('2026-11-26T10:00:00Z'));
    const document = await asks('Attestation', {});
    await gives(document, mila, { also: tom });
    const direction = await now('direction');
    const sending = await school.db((db) => db('collecte_sendings').where({ document_id: document }).first('id'));
    const decides = async (decision: string) => {
      const page = await direction.get(`${GESTION}/${document}/revoir?envoi=${sending.id}`);
      const fields = Object.fromEntries(
        [...page.text.matchAll(/type="hidden" name="([a-z]+)" value="([^"]*)"/g)].map(([, name, value]) => [
          name,
          value,
        ]),
      );
      return direction.post(`${GESTION}/${document}/revoir/decider`, { ...fields, decision });
    };
    expect((await decides('illisible')).status).to.equal(303);
    expect((await told()).map((one) => [one.person_id, one.title])).to.deep.equal([
      [father, 'À refaire : Attestation pour Mila (CE1 Jonquilles) et Tom (GS)'],
    ]);
    const client = await now();
    expect(words(await client.get(`${HOME}/${mila}/${document}`))).to.include('illisible');
    await client.post(`${HOME}/${tom}/${document}/vu`);
    expect((await told())[0]?.read_at).to.not.equal(null);
    expect((await decides('accepter')).status).to.equal(303);
    expect(await titles()).to.deep.equal(['Accepté : Attestation pour Mila (CE1 Jonquilles) et Tom (GS)']);
    expect((await told())[0]?.read_at, 'a new decision is new').to.equal(null);
    await gives(document, mila, { sure: 'on' });
    expect(await told()).to.deep.equal([]);
  });
});
