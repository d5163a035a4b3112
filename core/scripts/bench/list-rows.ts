import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dayIn } from '../../clock.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import type { BareOrder, BarePage } from './baseline.ts';
import { startChild } from './child.ts';
import { schoolOf } from './fill.ts';
import { crowdOf, keepAlive, open, type Target } from './load.ts';
import { median, type Row, ratio } from './row.ts';
import { makeSchool } from './school.ts';
import { ROOT, type Stage } from './stage.ts';

const CONNECTIONS = [1, 32];

interface Compared {
  title: string;
  /** Whether a figure is kept for it. */
  gated: boolean;
  house: Target;
  bare: BarePage;
}

/** Rows 1 and 2: a list of the house against the same bytes by bare Koa, Handlebars and knex. */
export async function measureLists(stage: Stage, wanted: { pupils: boolean; plants: boolean }): Promise<Row[]> {
  const lists = [
    ...(wanted.pupils ? [await pupilList(stage)] : []),
    ...(wanted.plants ? [await plantList(stage)] : []),
  ];
  const order: BareOrder = { database: stage.adminUrl, pages: lists.map((one) => one.bare) };
  const { port } = await startChild('baseline.ts', order, stage.closing, stage.profile);
  const rows: Row[] = [];
  for (const { title, house, bare, gated } of lists) {
    const other = { origin: `http://localhost:${port}`, path: bare.path };
    const apart = await bytesApart(house, other);
    for (const target of [house, other]) await warm(target);
    for (const connections of CONNECTIONS) {
      const [own, base] = await race(house, other, connections, stage.quick);
      rows.push({
        name: `${title}, ${connections} connexion${connections > 1 ? 's' : ''}`,
        figure: `${ratio(own / base)} (${own.toFixed(0)}/s contre ${base.toFixed(0)}/s ; octets à ${ratio(apart * 100)} % près)`,
        target: gated ? '≥ 0,5' : 'pour information',
        ok: (!gated || own / base >= 0.5) && apart < 0.01,
      });
    }
  }
  return rows;
}

/**
 * In turn and in short rounds, so that what else the machine does slows both alike.
 * @returns the median requests per second of each.
 */
async function race(house: Target, bare: Target, connections: number, quick: boolean): Promise<[number, number]> {
  const crowds = [house, bare].map((target) => crowdOf(target, connections));
  const speeds = crowds.map((): number[] => []);
  const rounds = quick ? 8 : 16;
  for (let round = 0; round < rounds; round++)
    for (const [at, crowd] of crowds.entries()) speeds[at]?.push(await crowd.perSecond(400));
  for (const crowd of crowds) crowd.leave();
  return speeds.map(median) as [number, number];
}

/** A house of a minute's age: pools full, code compiled. By count, since the slower of the two would else be the colder. */
async function warm(target: Target): Promise<void> {
  const crowd = crowdOf(target, 32);
  let left = 1200;
  while (left > 0) left -= (await crowd.perSecond(300)) * 0.3;
  crowd.leave();
}

async function bytesApart(house: Target, bare: Target): Promise<number> {
  const agent = keepAlive();
  const [own, base] = [(await open(house, agent)).body, (await open(bare, agent)).body];
  agent.destroy();
  return Math.abs(own.length - base.length) / own.length;
}

async function pupilList(stage: Stage): Promise<Compared> {
  const { school } = await schoolOf(stage, 300, 600);
  const address = `/${school.rne}/gestion/ressources/eleves`;
  const house = { origin: stage.origin, path: address, cookie: school.cookie };
  const agent = keepAlive();
  const row = pupilRow((await open(house, agent)).body.toString());
  agent.destroy();
  const template = await bareTemplate(house, school.rne, row, /(<tbody>)<tr id="r-.*(<\/tbody>)/s);
  const { id: schoolId, year } = school;
  const today = dayIn(new Date(), 'Europe/Paris');
  const bare: BarePage = { path: address, rows: 'pupils', schoolId, year, today, template };
  return { title: 'Liste de 300 élèves', house, bare, gated: true };
}

/** The first row of the page the house gives, with a hole for each value: equal to the byte, whatever the view becomes. */
function pupilRow(page: string): string | undefined {
  const [row, id] = /<tr id="r-([^"]+)">.*?<\/tr>/s.exec(page) ?? [];
  const cells = [...(row?.matchAll(/<a [^>]*>([^<]*)<\/a>/g) ?? [])].map(([, text]) => text as string);
  const [last, , first, born, place] = cells;
  const sex = /S<\/span>([^<]*)</.exec(row ?? '')?.[1];
  const login = /Identifiant<\/span>([^<]*)</.exec(row ?? '')?.[1];
  if (!row || !id || !last || !first || !born || !sex || !place || !login) return undefined;
  const values: [string, string][] = [
    [last, '{{last_name}}'],
    [first, '{{first_name}}'],
    [born, '{{born}}'],
    [sex, '{{sex}}'],
    [place, '{{class_label}} (Niveau {{level}})'],
    [login, '{{login}}'],
  ];
  return values.reduce(
    (text, [value, hole]) => text.replaceAll(`>${value}<`, `>${hole}<`).replaceAll(` : ${value}"`, ` : ${hole}"`),
    row.replaceAll(id, '{{id}}').replaceAll(`${first} ${last}`, '{{first_name}} {{last_name}}'),
  );
}

async function plantList(stage: Stage): Promise<Compared> {
  const school = await makeSchool(stage, true);
  const plants = Array.from({ length: 100 }, (_, at) => ({ name: `Plant ${at}`, watered: at % 3 === 0 }));
  await inSchool(stage.app, school.id, (db) => db('potager_plants').insert(plants));
  await stage.admin.raw('vacuum analyze potager_plants');
  const address = `/${school.rne}/gestion/potager/`;
  const house = { origin: stage.origin, path: address, cookie: school.cookie };
  const view = readFileSync(path.join(ROOT, 'core/testing/house/potager/views/_plants.hbs'), 'utf8');
  const row = /\{\{#each plants\}\}(.*?)\{\{else\}\}/s.exec(view)?.[1];
  const template = await bareTemplate(house, school.rne, row, /(<ul id="plants">).*?(<\/ul>)/s);
  const bare: BarePage = { path: address, rows: 'plants', schoolId: school.id, year: school.year, today: '', template };
  // One tiny query against a whole visit: told, since it shows what a visit costs by itself; no figure is kept for it.
  return { title: 'Liste de 100 plants (maison de test)', house, bare, gated: false };
}

/**
 * The page the house gives as constant text, and in it the row of its own view, made as plain as a row can be:
 * icons are text, addresses are written out. So it stays equal to the byte when the view changes.
 */
async function bareTemplate(house: Target, rne: string, row: string | undefined, hole: RegExp): Promise<string> {
  const agent = keepAlive();
  const page = (await open(house, agent)).body.toString();
  agent.destroy();
  if (!row || !hole.test(page)) throw new Error(`${house.path} : la liste n’est plus où on la mesurait.`);
  if (page.includes('{{')) throw new Error(`${house.path} contient des accolades doubles.`);
  const icon = (name: string) => new RegExp(`<svg[^>]*><use href="[^"]*#${name}"/></svg>`).exec(page)?.[0] ?? '';
  const plain = row
    .replace(/\{\{icon "([\w-]+)"\}\}/g, (_, name: string) => icon(name))
    .replace(/\{\{url \(concat "([^"]+)" id\)\}\}/g, (_, start: string) => `/${rne}${start}{{id}}`);
  return page.replace(hole, (_, before: string, after: string) => `${before}{{#each rows}}${plain}{{/each}}${after}`);
}
