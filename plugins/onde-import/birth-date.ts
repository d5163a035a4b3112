import { quoted } from '@preau/core';

const EXPECTED = 'Attendu : JJ/MM/AAAA ou AAAA-MM-JJ';

/** What a cell gave: the value, or in French what is wrong with it. */
export type Reading<Value> = { value: Value } | { fault: string };

/**
 * Reads a birth date as ONDE writes it (AAAA-MM-JJ) or as Excel does (JJ/MM/AAAA). A day that does not exist is not
 * moved to the next month, and nothing unreadable goes further (ONDE fact 9).
 */
export function readBirthDate(text: string, today: string): Reading<string> {
  if (text === '') return { fault: `la date de naissance manque. ${EXPECTED}.` };
  const date = calendarDate(text);
  if ('fault' in date) return date;
  const read = quoted(text);
  if (date.value > today)
    return { fault: `lu ${read}, cette date est dans l’avenir. Corrigez la date de naissance dans ONDE.` };
  if (date.value < yearsBefore(today, 20)) {
    return { fault: `lu ${read}, cet élève aurait plus de 20 ans. Corrigez la date de naissance dans ONDE.` };
  }
  return date;
}

/** Reads a date in one of the two forms, without a thought for whose it is. */
export function calendarDate(typed: string): Reading<string> {
  const read = quoted(typed);
  // Some write the day apart (« 14 / 02 / 2019 »), others an apostrophe for the spreadsheet before it.
  const text = typed
    .replace(/^['’]/, '')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\s*([-/.])\s*/g, '$1');
  const parts = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?$/.exec(text);
  const french = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d{1,2}:\d{2}.*)?$/.exec(text);
  const [year, month, day] = parts ? parts.slice(1) : french ? french.slice(1).reverse() : [];
  if (year === undefined || month === undefined || day === undefined) {
    if (/^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}$/.test(text)) {
      return { fault: `lu ${read}, l’année n’a que deux chiffres. ${EXPECTED}.` };
    }
    // A serial number depends on the workbook it comes from: a guess may be four years wrong.
    const serial = /^\d{4,5}(?:[.,]\d+)?$/.test(text);
    const why = serial
      ? 'ce nombre est une date de tableur : mettez la colonne au format date'
      : 'ce n’est pas une date';
    return { fault: `lu ${read}, ${why}. ${EXPECTED}.` };
  }
  const value = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = new Date(`${value}T00:00:00Z`);
  const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value) && Number(year) > 0;
  return exists ? { value } : { fault: `lu ${read}, ce jour n’existe pas. ${EXPECTED}.` };
}

/** The same day that many years earlier (as text, good for comparing). */
export function yearsBefore(today: string, years: number): string {
  return `${String(Number(today.slice(0, 4)) - years).padStart(4, '0')}${today.slice(4)}`;
}
