import { dayAfter, momentAt } from '@preau/core';
import type { Event } from './events.ts';

type Written = Pick<
  Event,
  'id' | 'title' | 'first_day' | 'last_day' | 'starts' | 'ends' | 'place' | 'changed_at' | 'version'
>;

/** A calendar as RFC 5545 wants it: moments in UTC, whole days as days with an exclusive end. */
export function icsOf(name: string, timezone: string, events: Written[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Preau//Agenda//FR',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
    'X-PUBLISHED-TTL:PT6H',
    ...events.flatMap((one) => written(one, timezone)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

const written = (one: Written, timezone: string): string[] => [
  'BEGIN:VEVENT',
  `UID:${one.id}@preau`,
  `DTSTAMP:${utc(one.changed_at)}`,
  `SEQUENCE:${one.version}`,
  ...times(one, timezone),
  `SUMMARY:${escaped(one.title)}`,
  ...(one.place ? [`LOCATION:${escaped(one.place)}`] : []),
  'END:VEVENT',
];

function times({ first_day, last_day, starts, ends }: Written, timezone: string): string[] {
  if (!starts)
    return [
      `DTSTART;VALUE=DATE:${plain(first_day)}`,
      `DTEND;VALUE=DATE:${plain(dayAfter(last_day))}`,
      // A day without an hour must not say that its reader is busy.
      'TRANSP:TRANSPARENT',
    ];
  const at = (day: string, time: string) => {
    const [hours, minutes] = time.split(':').map(Number) as [number, number];
    return utc(momentAt(day, hours * 60 + minutes, timezone));
  };
  return [`DTSTART:${at(first_day, starts)}`, ...(ends ? [`DTEND:${at(last_day, ends)}`] : [])];
}

const plain = (day: string) => day.replaceAll('-', '');
const utc = (at: Date) => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

const escaped = (text: string) =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n?|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ');

/** No line is longer than 75 octets, and no letter is cut in two (RFC 5545, 3.1). */
function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const letter of line) {
    const size = Buffer.byteLength(letter);
    if (octets + size > 75) {
      out += '\r\n ';
      octets = 1;
    }
    out += letter;
    octets += size;
  }
  return out;
}
