import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { migrationSource } from '../database/migrate.ts';
import { sizeInWords } from '../files/names.ts';
import { NoSuchFile } from '../files/store.ts';
import {
  type Job,
  type Json,
  missing,
  page,
  type Reply,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { Stop } from '../web/stop.ts';
import { archiveOf } from '../web/zip.ts';
import { archiveEntries, standingStill } from './leave.ts';
import { openSealed, writeSealed } from './sealed-stream.ts';

const SCREEN = '/gestion/emporter/';
/** Hours during which an archive can be fetched. */
export const HOURS = 24;
/** A job that has not moved for this long (in milliseconds) was stopped with its server. */
const STALLED = 5 * 60_000;

interface Departure {
  id: string;
  state: 'running' | 'ready' | 'failed' | 'gone';
  progress: number;
  moved_at: Date;
  made_at: Date;
  who: string;
  key: string | null;
  seal: Buffer | null;
  size: number | null;
  until: Date | null;
}

const isStalled = ({ moved_at }: Departure, now: Date) => now.getTime() - moved_at.getTime() > STALLED;
const last = (db: Transaction): Promise<Departure | undefined> => db('departures').orderBy('made_at', 'desc').first();
const canBeFetched = ({ state, until }: Departure, now: Date) => state === 'ready' && !!until && until > now;

/** Imports/Exports > Emporter toute l’école (C-48): the last archive, or how far it is. */
export async function show({ db, now }: Visit): Promise<Reply> {
  const departure = await last(db);
  const running = departure?.state === 'running' && !isStalled(departure, now);
  const ready = !!departure && canBeFetched(departure, now);
  return page('operate/emporter', {
    running,
    ready,
    failed: !!departure && !running && (departure.state === 'running' || departure.state === 'failed'),
    progress: departure?.progress,
    who: departure?.who,
    at: departure?.made_at,
    until: departure?.until,
    size: ready && sizeInWords(departure.size ?? 0),
    path: ready && `${SCREEN}archive/${departure.id}`,
  });
}

/** « Préparer l’archive »: one at a time; the earlier one goes. */
export async function begin(house: House, visit: Visit): Promise<Reply> {
  const { db, now, person, account, later } = visit;
  await db.raw("select pg_advisory_xact_lock(hashtextextended('departures ' || ?, 0))", [visit.school.id]);
  const departure = await last(db);
  if (departure?.state === 'running' && !isStalled(departure, now)) return redirect(SCREEN);
  await drop(house, db, departure);
  const who = `${person?.firstName} ${person?.lastName}`;
  const [{ id }] = await db('departures')
    .insert({ made_at: now, moved_at: now, account_id: account?.id ?? null, who })
    .returning('id');
  await later('pack', id);
  await audit(db, now, visit, 'Toute l’école emportée : archive demandée');
  return redirect(SCREEN);
}

/** The archive is made in one go, sealed as it is written; what a stopped server leaves behind goes with the night. */
export async function pack(house: House, job: Job, data: Json): Promise<void> {
  const id = data as string;
  const { school, step } = job;
  const move = (changes: object) =>
    step(({ db, now }) =>
      db('departures')
        .where({ id, state: 'running' })
        .update({ moved_at: now, ...changes }),
    );
  if (!(await move({ progress: 0 }))) return;
  const arrival = await house.store.arrival(randomUUID());
  try {
    const sealed = await standingStill(house.app, school.id, async (db) => {
      const told = teller((progress) => move({ progress }));
      const entries = await archiveEntries(db, {
        school: { id: school.id, rne: school.rne, name: school.name },
        store: house.store,
        installed: house.modules.installed,
        migrations: migrationSource(house.config.root, [...house.modules.installed]).steps.map(({ name }) => name),
        now: job.now,
        reached: told.reached,
      });
      const { stream } = archiveOf(entries, (error, path) => house.log.error({ err: error, path }, 'departure'));
      job.signal.addEventListener('abort', () => stream.destroy(), { once: true });
      const written = await writeSealed(stream, keyOf(house, id), arrival);
      await told.done();
      return written;
    });
    const key = `${school.id}/${randomUUID()}`;
    await house.store.settle(arrival, key);
    const until = new Date(job.now.getTime() + HOURS * 3_600_000);
    await step(async ({ db, now, later }) => {
      await db('departures')
        .where({ id, state: 'running' })
        .update({ state: 'ready', progress: 100, moved_at: now, key, until, ...sealed });
      await later('erase', id, until);
    });
  } catch (error) {
    await move({ state: 'failed' });
    throw error;
  } finally {
    await rm(arrival, { force: true });
  }
}

const keyOf = (house: House, id: string) => house.secrets.hmac('departure', id);

/** Says how far it is, every twentieth of the way, without holding up the work. */
function teller(tell: (percent: number) => Promise<unknown>) {
  let said = 0;
  let telling: Promise<unknown> = Promise.resolve();
  return {
    reached(part: number) {
      const percent = Math.min(99, Math.floor(part * 20) * 5);
      if (percent <= said) return;
      said = percent;
      telling = telling.then(() => tell(percent)).catch(() => {});
    },
    done: () => telling,
  };
}

/** Opened by right and by a fresh password, never by knowing the address; each fetch is written down. */
export async function fetchArchive(house: House, visit: Visit): Promise<Reply> {
  const { db, now, params, school } = visit;
  const departure: Departure | undefined = await db('departures').where({ id: params.id }).first();
  if (!departure || !canBeFetched(departure, now)) return missing();
  const { id, key, seal, size } = departure as Departure & { key: string; seal: Buffer; size: number };
  await audit(db, now, visit, 'Toute l’école emportée : archive téléchargée', sizeInWords(size));
  return {
    reply: 'file',
    name: `ecole-${school.rne}-${departure.made_at.toISOString().slice(0, 10)}.zip`,
    type: 'application/zip',
    size,
    body: async () => {
      const bytes = await house.store.read(key).catch((error) => {
        if (!(error instanceof NoSuchFile)) throw error;
        // A restored school still has the line, and its bytes are in no backup.
        throw new Stop(404, 'Cette archive n’est plus sur le serveur. Préparez-en une autre.');
      });
      return openSealed(bytes, keyOf(house, id), seal);
    },
  };
}

/** « Effacer maintenant » */
export async function eraseNow(house: House, visit: Visit): Promise<Reply> {
  await drop(house, visit.db, await last(visit.db));
  return redirect(SCREEN, 'L’archive est effacée.');
}

export const erase = (house: House, { step }: Job, data: Json): Promise<void> =>
  step(async ({ db }) =>
    drop(
      house,
      db,
      await db('departures')
        .where({ id: data as string })
        .first(),
    ),
  );

/** Lines of a year ago go, as the journal does; the bytes of one whose job was lost went with the sweep. */
export const purge = ({ step, now }: Job): Promise<void> =>
  step(async ({ db }) => {
    await db('departures')
      .where('made_at', '<', new Date(now.getTime() - 365 * 86_400_000))
      .delete();
  });

async function drop({ store }: House, db: Transaction, departure: Departure | undefined): Promise<void> {
  if (!departure?.key) return;
  await db('departures').where({ id: departure.id }).update({ state: 'gone', key: null, seal: null });
  await store.drop(departure.key);
}
