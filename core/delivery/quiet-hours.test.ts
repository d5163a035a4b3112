import { expect } from 'chai';
import { firstMoment, lastMoment } from '../clock.ts';
import type { School } from '../plugin/contract.ts';
import { delivery } from './delivery.ts';
import type { Readers } from './delivery-types.ts';
import { openFrom, USUAL } from './quiet-hours.ts';
import { holidaysOf } from './school-holidays.ts';
import { zoneOf } from './zone-of.ts';

const school = (timezone: string, settings: object = {}) =>
  ({ rne: '0301674G', postcode: '30460', timezone, settings: { deconnexion: settings } }) as unknown as School;
const when = (now: string, timezone: string, readers: Readers = 'staff', settings: object = {}) => {
  const of = delivery({ school: school(timezone, settings), now: new Date(now) });
  const { at, held } = of.when(readers);
  return { at: at.toISOString(), held, words: held ? of.inWords(at) : null };
};

describe('quiet hours (P4, C-14 to C-17, C-19)', () => {
  it('C-15 holds what is written at 21 h until 7 h, and tells the sender', () => {
    expect(when('2026-11-24T21:00+01:00', 'Europe/Paris')).to.deep.equal({
      at: '2026-11-25T06:00:00.000Z',
      held: true,
      words: 'demain à 7 h',
    });
    expect(when('2026-11-24T05:00+01:00', 'Europe/Paris').words).to.equal('aujourd’hui à 7 h');
    expect(when('2026-11-24T19:59:59+01:00', 'Europe/Paris').held).to.equal(false);
    expect(when('2026-11-25T07:00+01:00', 'Europe/Paris').held).to.equal(false);
  });

  it('C-14 holds Friday from 20 h, Saturday and Sunday until Monday 7 h', () => {
    for (const now of ['2026-11-27T20:00+01:00', '2026-11-28T12:00+01:00', '2026-11-30T06:59+01:00'])
      expect(when(now, 'Europe/Paris').at, now).to.equal('2026-11-30T06:00:00.000Z');
    expect(when('2026-11-27T21:00+01:00', 'Europe/Paris').words).to.equal('lundi à 7 h');
  });

  it('C-19 holds the holidays of the zone until the morning of the return, and the school’s own dates take their place', () => {
    // 30460: Académie de Montpellier, zone C.
    expect(when('2026-12-21T10:00+01:00', 'Europe/Paris')).to.include({
      at: '2027-01-04T06:00:00.000Z',
      words: 'lundi 4 janvier à 7 h',
    });
    expect(when('2027-02-08T10:00+01:00', 'Europe/Paris').at).to.equal('2027-02-22T06:00:00.000Z');
    expect(when('2027-02-08T10:00+01:00', 'Europe/Paris', 'staff', { zone: 'A' }).held).to.equal(false);
    const own = [{ title: 'Noël', from: '2026-12-19', back: '2026-12-29' }];
    expect(when('2026-12-21T10:00+01:00', 'Europe/Paris', 'staff', { own }).at).to.equal('2026-12-29T06:00:00.000Z');
    expect(when('2026-12-30T10:00+01:00', 'Europe/Paris', 'staff', { own }).held).to.equal(false);
  });

  it('C-17 is set for each kind of people: hours, weekend and holidays each on or off', () => {
    const settings = { families: { ...USUAL, when: ['nights'], to: 8 * 60 } };
    expect(when('2026-11-24T22:00+01:00', 'Europe/Paris', 'families', settings).words).to.equal('demain à 8 h');
    expect(when('2026-11-28T12:00+01:00', 'Europe/Paris', 'families', settings).held).to.equal(false);
    expect(when('2026-12-22T12:00+01:00', 'Europe/Paris', 'families', settings).held).to.equal(false);
    expect(when('2026-11-28T12:00+01:00', 'Europe/Paris', 'staff', settings).held).to.equal(true);
    const never = { families: { ...USUAL, when: [] } };
    expect(when('2026-11-28T23:00+01:00', 'Europe/Paris', 'families', never).held).to.equal(false);
  });

  it('C-17 lets an emergency pass, and what will be sent later waits from then on', () => {
    const now = new Date('2026-11-28T23:00+01:00');
    const of = delivery({ school: school('Europe/Paris'), now });
    expect(of.when('staff', { urgent: true })).to.deep.equal({ at: now, held: false });
    const from = new Date('2026-12-01T00:00+01:00');
    expect(of.when('families', { from }).at.toISOString()).to.equal('2026-12-01T06:00:00.000Z');
    const noon = new Date('2026-12-01T12:30+01:00');
    expect(of.when('families', { from: noon })).to.deep.equal({ at: noon, held: false });
    expect(of.inWords(noon)).to.equal('mardi à 12 h 30');
  });

  it('is right in Paris, Martinique and Réunion, across both clock changes', () => {
    // Night of 24 to 25 October 2026: Paris goes back to winter time on Sunday; the islands do not move.
    const winter = '2026-10-23T21:00';
    const plain = { zone: 'none' };
    expect(when(`${winter}+02:00`, 'Europe/Paris', 'staff', plain).at).to.equal('2026-10-26T06:00:00.000Z');
    expect(when(`${winter}-04:00`, 'America/Martinique', 'staff', plain).at).to.equal('2026-10-26T11:00:00.000Z');
    expect(when(`${winter}+04:00`, 'Indian/Reunion', 'staff', plain).at).to.equal('2026-10-26T03:00:00.000Z');
    // Night of 27 to 28 March 2027: summer time.
    const summer = '2027-03-26T21:00';
    expect(when(`${summer}+01:00`, 'Europe/Paris', 'staff', plain).at).to.equal('2027-03-29T05:00:00.000Z');
    expect(when(`${summer}-04:00`, 'America/Martinique', 'staff', plain).at).to.equal('2027-03-29T11:00:00.000Z');
    expect(when(`${summer}+04:00`, 'Indian/Reunion', 'staff', plain).at).to.equal('2027-03-29T03:00:00.000Z');
    // In the very night of the change, with nights only.
    const nights = { zone: 'none', staff: { ...USUAL, when: ['nights'] } };
    for (const now of ['2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00', '2026-10-24T20:00+02:00'])
      expect(when(now, 'Europe/Paris', 'staff', nights).at, now).to.equal('2026-10-25T06:00:00.000Z');
    for (const now of ['2027-03-28T01:59+01:00', '2027-03-28T03:00+02:00', '2027-03-27T20:00+01:00'])
      expect(when(now, 'Europe/Paris', 'staff', nights).at, now).to.equal('2027-03-28T05:00:00.000Z');
  });

  it('never delivers in a quiet hour nor before it was sent, hour by hour over two school years', () => {
    for (const timezone of ['Europe/Paris', 'America/Martinique', 'Indian/Reunion']) {
      const holidays = holidaysOf('B', []);
      for (let at = Date.parse('2025-09-01T00:30Z'); at < Date.parse('2027-09-02T00:00Z'); at += 7 * 3_600_000) {
        const open = openFrom(new Date(at), USUAL, holidays, timezone);
        expect(open.getTime()).to.be.at.least(at);
        expect(openFrom(open, USUAL, holidays, timezone)).to.deep.equal(open);
        if (open.getTime() === at) continue;
        expect(
          new Intl.DateTimeFormat('fr', { timeZone: timezone, timeStyle: 'short', hour12: false }).format(open),
        ).to.equal('07:00');
      }
    }
  });

  it('knows the zone by RNE and postcode, and leaves it to the director where they disagree', () => {
    expect(zoneOf({ rne: '0301674G', postcode: '30460' })).to.equal('C');
    expect(zoneOf({ rne: '0999901Z', postcode: '69003' })).to.equal('A');
    expect(zoneOf({ rne: '6200101A', postcode: '20000' })).to.equal('corse');
    expect(zoneOf({ rne: '9720101A', postcode: '97200' })).to.equal('martinique');
    expect(zoneOf({ rne: '0301674G', postcode: '13200' })).to.equal('none');
    expect(zoneOf({ rne: '0999901Z', postcode: '98800' })).to.equal('none');
  });
});

