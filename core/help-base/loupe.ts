import { readyEspaces } from '../access/espaces.ts';
import type { House } from '../container.ts';
import { likePattern, searchKey } from '../people/names.ts';
import type { Espace, Person, Visit } from '../plugin/contract.ts';
import { adminScreens, espaceNav } from '../views/chrome.ts';
import { closeness, wordsOf } from './words.ts';

export interface Answer {
  title: string;
  url: string;
  note: string;
}

/** F11-04, F11-11: the Espaces that are published and open to who is signed in to his. */
export async function openEspaces({ modules }: House, { account, person, school, services }: Visit): Promise<Espace[]> {
  if (account?.mode !== 'espace') return [];
  const published = account.espaces.filter((espace) => modules.of(school).publishes(espace));
  return readyEspaces(services.people, person as Person, published, school);
}

/** Screens whose name holds each word, a slip of the finger forgiven (F03-5). */
export function screens(house: House, visit: Visit, espaces: Espace[], typed: string): Answer[] {
  const asked = searchKey(typed).split(' ').filter(Boolean);
  if (!asked.length) return [];
  return screensOf(house, visit, espaces)
    .filter(({ title }) => {
      const [key, words] = [searchKey(title), wordsOf(title)];
      return asked.every(
        (one) => key.includes(one) || words.some((word) => wordsOf(one).some((w) => closeness(w, word))),
      );
    })
    .map((one) => ({ ...one, note: '' }));
}

/** Screens of Gestion by their three levels; in an Espace its rubrics that are published. */
function screensOf(
  { modules }: House,
  { account, school }: Visit,
  espaces: Espace[],
): { title: string; url: string }[] {
  if (!account) return [];
  const on = modules.of(school);
  if (account.mode === 'espace') return espaces.flatMap((espace) => espaceNav(school, account, on, espace, ''));
  return adminScreens(school, account, on).map(({ top, sub, view, url }) => ({
    title: [top, sub, view].join(' > '),
    url,
  }));
}

/** In Gestion those the profile shows; in an Espace those who concern the person. */
export async function people(visit: Visit, typed: string, [espace]: Espace[]): Promise<Answer[]> {
  const { db, account, services } = visit;
  if (!searchKey(typed)) return [];
  if (account?.mode === 'espace') {
    if (!espace) return [];
    const key = searchKey(typed);
    const mine = await services.people.concerning(visit.person as Person);
    return mine
      .filter((one) => searchKey(one.lastName, one.firstName).includes(key))
      .map((one) => ({
        title: `${one.lastName} ${one.firstName}`,
        url: `/espace/${espace}/accueil/enfants/${one.id}`,
        note: one.classLabel ?? 'Sans classe',
      }));
  }
  const kinds = [
    ...(visit.can('ressources.pupils-read') ? ['pupil'] : []),
    ...(visit.can('ressources.guardians-read') ? ['guardian'] : []),
  ];
  const rows = await db('people')
    .whereIn('kind', kinds)
    .whereLike('search', likePattern(typed))
    .orderBy('search')
    .limit(20)
    .select('id', 'kind', 'first_name', db.raw('coalesce(used_name, last_name) as last_name'));
  return rows.map((row) => ({
    title: `${row.last_name} ${row.first_name}`,
    url: `/gestion/ressources/${row.kind === 'pupil' ? 'eleves' : 'responsables'}/${row.id}`,
    note: row.kind === 'pupil' ? 'élève' : 'responsable',
  }));
}
