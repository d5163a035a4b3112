import { ESPACE_TITLES, espacesOf } from '../access/espaces.ts';
import {
  ESPACES,
  type Espace,
  type Person,
  type PublicPage,
  type School,
  type Transaction,
} from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Theme } from '../views/themes.ts';
import { pathOf } from '../web/paths.ts';

/** What the table of F11-03 holds: an Espace, or a page for whoever comes. */
export type Publication = Espace | PublicPage;

export const PUBLICATION_TITLES: Record<Publication, string> = {
  commune: 'Page commune',
  etablissement: 'Page établissement',
  ...ESPACE_TITLES,
  inscription: 'Espace Inscription',
};

export const ICONS: Record<Publication, string> = {
  commune: 'school',
  etablissement: 'landmark',
  direction: 'briefcase',
  enseignants: 'graduation-cap',
  parents: 'users',
  accompagnants: 'heart-handshake',
  eleves: 'backpack',
  periscolaire: 'utensils',
  mairie: 'landmark',
  inscription: 'user-plus',
};

/** For whom it is, said under its name. */
const NOTES: Record<PublicPage, string> = {
  commune: 'L’adresse de l’école, pour qui n’est pas connecté : une porte par Espace.',
  etablissement: 'L’école présentée à tout le monde.',
  inscription: 'Les familles qui demandent une inscription.',
};

export interface Row {
  name: Publication;
  icon: string;
  title: string;
  note: string;
  published: boolean;
  /** Null for what is no application on a phone. */
  mobile: boolean | null;
  espace: boolean;
  /** Its own sub-tab; null where it has none. */
  page: string | null;
  theme: string;
  themeTitle: string;
}

export const isEspace = (name: string): name is Espace => ESPACES.some((one) => one === name);

/** The table in the guide's order: the Page commune, those pages modules bring, the seven Espaces. */
export function publicationsOf(modules: ModulesOfSchool): Publication[] {
  const order: Publication[] = ['commune', 'etablissement', ...ESPACES, 'inscription'];
  return order.filter((name) => isEspace(name) || modules.pages.includes(name));
}

/** The sub-tab in which the module of a public page prepares it. */
export function screenOf(modules: ModulesOfSchool, name: Publication): string | null {
  const title = PUBLICATION_TITLES[name].replace(/^(Espace|Page) /, '');
  const sub = `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
  const screen = modules.nav('admin').find(({ under }) => under === `Espaces web > ${sub}`);
  return screen ? pathOf(screen) : null;
}

/** One line per publication, as the school has it now. @param people how many accounts each Espace has. */
export function rowsOf(
  school: School,
  modules: ModulesOfSchool,
  themes: Map<string, Theme>,
  people: Map<Espace, number>,
): Row[] {
  return publicationsOf(modules).map((name) => {
    const theme = themes.get(school.themes[name] ?? 'base') ?? (themes.get('base') as Theme);
    const espace = isEspace(name);
    const count = espace ? (people.get(name) ?? 0) : 0;
    return {
      name,
      icon: ICONS[name],
      title: PUBLICATION_TITLES[name],
      note: espace ? (count ? `${count} personne${count > 1 ? 's' : ''}` : 'Personne pour l’instant') : NOTES[name],
      published: espace ? modules.publishes(name) : modules.opens(name),
      mobile: espace ? modules.mobile(name) : null,
      espace,
      page: espace ? `/gestion/espaces-web/${name}` : screenOf(modules, name),
      theme: theme.name,
      themeTitle: theme.title,
    };
  });
}

/** How many accounts browse each Espace; those that are suspended browse nothing. */
export async function peopleByEspace(db: Transaction): Promise<Map<Espace, number>> {
  const rows: (Pick<Person, 'kind' | 'genre'> & { n: string })[] = await db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .whereNot({ state: 'suspended' })
    .groupBy('kind', 'genre')
    .select('kind', 'genre')
    .count('* as n');
  const counted = new Map<Espace, number>();
  for (const row of rows)
    for (const espace of espacesOf(row)) counted.set(espace, (counted.get(espace) ?? 0) + Number(row.n));
  return counted;
}

/** Themes to choose from: the house's own first. */
export const themeChoices = (themes: Map<string, Theme>, chosen: string) =>
  [...themes.values()]
    .toSorted((a, b) => Number(b.name === 'base') - Number(a.name === 'base'))
    .map(({ name, title }) => ({ name, title, chosen: name === chosen }));
