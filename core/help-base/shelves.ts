import { allowed } from '../access/permissions.ts';
import type { House } from '../container.ts';
import type { Route, Visit } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';
import { helpFor } from '../web/answer.ts';
import { pathOf } from '../web/paths.ts';
import type { HelpPage } from './pages.ts';

/** Pages of help under one subject. */
export interface Shelf {
  id: string;
  title: string;
  open: boolean;
  pages: HelpPage[];
}
type Reader = Pick<Visit, 'account' | 'school'>;

const SIGN_IN = 'Se connecter, votre compte';
const ESPACES = 'Dans les Espaces';
const OWN = 'Dans votre Espace';
const OTHERS = 'Autres écrans de Gestion';
const GESTION = 'Pour la direction et le secrétariat';
/** In the order in which a school comes to need them. */
const ORDER = [
  OWN,
  SIGN_IN,
  ...['Imports/Exports', 'Ressources', 'Configuration', 'Espaces web', 'Communication', 'Demandes', 'Assistance'],
  OTHERS,
  ESPACES,
  GESTION,
];

/** Which screens each page of help explains, and to whom they open. */
export function shelvesOf({ modules, views }: House) {
  const routes = new Map<string, Declared<Route>[]>();
  for (const route of modules.routes) {
    const name = route.method === 'get' ? helpFor(route, views) : null;
    if (name) routes.set(name, [...(routes.get(name) ?? []), route]);
  }
  /** A page without a screen of its own goes with those of its module. */
  const of = (page: HelpPage) =>
    routes.get(page.name) ?? modules.routes.filter(({ plugin, method }) => plugin === page.plugin && method === 'get');

  /** Whether a screen of this page opens to the reader, in his Espaces or in Gestion. */
  function reaches(page: HelpPage, { account, school }: Reader): boolean {
    const on = modules.of(school);
    return of(page).some((route) =>
      route.area === 'espace'
        ? account?.espaces.some((espace) => allowed(route, account, school, on, espace).ok)
        : allowed(route, account, school, on).ok,
    );
  }

  /** Screens of Gestion that no menu of this school leads to are those of another kind of house (a town hall’s console). */
  const isHere = (page: HelpPage, { school }: Pick<Reader, 'school'>): boolean =>
    of(page).some(({ area }) => area !== 'admin') || entries(page, school).length > 0;

  const entries = ({ plugin }: HelpPage, school: Reader['school']) =>
    modules
      .of(school)
      .nav('admin')
      .filter((entry) => entry.plugin === plugin);

  /** « Ressources > Élèves »: the place of its screen in the menus of Gestion. */
  function place(page: HelpPage, { school }: Reader): string {
    const screen = of(page).find(({ area }) => area === 'admin');
    if (!screen) return of(page).some(({ area }) => area === 'espace') ? ESPACES : SIGN_IN;
    const mine = entries(page, school);
    const nearest = mine
      .filter((entry) => pathOf(screen).startsWith(pathOf(entry).replace(/\/$/, '')))
      .sort((a, b) => b.path.length - a.path.length)[0];
    return (nearest ?? mine[0])?.under ?? OTHERS;
  }

  function subject(page: HelpPage, reader: Reader): string {
    const { account } = reader;
    if (account?.mode === 'espace' && of(page).some(({ area }) => area === 'espace') && reaches(page, reader))
      return OWN;
    const where = place(page, reader);
    const gestion = where !== SIGN_IN && where !== ESPACES;
    return gestion && (!account || account.mode === 'espace') ? GESTION : where;
  }

  /** What the reader meets himself stands first and open (F18-1). */
  function shelves(shown: HelpPage[], reader: Reader): Shelf[] {
    const groups = Map.groupBy(shown, (page) => subject(page, reader));
    const first = reader.account?.mode === 'espace' && groups.has(OWN) ? OWN : SIGN_IN;
    return [...groups]
      .map(([title, list]) => ({ title, pages: list.toSorted((a, b) => turn(a, b)) }))
      .sort((a, b) => rank(a.title, first) - rank(b.title, first) || a.title.localeCompare(b.title, 'fr'))
      .map(({ title, pages: list }, at) => ({ id: `sujet-${at + 1}`, title, open: title === first, pages: list }));
  }
  return { reaches, isHere, shelves };
}

/** The page of a screen before those of its windows. */
const turn = (a: HelpPage, b: HelpPage) =>
  a.plugin.localeCompare(b.plugin) || depth(a) - depth(b) || a.title.localeCompare(b.title, 'fr');
const depth = ({ page }: HelpPage) => (page === 'index' ? 0 : page.split('-').length);

function rank(title: string, first: string): number {
  if (title === first) return -1;
  const at = ORDER.indexOf(title.split(' > ')[0] as string);
  return at < 0 ? ORDER.length : at;
}
