import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readConfig } from '../config/config.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { houseFolders, openHouse, varPath } from './house.ts';
import { type Mailbox, startMailbox } from './mail/mailbox.ts';
import { fillDemo } from './scripts/demo.ts';

/** Start of a house: settings, database, tables, modules, web and worker in one process. */
const began = performance.now();
const config = readSettings();
mkdirSync(config.varFolder, { recursive: true, mode: 0o755 });
const closing: (() => Promise<void> | void)[] = [];
let stopping = false;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const close of closing.reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

try {
  if (config.database === null) holdPid();
  const database = await openDatabase(config);
  closing.push(database.stop);
  const mailbox: Mailbox | null = config.demo && !config.smtpUrl ? await startMailbox() : null;
  if (mailbox) closing.push(mailbox.close);
  const open = await openHouse({ config, database, secret: database.secret, mailbox, folders: houseFolders(config) });
  closing.push(open.close);
  if (database.owner) await migrate(database.owner, config.root, open.loaded);
  const { port } = await open.listen(config.port);
  // Told at once: wrong keys would show with a family's first document only. The house opens all the same.
  if (config.filesBucket) open.house.store.folders().catch((error) => console.error(`Attention : ${error.why}`));
  writeFileSync(
    varPath(config, 'running.json'),
    JSON.stringify({ url: config.url.origin, smtp: mailbox?.url ?? null }),
    { mode: 0o600 },
  );
  closing.push(() => rmSync(varPath(config, 'running.json'), { force: true }));
  await open.house.jobs.work(open.container);
  const demo = config.demo ? await fillDemo(open, `http://127.0.0.1:${port}`) : [];
  const seconds = ((performance.now() - began) / 1000).toFixed(1).replace('.', ',');
  console.log(
    [
      ``,
      `Préau est ouvert : ${config.url.origin}`,
      `(démarré en ${seconds} s ; données dans ${database.place})`,
      ...demo,
      '',
      'Pour arrêter : Ctrl+C',
    ].join('\n'),
  );
  if (config.url.protocol === 'http:')
    console.log('Adresse sans https : à n’utiliser que sur cet ordinateur ou un réseau privé.');
} catch (error) {
  const known =
    error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? `Le port ${config.port} est déjà pris : donnez-en un autre, par exemple PORT=4300 npm start.`
      : null;
  console.error(known ?? (error instanceof Error ? error.message : error));
  if (process.env.PREAU_TRACE) console.error(error);
  await stop(1);
}

function readSettings() {
  try {
    return readConfig(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

/** One house per folder: a second start says so instead of stopping the first one's database. */
function holdPid(): void {
  const file = varPath(config, 'preau.pid');
  const other = readPid(file);
  if (other !== null && other !== process.pid && isPreau(other)) {
    console.error(`Préau tourne déjà dans ce dossier (processus ${other}).`);
    process.exit(1);
  }
  writeFileSync(file, String(process.pid));
  closing.push(() => rmSync(file, { force: true }));
}

function readPid(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

/** Alive, and a Préau: after a restart of the machine the number may belong to anything. */
function isPreau(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('core/main.ts');
  } catch {
    return true;
  }
}
