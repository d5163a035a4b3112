import { dayAfter, wallTime } from '../clock.ts';
import type { Deps, School } from '../plugin/contract.ts';
import type { Delivery, Readers } from './delivery-types.ts';
import { openFrom, type QuietHours, USUAL } from './quiet-hours.ts';
import { type Holiday, holidaysOf, type Zone } from './school-holidays.ts';
import { zoneOf } from './zone-of.ts';

/** The settings are kept, and shown, under this name. */
export const OF = 'deconnexion';

/** What the school has chosen; a missing word means the usual. */
export interface QuietSettings extends Record<Readers, QuietHours> {
  zone: Zone;
  /** Dates of its own. */
  own: Holiday[];
}

export function quietSettings(school: School): QuietSettings {
  const chosen = (school.settings[OF] ?? {}) as Partial<QuietSettings>;
  return { families: USUAL, staff: USUAL, zone: zoneOf(school), own: [], ...chosen };
}

/** When what is sent at `from` reaches these people. */
export const reaches = (from: Date, readers: Readers, chosen: QuietSettings, timezone: string): Date =>
  openFrom(from, chosen[readers], holidaysOf(chosen.zone, chosen.own), timezone);

/** Quiet hours of this school (proposal 4): one clock for all that is sent, no module has its own. */
export const delivery = ({ school, now }: Pick<Deps, 'school' | 'now'>): Delivery => ({
  when(readers, { urgent = false, from = now } = {}) {
    const asked = from > now ? from : now;
    const at = urgent ? asked : reaches(asked, readers, quietSettings(school), school.timezone);
    return { at, held: at > asked };
  },
  inWords: (at) => momentInWords(at, now, school.timezone),
});

/** « demain à 7 h », as one says it at `now`; beyond a week the date as well. */
export function momentInWords(at: Date, now: Date, timezone: string): string {
  const here = wallTime(now, timezone);
  const there = wallTime(at, timezone);
  return `${dayInWords(there.day, here.day)} à ${hourInWords(there.minutes)}`;
}

export const hourInWords = (minutes: number): string =>
  `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${String(minutes % 60).padStart(2, '0')}` : ''}`;

function dayInWords(day: string, today: string): string {
  if (day === today) return 'aujourd’hui';
  if (day === dayAfter(today)) return 'demain';
  const near = day > today && day <= dayAfter(today, 6);
  return (near ? WEEKDAY : WEEKDAY_AND_DATE).format(new Date(`${day}T00:00Z`));
}
const WEEKDAY = new Intl.DateTimeFormat('fr-FR', { weekday: 'long', timeZone: 'UTC' });
const WEEKDAY_AND_DATE = new Intl.DateTimeFormat('fr-FR', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});
