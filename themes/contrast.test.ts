import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { contrast, isReadable, mix, nearestReadable, roofOf } from '../core/looks/colour.ts';
import { lowPairs, tokensOf } from '../core/looks/pairs.ts';
import { chainOf, readThemes, type Theme } from '../core/views/themes.ts';

const themes = readThemes(import.meta.dirname);
/** Under 64rem the drawing of the roof passes behind words: its colours, and how strongly each shows there. */
function drawnOf(theme: Theme): [colour: string, strength: number][] {
  const sheets = chainOf(theme, themes).map(({ folder }) => readFileSync(path.join(folder, 'theme.css'), 'utf8'));
  const said = (token: RegExp) => sheets.flatMap((css) => token.exec(css)?.[1] ?? []).at(-1) ?? '';
  const faded = Number(said(/--roof-phone:\s*([\d.]+)/));
  const drawing = said(/--roof-image:\s*(none|url\('.*?'\))/);
  const padding = Number(said(/--slope:\s*([\d.]+)rem/)) + FOOT;
  return paintsIn(drawing.replaceAll('%23', '#'), padding).map(([colour, strength]) => [colour, strength * faded]);
}

/** Space under the words of a roof, beside its slope (--s5), and how the drawing stands on a phone, in rem (.canopy). */
const FOOT = 1.25;
const PHONE = { height: 11, sunk: 1 };
/** A lone disc may be as strong as it likes where no words are: in the space under them. */
const isBelow = ({ cy, r }: Attributes, padding: number) =>
  ((240 - Number(cy) + Number(r)) * PHONE.height) / 240 - PHONE.sunk <= padding;

type Attributes = Record<string, string>;
/** Fill and stroke of each shape, with what it inherits. */
function paintsIn(svg: string, padding: number): [colour: string, strength: number][] {
  const paints: [string, number][] = [];
  const around: Attributes[] = [{ fill: '#000', opacity: '1' }];
  for (const [, end, tag, words = '', alone] of svg.matchAll(/<(\/)?(\w+)([^>]*?)(\/)?>/g)) {
    if (end) {
      around.pop();
      continue;
    }
    const above = around.at(-1) as Attributes;
    const own: Attributes = Object.fromEntries(
      [...words.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const here: Attributes = { ...above, ...own, opacity: String(Number(above.opacity) * Number(own.opacity ?? 1)) };
    if (!alone) around.push(here);
    if (tag === 'svg' || tag === 'g' || (tag === 'circle' && isBelow(here, padding))) continue;
    for (const part of ['fill', 'stroke'])
      if (here[part] && here[part] !== 'none')
        paints.push([long(here[part]), Number(here.opacity) * Number(here[`${part}-opacity`] ?? 1)]);
  }
  return paints;
}
const long = (colour: string) => (colour.length === 4 ? colour.replace(/[\da-f]/gi, '$&$&') : colour);

describe('themes', () => {
  for (const [name, theme] of themes) {
    const tokens = tokensOf(theme, themes);

    it(`C-02 every pair of tokens of « ${name} » is readable, light and dark`, () => {
      // Whoever chooses « Contraste » needs more than the rest of us (WCAG 2.2, 1.4.6).
      expect(lowPairs(tokens, name === 'contraste' ? 7 : undefined)).to.deep.equal([]);
    });

    it(`C-02 the words of the roof of « ${name} » are readable over its drawing, light and dark`, () => {
      for (const [colour, strength] of drawnOf(theme))
        for (const mode of [0, 1] as const)
          for (const words of ['on-brand', 'on-brand-2'])
            expect(
              contrast(tokens[words]?.[mode] as string, mix(tokens.brand?.[mode] as string, colour, strength)),
              `${words} over ${colour}`,
            ).to.be.at.least(4.5);
    });
  }

  it('F11-06 whatever colour a school may choose, what stands on its roof is readable in every theme that takes it', () => {
    const shades = ['00', '40', '80', 'c0', 'ff'];
    const all = shades.flatMap((red) => shades.flatMap((green) => shades.map((blue) => `#${red}${green}${blue}`)));
    const takers = [...themes.values()]
      .filter(({ takesColour }) => takesColour)
      .map((theme) => ({ name: theme.name, tokens: tokensOf(theme, themes), paints: drawnOf(theme) }));
    for (const wanted of all) {
      const colour = isReadable(wanted) ? wanted : nearestReadable(wanted);
      const roof = roofOf(colour) as Record<string, string> & { brand: string };
      for (const { name, tokens, paints } of takers) {
        const own = Object.entries(roof).map(([token, value]) => [token, [value, value]]);
        const low = lowPairs({ ...tokens, ...Object.fromEntries(own) });
        expect(low, `${colour} in ${name}`).to.deep.equal([]);
        if (roof['roof-phone'] === '0') continue;
        for (const [drawn, strength] of paints)
          for (const words of ['on-brand', 'on-brand-2'])
            expect(contrast(roof[words] as string, mix(colour, drawn, strength)), `${colour} ${name}`).to.be.at.least(
              4.5,
            );
      }
    }
  });
});
