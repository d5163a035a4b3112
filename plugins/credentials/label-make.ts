import { type Key, qrPath, type School } from '@preau/core';
import { type Label, labelCss, layOut, measuresOf } from './label-layout.ts';
import { dealt, type Sheet, sheetCss } from './label-sheets.ts';
import { type Recipient, valuesFor } from './recipients.ts';
import type { Values } from './variables.ts';

/** What decides how labels look: a model on a sheet. */
export interface LabelStyle {
  content: string;
  qr: boolean;
  large: boolean;
  sheet: Sheet;
}

/** What a label tells of one person; sealed while its job waits, since it holds a secret. */
export interface LabelPerson {
  who: string;
  values: Values;
  /** Has chosen a password: no secret, no QR code. */
  spent: boolean;
  link: string | null;
}

/** Lines of the cut, in previews only. */
export const CUT = '.label{outline:.2mm dashed #9aa1ad;outline-offset:-.1mm}';

/** « LEOTI Sophie » */
export const whoOf = ({ lastName, firstName }: Pick<Recipient, 'lastName' | 'firstName'>): string =>
  `${lastName} ${firstName}`.trim();

export const labelPerson = (person: Recipient, key: Key, place: { school: School; address: string }): LabelPerson => ({
  who: whoOf(person),
  values: valuesFor(person, key, place),
  spent: key.secret === null,
  link: key.link,
});

/** Labels laid out on their sheets: what the template is given, and its geometry. */
export function drawing(
  style: LabelStyle,
  people: LabelPerson[],
  start: number,
): { data: { title: string; sheets: { blanks: null[]; labels: Label[] }[] }; css: string } {
  const measures = measuresOf(style.sheet, style.large, longestLink(style, people));
  const labels = people.map((person) => layOut(style, person, measures));
  return {
    data: { title: 'Étiquettes de connexion', sheets: dealt(labels, start, style.sheet) },
    css: sheetCss(style.sheet) + labelCss(measures, labels),
  };
}

/** Whose label would not hold in its cell, login and password whole (case B16). */
export function misfits(style: LabelStyle, people: LabelPerson[]): string[] {
  const longest = longestLink(style, people);
  const measures = measuresOf(style.sheet, style.large, longest);
  const one = longest ? qrPath(longest) : null;
  return people
    .filter((person) => !layOut(style, person, measures, one ? () => one : undefined).fits)
    .map((person) => person.who);
}

/** How many names a message holds. */
const NAMED = 3;
/** What to do about the labels that do not hold; null when all do. */
export function tightInWords(names: string[]): string | null {
  const others = names.length - NAMED;
  const who = names.slice(0, NAMED).join(', ') + (others > 0 ? ` et ${others} de plus` : '');
  return who
    ? `Ces étiquettes ne tiennent pas sur cette planche : ${who}. Choisissez une planche plus grande, ou un autre modèle.`
    : null;
}

const longestLink = ({ qr }: LabelStyle, people: LabelPerson[]): string | null =>
  qr
    ? people.reduce<string | null>((most, { link }) => (link && link.length > (most?.length ?? 0) ? link : most), null)
    : null;
