import { dayAfter, momentAt, wallTime } from '../clock.ts';
import { hourInWords, momentInWords, type QuietSettings, reaches } from './delivery.ts';
import type { Readers } from './delivery-types.ts';
import { holidaysOf } from './school-holidays.ts';

/** « Un message envoyé vendredi à 21 h est remis lundi à 7 h. » */
export interface Example {
  sent: string;
  families: string;
  staff: string;
}

/** What these settings come to: the next Tuesday and Friday evening, and the next holidays. */
export function examplesOf(chosen: QuietSettings, now: Date, timezone: string): Example[] {
  const { day, weekday } = wallTime(now, timezone);
  const next = (wanted: number) => dayAfter(day, (wanted - weekday + 7) % 7 || 7);
  const example = (on: string, hour: number, words: string): Example => {
    const at = momentAt(on, hour * 60, timezone);
    const told = (readers: Readers) => {
      const there = reaches(at, readers, chosen, timezone);
      return there > at ? momentInWords(there, at, timezone) : 'tout de suite';
    };
    return { sent: `${words} à ${hourInWords(hour * 60)}`, families: told('families'), staff: told('staff') };
  };
  const holiday = holidaysOf(chosen.zone, chosen.own).find((one) => dayAfter(one.from, 2) > day);
  return [
    example(next(2), 21, 'mardi'),
    example(next(5), 21, 'vendredi'),
    ...(holiday ? [example(dayAfter(holiday.from, 2), 10, `pendant les vacances (${holiday.title})`)] : []),
  ];
}
