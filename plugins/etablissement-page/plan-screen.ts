import { audit, hidden, type InputOf, missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { contentsOf, DOCUMENTS, linksOf } from './contents.ts';
import { type Column, type Element, elementsOf } from './elements.ts';
import { showable } from './photos.ts';
import { HOME, isPublished, oneByOne } from './words.ts';

/** The tabs of F10-2. */
export const TABS = {
  '': { title: 'En-tête', columns: ['en-tete'] },
  corps: { title: 'Corps', columns: ['corps', 'cote'] },
  pied: { title: 'Pied', columns: ['pied'] },
} as const satisfies Record<string, { title: string; columns: Column[] }>;
export type Tab = keyof typeof TABS;
const NAMES: Record<Column, string> = {
  'en-tete': 'En haut de la page',
  corps: 'Au milieu',
  cote: 'Sur le côté (à la suite, sur un téléphone)',
  pied: 'En bas de la page',
};

export const elementForm = { key: hidden(), act: hidden() };

/** « Publier la page établissement » and its elements: the diagram at left, the ticks at right (F10-1 to F10-3). */
export async function showPlan(visit: Visit, tab: Tab): Promise<Reply> {
  const { query, services } = visit;
  const elements = await elementsOf(visit);
  const empty = await emptyOf(visit);
  const changed = query.get('regle') ?? '';
  const inColumn = (column: Column) =>
    elements
      .filter((one) => one.column === column)
      .map((one, at, all) => ({
        ...one,
        empty: empty.has(one.key),
        ...movesOf(all, at),
        changed: one.key === changed,
      }));
  const drawn = (column: Column) => inColumn(column).filter((one) => one.shown);
  return page('etablissement-page/plan', {
    published: isPublished(visit),
    publishChanged: changed === 'etablissement',
    address: services.visitors.address('/'),
    tab,
    tabs: Object.entries(TABS).map(([key, { title }]) => ({ title, url: `${HOME}/${key}`, current: key === tab })),
    title: TABS[tab].title,
    columns: TABS[tab].columns.map((column) => ({ name: NAMES[column], elements: inColumn(column) })),
    diagram: { head: drawn('en-tete'), main: drawn('corps'), side: drawn('cote'), foot: drawn('pied') },
    acts: `${HOME}/elements${tab ? `/${tab}` : ''}`,
  });
}

/** What moves up or down among those of its column; the logo keeps its place. */
function movesOf(all: Element[], at: number): { up: boolean; down: boolean } {
  const one = all[at] as Element;
  return { up: !one.still && at > 0 && !all[at - 1]?.still, down: !one.still && at < all.length - 1 };
}

/** Elements that are ticked in vain as long as nothing is written. */
async function emptyOf({ db, school, services }: Visit): Promise<Set<string>> {
  const { intro, hours, edito } = await contentsOf(db);
  const there: Record<string, unknown> = {
    presentation: intro,
    horaires: hours,
    edito,
    logo: school.settings['espaces-web']?.logo,
    galerie: await showable(db).first('id'),
    documents: (await services.files.of(DOCUMENTS)).length,
    liens: (await linksOf(db)).length,
  };
  return new Set(Object.keys(there).filter((key) => !there[key]));
}

/** Ticks, unticks, moves one element. */
export async function setElement(visit: Visit<InputOf<typeof elementForm>>, tab: Tab): Promise<Reply> {
  const { db, input, now } = visit;
  await oneByOne(visit);
  const columns: readonly Column[] = TABS[tab].columns;
  const elements = (await elementsOf(visit as Visit)).filter(({ column }) => columns.includes(column));
  const one = elements.find(({ key }) => key === input.key);
  if (!one) return missing();
  const back = `${HOME}/${tab}?regle=${encodeURIComponent(one.key)}`;
  if (input.act === 'monter' || input.act === 'descendre') {
    const column = elements.filter((other) => other.column === one.column);
    const at = column.indexOf(one);
    const moves = movesOf(column, at);
    if (input.act === 'monter' ? !moves.up : !moves.down) return redirect(back);
    column.splice(at, 1);
    column.splice(input.act === 'monter' ? at - 1 : at + 1, 0, one);
    const rows = column.map(({ key, shown }, position) => ({ key, shown, position }));
    await db('etablissement_page_elements').insert(rows).onConflict(['school_id', 'key']).merge(['position']);
    return redirect(back);
  }
  if (one.locked || (input.act !== 'montrer' && input.act !== 'cacher')) return missing();
  const shown = input.act === 'montrer';
  await db('etablissement_page_elements')
    .insert({ key: one.key, shown })
    .onConflict(['school_id', 'key'])
    .merge(['shown']);
  await audit(db, now, visit, `Page établissement : élément ${shown ? 'montré' : 'caché'}`, one.title);
  return redirect(back);
}
