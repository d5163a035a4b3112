import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Closing } from './closing.ts';

/**
 * Starts one of our two servers in a process of its own, so that the load takes nothing from its event loop.
 * @param order what the child waits for before it opens.
 * @param profile folder for a CPU profile, written when the child ends.
 * @returns its port, and its process.
 */
export async function startChild(
  file: 'server.ts' | 'baseline.ts',
  order: object,
  closing: Closing,
  profile: string | null,
): Promise<{ port: number; pid: number }> {
  const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${path.join(profile, path.parse(file).name)}`] : [];
  const child = fork(path.join(import.meta.dirname, file), { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  closing.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(impatience);
  });
  child.send(order);
  const first = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => null)]);
  if (!first) throw new Error(`${file} s’est arrêté avant d’ouvrir.`);
  return { port: (first[0] as { port: number }).port, pid: child.pid as number };
}

/** In the child: the parent's order, and the end when the parent lets go. Ctrl+C is the parent's business. */
export async function inChild<T>(
  open: (order: T) => Promise<{ port: number; close(): Promise<unknown> }>,
): Promise<void> {
  process.on('SIGINT', () => {});
  const [order] = (await once(process, 'message')) as [T];
  let released = false;
  const gone = once(process, 'disconnect').then(() => {
    released = true;
  });
  const { port, close } = await open(order);
  if (!released) process.send?.({ port });
  await gone;
  await close();
  process.exit(0);
}
