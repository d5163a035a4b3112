import type { House } from '../container.ts';
import { hidden } from '../form/form.ts';
import { looksOf } from '../looks/settings.ts';
import { sampleColourSheet } from '../looks/sheets.ts';
import { get, missing, page, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { keepSettings } from '../settings.ts';
import { keepPublished, told, yesNo } from './keep.ts';
import {
  isEspace,
  PUBLICATION_TITLES,
  type Publication,
  peopleByEspace,
  publicationsOf,
  rowsOf,
  screenOf,
  themeChoices,
} from './rows.ts';

const HOME = '/gestion/espaces-web/';
const ALLOW = 'espaces-web.publish';
/** Of the table `published`: `parents`, or its application on a phone, `mobile:parents`. */
const MOBILE = 'mobile:';

/** Paramètres communs: what each public sees, and in which look (F11-01 to F11-08). */
export const commonRoutes = (house: House): Route[] => [
  get('admin', '/', ALLOW, (visit) => show(house, visit)),
  post('admin', '/publier', ALLOW, { what: hidden(), on: hidden(), from: hidden() }, (visit) => publish(house, visit), {
    back: '/',
    as: 'publishing',
  }),
  post('admin', '/referencement', ALLOW, { block: hidden() }, keepOut, { back: '/', as: 'keepingOut' }),
  get('admin', '/visuel/:publication', ALLOW, (visit) => showVisuel(house, visit)),
  post('admin', '/visuel/:publication', ALLOW, { theme: hidden() }, (visit) => dress(house, visit)),
];

async function show(house: House, { db, school, query }: Visit): Promise<Reply> {
  const rows = rowsOf(school, house.modules.of(school), house.views.themes, await peopleByEspace(db));
  const changed = query.get('regle');
  return page('espaces-web/communs', {
    rows: rows.map((row) => ({
      ...row,
      // The switch that was pressed has the focus again on the page that comes back.
      changed: row.name === changed,
      mobileChanged: `${MOBILE}${row.name}` === changed,
      lookChanged: `visuel:${row.name}` === changed,
    })),
    published: rows.filter((row) => row.published).length,
    total: rows.length,
    sheet: sampleColourSheet(looksOf(school).colour),
    blocked: school.settings['espaces-web']?.index !== true,
  });
}

/** Effect at the next request of everybody: the door reads it each time. */
async function publish(house: House, visit: Visit<{ what: string; on: string; from: string }>): Promise<Reply> {
  const { school, input } = visit;
  const modules = house.modules.of(school);
  const mobile = input.what.startsWith(MOBILE);
  const asked = mobile ? input.what.slice(MOBILE.length) : input.what;
  const publication = publicationsOf(modules).find((name) => name === asked);
  if (!publication || (mobile && modules.pages.some((name) => name === publication))) return missing();
  const on = input.on === '1';
  const screen = screenOf(modules, publication);
  // The screen that prepares the page has the same switch.
  const back = input.from === 'page' && screen ? screen : HOME;
  await keepPublished(visit, { [input.what]: on });
  await told(visit, on ? 'Publication mise' : 'Publication retirée', [titleOf(publication, mobile)]);
  return redirect(`${back}?regle=${encodeURIComponent(input.what)}`, {
    text: `${titleOf(publication, mobile)} : ${(mobile ? MOBILE_STATES : STATES)[on ? 0 : 1]}. Cela vaut dès maintenant.`,
    undo: { to: `${HOME}publier`, values: { what: input.what, on: on ? '0' : '1', from: input.from } },
    // What is open to whoever comes may still have to be prepared.
    link: on && back === HOME && !isEspace(publication) && screen ? { to: screen, title: 'La préparer' } : undefined,
  });
}

/** Of the publication, since titles are « un Espace » and « une Page ». */
const STATES = ['publication en service', 'publication retirée'];
const MOBILE_STATES = ['en service', 'arrêtée'];

const titleOf = (publication: Publication, mobile: boolean) =>
  mobile ? `Version mobile de l’${PUBLICATION_TITLES[publication]}` : PUBLICATION_TITLES[publication];

async function keepOut(visit: Visit<{ block: string }>): Promise<Reply> {
  const block = visit.input.block === '1';
  await keepSettings(visit.db, 'espaces-web', { index: !block });
  await told(visit, 'Référencement réglé', [`Bloqué : ${yesNo(block)}`]);
  return redirect(`${HOME}?regle=referencement`, {
    text: block
      ? 'Les moteurs de recherche ne montreront plus les pages de votre école.'
      : 'Les moteurs de recherche peuvent montrer les pages publiques de votre école, et elles seules.',
    undo: { to: `${HOME}referencement`, values: { block: block ? '0' : '1' } },
  });
}

/** A look is chosen in a window, from pictures drawn with the colours of each. */
function showVisuel(house: House, { school, params }: Visit): Reply {
  const publication = publicationsOf(house.modules.of(school)).find((name) => name === params.publication);
  if (!publication) return missing();
  const chosen = school.themes[publication] ?? 'base';
  const data = {
    publication,
    title: PUBLICATION_TITLES[publication],
    themes: themeChoices(house.views.themes, chosen),
    sheet: sampleColourSheet(looksOf(school).colour),
  };
  return { ...page('espaces-web/visuel', data, 'espaces-web/_visuel'), window: true };
}

async function dress(house: House, visit: Visit<{ theme: string }>): Promise<Reply> {
  const { db, school, params, input } = visit;
  const publication = publicationsOf(house.modules.of(school)).find((name) => name === params.publication);
  const theme = house.views.themes.get(input.theme);
  if (!publication || !theme) return missing();
  await db('espace_themes')
    .insert({ espace: publication, theme: theme.name })
    .onConflict(['school_id', 'espace'])
    .merge(['theme']);
  await told(visit, 'Visuel choisi', [`${PUBLICATION_TITLES[publication]} : ${theme.title}`]);
  return redirect(`${HOME}?regle=visuel:${publication}`, {
    text: `${PUBLICATION_TITLES[publication]} : le visuel est « ${theme.title} », dès la page suivante.`,
    undo: { to: `${HOME}visuel/${publication}`, values: { theme: school.themes[publication] ?? 'base' } },
  });
}
