import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

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

type Tokens = Record<string, [light: string, dark: string]>;
const tokensOf = (theme: string): Tokens => {
  const css = readFileSync(path.join(import.meta.dirname, theme, 'theme.css'), 'utf8');
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)/g)].map((m) => [m[1], [m[2], m[3]]]),
  ) as Tokens;
};
const parentOf = (theme: string): string | null =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, theme, 'theme.json'), 'utf8')).extends ?? null;
const resolved = (theme: string): Tokens => ({
  ...(parentOf(theme) ? resolved(parentOf(theme) as string) : {}),
  ...tokensOf(theme),
});

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe('themes', () => {
  for (const theme of readdirSync(import.meta.dirname).filter((name) =>
    existsSync(path.join(import.meta.dirname, name, 'theme.json')),
  ))
    it(`C-02 every pair of tokens of « ${theme} » is readable, light and dark`, () => {
      const tokens = resolved(theme);
      const low: string[] = [];
      for (const [pairs, needed] of [
        [TEXT, 4.5],
        [PARTS, 3],
      ] as const)
        for (const [front, backs] of Object.entries(pairs))
          for (const back of backs.split(' '))
            for (const mode of [0, 1] as const) {
              const [a, b] = [tokens[front]?.[mode], tokens[back]?.[mode]];
              if (!a || !b) low.push(`${front} on ${back}: a token is missing`);
              else if (contrast(a, b) < needed)
                low.push(`${front} on ${back}, ${mode ? 'dark' : 'light'}: ${contrast(a, b).toFixed(2)} < ${needed}`);
            }
      expect(low).to.deep.equal([]);
    });
});
