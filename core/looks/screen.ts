import type { House } from '../container.ts';
import { PUBLICATION_TITLES } from '../espaces-web/rows.ts';
import { ESPACES, PUBLIC_PAGES, page, type Reply, type School, type Visit } from '../plugin/contract.ts';
import type { Theme } from '../views/themes.ts';
import { type Asked, askedColour, whyRefused } from './change-colour.ts';
import { isReadable, nearestReadable, readColour } from './colour.ts';
import { logoPath } from './logo.ts';
import { looksOf } from './settings.ts';
import { sampleColourSheet } from './sheets.ts';

/** Where the palette begins in a school without a colour: the roof of « Émail ». */
const FIRST = '#17357f';

/** Colour, logo, and a true sample of each theme; `?picked=` and `?code=` show a colour before it is chosen. */
export function show({ views }: House, visit: Visit): Reply {
  const { school } = visit;
  const { colour: saved, logo } = looksOf(school);
  const asked = askedIn(visit);
  const tried = asked && readColour(asked);
  const colour = tried ?? saved;
  const path = logoPath(school, 192);
  const data = {
    saved,
    colour,
    sheet: sampleColourSheet(colour),
    verdict: tried && tried !== saved ? verdictOn(tried) : null,
    picture: logo && path ? { path, alt: logo.alt, hash: logo.hash } : null,
    themes: [...views.themes.values()]
      .toSorted((a, b) => Number(b.takesColour) - Number(a.takesColour))
      .map((theme) => sampleOf(theme, school)),
  };
  const shown = colour ?? FIRST;
  const values = { form: { picked: shown, code: shown, shown }, logo: { alt: logo?.alt ?? '' } };
  return page('looks/index', data, 'looks/_apercu', values);
}

/** From the form that was refused, or from the address. */
function askedIn({ input, query }: Visit): string | null {
  const sent = input as Partial<Asked> | null;
  const word = (name: keyof Asked) =>
    ((sent?.picked ?? sent?.code) === undefined ? query.get(name) : sent?.[name]) ?? null;
  return askedColour({ picked: word('picked'), code: word('code'), shown: word('shown') ?? '' });
}

const verdictOn = (colour: string) => ({
  good: isReadable(colour),
  why: whyRefused(colour),
  nearest: nearestReadable(colour),
});

function sampleOf({ name, title, takesColour }: Theme, school: School) {
  const worn = [...ESPACES, ...PUBLIC_PAGES].filter((one) => (school.themes[one] ?? 'base') === name);
  return { name, title, takesColour, worn: worn.map((one) => PUBLICATION_TITLES[one]).join(', ') };
}
