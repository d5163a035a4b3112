import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import type { Closing } from './closing.ts';
import { type Row, seconds } from './row.ts';
import { ROOT, temporaryFolder } from './stage.ts';

const OPEN = 'Préau est ouvert';

/** Row 6: the first start after an install, and one the next day. */
export async function measureStarts(closing: Closing): Promise<Row[]> {
  const folder = temporaryFolder(closing);
  copyProject(folder);
  const first = await start(folder, closing);
  const later = await start(folder, closing);
  return [
    {
      name: 'Premier départ, base et démonstration faites',
      figure: seconds(first),
      target: '< 15 s',
      ok: first < 15_000,
    },
    { name: 'Départ suivant', figure: seconds(later), target: '< 5 s', ok: later < 5000 },
  ];
}

/** The project as a fresh clone of the working tree; packages are linked one by one, so that @preau/core is the copy's own. */
function copyProject(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of new Set(listed.split('\0').filter((name) => name && existsSync(path.join(ROOT, name))))) {
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    copyFileSync(path.join(ROOT, file), path.join(to, file));
  }
  const [packages, links] = [path.join(ROOT, 'node_modules'), path.join(to, 'node_modules')];
  mkdirSync(path.join(links, '@preau'), { recursive: true });
  symlinkSync(path.join(to, 'core'), path.join(links, '@preau/core'));
  for (const name of readdirSync(packages).filter((one) => one !== '@preau'))
    symlinkSync(path.join(packages, name), path.join(links, name));
}

/** Starts, waits for the word, stops as Ctrl+C does. @returns milliseconds until it was open. */
async function start(folder: string, closing: Closing): Promise<number> {
  // Settings of whoever runs the bench would measure another house.
  const { PATH, HOME, LANG } = process.env;
  const env = { PATH, HOME, LANG, PORT: String(await freePort()) };
  const began = performance.now();
  const house = spawn(process.execPath, ['core/main.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(house, 'exit');
  const stop = async () => {
    if (house.exitCode === null && house.signalCode === null) house.kill('SIGINT');
    await gone;
  };
  closing.add(stop);
  let said = '';
  const opened = new Promise<number>((resolve) => {
    for (const stream of [house.stdout, house.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes(OPEN)) resolve(performance.now() - began);
      });
  });
  const impatience = setTimeout(() => house.kill('SIGINT'), 60_000);
  const ms = await Promise.race([opened, gone.then(() => null)]);
  clearTimeout(impatience);
  if (ms === null) throw new Error(`Préau ne s’est pas ouvert : ${said.trim().split('\n').slice(-3).join(' ')}`);
  const place = /données dans ([^)]+)\)/.exec(said)?.[1];
  // As root the data may live outside of the folder, see embedded.ts.
  if (place && !place.startsWith(folder)) closing.add(() => rmSync(place, { recursive: true, force: true }));
  await stop();
  return ms;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
