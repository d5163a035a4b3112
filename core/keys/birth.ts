import { z } from 'zod';
import { type Field, text } from '../form/form.ts';
import { unaccent } from '../people/names.ts';

const MONTHS = 'JANVIER FEVRIER MARS AVRIL MAI JUIN JUILLET AOUT SEPTEMBRE OCTOBRE NOVEMBRE DECEMBRE'.split(' ');

/**
 * A day as people type it on a phone: 03/04/2018, 3.4.18, 03042018, 2018-04-03, 3 avril 2018. Null when it is none.
 * A text field and not a date field: the calendar of a phone opens on today, eight years of turning away.
 */
export function readDay(typed: string): string | null {
  const words = unaccent(typed)
    .replace(/^\s*1ER\b/, '1')
    .match(/\d+|[A-Z]+/g);
  if (!words) return null;
  const [first = '', second = '', third = ''] = words.length === 1 ? cut(words[0] as string) : words;
  if (words.length !== 1 && words.length !== 3) return null;
  return first.length === 4 ? day(third, second, first) : day(first, second, third);
}

/** Eight or six figures in a row: the keypad of a phone has no slash. */
const cut = (figures: string): string[] =>
  /^\d{8}$|^\d{6}$/.test(figures) ? [figures.slice(0, 2), figures.slice(2, 4), figures.slice(4)] : [];

function day(dayOfMonth: string, month: string, year: string): string | null {
  const named = MONTHS.filter((one) => month.length > 2 && one.startsWith(month));
  const [y, m, d] = [
    /^\d\d$/.test(year) ? 2000 + Number(year) : Number(year),
    named.length === 1 ? MONTHS.indexOf(named[0] as string) + 1 : Number(month),
    Number(dayOfMonth),
  ];
  const real = new Date(Date.UTC(y, m - 1, d));
  // 31 February must not roll over to 3 March.
  if (y < 1900 || y > 2100 || real.getUTCMonth() !== m - 1 || real.getUTCDate() !== d) return null;
  return real.toISOString().slice(0, 10);
}

export const birthField: Field<string> = {
  ...text('Date de naissance', { max: 40, autocomplete: 'off', attributes: { inputmode: 'numeric' } }),
  schema: z
    .string()
    .transform(readDay)
    .refine((found) => found !== null, 'Cette date n’existe pas. Écrivez le jour, le mois, l’année : 03/04/2018.'),
} as Field<string>;
