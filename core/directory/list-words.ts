import { dayIn } from '../clock.ts';
import type { Mark, Option, Row } from '../list/declare.ts';
import type { Undone } from '../people/directory-types.ts';
import type { Visit } from '../plugin/contract.ts';

/** What the three lists of the directory have in common. */

export const today = ({ now, school }: Visit): string => dayIn(now, school.timezone);

/** Levels of a primary school, in their order. */
export const LEVELS: Option[] = ['TPS', 'PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'].map((level) => ({
  value: level,
  label: level,
}));

/** Asked for by filter, creation line and cell of one page: one question for all of them. */
export function classOptions({ db, services }: Visit): Promise<Option[]> {
  let known = asked.get(db);
  if (!known) {
    known = db('classes')
      .where({ year: services.people.year })
      .orderBy('search')
      .select('id as value', 'label')
      .then((rows) => rows);
    asked.set(db, known);
  }
  return known;
}
const asked = new WeakMap<object, Promise<Option[]>>();

export const NONE: Option = { value: '', label: 'Sans classe' };

/** ONDE writes family names in capitals; so do we, accents kept. */
export const capitals = (name: string): string => name.toLocaleUpperCase('fr');

export function accountMark({ state }: Row): Mark | null {
  if (state === 'active') return { text: 'Connecté', icon: 'circle-check', tone: 'ok' };
  if (state === 'provisional') return { text: 'Jamais connecté', icon: 'circle-dashed', tone: '' };
  return state ? { text: 'Suspendu', icon: 'lock', tone: 'bad' } : null;
}

export const ONDE = {
  title: 'Importer depuis ONDE',
  icon: 'upload',
  allow: 'onde-import.import',
};

export async function takeBack({ services }: Visit, cause: string): Promise<string> {
  const { restored, removed, unlinked, kept } = await services.register.undo(cause);
  const done = restored + removed + unlinked ? 'C’est annulé.' : 'Il n’y avait plus rien à annuler.';
  return [done, ...kept.map(keptWords)].join(' ');
}

const keptWords = ({ who, what }: Undone['kept'][number]) => `${who} reste : ${what}.`;
