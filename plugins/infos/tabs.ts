import type { Visit } from '@preau/core';
import type { Item } from './items.ts';
import { homeOf, KINDS } from './words.ts';

/** The pages of one item that was sent. */
export function tabsOf(visit: Visit, item: Item, current: '' | '/retours' | '/resultats') {
  const base = `${homeOf(visit)}/${item.id}`;
  const tabs: [typeof current, string, string][] = [
    ['', KINDS[item.kind].one, 'file-text'],
    ['/retours', 'Retours', 'users'],
  ];
  if (item.kind === 'survey') tabs.push(['/resultats', 'Résultats', 'list']);
  return item.state === 'to-approve' || item.state === 'draft'
    ? []
    : tabs.map(([path, title, icon]) => ({ url: `${base}${path}`, title, icon, current: path === current }));
}
