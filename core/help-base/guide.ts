import type { House } from '../container.ts';
import { qrPath } from '../pdf/qr.ts';
import { get, type Page, page, pdf, type Route, type Visit } from '../plugin/contract.ts';
import { type Markup, markup } from '../views/helpers.ts';
import type { HelpBase } from './base.ts';

/** Printed pages to give away (F18-4): who they are for, as the file is called. */
const NOTICES = { parents: 'Notice pour les parents', enseignants: 'Notice pour les enseignants' } as const;

/** « Les 18 étapes » from the pages of help themselves, on screen and as a PDF, and the notices (F18-4). */
export function guideRoutes(house: House, base: HelpBase, dressed: (visit: Visit, reply: Page) => Page): Route[] {
  const { origin } = house.config.url;
  const fiches = (visit: Visit, print: boolean) =>
    base.fiches(visit).map((one) => ({
      fiche: one.fiche,
      title: one.title,
      url: one.url,
      body: insideOf(base.render(one, visit, print), print ? origin : ''),
    }));
  const printed = (visit: Visit, who: keyof typeof NOTICES) => {
    const address = origin + visit.url('/connexion/');
    return pdf(`${NOTICES[who]}.pdf`, `aide/notice-${who}`, { address, qr: qrPath(address) });
  };
  return [
    get(
      'public',
      '/guide',
      'anyone',
      (visit) => dressed(visit, page('aide/guide', { fiches: fiches(visit, false), signedIn: !!visit.account })),
      { beforeFirst: true },
    ),
    get('public', '/guide/pdf', 'signed-in', (visit) =>
      pdf('Les 18 étapes.pdf', 'aide/guide-imprime', { fiches: fiches(visit, true) }),
    ),
    get('public', '/documents', 'signed-in', (visit) => dressed(visit, page('aide/documents'))),
    get('public', '/documents/parents', 'signed-in', (visit) => printed(visit, 'parents')),
    get('public', '/documents/enseignants', 'signed-in', (visit) => printed(visit, 'enseignants')),
  ];
}

/** A page of help inside a longer one: without its frame and title, its headings one step lower, its links whole on paper. */
function insideOf(html: Markup, origin: string): Markup {
  return markup(
    html
      .toString()
      .replace(/^\s*<div class="card prose">|<\/div>\s*$/g, '')
      .replace(/<h1[^>]*>.*?<\/h1>/s, '')
      .replace(/<(\/?)h2/g, '<$1h3')
      .replace(/href="\//g, `href="${origin}/`),
  );
}
