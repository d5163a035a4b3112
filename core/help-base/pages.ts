import { readFileSync } from 'node:fs';
import type { Views } from '../views/engine.ts';
import type { Searched } from './find.ts';

/** A page of help as its file tells it. */
export interface HelpPage extends Searched {
  /** `credentials/help/etiquettes` */
  name: string;
  plugin: string;
  page: string;
  url: string;
  /** Number of the guide's sheet it is (`{{! fiche 12 }}` on its first line). */
  fiche: number | null;
}

/** Every page of help of the house: core and modules, on or off (F18-1). */
export const readPages = (views: Pick<Views, 'names' | 'fileOf'>): HelpPage[] =>
  views
    .names()
    .filter((name) => name.includes('/help/'))
    .map((name) => readPage(name, readFileSync(views.fileOf(name), 'utf8')));

function readPage(name: string, source: string): HelpPage {
  const [plugin, , page] = name.split('/') as [string, string, string];
  const fiche = /^\{\{!\s*fiche\s+(\d+)\s*\}\}/.exec(source)?.[1];
  const title = plain(/<h1[^>]*>(.*?)<\/h1>/s.exec(source)?.[1] ?? page);
  const [summary = '', ...rest] = sentencesOf(source.replace(/<h1[^>]*>.*?<\/h1>/s, ''));
  return {
    name,
    plugin,
    page,
    title,
    summary,
    sentences: rest,
    url: `/aide/${plugin}/${page}`,
    fiche: fiche ? Number(fiche) : null,
  };
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' };
const plain = (html: string): string =>
  html
    .replace(/<[^>]+>|\{\{[^}]*\}\}/g, '')
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/[ \n]+/g, ' ')
    .trim();

/** One sentence after the other; the end of a paragraph or of a step ends one too. */
function sentencesOf(html: string): string[] {
  return html
    .replace(/\{\{[^}]*\}\}/g, '')
    .split(/<\/?(?:p|li|ol|ul|h2|h3|div|figure)[^>]*>/)
    .map(plain)
    .flatMap((text) => text.split(/(?<=[.!?…])\s+(?=[\p{Lu}«\d])/u))
    .filter(Boolean);
}
