import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;

/** A copy of the project as a clone would be, with the installed packages as hard links: a path below a closed folder is really closed. */
function copyProject(home: string): string {
  const folder = path.join(home, 'preau');
  mkdirSync(folder, { recursive: true });
  for (const name of ['core', 'plugins', 'themes', 'views', 'migrations', 'config', 'package.json'])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  execFileSync('cp', ['-al', path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules')]);
  return folder;
}

/** What this run has compiled, as the copy finds it among its packages. */
const compiled = (folder: string) => ({
  NODE_COMPILE_CACHE: path.join(folder, 'node_modules/.cache/preau'),
  NODE_COMPILE_CACHE_PORTABLE: '1',
});

interface Running {
  child: ChildProcess;
  printed: string;
  ended: Promise<number | null>;
}

async function start(
  folder: string,
  port: number,
  as: { uid?: number; gid?: number },
  env: Record<string, string> = {},
): Promise<Running> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'core/main.ts'], {
    cwd: folder,
    ...as,
    env: { PATH: process.env.PATH, HOME: folder, PORT: String(port), ...compiled(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running: Running = { child, printed: '', ended: once(child, 'exit').then(([code]) => code as number | null) };
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        running.printed += chunk;
        if (running.printed.includes('Ctrl+C')) resolve();
      });
  });
  await Promise.race([ready, running.ended]);
  return running;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Processes of this copy: ours and PostgreSQL's, found by what they run or the data they hold. */
function left(folder: string, place: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => (line.includes(folder) || line.includes(place)) && !line.includes('ps -eo'));
}

const SCENES = [
  { name: 'root in a folder under a home of mode 700', needsRoot: true, base: '/var/tmp', closed: true, as: {} },
  { name: 'root in an open folder', needsRoot: true, base: '/var/tmp', closed: false, as: {} },
  {
    name: 'a plain user',
    needsRoot: false,
    base: '/var/tmp',
    closed: false,
    as: isRoot ? { uid: 65534, gid: 65534 } : {},
  },
];

describe('npm start', function () {
  this.timeout(180_000);

  for (const scene of SCENES)
    it(`opens, outlives kill -9, keeps its data and stops with Ctrl+C: ${scene.name}`, async function () {
      if (scene.needsRoot && !isRoot) return this.skip();
      const home = mkdtempSync(path.join(scene.base, 'preau-start-'));
      chmodSync(home, scene.closed ? 0o700 : 0o755);
      const folder = copyProject(home);
      if (scene.as.uid) for (const one of [home, folder]) chownSync(one, scene.as.uid, scene.as.gid as number);
      let place = folder;
      try {
        const port = await freePort();
        const first = await start(folder, port, scene.as);
        expect(first.printed)
          .to.include(`http://localhost:${port}`)
          .and.include('KBRAUD')
          .and.match(/identifiant [A-Z2-9]{8}, code \w{10}/);
        place = /données dans ([^)\n]+)/.exec(first.printed)?.[1] ?? folder;
        const page = await fetch(`http://localhost:${port}/0999901Z/connexion/`);
        expect(page.status).to.equal(200);
        const twice = await start(folder, port, scene.as);
        expect(twice.printed, 'a second one says so and leaves the first alone').to.include('Préau tourne déjà');
        expect((await fetch(`http://localhost:${port}/sante`)).status).to.equal(200);

        first.child.kill('SIGKILL');
        await first.ended;
        const second = await start(folder, port, scene.as);
        expect(second.printed, 'after kill -9').to.include('Préau est ouvert');
        const again = await fetch(`http://localhost:${port}/`);
        expect(await again.text(), 'its data are there').to.include('École Jean-Macé');
        const before = readFileSync(path.join(folder, 'var/secret'), 'utf8');

        second.child.kill('SIGINT');
        expect(await second.ended).to.equal(0);
        expect(left(folder, place), 'no process left').to.deep.equal([]);
        expect(existsSync(path.join(folder, 'var/preau.pid'))).to.equal(false);
        expect(readFileSync(path.join(folder, 'var/secret'), 'utf8')).to.equal(before);
      } finally {
        for (const line of left(folder, place)) process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL');
        rmSync(home, { recursive: true, force: true });
        if (place.startsWith('/var/lib/preau/')) rmSync(place, { recursive: true, force: true });
      }
    });

  it('names a setting that cannot be used in one sentence', async () => {
    const bad = await start(ROOT, 70_000, {});
    expect(bad.printed.trim()).to.equal('PORT doit être un nombre de 1 à 65535, pas « 70000 ».');
    expect(await bad.ended).to.equal(1);
  });
});
