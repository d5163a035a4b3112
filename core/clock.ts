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

/** What the clock on the school's wall shows. */
export interface WallTime {
  day: string;
  /** Since midnight. */
  minutes: number;
  /** 0 is Sunday. */
  weekday: number;
}

export function wallTime(now: Date, timezone: string): WallTime {
  let format = CLOCKS.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
    CLOCKS.set(timezone, format);
  }
  const [day = '', time = ''] = format.format(now).split(' ');
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return { day, minutes: hours * 60 + minutes, weekday: new Date(`${day}T00:00Z`).getUTCDay() };
}
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** The moment the school's clock shows that day and time; one that the change to summer time skips comes an hour later. */
export function momentAt(day: string, minutes: number, timezone: string): Date {
  const wanted = Date.parse(`${day}T00:00Z`) + minutes * 60_000;
  const shownAt = (at: number) => {
    const shown = wallTime(new Date(at), timezone);
    return Date.parse(`${shown.day}T00:00Z`) + shown.minutes * 60_000;
  };
  // The first guess may stand on the other side of a clock change; the second does not.
  const guess = wanted - (shownAt(wanted) - wanted);
  return new Date(guess - (shownAt(guess) - wanted));
}

/** The day so many days later. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A period's first day begins at midnight, school time. */
export const firstMoment = (day: string, timezone: string): Date => momentAt(day, 0, timezone);

/** A period's last day counts to 23:59:59.999, school time (case B33). */
export const lastMoment = (day: string, timezone: string): Date =>
  new Date(firstMoment(dayAfter(day), timezone).getTime() - 1);

/** « 25/11/2026 » */
export const frenchDay = (day: string): string => day.split('-').reverse().join('/');

/** « vendredi 27 novembre », « mardi 1er décembre » */
export const dayInWords = (day: string): string => WORDS.format(new Date(`${day}T00:00Z`)).replace(/ 1 /, ' 1er ');
const WORDS = new Intl.DateTimeFormat('fr-FR', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });

/** A day as the title of what came on it: « Aujourd’hui », « Hier », « Vendredi 27 novembre ». */
export function dayTitle(day: string, now: Date, timezone: string): string {
  const today = dayIn(now, timezone);
  if (day === today) return 'Aujourd’hui';
  if (day === dayAfter(today, -1)) return 'Hier';
  const words = dayInWords(day);
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
