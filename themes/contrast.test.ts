import { expect } from 'chai';
import { contrast, isReadable, mix, nearestReadable, roofOf } from '../core/looks/colour.ts';
import { lowPairs, tokensOf } from '../core/looks/pairs.ts';
import { readThemes } from '../core/views/themes.ts';

const themes = readThemes(import.meta.dirname);
/** Under 64rem the drawing of the roof passes behind words: its colours, and how strongly they show there. */
const DRAWN: Record<string, { strength: number; colours: string[] }> = {
  base: { strength: 0.14, colours: ['#ffffff'] },
  vert: { strength: 0.1, colours: ['#ffffff'] },
  images: { strength: 0.12, colours: ['#ffffff', '#ffd35c', '#ef8a73'] },
  recre: { strength: 0.2, colours: ['#ffffff', '#e8492f', '#3a56dc'] },
};
const drawnOf = (theme: string) => DRAWN[theme] ?? { strength: 0, colours: [] };

describe('themes', () => {
  for (const [name, theme] of themes) {
    const tokens = tokensOf(theme, themes);

    it(`C-02 every pair of tokens of « ${name} » is readable, light and dark`, () => {
      // Whoever chooses « Contraste » needs more than the rest of us (WCAG 2.2, 1.4.6).
      expect(lowPairs(tokens, name === 'contraste' ? 7 : undefined)).to.deep.equal([]);
    });

    it(`C-02 the words of the roof of « ${name} » are readable over its drawing, light and dark`, () => {
      const { strength, colours } = drawnOf(name);
      for (const colour of colours)
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
      .map((theme) => ({ name: theme.name, tokens: tokensOf(theme, themes) }));
    for (const wanted of all) {
      const colour = isReadable(wanted) ? wanted : nearestReadable(wanted);
      const roof = roofOf(colour) as Record<string, string> & { brand: string };
      for (const { name, tokens } of takers) {
        const own = Object.entries(roof).map(([token, value]) => [token, [value, value]]);
        const low = lowPairs({ ...tokens, ...Object.fromEntries(own) });
        expect(low, `${colour} in ${name}`).to.deep.equal([]);
        if (roof['roof-phone'] === '0') continue;
        const { strength, colours } = drawnOf(name);
        for (const drawn of colours)
          for (const words of ['on-brand', 'on-brand-2'])
            expect(contrast(roof[words] as string, mix(colour, drawn, strength)), `${colour} ${name}`).to.be.at.least(
              4.5,
            );
      }
    }
  });
});
