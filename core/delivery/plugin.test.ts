import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

const PAGE = '/gestion/deconnexion/';
const HOURS = {
  zone: 'C',
  familiesFrom: 't1260',
  familiesTo: 't450',
  familiesWhen: ['nights'],
  staffFrom: 't1080',
  staffTo: 't480',
  staffWhen: ['nights', 'weekend', 'holidays'],
};

describe('Configuration > Droit à la déconnexion (P4, C-14, C-15, C-19)', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
    // Thursday.
    school.house.setNow(new Date('2026-11-26T10:00+01:00'));
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const page = async (path = PAGE) => (await school.as('direction').get(path)).text.replace(/\s+/g, ' ');
  const settings = async () =>
    (await school.db((db) => db('plugin_settings').where({ plugin: 'deconnexion' }).first()))?.values;

  it('C-15 says in words what the hours come to, before anything was chosen', async () => {
    await school.db((db) => db('schools').where({ id: school.id }).update({ postcode: '34000' }));
    await school.as('direction').post(`${PAGE}`, {
      ...HOURS,
      familiesFrom: 't1200',
      familiesTo: 't420',
      familiesWhen: HOURS.staffWhen,
      staffFrom: 't1200',
      staffTo: 't420',
    });
    expect(await page()).to.include(
      'Un message envoyé vendredi à 21 h est remis <strong>lundi à 7 h</strong> aux personnels ; les familles sont prévenues <strong>lundi à 7 h</strong>',
    );
    expect(await page()).to.include(
      'pendant les vacances (Noël) à 10 h est remis <strong>lundi 4 janvier à 7 h</strong>',
    );
  });

  it('C-17 sets each kind of people apart, writes it in the journal, and shows what an unsaved choice would give', async () => {
    const before = await settings();
    const query = new URLSearchParams(
      Object.entries(HOURS).flatMap(([key, value]) => [value].flat().map((one) => [key, one])),
    );
    const tried = await page(`${PAGE}?${query}`);
    expect(tried)
      .to.include('rien n’est encore enregistré')
      .and.include(
        'mardi à 21 h est remis <strong>demain à 8 h</strong> aux personnels ; les familles sont prévenues <strong>demain à 7 h 30</strong>',
      );
    expect(await settings()).to.deep.equal(before);
    expect((await school.as('direction').post(PAGE, HOURS)).status).to.equal(303);
    expect((await settings()).staff).to.deep.equal({ from: 1080, to: 480, when: HOURS.staffWhen });
    expect(await page()).to.include(
      'vendredi à 21 h est remis <strong>lundi à 8 h</strong> aux personnels ; les familles sont prévenues <strong>demain à 7 h 30</strong>',
    );
    const lines = await school.db((db) =>
      db('audit_log').where({ act: 'Droit à la déconnexion réglé' }).pluck('about'),
    );
    expect(lines.at(-1)).to.include('familles : de 21 h à 7 h 30 (nights)');
  });

  it('C-19 takes the school’s own holidays, which replace the official ones they cross, and gives them back', async () => {
    const add = (title: string, from: string, back: string) =>
      school.as('direction').post(`${PAGE}vacances`, { title, from, back });
    expect((await add('Noël', '2026-12-12', '2026-12-28')).status).to.equal(303);
    const shown = await page();
    expect(shown)
      .to.include('Vos dates')
      .and.include('Remplacées par les vôtres')
      .and.include('lundi 28 décembre à 8 h');
    for (const [title, from, back, said] of [
      ['Carnaval', '2027-02-20', '2027-02-20', 'La reprise vient après'],
      ['Carnaval', '2027-02-01', '2028-02-01', 'Vérifiez les deux dates'],
      ['Carnaval', '2026-01-01', '2026-01-05', 'déjà passées'],
      ['Carnaval', '2026-12-20', '2026-12-30', 'croisent « Noël »'],
      ['', '2027-05-10', '2027-05-12', 'Remplissez'],
      ['Carnaval', 'hier', '2027-05-12', 'Cette date n’existe pas'],
    ] as const) {
      const { status, text } = await add(title, from, back);
      expect([status, text.includes(said)], said).to.deep.equal([422, true]);
    }
    expect((await school.as('direction').post(`${PAGE}vacances/retirer`, { from: '2026-12-12' })).status).to.equal(303);
    expect(await page()).to.not.include('Vos dates');
    expect((await school.as('direction').post(`${PAGE}vacances/retirer`, { from: '2026-12-12' })).status).to.equal(404);
  });

  it('C-19 says when no official calendar is left for the zone: overseas, or once the last one is over', async () => {
    const said = 'Aucun calendrier officiel à venir';
    const clock = (day: string) => school.house.setNow(new Date(`${day}T10:00+01:00`));
    const there = async () =>
      (await (await school.asAccount(school.people.direction.accountId, 'administration')).get(PAGE)).text;
    await school.as('direction').post(PAGE, { ...HOURS, zone: 'martinique' });
    expect(await there()).to.include(said);
    await school.as('direction').post(PAGE, HOURS);
    expect(await there()).to.not.include(said);
    clock('2027-09-01');
    expect(await there()).to.include(said);
    clock('2026-11-26');
  });

  it('refuses hours that are not in the list, and who has not the right', async () => {
    expect((await school.as('direction').post(PAGE, { ...HOURS, staffFrom: 't3' })).status).to.equal(422);
    expect((await school.as('direction').post(PAGE, { ...HOURS, zone: 'Z' })).status).to.equal(422);
    expect((await school.as('direction').get(`${PAGE}?zone=Z&familiesFrom[]=3`)).status).to.equal(200);
    for (const role of ['quotidienne', 'enseignants', 'parents', 'mairie'] as const) {
      expect((await school.as(role).get(PAGE)).status, role).to.equal(403);
      expect((await school.as(role).post(PAGE, HOURS)).status, role).to.equal(403);
    }
  });
});
