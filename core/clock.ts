/** The hour of the house; tests put theirs in the container. */
export type Clock = () => Date;
export const systemClock: Clock = () => new Date();

/** The school year a moment belongs to, by its first calendar year: it changes on 1 August, in the school's own time zone. */
export function schoolYear(now: Date, timezone: string): number {
  const [year, month] = dayIn(now, timezone).split('-').map(Number) as [number, number];
  return month >= 8 ? year : year - 1;
}

/** The day (2026-11-25) it is at the school. */
export function dayIn(now: Date, timezone: string): string {
  // Making a format costs more than a query: one per time zone is kept.
  let format = DAYS.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone });
    DAYS.set(timezone, format);
  }
  return format.format(now);
}
const DAYS = new Map<string, Intl.DateTimeFormat>();
