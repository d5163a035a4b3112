import { howMany } from '../list/declare.ts';
import type { Letter, Outbox, Unreachable } from './outbox-types.ts';

/** People who are to receive the same sending, in words. */
export interface SendingGroup<T extends Letter['to']> {
  /** « responsable » */
  one: string;
  /** « responsables » */
  many: string;
  people: T[];
}

/** What every sending shows before it: how many, of which kinds, who is left out and why; `{{> partials/before-sending before}}`. */
export interface BeforeSending<T extends Letter['to']> {
  /** « 43 responsables de 2 classes, 3 sans adresse » */
  sentence: string;
  /** How many will receive the message: « Envoyer à 43 responsables ». */
  total: number;
  reachable: T[];
  unreachable: Unreachable[];
}

/**
 * Counts people, not links (case B24), and names those who cannot be written to (C-37, proposal 17).
 * @param about.classes how many classes they belong to, where it says something.
 */
export function beforeSending<T extends Letter['to']>(
  outbox: Outbox,
  groups: SendingGroup<T>[],
  about: { classes?: number } = {},
): BeforeSending<T> {
  const sorted = groups.map((group) => ({ ...group, ...outbox.sort(group.people) }));
  const reachable = sorted.flatMap((group) => group.reachable);
  const unreachable = sorted.flatMap((group) => group.unreachable);
  const shown = sorted.filter((group, at) => group.reachable.length || (at === 0 && !reachable.length));
  const kinds = shown.map((group) => howMany(group.reachable.length, group));
  const classes = about.classes ? ` de ${howMany(about.classes, { one: 'classe', many: 'classes' })}` : '';
  const without = unreachable.filter((one) => !one.address).length;
  const wrong = unreachable.length - without;
  const left = [
    ...(without ? [same(without, 'sans adresse')] : []),
    ...(wrong ? [same(wrong, 'avec une adresse fausse')] : []),
  ];
  const sentence = [`${AND.format(kinds)}${classes}`, ...left].join(', ');
  return { sentence, total: reachable.length, reachable, unreachable };
}

const AND = new Intl.ListFormat('fr', { type: 'conjunction' });
const same = (n: number, words: string) => howMany(n, { one: words, many: words });
