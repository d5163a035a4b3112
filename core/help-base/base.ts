import type { House } from '../container.ts';
import type { Visit } from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { type Markup, markup } from '../views/helpers.ts';
import { seenBy } from '../web/seen.ts';
import { type Finder, finder } from './find.ts';
import { type HelpPage, readPages } from './pages.ts';
import { helpPictures, shownPictures } from './pictures.ts';
import { neighbours } from './related.ts';
import { type Shelf, shelvesOf } from './shelves.ts';

/** The knowledge base of a house, as one school reads it. */
export interface HelpBase {
  /** Pages of the modules that are on in the school of the visit. */
  shown(visit: Pick<Visit, 'school'>): HelpPage[];
  shelves(visit: Visit): Shelf[];
  find(typed: string, visit: Visit): ReturnType<Finder<HelpPage>>;
  /** Three to five pages to read next. */
  related(page: HelpPage, visit: Visit): HelpPage[];
  /** The 18 sheets of the guide, those of modules that are on. */
  fiches(visit: Pick<Visit, 'school'>): HelpPage[];
  /** The page itself; for print its pictures travel in it. */
  render(page: HelpPage, visit: Pick<Visit, 'url' | 'can' | 'school'>, print?: boolean): Markup;
}

const RELATED = 4;
/** Among how many of the nearest those the reader may open are chosen first. */
const NEAR = 40;

export function helpBase(house: House, loaded: Loaded[]): HelpBase {
  const pages = readPages(house.views);
  const pictures = helpPictures(house.config.root, loaded);
  const near = neighbours(pages);
  const find = once(() => finder(pages));
  // The modules are put together after this one is made.
  const onShelves = once(() => shelvesOf(house));
  const shown: HelpBase['shown'] = ({ school }) => {
    const on = house.modules.of(school);
    return pages.filter((one) => on.has(one.plugin) && onShelves().isHere(one, { school }));
  };
  /** What the reader can open himself comes before the rest. */
  const ownFirst = (visit: Visit) => (page: HelpPage) => (onShelves().reaches(page, visit) ? 1 : 0.5);

  return {
    shown,
    shelves: (visit) => onShelves().shelves(shown(visit), visit),
    find(typed, visit) {
      const here = new Set(shown(visit));
      const weight = ownFirst(visit);
      return find()(typed)
        .filter(({ one }) => here.has(one))
        .map((found) => ({ ...found, score: found.score * weight(found.one) }))
        .sort((a, b) => b.score - a.score);
    },
    related(page, visit) {
      const here = new Set(shown(visit));
      const list = near(page).filter((one) => here.has(one));
      const own = list.slice(0, NEAR).filter((one) => onShelves().reaches(one, visit));
      const titles = new Set<string>();
      return [...own, ...list].filter((one) => !titles.has(one.title) && titles.add(one.title)).slice(0, RELATED);
    },
    fiches: (visit) =>
      shown(visit)
        .filter((one) => one.fiche !== null)
        .sort((a, b) => (a.fiche as number) - (b.fiche as number)),
    render(page, visit, print = false) {
      const seen = seenBy(visit, { house }, {});
      const images = shownPictures(pictures, page.plugin, print ? null : house.assets.url);
      return markup(house.views.render('base', page.name, { images, operator: house.config.operator }, seen));
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { it: T } | null = null;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}
