import { dayIn } from '../../clock.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { schoolOf } from './fill.ts';
import { keepAlive, open, submit } from './load.ts';
import { milliseconds, percentile, type Row, seconds } from './row.ts';
import { type BenchSchool, signIn } from './school.ts';
import type { Stage } from './stage.ts';

const READERS = 400;
const CONNECTIONS = 32;

interface Published {
  id: string;
  title: string;
}

/** Row 8: 400 parents open one information at once: the home of their Espace, the text, and the mark the page sends. */
export async function measureReaders(stage: Stage): Promise<Row[]> {
  const { school } = await schoolOf(stage, 250, READERS);
  const cookies = await signInAll(stage, school);
  // A house of a minute's age, as for the lists: an information has been read before.
  await readBy(stage, school, cookies, await publish(stage, school, 'Photo de classe'));
  const item = await publish(stage, school, 'Sortie à la ferme');
  await stage.admin.raw('vacuum analyze');
  const began = performance.now();
  const { pages, errors } = await readBy(stage, school, cookies, item);
  const total = performance.now() - began;
  for (const error of new Set(errors)) console.error(error);
  const marked = await markedIn(stage, school, item);
  const p99 = percentile(pages, 99);
  return [
    {
      name: `${READERS} parents ouvrent une information, ${CONNECTIONS} connexions`,
      figure: `p99 ${milliseconds(p99)}, au pire ${milliseconds(Math.max(...pages))}, en ${seconds(total)} ; erreurs : ${errors.length}, lus : ${marked}`,
      target: '≤ 500 ms, 0 erreur',
      ok: p99 <= 500 && errors.length === 0 && marked === READERS && total <= 60_000,
    },
  ];
}

/** Each parent once, as fast as the connections allow. @returns the milliseconds of each page, and what went wrong. */
async function readBy({ origin }: Stage, { rne }: BenchSchool, cookies: string[], { id, title }: Published) {
  const [pages, errors]: [number[], string[]] = [[], []];
  const agent = keepAlive(CONNECTIONS);
  const home = `/${rne}/espace/parents`;
  const text = `${home}/infos/lire/${id}`;
  const read = async (cookie: string) => {
    for (const path of [`${home}/accueil/`, text]) {
      const { body, ms } = await open({ origin, path, cookie }, agent);
      if (!body.includes(title)) throw new Error(`${path} ne montre pas « ${title} ».`);
      pages.push(ms);
    }
    await submit({ origin, path: `${text}/lu`, cookie }, agent, new URLSearchParams());
  };
  const waiting = cookies.values();
  const visitor = async () => {
    for (const cookie of waiting) await read(cookie).catch((error: Error) => errors.push(error.message));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, visitor));
  agent.destroy();
  return { pages, errors };
}

/** By the director's own pages, to every guardian of the school. */
async function publish({ origin, app }: Stage, school: BenchSchool, title: string): Promise<Published> {
  const { rne, cookie } = school;
  const agent = keepAlive();
  const post = (path: string, form: Record<string, string>) =>
    submit({ origin, path: `/${rne}/gestion/infos${path}`, cookie }, agent, new URLSearchParams(form));
  const day = (days: number) => dayIn(new Date(Date.now() + days * 86_400_000), 'Europe/Paris');
  const body = 'Mardi, toute l’école va à la ferme. Départ à 8 h 45, retour à 16 h. Prévoyez des bottes.';
  const dates = { publish: 'on', from: day(0), to: day(30) };
  const { to } = await post('/nouvelle', { title, body, receipt: 'read', ...dates });
  const id = /[0-9a-f-]{36}/.exec(to)?.[0] as string;
  const shown = { q: '', par: 'classe', resp: 'tous', was: 'q=&par=classe&resp=tous' };
  await post(`/${id}/destinataires`, { ...shown, act: 'tout|guardians:' });
  await post(`/${id}/publier`, { sure: '' });
  agent.destroy();
  // The minute in which it may be called back, and the quiet hours of whenever the bench runs.
  await inSchool(app, school.id, async (db) => {
    await db('infos_recipients').where({ item_id: id }).update({ delivered_at: db.fn.now() });
    await db('notices').update({ at: db.fn.now() });
  });
  return { id, title };
}

/** @returns a session of each guardian's own. */
const signInAll = ({ app }: Stage, { id }: BenchSchool): Promise<string[]> =>
  inSchool(app, id, async (db) => {
    const guardians = db('people').where({ kind: 'guardian' }).select('id');
    const accounts: { id: string }[] = await db('accounts')
      .whereIn('person_id', guardians)
      .update({ state: 'active' })
      .returning('id');
    const cookies: string[] = [];
    for (const account of accounts) cookies.push(await signIn(db, account.id, 'espace'));
    return cookies;
  });

/** How many people are « lu » in the database. */
async function markedIn({ app }: Stage, school: BenchSchool, { id }: Published): Promise<number> {
  const counted = await inSchool(app, school.id, (db) =>
    db('infos_receipts').where({ item_id: id, kind: 'read' }).countDistinct('person_id as n').first(),
  );
  return Number(counted?.n);
}
