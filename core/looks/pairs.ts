import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chainOf, type Theme } from '../views/themes.ts';
import { contrast, READABLE } from './colour.ts';

/** What stands on what: text needs 4.5:1, parts of controls and focus rings 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const TEXT: Record<string, string> = {
  ink: 'ground surface sunken motif',
  'ink-2': 'ground surface sunken motif bad-soft',
  link: 'ground surface sunken motif',
  'on-brand': 'brand brand-2',
  'on-brand-2': 'brand brand-2',
  'on-action': 'action action-2',
  'on-soft': 'soft surface sunken',
  ok: 'ok-soft surface sunken',
  warn: 'warn-soft surface sunken',
  bad: 'bad-soft surface sunken',
  'on-spot': 'spot',
  'on-slate': 'slate',
};
const PARTS: Record<string, string> = {
  'line-strong': 'surface ground sunken',
  focus: 'ground surface sunken soft motif',
  'focus-brand': 'brand brand-2',
  action: 'surface ground sunken soft',
  bad: 'surface',
};

export type Tokens = Record<string, [light: string, dark: string]>;

/** The colours of a theme, with those of the themes it stands on. */
export const tokensOf = (theme: Theme, themes: Map<string, Theme>): Tokens =>
  Object.assign({}, ...chainOf(theme, themes).map(({ folder }) => coloursIn(path.join(folder, 'theme.css'))));

const coloursIn = (file: string): Tokens =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/--([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)/g)].map((found) => [
      found[1],
      [found[2], found[3]],
    ]),
  ) as Tokens;

/** Every pair of a theme that cannot be read, in words, light and dark. @param needed of text, 7 where a theme promises it. */
export function lowPairs(tokens: Tokens, needed = READABLE): string[] {
  const low: string[] = [];
  for (const [pairs, least] of [
    [TEXT, needed],
    [PARTS, 3],
  ] as const)
    for (const [front, backs] of Object.entries(pairs))
      for (const back of backs.split(' '))
        for (const mode of [0, 1] as const) {
          const [a, b] = [tokens[front]?.[mode], tokens[back]?.[mode]];
          if (!a || !b) low.push(`${front} on ${back}: a token is missing`);
          else if (contrast(a, b) < least)
            low.push(`${front} on ${back}, ${mode ? 'dark' : 'light'}: ${contrast(a, b).toFixed(2)} < ${least}`);
        }
  return low;
}
