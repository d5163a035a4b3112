import { logoPath } from '../looks/logo.ts';
import type { School } from '../plugin/contract.ts';

/** What a phone asks before it puts a school among its applications (W3C Web Application Manifest). */
export function manifestOf(school: School, url: (path: string) => string, colour: string): object {
  const icon = (src: string, size: number, purpose: 'any' | 'maskable') => ({
    src: url(src),
    sizes: `${size}x${size}`,
    type: 'image/png',
    purpose,
  });
  const ours = (size: number) => `/telephone/icone-${size}.png`;
  return {
    id: url('/'),
    name: school.name,
    short_name: shortName(school.name),
    lang: 'fr',
    dir: 'ltr',
    start_url: url('/accueil/'),
    scope: url('/'),
    display: 'standalone',
    theme_color: colour,
    background_color: colour,
    icons: [
      ...([192, 512] as const).map((size) => icon(logoPath(school, size) ?? ours(size), size, 'any')),
      ...[192, 512].map((size) => icon(ours(size), size, 'maskable')),
    ],
  };
}

/** A home screen has room for about two words: « École élémentaire Jules Ferry » is « Jules Ferry ». */
export function shortName(name: string): string {
  const own = name.replace(
    /^(école|groupe|scolaire|maternelle|élémentaire|primaire|publique|privée|communale|\s)+/iu,
    '',
  );
  return own.length >= 3 ? own : name;
}
