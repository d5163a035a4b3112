import { logoPath, type Page, page, plainOf, type Visit } from '@preau/core';
import { type Contents, contentsOf, DOCUMENTS, linksOf } from './contents.ts';
import { type Element, elementsOf } from './elements.ts';
import { originOf } from './frames-screen.ts';
import { type Photo, showable } from './photos.ts';
import { HOME, PAGE } from './words.ts';

/** The page of the school as anyone reads it; in the preview, at addresses that want the permission (F10-6). */
export async function showcase(visit: Visit, preview: boolean): Promise<Page> {
  const { db, school } = visit;
  const contents = await contentsOf(db);
  const shown = (await elementsOf(visit)).filter((one) => one.shown);
  const of = (column: Element['column']) => shown.filter((one) => one.column === column);
  const filled = [];
  for (const one of [...of('corps'), ...of('cote')])
    filled.push({ ...one, ...(await fill(visit, one, contents, preview)) });
  const there = filled.filter((one) => !one.empty);
  const logo = shown.some(({ key }) => key === 'logo');
  const data = {
    preview,
    logoShown: logo,
    head: of('en-tete')
      .filter(({ key }) => key !== 'nom' && key !== 'logo')
      .map(({ key }) => ({ is: key })),
    named: shown.some(({ key }) => key === 'nom'),
    contents: { intro: contents.intro, hours: contents.hours },
    main: there.filter(({ column }) => column === 'corps'),
    side: there.filter(({ column }) => column === 'cote'),
    own: there.some(({ plugin }) => !plugin),
    anchors: there.map(({ key, title, plugin }) => ({ key, title, plugin: plugin ?? '' })),
    foot: of('pied').map(({ key }) => ({ is: key })),
    door: school.published.commune ? '/accueil/espaces' : '/connexion/',
  };
  return {
    ...page('etablissement-page/page', data),
    layout: 'showcase',
    wears: 'etablissement',
    ...(preview
      ? {}
      : {
          social: socialOf(contents, visit, logo),
          framedBy: contents.framed_by.filter((one) => originOf(one) === one),
        }),
  };
}

/** What an element of the body shows; empty when there is nothing to show. */
async function fill({ db, services }: Visit, { key, plugin }: Element, contents: Contents, preview: boolean) {
  const nothing = { is: key, empty: false, heading: '', html: '', photos: [], files: [], links: [], plugin: '' };
  if (plugin) return { ...nothing, is: 'module', plugin };
  if (key === 'edito')
    return {
      ...nothing,
      heading: contents.edito_title ?? 'Le mot de la direction',
      html: contents.edito ?? '',
      empty: !contents.edito,
    };
  if (key === 'galerie') {
    const photos = await photosShown(db, preview);
    return { ...nothing, photos, empty: !photos.length };
  }
  if (key === 'documents') {
    const files = (await services.files.of(DOCUMENTS)).map(({ id, name, words }) => ({
      name,
      words,
      path: preview ? `/fichiers/${id}` : `/fichiers/public/${id}`,
    }));
    return { ...nothing, files, empty: !files.length };
  }
  const links = await linksOf(db);
  return { ...nothing, links, empty: !links.length };
}

async function photosShown(db: Visit['db'], preview: boolean) {
  const photos: (Photo & { width: number; height: number })[] = await showable(db)
    .orderBy('position')
    .select('id', 'alt', 'caption', 'width', 'height');
  const base = `${preview ? HOME : PAGE}/photo`;
  return photos.map(({ id, alt, caption, width, height }) => ({
    alt,
    caption,
    width,
    height,
    small: `${base}/${id}-petite.jpg`,
    large: `${base}/${id}-grande.jpg`,
  }));
}

/** No photo in it: a link that is passed on keeps its picture wherever it went. */
function socialOf({ intro, edito }: Contents, { school, services }: Visit, logo: boolean): Page['social'] {
  const words = (intro ?? plainOf(edito ?? '')).replace(/\s+/g, ' ').trim();
  const said = words || `${school.name}, ${school.city}.`;
  const picture = logo ? logoPath(school, 512) : null;
  return {
    title: school.name,
    description: said.length > 160 ? `${said.slice(0, 159)}…` : said,
    address: services.visitors.address('/'),
    image: picture && services.visitors.address(picture),
  };
}
