import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Client } from 'pg';
import { type Embedded, runningEmbedded, startEmbedded } from './embedded.ts';

describe('embedded PostgreSQL', function () {
  this.timeout(60_000);

  const secret = Buffer.alloc(32, 'préau');
  const isRoot = process.getuid?.() === 0;
  const folders: string[] = [];
  const started: Embedded[] = [];

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'preau-embedded-'));
    folders.push(folder);
    await chmod(folder, 0o755); // mkdtemp closes it, and the account PostgreSQL runs under must enter
    return folder;
  }

  async function start(folder: string): Promise<Embedded> {
    const embedded = await startEmbedded({ folder, secret, fast: true });
    started.push(embedded);
    return embedded;
  }

  /** A Préau of its own process, to be killed as a crash would; its postmaster or initdb lives on. */
  function startInChild(folder: string): ChildProcess {
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)});
      const secret = Buffer.from('${secret.toString('hex')}', 'hex');
      const { ownerUrl } = await startEmbedded({ folder: ${JSON.stringify(folder)}, secret, fast: true });
      console.log(ownerUrl);`;
    const args = ['--input-type=module', '-e', script];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async function killed(child: ChildProcess): Promise<void> {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Starts a child and kills it as soon as a name that begins with `prefix` appears in its place. */
  async function killWhenAppears(folder: string, prefix: string): Promise<void> {
    const place = join(folder, 'database');
    await mkdir(place);
    const watcher = watch(place);
    const child = startInChild(folder);
    await new Promise<void>((resolve, reject) => {
      watcher.on('change', (_event, name) => name.toString().startsWith(prefix) && resolve());
      child.once('exit', () => reject(new Error('the child ended by itself')));
    });
    await killed(child);
    watcher.close();
  }

  async function query(url: string, sql: string): Promise<unknown[][]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows;
    } finally {
      await client.end();
    }
  }

  async function failure(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'no failure',
      (error: Error) => error.message,
    );
  }

  const postmaster = async (place: string) =>
    (await readFile(join(place, 'data', 'postmaster.pid'), 'utf8')).split('\n');

  afterEach(async () => {
    for (const embedded of started.splice(0)) await embedded.stop();
  });

  after(async () => {
    for (const folder of folders) {
      // A test that failed half way may have left the postmaster of a killed child: a start replaces it.
      if (await runningEmbedded({ folder, secret })) await (await startEmbedded({ folder, secret })).stop();
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    if (isRoot) await rmdir('/var/lib/preau').catch(() => undefined); // stays if a real Préau lives there
  });

  it('makes three plain roles and a database whose schema only the owner may change', async () => {
    const { ownerUrl, appUrl, doorUrl, fresh } = await start(await newFolder());
    expect(fresh).to.equal(true);
    const rights = 'rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication';
    for (const [url, role] of [
      [ownerUrl, 'preau_owner'],
      [appUrl, 'preau_app'],
      [doorUrl, 'preau_door'],
    ] as const) {
      const rows = await query(url, `select rolname, ${rights} from pg_roles where rolname = current_user`);
      expect(rows).to.deep.equal([[role, true, false, false, false, false, false]]);
      expect(await query(url, 'select current_database()')).to.deep.equal([['preau']]);
    }
    await query(ownerUrl, 'create table note (text text)');
    for (const url of [appUrl, doorUrl]) {
      expect(await failure(query(url, 'create table own ()'))).to.equal('permission denied for schema public');
      expect(await failure(query(url, 'select * from note'))).to.equal('permission denied for table note');
    }
  });

  it('speaks UTF-8, listens on 127.0.0.1 only and lets nobody in without the password', async () => {
    const { ownerUrl, place } = await start(await newFolder());
    const [, , , , socketFolder, address] = await postmaster(place);
    expect([socketFolder, address]).to.deep.equal(['', '127.0.0.1']);
    const encoding = `select current_setting('server_encoding'), upper('é')`;
    expect(await query(ownerUrl, encoding)).to.deep.equal([['UTF8', 'É']]);
    const wrong = ownerUrl.replace(/:[^:@]+@/, ':wrong@');
    expect(await failure(query(wrong, 'select 1'))).to.match(/^password authentication failed/);
  });

  it('keeps data and passwords over a stop and a second start', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await query(first.ownerUrl, `create table note as select 'kept' as text`);
    await Promise.all([first.stop(), first.stop()]);
    const second = await start(folder);
    expect(second.fresh).to.equal(false);
    expect(await query(second.ownerUrl, 'select text from note')).to.deep.equal([['kept']]);
    expect(new URL(second.appUrl).password).to.equal(new URL(first.appUrl).password);
  });

  it('keeps the data folder and the log from others', async function () {
    if (process.platform === 'win32') this.skip();
    const { place } = await start(await newFolder());
    expect((await stat(join(place, 'data'))).mode & 0o777).to.equal(0o700);
    expect((await stat(join(place, 'postgres.log'))).mode & 0o777).to.equal(0o600);
    if (isRoot) expect((await stat(join(place, 'data'))).uid).not.to.equal(0);
  });

  it('replaces a postmaster that outlived its killed parent', async () => {
    const folder = await newFolder();
    const child = startInChild(folder);
    const [printed] = (await once(child.stdout!, 'data')) as [Buffer];
    await query(printed.toString().trim(), `create table note as select 'kept' as text`);
    await killed(child);
    const place = join(folder, 'database');
    const [oldPid] = await postmaster(place);
    expect(process.kill(Number(oldPid), 0)).to.equal(true);
    const { ownerUrl } = await start(folder);
    expect(await query(ownerUrl, 'select text from note')).to.deep.equal([['kept']]);
    expect((await postmaster(place))[0]).not.to.equal(oldPid);
  });

  it('is not hindered by the pid file of a dead or of a foreign process', async () => {
    const folder = await newFolder();
    const { place, stop } = await start(folder);
    const pidFile = (await postmaster(place)).slice(1).join('\n');
    await stop();
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(dead, 'exit');
    const foreign = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      for (const pid of [dead.pid, foreign.pid]) {
        await writeFile(join(place, 'data', 'postmaster.pid'), `${pid}\n${pidFile}`);
        expect(await runningEmbedded({ folder, secret })).to.equal(null);
        await (await start(folder)).stop();
      }
      expect(foreign.exitCode ?? foreign.signalCode).to.equal(null);
    } finally {
      await killed(foreign);
    }
  });

  it('begins anew when the first start was killed during initdb', async () => {
    const folder = await newFolder();
    await killWhenAppears(folder, 'unfinished-');
    const { ownerUrl, fresh, place } = await start(folder);
    expect(fresh).to.equal(true);
    await query(ownerUrl, 'create table note ()');
    expect(await readdir(place)).to.include.members(['data', 'postgres.log']);
  });

  it('finishes a first start that was killed between initdb and the roles', async () => {
    const folder = await newFolder();
    await killWhenAppears(folder, 'data');
    const { appUrl, fresh } = await start(folder);
    expect(fresh).to.equal(true);
    expect(await query(appUrl, 'select current_user')).to.deep.equal([['preau_app']]);
  });

  it('tells where the database runs, and null when it does not', async () => {
    const folder = await newFolder();
    expect(await runningEmbedded({ folder: join(folder, 'missing'), secret })).to.equal(null);
    expect(await runningEmbedded({ folder, secret })).to.equal(null);
    const { fresh: _fresh, stop, ...addresses } = await start(folder);
    expect(await runningEmbedded({ folder, secret })).to.deep.equal(addresses);
    await stop();
    expect(await runningEmbedded({ folder, secret })).to.equal(null);
  });

  it('says in one sentence why PostgreSQL does not start', async () => {
    const folder = await newFolder();
    const { place, stop } = await start(folder);
    await stop();
    await writeFile(join(place, 'data', 'postgresql.conf'), 'no_such_setting = 1\n');
    const message = await failure(startEmbedded({ folder, secret, fast: true }));
    const reason = `FATAL:  configuration file "${join(place, 'data', 'postgresql.conf')}" contains errors`;
    expect(message).to.equal(`La base de données de ${place} n’a pas démarré : ${reason}`);
  });

  it('does not open, and does not leave running, a database of another secret', async () => {
    const folder = await newFolder();
    await (await start(folder)).stop();
    const message = await failure(startEmbedded({ folder, secret: Buffer.alloc(32, 'other'), fast: true }));
    expect(message).to.match(/^La base de données de .* n’a pas démarré : .*password authentication failed/);
    expect(await runningEmbedded({ folder, secret })).to.equal(null);
  });

  it('lives in /var/lib/preau when its account cannot enter the folder', async function () {
    if (!isRoot) this.skip();
    const home = await newFolder();
    const folder = join(home, 'preau', 'var');
    await mkdir(folder, { recursive: true });
    await chmod(home, 0o700);
    const first = await start(folder);
    folders.push(first.place);
    expect(first.place).to.match(/^\/var\/lib\/preau\/[0-9a-f]{16}$/);
    await query(first.ownerUrl, `create table note as select 'kept' as text`);
    expect((await runningEmbedded({ folder, secret }))?.ownerUrl).to.equal(first.ownerUrl);
    await first.stop();

    // Opening the folder later must not make the data seem lost; binaries of another version are replaced.
    await chmod(home, 0o755);
    const [native] = (await readdir(first.place)).filter((name) => name.startsWith('native-'));
    await rm(join(first.place, native!), { recursive: true });
    await mkdir(join(first.place, 'native-0.0.0'));
    const second = await start(folder);
    expect(second.place).to.equal(first.place);
    expect(await query(second.ownerUrl, 'select text from note')).to.deep.equal([['kept']]);
    expect((await readdir(first.place)).filter((name) => name.startsWith('native-'))).to.deep.equal([native]);
    await access(join(first.place, native!, 'bin', 'postgres'));
  });
});
