import type { School } from '@preau/core';
import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { icsOf } from './ics.ts';

const HOME = '/gestion/agenda/';
const NEW = `${HOME}nouveau`;
const READ = '/espace/parents/agenda/';
const CALENDAR = `${READ}calendrier`;
/** A Thursday morning in Paris. */
const NOW = new Date('2026-11-26T09:00:00Z');
const MARKET = {
  title: 'Marché de Noël',
  firstDay: '2026-12-04',
  starts: '16:30',
  ends: '19:00',
  place: 'Sous le préau',
  audience: ['parents'],
};

describe('agenda', () => {
  let school: TestSchool;
  const direction = () => school.as('direction');
  const parents = () => school.as('parents');
  const visitor = () => school.as('visiteur');
  const add = (fields: Record<string, string | string[]> = {}) => direction().post(NEW, { ...MARKET, ...fields });
  const rows = () => school.db((db) => db('agenda_events').orderBy('first_day'));
  const main = ({ text }: { text: string }) =>
    text.slice(text.indexOf('<main'), text.lastIndexOf('</main>')).replaceAll('\u00a0', ' ');
  const publish = (name: string, on: boolean) =>
    school.db((db) => db('published').insert({ name, on }).onConflict(['school_id', 'name']).merge(['on']));
  /** The button « Annuler » of the message on the desk. */
  const undo = async () => {
    const { text } = await direction().get(HOME);
    const form =
      /<form[^>]*action="([^"]*\/agenda\/(?:retirer|remettre|reprendre))"[^>]*>(?:(?!<\/form>).)*Annuler/s.exec(text);
    const values = [...(form?.[0] ?? '').matchAll(/name="(\w+)" value="([^"]*)"/g)];
    return direction().post(form?.[1] ?? '', Object.fromEntries(values.map(([, name, value]) => [name, value])));
  };
  const newAddress = async (client: Client = parents(), page = CALENDAR) => {
    await client.post(page);
    const [, path = ''] = /id="secret">https?:\/\/[^/]+(\/[^<]+)</.exec((await client.get(page)).text) ?? [];
    return path;
  };

  before(async () => {
    school = await openSchool();
    school.house.setNow(NOW);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  afterEach(() =>
    school.db(async (db) => {
      for (const table of [
        'agenda_events',
        'agenda_calendars',
        'published',
        'plugin_settings',
        'etablissement_page_elements',
      ])
        await db(table).delete();
      await db('accounts').update({ state: 'active', valid_until: null });
    }),
  );

  it('N-01 F10-5 shows an event, by month, to those it is for and to nobody else', async () => {
    const answer = await add();
    expect([answer.status, answer.location]).to.deep.equal([303, `/${school.rne}${HOME}`]);
    await add({ title: 'Conseil des maîtres', starts: '', ends: '', audience: ['enseignants', 'direction'] });
    const family = main(await parents().get(READ));
    expect(family).to.include('Décembre 2026').and.include('Marché de Noël').and.not.include('Conseil');
    expect(family).to.include('Vendredi 4 décembre, de 16 h 30 à 19 h').and.include('Sous le préau');
    const teacher = main(await school.as('enseignants').get('/espace/enseignants/agenda/'));
    expect(teacher).to.include('Conseil des maîtres').and.not.include('Marché');
    const desk = main(await direction().get(HOME));
    expect(desk).to.include('Conseil des maîtres').and.include('Enseignants, Direction').and.include('Marché de Noël');
  });

  it('N-01 « Annuler » undoes an addition, a change and a removal, and no change that came after', async () => {
    await add();
    await undo();
    expect((await parents().get(READ)).text).to.include('Rien à venir');
    await undo();
    const [{ id }] = await rows();
    await direction().post(HOME + id, { ...MARKET, title: 'Loto', audience: ['eleves'] });
    expect(main(await parents().get(READ)))
      .to.not.include('Loto')
      .and.not.include('Marché');
    await undo();
    expect((await rows())[0]).to.include({ title: 'Marché de Noël', starts: '16:30', removed_at: null, version: 3 });
    expect(main(await parents().get(READ))).to.include('Marché de Noël');
    await direction().post(HOME + id, { ...MARKET, title: 'Loto' });
    await direction().post(`${HOME}reprendre`, { id, version: '3' });
    expect((await rows())[0].title).to.equal('Loto');
    await direction().post(`${HOME}retirer`, { id });
    expect((await parents().get(READ)).text).to.not.include('Loto');
    await undo();
    expect((await parents().get(READ)).text).to.include('Loto');
  });

  it('N-01 says what is wrong beside the field, keeps what was typed, and writes nothing', async () => {
    const wrong: [Record<string, string | string[]>, string][] = [
      [{ lastDay: '2026-12-03' }, 'Le dernier jour vient après le premier'],
      [{ ends: '16:00' }, 'La fin vient après le début'],
      [{ starts: '' }, 'Écrivez aussi l’heure de début'],
      [{ lastDay: '2026-12-05', ends: '' }, 'écrivez aussi l’heure de fin'],
      [{ firstDay: '0001-01-01' }, 'Cette date n’existe pas'],
      [{ firstDay: '1026-12-04' }, 'Vérifiez l’année'],
      [{ lastDay: '9999-12-31' }, 'Vérifiez l’année'],
      [{ firstDay: '2026-02-31' }, 'Cette date n’existe pas'],
      [{ starts: '25:00' }, 'Cette heure n’existe pas'],
      [{ title: 'x'.repeat(10_000) }, 'Raccourcissez'],
      [{ place: 'x'.repeat(10_000) }, 'Raccourcissez'],
      [{ audience: [] }, 'Personne ne le verrait'],
      [{ audience: ['tous'] }, 'Choisissez « Qui le voit'],
    ];
    for (const [fields, words] of wrong) {
      const { status, text } = await add(fields);
      expect(status, words).to.equal(422);
      expect(text)
        .to.include(words)
        .and.include(fields.title ?? 'value="Marché de Noël"');
    }
    expect(await rows()).to.deep.equal([]);
    await add({ starts: '8h', ends: '9 h 15' });
    expect((await rows())[0]).to.include({ starts: '08:00', ends: '09:15' });
    for (const id of ['x', school.id])
      for (const act of ['retirer', 'remettre', 'reprendre'])
        expect((await direction().post(HOME + act, { id, version: '1' })).status, act).to.be.below(405);
    expect((await rows())[0].removed_at).to.equal(null);
  });

  it('N-01 the second of two editors sees what the first wrote, and loses nothing of his own', async () => {
    await add();
    const [{ id }] = await rows();
    const version = /name="_version" value="(\d+)"/.exec((await direction().get(HOME + id)).text)?.[1] as string;
    await direction().post(HOME + id, { ...MARKET, place: 'Au gymnase', _version: version });
    const late = await direction().post(HOME + id, { ...MARKET, place: 'Dans la cour', _version: version });
    expect(late.status).to.equal(422);
    expect(late.text).to.include('Dans la cour').and.include('Au gymnase');
    expect((await rows())[0].place).to.equal('Au gymnase');
  });

  it('N-01 the home of an Espace shows the next dates, and nothing where there is none; the feed of all schools too', async () => {
    const home = async () => main(await parents().get('/espace/parents/accueil/'));
    await add({ firstDay: '2026-11-25', audience: ['parents'] });
    await add({ audience: ['eleves'], onPage: 'on' });
    expect(await home()).to.not.include('<h2>Agenda</h2>');
    await add({ title: 'Photo de classe' });
    expect(await home())
      .to.include('<h2>Agenda</h2>')
      .and.include('Photo de classe')
      .and.not.include('Marché');
  });

  it('N-01 what is past is folded, of this school year only in an Espace; the night forgets it a year later', async () => {
    await add({ firstDay: '2026-09-03', title: 'Rentrée' });
    await add({ firstDay: '2026-06-12', title: 'Kermesse' });
    await add({ firstDay: '2026-11-20', lastDay: '2026-11-26', starts: '', ends: '', title: 'Semaine du goût' });
    const family = main(await parents().get(READ));
    const [coming, past] = family.split('<details') as [string, string];
    expect(coming).to.include('Semaine du goût').and.include('Du vendredi 20 novembre au jeudi 26 novembre');
    expect(past).to.include('1 événement passé').and.include('Rentrée').and.not.include('Kermesse');
    expect(main(await direction().get(HOME)))
      .to.include('2 événements passés')
      .and.include('Kermesse');
    const night = async (now: string) => {
      school.house.setNow(new Date(now));
      await school.db((db) =>
        school.house.house.jobs.later(db, { id: school.id } as School, 'agenda', 'nightly.purge', null),
      );
      await school.runJobs();
    };
    await night('2027-07-31T10:00:00Z');
    expect(await rows()).to.have.length(3);
    await night('2027-08-02T10:00:00Z');
    expect((await rows()).map(({ title }) => title)).to.deep.equal(['Rentrée', 'Semaine du goût']);
    school.house.setNow(NOW);
  });

  it('F10-5 the Page établissement shows the public dates alone, as anyone sees them, while its element is ticked', async () => {
    await publish('etablissement', true);
    const page = async () => main(await visitor().get('/'));
    await add();
    expect(await page())
      .to.not.include('Agenda')
      .and.not.include('Marché');
    expect((await visitor().get('/agenda/etablissement.ics')).text).to.not.include('VEVENT');
    await add({ title: 'Portes ouvertes', audience: [], onPage: 'on' });
    await add({ title: 'Vieille fête', firstDay: '2026-11-20', onPage: 'on' });
    expect(await page())
      .to.include('Portes ouvertes')
      .and.not.include('Marché')
      .and.not.include('Vieille fête');
    expect((await visitor().get('/agenda/etablissement.ics')).text)
      .to.include('SUMMARY:Portes ouvertes')
      .and.not.include('Marché');
    expect(main(await parents().get(READ))).to.not.include('Portes ouvertes');
    await direction().post('/gestion/etablissement-page/elements/corps', { key: 'module-agenda', act: 'cacher' });
    expect(await page()).to.not.include('Portes ouvertes');
    await publish('etablissement', false);
    expect((await visitor().get('/agenda/etablissement.ics')).status).to.equal(404);
  });

  it('P15 a private address opens the calendar of one person without a session; renewed, the old one dies; withdrawn, both', async () => {
    await add();
    await add({ title: 'Conseil des maîtres', audience: ['enseignants'] });
    expect((await parents().get(CALENDAR)).text)
      .to.include('Créer mon adresse')
      .and.not.include('webcal:');
    const path = await newAddress();
    expect(path).to.match(new RegExp(`^/${school.rne}/agenda/calendrier/[\\w-]{43}/agenda\\.ics$`));
    const { status, headers, text } = await visitor().get(path);
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/calendar; charset=utf-8']);
    expect(headers.get('cache-control')).to.match(/^private/);
    expect(text).to.include('SUMMARY:Marché de Noël').and.include('DTSTART:20261204T153000Z\r\nDTEND:20261204T180000Z');
    expect(text).to.not.include('Conseil');
    const kept = JSON.stringify(await school.db((db) => db('agenda_calendars')));
    expect(kept).to.not.include(path.split('/')[4]);
    const next = await newAddress();
    expect(next).to.not.equal(path);
    expect([(await visitor().get(path)).status, (await visitor().get(next)).status]).to.deep.equal([404, 200]);
    await parents().post(`${CALENDAR}/retirer`);
    expect((await visitor().get(next)).status).to.equal(404);
    const { text: journal } = await direction().get('/gestion/journal/');
    expect(journal).to.not.include(path.split('/')[4]);
  });

  it('P15 the address shows what its person may see now: rights, publication and account are asked each time', async () => {
    await add();
    await add({ title: 'Fête', audience: ['parents', 'eleves'] });
    const path = await newAddress();
    const status = async () => (await visitor().get(path)).status;
    const account = school.people.parents.accountId;
    const set = (fields: object) => school.db((db) => db('accounts').where({ id: account }).update(fields));
    const shut: [() => Promise<unknown>, () => Promise<unknown>][] = [
      [() => publish('parents:agenda.dates', false), () => publish('parents:agenda.dates', true)],
      [() => publish('parents', false), () => publish('parents', true)],
      [() => set({ state: 'suspended' }), () => set({ state: 'active' })],
      [
        () => set({ state: 'provisional', secret_expires_at: new Date('2030-01-01') }),
        () => set({ state: 'active', secret_expires_at: null }),
      ],
      [() => set({ valid_until: NOW }), () => set({ valid_until: null })],
      [
        () =>
          school.db((db) =>
            db('plugin_settings').insert({
              plugin: 'parents:agenda.dates',
              values: JSON.stringify({ calendar: false }),
            }),
          ),
        () => school.db((db) => db('plugin_settings').delete()),
      ],
      [
        () => school.db((db) => db('school_plugins').insert({ school_id: school.id, plugin: 'agenda', on: false })),
        () => school.db((db) => db('school_plugins').where({ plugin: 'agenda', school_id: school.id }).delete()),
      ],
    ];
    for (const [close, open] of shut) {
      expect(await status(), String(close)).to.equal(200);
      await close();
      expect(await status(), String(close)).to.equal(404);
      await open();
    }
    const [one] = await rows();
    await direction().post(HOME + one.id, { ...MARKET, title: one.title, audience: ['mairie'] });
    expect((await visitor().get(path)).text.match(/SUMMARY/g)).to.have.length(1);
    for (const wrong of [`${path.slice(0, -12)}x/agenda.ics`, path.replace(/calendrier\/[^/]+/, 'calendrier/%27')])
      expect((await visitor().get(wrong)).status).to.equal(404);
  });

  it('P15 who looks as somebody else (« Voir comme ») reads no address, and makes none; another school opens none', async () => {
    await add();
    const path = await newAddress();
    const looking = await school.asAccount(school.people.direction.accountId, 'administration');
    await looking.post('/gestion/voir-comme/personne', { person: school.people.parents.personId });
    expect((await looking.get(READ)).text).to.include('Marché de Noël');
    const look = await looking.get(CALENDAR);
    expect(look.status).to.equal(403);
    expect(look.text).to.not.include(path.split('/')[4]);
    expect((await looking.post(CALENDAR)).status).to.equal(403);
    expect((await visitor().get(path)).status).to.equal(200);
    const other = await openSchool({ plugins: ['agenda'] });
    expect((await other.as('visiteur').get(path.replace(school.rne, other.rne))).status).to.equal(404);
    await other.close();
  });

  it('P15 a calendar that asks all the time waits', async () => {
    await add();
    const path = await newAddress();
    const statuses = await Promise.all(Array.from({ length: 31 }, async () => (await visitor().get(path)).status));
    expect(statuses.toSorted()).to.deep.equal([...Array(30).fill(200), 429]);
  });

  it('P15 RFC 5545: escapes, folds at 75 octets without cutting a letter, whole days end the day after, hours are the school’s', () => {
    const one = {
      id: 'u',
      title: `Fête; jeux, goûter\\\r\nBEGIN:VALARM ${'é'.repeat(80)}`,
      first_day: '2026-12-19',
      last_day: '2027-01-03',
      starts: null,
      ends: null,
      place: null,
      changed_at: NOW,
      version: 2,
    };
    const text = icsOf('École « A, B »', 'Indian/Reunion', [
      one,
      { ...one, id: 'v', title: 'Été', first_day: '2026-06-12', last_day: '2026-06-12', starts: '08:30' },
    ]);
    // One letter more each time: the 75th octet falls on every part of a letter of two.
    for (let n = 0; n < 75; n++)
      for (const line of icsOf('', 'Europe/Paris', [{ ...one, title: 'a'.repeat(n) + one.title }]).split('\r\n'))
        expect(Buffer.byteLength(line), line).to.be.below(76);
    expect(text.replaceAll('\r\n', '')).to.not.match(/[\r\n�]/);
    const whole = text.replaceAll('\r\n ', '').split('\r\n');
    expect(whole).to.include(`SUMMARY:Fête\\; jeux\\, goûter\\\\\\nBEGIN:VALARM ${'é'.repeat(80)}`);
    expect(whole).to.include.members(['DTSTART;VALUE=DATE:20261219', 'DTEND;VALUE=DATE:20270104']);
    expect(whole).to.include.members([
      'UID:u@preau',
      'DTSTAMP:20261126T090000Z',
      'SEQUENCE:2',
      'DTSTART:20260612T043000Z',
    ]);
    expect(whole).to.include('X-WR-CALNAME:École « A\\, B »');
  });

  it('N-01 is closed to a profile without the permission, to another school, and nowhere once switched off', async () => {
    await add();
    const [{ id }] = await rows();
    for (const path of [HOME, NEW, HOME + id]) expect((await school.as('quotidienne').get(path)).status).to.equal(403);
    expect((await school.as('quotidienne').post(NEW, MARKET)).status).to.equal(403);
    expect((await parents().post(`${HOME}retirer`, { id })).status).to.equal(403);
    const other = await openSchool({ plugins: ['agenda'] });
    expect((await other.as('parents').get(READ)).text).to.not.include('Marché');
    expect((await other.as('direction').get(HOME + id)).status).to.equal(404);
    await other.close();
    const off = await openSchool({ plugins: [] });
    for (const [role, path] of [
      ['direction', HOME],
      ['parents', READ],
      ['visiteur', '/agenda/etablissement.ics'],
    ] as const)
      expect((await off.as(role).get(path)).status).to.equal(404);
    await off.close();
  });
});
