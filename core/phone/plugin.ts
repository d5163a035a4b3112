import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import type { House } from '../container.ts';
import { looksOf } from '../looks/settings.ts';
import { definePlugin, get, type Plugin, page, type Reply, type School, type Visit } from '../plugin/contract.ts';
import { colourOf } from './colour.ts';
import { ICON_SIZES, iconOf } from './icon.ts';
import { manifestOf } from './manifest.ts';
import { anyOnPhone, keptPaths } from './on-phone.ts';

/**
 * The school as an application on a phone (I-04, F01-5, F11-07, C-47, proposal 14). A worker keeps one offline page and
 * what the person has read of rubrics that say `offline`. The emergency list of a class is not among them: numbers of other families do
 * not belong on a teacher's own phone, which may be lost, lent, or long without the network that would take them away.
 */
export function telephone(house: House): Plugin {
  // Read when a phone first asks: the commands of the house do not wait for it.
  let worker: string | null = null;
  const open = { outside: true, beforeFirst: true } as const;
  return definePlugin({
    name: 'telephone',
    title: 'Sur le téléphone',
    privacy: [],
    routes: [
      get('public', '/application.webmanifest', 'anyone', (visit) => showManifest(house, visit), open),
      get(
        'public',
        '/sw.js',
        'anyone',
        (visit) => {
          worker ??= workerSource();
          return showWorker(house, worker, visit);
        },
        open,
      ),
      get('public', '/hors-connexion', 'anyone', () => ({ ...page('phone/hors-connexion'), layout: 'door' }), open),
      ...ICON_SIZES.map((size) =>
        get('public', `/icone-${size}.png`, 'anyone', (visit) => showIcon(house, visit, size), open),
      ),
    ],
  });
}

const HOUR = 3600;
const WEEK = 168 * HOUR;

const own = (name: string, type: string, body: Buffer | string, keep: number, headers = {}): Reply => ({
  reply: 'file',
  name,
  type,
  body,
  own: { keep, headers },
});

function showManifest(house: House, { school, url }: Visit): Reply {
  const manifest = manifestOf(school, url, colourOf(house.views, school));
  return own('application.webmanifest', 'application/manifest+json', JSON.stringify(manifest), HOUR);
}

async function showIcon(house: House, { school, step }: Visit, size: number): Promise<Reply> {
  const { logo } = looksOf(school);
  const kept = logo && (await step(({ db }) => db('school_logos').where({ hash: logo.hash }).first('png_512')));
  const picture = logo && kept ? { hash: `${school.id} ${logo.hash}`, png: kept.png_512 as Buffer } : null;
  return own(`icone-${size}.png`, 'image/png', await iconOf(colourOf(house.views, school), size, picture), WEEK);
}

/** The worker of a school: the same for everybody, and another one as soon as its offline page would be. */
function showWorker(house: House, source: string, { school, url }: Visit): Reply {
  const dress = ['icons.svg', 'phone.js'].map(house.assets.url);
  const modules = house.modules.of(school);
  const { lists, readings } = keptPaths(modules);
  const words = {
    SCHOOL: url('/'),
    VERSION: versionOf(school, dress),
    DRESS: dress,
    LISTS: `^${url('/')}${lists}`,
    READINGS: `^${url('/')}${readings}`,
  };
  const body = anyOnPhone(modules)
    ? Object.entries(words)
        .map(([name, value]) => `const ${name}=${JSON.stringify(value)};`)
        .join('') + source
    : farewell(url('/'));
  return own('sw.js', 'text/javascript; charset=utf-8', body, HOUR, { 'Service-Worker-Allowed': url('/') });
}

const versionOf = ({ name, phone, themes, settings }: School, dress: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([name, phone, themes, settings['espaces-web'], dress]))
    .digest('hex')
    .slice(0, 12);

/** F11-07: where no Espace has a version mobile any more, what stands on a phone leaves it. */
const farewell = (school: string): string => `addEventListener('install',event=>event.waitUntil((async()=>{
for(const name of await caches.keys())if(name.startsWith('preau ${school} '))await caches.delete(name);
await registration.unregister()})()));`;

/** Types, comments and indents stay here: each phone asks for it again and again. */
const workerSource = (): string =>
  stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, 'worker.ts'), 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !/^(\/\/|\/\*\*)/.test(line))
    .join('\n');
