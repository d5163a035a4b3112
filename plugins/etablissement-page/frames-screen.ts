import { audit, type InputOf, invalid, longText, page, type Reply, redirect, type Visit } from '@preau/core';
import { contentsOf, keepContents } from './contents.ts';
import { HOME, PAGE } from './words.ts';

const MOST = 10;

/** Sites that may show the page inside theirs (case B49). */
export const framesForm = {
  sites: longText('Adresses des sites', {
    optional: true,
    max: 2000,
    hint: 'Une par ligne, par exemple https://www.ville-lasalle.fr',
  }),
};

export async function showFrames({ db, school, services }: Visit): Promise<Reply> {
  const { framed_by: sites } = await contentsOf(db);
  const code = sites.length ? frameOf(services.visitors.address(`${PAGE}/`), school.name) : null;
  return page('etablissement-page/sites', { code }, undefined, {
    form: { sites: sites.join('\n') },
  });
}

/** Not the bare address: that one leads a parent who is signed in to his Espace, which nobody frames. */
const frameOf = (address: string, name: string): string =>
  `<iframe src="${address}" title="${name.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" width="800" height="600"></iframe>`;

export async function saveFrames(visit: Visit<InputOf<typeof framesForm>>): Promise<Reply> {
  const { db, input, now } = visit;
  const lines = (input.sites ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const wrong = lines.find((line) => !originOf(line));
  if (wrong)
    return invalid({
      sites: `« ${wrong} » n’est pas l’adresse d’un site : elle commence par https:// et finit après le nom du site.`,
    });
  const sites = [...new Set(lines.map((line) => originOf(line) as string))];
  if (sites.length > MOST) return invalid({ sites: `Gardez ${MOST} sites au plus.` });
  await keepContents(db, { framed_by: sites });
  await audit(db, now, visit, 'Page établissement : sites qui peuvent l’afficher', sites.join(', ') || 'aucun');
  return redirect(
    `${HOME}/sites`,
    sites.length ? 'Ces sites peuvent afficher la page.' : 'Aucun autre site ne peut afficher la page.',
  );
}

/** `https://www.ville.fr`: the whole name of a site, and nothing that a header could read as more than one. */
export function originOf(typed: string): string | null {
  const url = URL.parse(typed);
  if (url?.protocol !== 'https:' || url.username || url.password) return null;
  if (url.pathname !== '/' || url.search || url.hash) return null;
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(url.hostname) ? url.origin : null;
}
