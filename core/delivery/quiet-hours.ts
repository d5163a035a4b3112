import { dayAfter, momentAt, type WallTime, wallTime } from '../clock.ts';
import type { Holiday } from './school-holidays.ts';

export const QUIET_TIMES = ['nights', 'weekend', 'holidays'] as const;
export type QuietTime = (typeof QUIET_TIMES)[number];

/** When one kind of people is left in peace. */
export interface QuietHours {
  /** Minutes since midnight: evening and morning; the evening is always the later. */
  from: number;
  to: number;
  /** Which times are quiet; none: everything is delivered at once. */
  when: QuietTime[];
}

/** Issue 6: 20 h to 7 h, Friday 20 h to Monday 7 h, school holidays. */
export const USUAL: QuietHours = { from: 20 * 60, to: 7 * 60, when: [...QUIET_TIMES] };

/** The first moment, from `at` on, that is no quiet time (droit à la déconnexion, C-14, C-15); school time, right across clock changes. */
export function openFrom(at: Date, hours: QuietHours, holidays: Holiday[], timezone: string): Date {
  let moment = at;
  for (let wall = wallTime(at, timezone); isQuiet(wall, hours, holidays); wall = wallTime(moment, timezone))
    moment = momentAt(wall.minutes < hours.to ? wall.day : dayAfter(wall.day), hours.to, timezone);
  return moment;
}

function isQuiet({ day, minutes, weekday }: WallTime, { from, to, when }: QuietHours, holidays: Holiday[]): boolean {
  const evening = minutes >= from;
  const morning = minutes < to;
  if (when.includes('nights') && (evening || morning)) return true;
  if (when.includes('weekend') && (weekday % 6 === 0 || (weekday === 5 && evening) || (weekday === 1 && morning)))
    return true;
  // The day of return is school time from its opening hour.
  return (
    when.includes('holidays') &&
    holidays.some((one) => day >= one.from && (day < one.back || (day === one.back && morning)))
  );
}