describe('the end of a period (case B33)', () => {
  const processZone = process.env.TZ;
  after(() => {
    if (processZone === undefined) delete process.env.TZ;
    else process.env.TZ = processZone;
  });

  it('B33 counts the last day to 23:59:59.999 school time, whatever the server’s zone', () => {
    for (const zone of ['UTC', 'Europe/Paris', 'Asia/Tokyo', 'America/New_York']) {
      process.env.TZ = zone;
      const inside = (moment: string) => {
        const at = new Date(moment);
        return at >= firstMoment('2026-03-01', 'Europe/Paris') && at <= lastMoment('2026-03-15', 'Europe/Paris');
      };
      expect(inside('2026-02-28T23:59:59+01:00'), zone).to.equal(false);
      expect(inside('2026-03-01T00:00:00+01:00'), zone).to.equal(true);
      expect(inside('2026-03-15T23:59:59+01:00'), zone).to.equal(true);
      expect(inside('2026-03-16T00:00:00+01:00'), zone).to.equal(false);
      expect(lastMoment('2026-03-29', 'Europe/Paris').toISOString(), zone).to.equal('2026-03-29T21:59:59.999Z');
      expect(lastMoment('2026-10-25', 'Europe/Paris').toISOString(), zone).to.equal('2026-10-25T22:59:59.999Z');
      expect(lastMoment('2026-03-15', 'America/Martinique').toISOString(), zone).to.equal('2026-03-16T03:59:59.999Z');
      expect(lastMoment('2026-03-15', 'Indian/Reunion').toISOString(), zone).to.equal('2026-03-15T19:59:59.999Z');
    }
  });
});
