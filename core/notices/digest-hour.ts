import { dayAfter, momentAt, wallTime } from '../clock.ts';
import { quietSettings, reaches } from '../delivery/delivery.ts';
import type { Readers } from '../delivery/delivery-types.ts';
import type { School } from '../plugin/contract.ts';

const FIVE_O_CLOCK = 17 * 60;

/** When the next daily digest leaves: 17 h in the school's own time, held by quiet hours like the rest (proposal 15). */
export function digestAfter(at: Date, readers: Readers, school: School): Date {
  const { day } = wallTime(at, school.timezone);
  const today = momentAt(day, FIVE_O_CLOCK, school.timezone);
  const next = today >= at ? today : momentAt(dayAfter(day), FIVE_O_CLOCK, school.timezone);
  return reaches(next, readers, quietSettings(school), school.timezone);
}
