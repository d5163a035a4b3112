import { expect } from 'chai';
import { openSchool, type Role, sharedHouse, type TestSchool } from '../testing.ts';
import { openWork } from '../web/work.ts';
import type { Notice } from './notices-types.ts';

/** Tuesday 27 November 2035, in Paris: the queue goes by PostgreSQL’s hour, and must not be ahead of the tests’. */
const at = (hour: string, day = '2035-11-27', offset = '+01:00') => new Date(`${day}T${hour}${offset}`);

describe('notices (P15, C-05, C-06, C-28)', () => {
  let school: TestSchool;

  before(async () => {
    // The classes are those of the school year of the tests.
    (await sharedHouse()).setNow(at('10:00'));
    school = await openSchool();
    await school.db(async (db) => {
      for (const role of ['parents', 'enseignants', 'direction'] as Role[])
        await db('people')
          .where({ id: school.people[role].personId })
          .update({ email: `${role}-${school.rne.toLowerCase()}@exemple.fr` });
    });
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  beforeEach(async () => {
    await school.db(async (db) => {
      await db('notices').delete();
      await db('notice_choices').delete();
      await db('plugin_settings').delete();
      await db('plugin_settings').insert({ plugin: 'deconnexion', values: JSON.stringify({ zone: 'none' }) });
    });
    school.house.house.mailbox?.messages.splice(0);
    school.house.setNow(at('10:00'));
  });

  const now = () => school.house.house.clock();
  /** What a module does in a visit. */
  const work = <T>(act: (one: ReturnType<typeof openWork>) => Promise<T>) =>
    school.db(async (db) => {
      const { rows } = await db.raw('select door(?, null) as told', [school.rne]);
      return act(openWork(school.house.container, 'potager', rows[0].told.school, db));
    });
  const notice = (role: Role, about = 'potager:1', more: Partial<Notice> = {}): Notice => ({
    personId: school.people[role].personId,
    category: 'potager.harvest',
    about,
    title: 'Radis mûrs, pour Mila (CE1 Jonquilles)',
    path: '/potager/',
    ...more,
  });
  const tell = (told: Notice[], options = {}) => work(({ services }) => services.notices.tell(told, options));
  const clock = async (moment: Date) => {
    school.house.setNow(moment);
    await school.runJobs();
  };
  const mails = (role: Role) =>
    (school.house.house.mailbox?.messages ?? []).filter((one) =>
      JSON.stringify(one).includes(`${role}-${school.rne.toLowerCase()}@`),
    );
  const bell = async (role: Role) => {
    const { text } = await school.as(role).get(`/espace/${role}/accueil/`);
    return Number(/class="count new num">(\d+)/.exec(text)?.[1] ?? 0);
  };
  const choose = (role: Role, fields: Record<string, string | string[]>) =>
    school.as(role).post('/notifications/reglages', fields);

  it('P15 sends one digest a day at 17 h, that names the child and its class in the subject (C-05, C-28)', async () => {
    const pupilIds = [school.childId];
    await tell([
      notice('parents', 'potager:1', { pupilIds }),
      notice('parents', 'potager:2', { title: 'Courges, pour Mila (CE1 Jonquilles)', pupilIds }),
    ]);
    await clock(at('16:59'));
    expect(mails('parents')).to.deep.equal([]);
    await clock(at('17:00'));
    const [mail, ...others] = mails('parents');
    expect(others).to.deep.equal([]);
    expect(mail?.subject).to.include('2 nouveautés pour Mila (CE1 Jonquilles)');
    expect(mail?.text).to.include('Radis mûrs, pour Mila (CE1 Jonquilles)').and.include('Courges');
    expect(mail?.text)
      .to.include(`/${school.rne}/`)
      .and.not.match(/connexion\/|token|mot de passe :/);
    await clock(at('17:05'));
    await tell([notice('parents', 'potager:3')]);
    await clock(at('23:00'));
    expect(mails('parents')).to.have.length(1);
    await clock(at('17:00', '2035-11-28'));
    expect(mails('parents')).to.have.length(2);
  });

  it('P15 never sends a second digest the same day, even when the hours are changed in between', async () => {
    const hours = (families?: object) =>
      school.db((db) =>
        db('plugin_settings')
          .where({ plugin: 'deconnexion' })
          .update({ values: JSON.stringify({ zone: 'none', families }) }),
      );
    await hours({ from: 16 * 60, to: 7 * 60, when: ['nights'] });
    await tell([notice('parents')]);
    await clock(at('20:00'));
    expect(mails('parents')).to.deep.equal([]);
    await hours();
    await clock(at('07:00', '2035-11-28'));
    expect(mails('parents')).to.have.length(1);
    await tell([notice('parents', 'potager:2')]);
    await clock(at('17:00', '2035-11-28'));
    await clock(at('23:00', '2035-11-28'));
    expect(mails('parents')).to.have.length(1);
    await clock(at('17:00', '2035-11-29'));
    expect(mails('parents')).to.have.length(2);
  });

  it('C-05 tells nobody twice of one thing, whoever tells it again and however often the job runs', async () => {
    await choose('enseignants', { mail: 'each', wanted: ['potager.harvest'] });
    await tell([notice('enseignants'), notice('enseignants')]);
    await tell([notice('enseignants')]);
    await Promise.all([school.runJobs(), school.runJobs()]);
    await clock(at('18:00'));
    expect(mails('enseignants')).to.have.length(1);
    expect(await bell('enseignants')).to.equal(1);
  });

  it('C-05 does not mail what was read in Préau before the digest', async () => {
    await tell([notice('parents'), notice('enseignants')]);
    await work(({ services }) => services.notices.read(school.people.parents.personId, 'potager:1'));
    await clock(at('17:00'));
    expect(mails('parents')).to.deep.equal([]);
    expect(mails('enseignants')).to.have.length(1);
  });

  it('forgets with a thing its reminders, for all or for some, and mails nothing of it', async () => {
    await tell([
      notice('parents'),
      notice('parents', 'potager:1:rappel-1'),
      notice('parents', 'potager:10'),
      notice('enseignants'),
    ]);
    await work(({ services }) => services.notices.forget('potager:1', [school.people.parents.personId]));
    const left = () => school.db((db) => db('notices').orderBy('about').pluck('about'));
    expect(await left()).to.deep.equal(['potager:1', 'potager:10']);
    await work(({ services }) => services.notices.forget('potager:1'));
    expect(await left()).to.deep.equal(['potager:10']);
    await clock(at('17:00'));
    expect(mails('enseignants')).to.deep.equal([]);
  });

  it('C-06 counts what is new for a week, then lists it only; « Tout marquer comme lu » empties the bell', async () => {
    await tell([notice('parents'), notice('parents', 'potager:2', { title: 'Courges' })]);
    expect(await bell('parents')).to.equal(2);
    const { text } = await school.as('parents').get('/notifications/');
    expect(text)
      .to.include('Radis mûrs, pour Mila')
      .and.include('Récoltes du potager')
      .and.include('2 nouvelles notifications');
    expect(text).to.include(`href="/${school.rne}/espace/parents/potager/"`);
    school.house.setNow(at('10:01', '2035-12-04'));
    expect(await bell('parents')).to.equal(0);
    expect((await school.as('parents').get('/notifications/')).text).to.include('Courges');
    school.house.setNow(at('10:00'));
    expect((await school.as('parents').post('/notifications/lues')).status).to.equal(303);
    expect(await bell('parents')).to.equal(0);
    expect((await school.as('parents').get('/notifications/')).text).to.include('Rien de nouveau');
  });

  it('C-05 mutes a category, never an emergency; the choice « none » stops all mails but an emergency', async () => {
    expect((await choose('parents', { mail: 'none', wanted: ['potager.chores'] })).status).to.equal(303);
    await tell([notice('parents'), notice('parents', 'potager:2', { category: 'potager.chores' })]);
    expect(await bell('parents')).to.equal(1);
    await clock(at('17:00'));
    expect(mails('parents')).to.deep.equal([]);
    await tell([notice('parents', 'potager:3', { title: 'École fermée demain' })], { urgent: 'Alerte météo' });
    await school.runJobs();
    expect(mails('parents').map((one) => one.subject)).to.have.length(1);
    expect(mails('parents')[0]?.subject).to.match(/^Urgent : École fermée demain/);
    const { text } = await school.as('parents').get('/notifications/reglages');
    expect(text)
      .to.match(/value="potager.chores" checked/)
      .and.not.match(/value="potager.harvest" checked/);
    expect((await choose('parents', { mail: 'quinze' })).status).to.equal(422);
  });

  it('P4 C-14 C-16 holds notice and mail for staff and families on Friday at 21 h, and delivers them once on Monday', async () => {
    const friday = at('21:00', '2035-11-30');
    school.house.setNow(friday);
    for (const role of ['parents', 'enseignants'] as const)
      await choose(role, { mail: 'each', wanted: ['potager.harvest'] });
    await tell([notice('parents'), notice('enseignants')]);
    for (const moment of [friday, at('12:00', '2035-12-02'), at('06:59', '2035-12-03')]) {
      await clock(moment);
      expect(await bell('parents'), String(moment)).to.equal(0);
      expect([...mails('parents'), ...mails('enseignants')], String(moment)).to.deep.equal([]);
    }
    await clock(at('07:00', '2035-12-03'));
    expect(await bell('parents')).to.equal(1);
    expect(await bell('enseignants')).to.equal(1);
    await clock(at('17:00', '2035-12-03'));
    expect([mails('parents').length, mails('enseignants').length]).to.deep.equal([1, 1]);
  });

  it('C-17 lets an emergency pass at 21 h on a Friday, with its reason in the journal and never without one', async () => {
    school.house.setNow(at('21:00', '2035-11-30'));
    await tell([notice('enseignants', 'potager:9', { title: 'École fermée lundi' })], { urgent: 'Fuite de gaz' });
    await school.runJobs();
    expect(mails('enseignants')).to.have.length(1);
    expect(await bell('enseignants')).to.equal(1);
    const line = await school.db((db) =>
      db('audit_log').where({ act: 'Envoi urgent, sans attendre' }).orderBy('at', 'desc').first(),
    );
    expect(line.about).to.equal('École fermée lundi : Fuite de gaz');
    const refused = await tell([notice('parents', 'potager:10')], { urgent: ' ' }).catch(
      (error: Error) => error.message,
    );
    expect(refused).to.equal('Une urgence dit sa raison.');
  });

  it('C-28 closes to a restricted guardian what names that child, at once and in the digest of the day', async () => {
    const [guardian_id, pupil_id] = [school.people.parents.personId, school.childId];
    await tell([
      notice('parents', 'potager:1', { pupilIds: [pupil_id] }),
      notice('parents', 'potager:2', { title: 'Courges' }),
    ]);
    await school.db((db) =>
      db('guardian_links').where({ guardian_id, pupil_id }).update({ restricted_on: '2035-11-27' }),
    );
    expect(await bell('parents')).to.equal(1);
    await clock(at('17:00'));
    expect(mails('parents')).to.have.length(1);
    expect(mails('parents')[0]?.text).to.include('Courges').and.not.include('Mila');
    await school.db((db) => db('guardian_links').where({ guardian_id, pupil_id }).update({ restricted_on: null }));
  });

  it('shows and mails nothing of a module that is off or a rubric that is not published', async () => {
    await tell([notice('parents'), notice('enseignants')]);
    await school.db((db) => db('published').insert({ name: 'parents:potager.plants', on: false }));
    expect(await bell('parents')).to.equal(0);
    expect(await bell('enseignants')).to.equal(1);
    expect((await school.as('parents').get('/notifications/')).text).to.not.include('Radis');
    expect((await school.as('parents').get('/notifications/reglages')).text).to.not.include('potager.harvest');
    await clock(at('17:00'));
    expect([mails('parents').length, mails('enseignants').length]).to.deep.equal([0, 1]);
    await school.db((db) => db('published').where({ name: 'parents:potager.plants' }).delete());
  });

  it('mails nobody whose account is suspended or over, fails for nobody without address, and no other school hears', async () => {
    const other = await openSchool();
    const accounts = (role: Role, fields: object) =>
      school.db((db) => db('accounts').where({ id: school.people[role].accountId }).update(fields));
    await tell([
      notice('parents'),
      notice('enseignants'),
      notice('accompagnants'),
      notice('direction'),
      { ...notice('parents', 'potager:7'), personId: other.people.parents.personId },
    ]);
    await accounts('parents', { state: 'suspended' });
    await accounts('enseignants', { valid_until: at('12:00') });
    await clock(at('17:00'));
    expect([mails('parents').length, mails('enseignants').length, mails('direction').length]).to.deep.equal([0, 0, 1]);
    expect(await other.db((db) => db('notices').pluck('id'))).to.deep.equal([]);
    await accounts('parents', { state: 'active' });
    await accounts('enseignants', { valid_until: null });
    await other.close();
  });

  it('refuses a category that no module declares, and forgets after a year', async () => {
    const said = await tell([notice('parents', 'x', { category: 'potager.rien' })]).catch(
      (error: Error) => error.message,
    );
    expect(said).to.equal('Catégorie inconnue : potager.rien');
    await tell([notice('parents')]);
    const nightly = school.house.house.modules.plugin('notifications')?.nightly?.purge;
    const night = (moment: Date) => nightly?.({ now: moment, step: (act: never) => work(act) } as never);
    await night(at('03:30', '2036-11-26'));
    expect(await school.db((db) => db('notices').pluck('about'))).to.deep.equal(['potager:1']);
    await night(at('10:01', '2036-11-26'));
    expect(await school.db((db) => db('notices').pluck('about'))).to.deep.equal([]);
    expect(now()).to.deep.equal(at('10:00'));
  });

  it('takes notices and choices away with the person', async () => {
    const id = await school.db(async (db) => {
      const [row] = await db('people')
        .insert({ kind: 'guardian', last_name: 'PASSANT', first_name: 'Léo', search: 'passant leo' })
        .returning('id');
      await db('notice_choices').insert({ person_id: row.id, mail: 'each' });
      return row.id;
    });
    await tell([{ ...notice('parents'), personId: id }]);
    await school.db((db) => db('people').where({ id }).delete());
    expect(await school.db((db) => db('notices').pluck('id'))).to.deep.equal([]);
    expect(await school.db((db) => db('notice_choices').where({ person_id: id }))).to.deep.equal([]);
  });
});

describe('notices in the school’s own time (P4, P15)', () => {
  const ZONES: [string, string, string, string, string][] = [
    // timezone, Friday 21 h before each change, Monday 7 h and 17 h after it
    ['Europe/Paris', '2035-10-26T21:00+02:00', '2035-10-29T07:00+01:00', '2035-10-29T17:00+01:00', '2035-10-29'],
    ['Europe/Paris', '2036-03-28T21:00+01:00', '2036-03-31T07:00+02:00', '2036-03-31T17:00+02:00', '2036-03-31'],
    ['America/Martinique', '2035-10-26T21:00-04:00', '2035-10-29T07:00-04:00', '2035-10-29T17:00-04:00', '2035-10-29'],
    ['Indian/Reunion', '2036-03-28T21:00+04:00', '2036-03-31T07:00+04:00', '2036-03-31T17:00+04:00', '2036-03-31'],
  ];
  for (const [timezone, sent, morning, evening, day] of ZONES)
    it(`P4 holds on Friday night and delivers once on Monday ${day} in ${timezone}; an emergency passes`, async () => {
      const school = await openSchool({ timezone });
      const { house } = school;
      try {
        const before = (moment: string) => new Date(Date.parse(moment) - 1000);
        const address = `maitresse-${school.rne.toLowerCase()}@exemple.fr`;
        const id = school.people.enseignants.personId;
        await school.db(async (db) => {
          await db('plugin_settings').insert({ plugin: 'deconnexion', values: JSON.stringify({ zone: 'none' }) });
          await db('people').where({ id }).update({ email: address });
        });
        const mails = () =>
          (house.house.mailbox?.messages ?? []).filter((one) => JSON.stringify(one).includes(address));
        const tell = (about: string, urgent?: string) =>
          school.db(async (db) => {
            const { rows } = await db.raw('select door(?, null) as told', [school.rne]);
            const { services } = openWork(house.container, 'potager', rows[0].told.school, db);
            const told = { personId: id, category: 'potager.harvest', about, title: about, path: '/potager/' };
            await services.notices.tell([told], { urgent });
          });
        const bell = async () =>
          /class="count new num">(\d+)/.exec(
            (await school.as('enseignants').get('/espace/enseignants/accueil/')).text,
          )?.[1] ?? '0';
        house.setNow(new Date(sent));
        await tell('plain');
        await tell('urgent', 'Fuite de gaz');
        await school.runJobs();
        expect([mails().length, await bell()]).to.deep.equal([1, '1']);
        house.setNow(before(morning));
        await school.runJobs();
        expect(await bell()).to.equal('1');
        house.setNow(new Date(morning));
        await school.runJobs();
        expect([mails().length, await bell()]).to.deep.equal([1, '2']);
        house.setNow(before(evening));
        await school.runJobs();
        expect(mails()).to.have.length(1);
        for (const later of [0, 0, 14 * 3_600_000, 24 * 3_600_000]) {
          house.setNow(new Date(Date.parse(evening) + later));
          await school.runJobs();
        }
        expect(mails()).to.have.length(2);
      } finally {
        house.setNow(null);
        await school.close();
      }
    });
});
