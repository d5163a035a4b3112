import { dayIn } from '../../clock.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { schoolOf } from './fill.ts';
import { keepAlive, open, submit } from './load.ts';
import { milliseconds, percentile, type Row, seconds } from './row.ts';
import { type BenchSchool, signIn } from './school.ts';
import type { Stage } from './stage.ts';

const READERS = 400;
const CONNECTIONS = 32;
const TITLE = 'Sortie à la ferme';

/** Row 8: 400 parents open one information at once: the home of their Espace, the text, and the mark the page sends. */
export async function measureReaders(stage: Stage): Promise<Row[]> {
  const { school } = await schoolOf(stage, 250, READERS);
  const item = await publish(stage, school);
  const cookies = await signInAll(stage, school);
  await stage.admin.raw('vacuum analyze');
  const [pages, errors]: [number[], string[]] = [[], []];
  const agent = keepAlive(CONNECTIONS);
  const home = `/${school.rne}/espace/parents`;
  const read = async (cookie: string) => {
    for (const path of [`${home}/accueil/`, `${home}/infos/lire/${item}`]) {
      const { body, ms } = await open({ origin: stage.origin, path, cookie }, agent);
      if (!body.includes(TITLE)) throw new Error(`${path} ne montre pas l’information.`);
      pages.push(ms);
    }
    const mark = `${home}/infos/lire/${item}/lu`;
    await submit({ origin: stage.origin, path: mark, cookie }, agent, new URLSearchParams());
  };
  const began = performance.now();
  const waiting = cookies.values();
  const reader = async () => {
    for (const cookie of waiting) await read(cookie).catch((error: Error) => errors.push(error.message));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, reader));
  const total = performance.now() - began;
  agent.destroy();
  for (const error of new Set(errors)) console.error(error);
  const marked = await readersOf(stage, school, item);
  const p99 = percentile(pages, 99);
  return [
    {
      name: `${READERS} parents ouvrent une information, ${CONNECTIONS} connexions`,
      figure: `p99 ${milliseconds(p99)}, au pire ${milliseconds(Math.max(...pages))}, en ${seconds(total)} ; ${errors.length} erreur, ${marked} lus`,
      target: '≤ 500 ms, 0 erreur',
      ok: p99 <= 500 && errors.length === 0 && marked === READERS && total <= 60_000,
    },
  ];
}

/** By the director's own pages, to every guardian of the school. @returns its id. */
async function publish({ origin, app }: Stage, { id: schoolId, rne, cookie }: BenchSchool): Promise<string> {
  const agent = keepAlive();
  const post = (path: string, form: Record<string, string>) =>
    submit({ origin, path: `/${rne}/gestion/infos${path}`, cookie }, agent, new URLSearchParams(form));
  const day = (days: number) => dayIn(new Date(Date.now() + days * 86_400_000), 'Europe/Paris');
  const body = 'Mardi, toute l’école va à la ferme. Départ à 8 h 45, retour à 16 h. Prévoyez des bottes.';
  const dates = { publish: 'on', from: day(0), to: day(30) };
  const { to } = await post('/nouvelle', { title: TITLE, body, receipt: 'read', ...dates });
  const item = /[0-9a-f-]{36}/.exec(to)?.[0] as string;
  const shown = { q: '', par: 'classe', resp: 'tous', was: 'q=&par=classe&resp=tous' };
  await post(`/${item}/destinataires`, { ...shown, act: 'tout|guardians:' });
  await post(`/${item}/publier`, { sure: '' });
  agent.destroy();
  // The minute in which it may be called back, and the quiet hours of whenever the bench runs.
  await inSchool(app, schoolId, async (db) => {
    await db('infos_recipients').where({ item_id: item }).update({ delivered_at: db.fn.now() });
    await db('notices').update({ at: db.fn.now() });
  });
  return item;
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
async function readersOf({ app }: Stage, { id }: BenchSchool, item: string): Promise<number> {
  const counted = await inSchool(app, id, (db) =>
    db('infos_receipts').where({ item_id: item, kind: 'read' }).countDistinct('person_id as n').first(),
  );
  return Number(counted?.n);
}
