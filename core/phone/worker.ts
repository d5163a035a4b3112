// What stays on a phone: one offline page of the school, and what this account has read there of rubrics that say `offline`.
// Nothing else is kept: no discussion, locker, deposit or file, and no emergency list (core/phone/plugin.ts says why).
declare const SCHOOL: string;
declare const VERSION: string;
declare const DRESS: string[];
declare const LISTS: string;
declare const READINGS: string;

interface Happening extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Happening {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** What a page says of itself (core/public/phone.ts). */
interface Seen {
  account: string;
  url: string;
}
const worker = self as unknown as {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener<E extends Event>(name: string, heard: (event: E) => void): void;
};

const HOUSE = `preau ${SCHOOL} page ${VERSION}`;
const READ = `preau ${SCHOOL} lu `;
const OFFLINE = `${SCHOOL}telephone/hors-connexion`;
const MOST = 30;
/** What leads nowhere without a network. */
const DEAD = /<form.*?<\/form>|<a [^>]*\/aide\/.*?<\/a>|<footer.*<\/footer>/gs;

/** A page read before an update asks for the assets of that day: the name is enough. */
const plain = (url: string) => url.replace(/^\/assets\/\w+\//, '/assets/');
const pathOf = ({ url }: { url: string }) => new URL(url).pathname;
const isList = (path: string) => RegExp(LISTS).test(path);
const isReading = (path: string) => RegExp(READINGS).test(path);
const isKept = (path: string) => isList(path) || isReading(path);

worker.addEventListener<Happening>('install', (event) => event.waitUntil(install()));
worker.addEventListener<Happening>('activate', (event) =>
  event.waitUntil(
    drop((name) => name.startsWith(`preau ${SCHOOL} page `) && name !== HOUSE)
      // A rubric was closed in an Espace that has others.
      .then(() => unread((path) => !isKept(path)))
      .then(() => worker.clients.claim()),
  ),
);
/** A page that did not come through here: the one that brought the worker, and what follows a form. */
worker.addEventListener<Happening & MessageEvent<Seen>>('message', (event) => event.waitUntil(see(event.data)));
worker.addEventListener<Asking>('fetch', (event) => {
  const { method, mode } = event.request;
  const path = pathOf(event.request);
  if (path === `${SCHOOL}connexion/sortie`) event.waitUntil(forget());
  if (method !== 'GET') return;
  if (mode === 'navigate') event.respondWith(visit(event));
  else if (path.startsWith('/assets/') || path.startsWith(`${SCHOOL}looks/`))
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(plain(path))) ?? Response.error()));
});

async function install(): Promise<void> {
  const cache = await caches.open(HOUSE);
  // As a visitor sees it: no name, no account.
  const load = async (url: string) => {
    const answer = await fetch(url, { credentials: 'omit' });
    if (!answer.ok) throw new Error(url);
    return answer;
  };
  const page = await load(OFFLINE);
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/[^"#?]+\.\w+)"/g)].map(
    (found) => found[1] as string,
  );
  await Promise.all([...named, ...DRESS].map(async (url) => cache.put(plain(url), await load(url))));
  await cache.put(OFFLINE, page);
  await worker.skipWaiting();
}

/** The network first, always. */
async function visit(event: Asking): Promise<Response> {
  try {
    const answer = await fetch(event.request);
    if (answer.headers.get('Content-Type')?.startsWith('text/html')) event.waitUntil(look(answer.clone()));
    return answer;
  } catch {
    return offline(pathOf(event.request));
  }
}

async function see({ account, url }: Seen): Promise<void> {
  await forget(account);
  const path = pathOf({ url });
  if (isKept(path)) await look(await fetch(url));
}

/** What an answer says of whom is here and what is published, then the page itself if it is one to keep. */
async function look(answer: Response): Promise<void> {
  const html = await answer.text();
  const path = pathOf(answer);
  const body = /<body[^>]*>/.exec(html)?.[0] ?? '';
  const account = / data-account="([^"]+)"/.exec(body)?.[1];
  // The session has ended, or somebody else is here.
  if (account || path.startsWith(`${SCHOOL}connexion/`)) await forget(account);
  const [espace, room] = path.startsWith(`${SCHOOL}espace/`) ? path.slice(SCHOOL.length + 7).split(/\/(.*)/) : [];
  if (!room) return;
  const closed = [403, 404, 410].includes(answer.status);
  // The Espace, its version mobile or the rubric are not published any more.
  if (closed ? room === 'accueil/' || isList(path) : !body.includes(' data-phone'))
    return unread((one) => one.startsWith(`${SCHOOL}espace/${espace}/`));
  if (closed) return unread((one) => one === path);
  const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1];
  if (!account || !main || !answer.ok || !isKept(path) || answer.url.includes('?')) return;
  const at = new Date()
    .toLocaleString('fr-FR', { dateStyle: 'full', timeStyle: 'short' })
    .replace(':', '\u00a0h\u00a0');
  const note = `<p class="note">Hors connexion\u00a0: lu le ${at}. Pour répondre, signer ou ouvrir un fichier, il faut une connexion.</p>`;
  const cache = await caches.open(READ + account);
  await cache.put(path, new Response(note + main.replace(DEAD, '')));
  // What the list does not show any more was taken back, or is no longer for this person.
  const around = path.replace(/[^/]*$/, '');
  if (isList(path)) await unread((one) => one.startsWith(around) && isReading(one) && !main.includes(`"${one}"`));
  const read = (await cache.keys()).filter((one) => isReading(pathOf(one)));
  for (const old of read.slice(0, -MOST)) await cache.delete(old);
}

async function offline(path: string): Promise<Response> {
  const shell = await caches.match(OFFLINE);
  if (!shell) return Response.error();
  let html = (await shell.text()).replace(DEAD, '');
  const read = await copies();
  const title = (copy: string) => /<h1[^>]*>(.*?)<\/h1>/s.exec(copy)?.[1] ?? '';
  const page = read.get(path);
  if (page)
    html = html.replace('<title>', (tag) => `${tag}${title(page)} — `).replace(/<!--page-->.*<!--fin-->/s, () => page);
  const links = [...read].reverse().filter(([one]) => isReading(one) && one !== path);
  const list = links.map(([one, copy]) => `<li><a class="btn plain" href="${one}">${title(copy)}</a></li>`).join('');
  if (list)
    html = html.replace(
      '<!--lues-->',
      () =>
        `<section class="card stack tight"><h2>Informations déjà lues</h2><ul class="plain-list">${list}</ul></section>`,
    );
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': shell.headers.get('Content-Security-Policy') ?? '',
  };
  return new Response(html, { headers });
}

const readings = async () => (await caches.keys()).filter((name) => name.startsWith(READ));

/** Copies by their path, the oldest first. */
async function copies(): Promise<Map<string, string>> {
  const read = new Map<string, string>();
  for (const name of await readings()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) read.set(pathOf(one), (await (await cache.match(one))?.text()) ?? '');
  }
  return read;
}

async function unread(gone: (path: string) => boolean): Promise<void> {
  for (const name of await readings()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) if (gone(pathOf(one))) await cache.delete(one);
  }
}

async function drop(gone: (name: string) => boolean): Promise<void> {
  for (const name of (await caches.keys()).filter(gone)) await caches.delete(name);
}
/** @param account whose readings stay. */
const forget = (account = '') => drop((name) => name.startsWith(READ) && name !== READ + account);
