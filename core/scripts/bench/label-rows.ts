import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { schoolOf } from './fill.ts';
import { keepAlive, open, submit } from './load.ts';
import { kilobytes, median, type Row, seconds } from './row.ts';
import type { Stage } from './stage.ts';

/** The house lets an idle browser go after a minute. */
const LEAVES_WITHIN = 75_000;

/** Row 7: labels of 600 guardians, from « Générer » to the page that offers the file; what the browser holds, and that it goes. */
export async function measureLabels(stage: Stage): Promise<Row[]> {
  const { school } = await schoolOf(stage, 300, 600);
  const agent = keepAlive();
  const at = (path: string) => ({ origin: stage.origin, path, cookie: school.cookie });
  const times: number[] = [];
  let [bytes, memory] = [0, 0];
  // The first warms the browser.
  for (let round = 0; round < (stage.quick ? 3 : 5) + 1; round++) {
    const picked = new URLSearchParams({ tout: 'on' });
    const list = `/${school.rne}/gestion/credentials/etiquettes/responsables`;
    const print = (await submit(at(list), agent, picked)).to;
    const page = (await open(at(print), agent)).body.toString();
    const model = /<option value="([0-9a-f-]{36})"/.exec(page)?.[1] ?? '';
    const began = performance.now();
    await submit(at(`${print}/generer`), agent, new URLSearchParams({ model, sheet: '', start: '1', byClass: 'on' }));
    while (!(await open(at(print), agent)).body.includes('id="fichier"')) {
      memory = Math.max(memory, browserMemory());
      await setTimeout(50);
    }
    if (round) times.push(performance.now() - began);
    bytes = (await open(at(`${print}/etiquettes.pdf`), agent)).body.length;
  }
  agent.destroy();
  const idle = performance.now();
  while (browserMemory() && performance.now() - idle < LEAVES_WITHIN) await setTimeout(500);
  const left = browserMemory();
  const time = median(times);
  return [
    {
      name: 'Étiquettes de 600 responsables, navigateur chaud',
      figure: `${seconds(time)}, ${kilobytes(bytes)}`,
      target: '≤ 3 s et 1 Mo',
      ok: time <= 3000 && bytes <= 1_000_000,
    },
    {
      name: '— mémoire du navigateur, puis au repos',
      figure: `${kilobytes(memory)}, puis ${kilobytes(left)}`,
      target: '≤ 600 Mo, puis 0',
      ok: memory > 0 && memory <= 600_000_000 && left === 0,
    },
  ];
}

/** What the browsers of our own processes hold, in bytes: resident memory of each of their processes, added up. */
function browserMemory(): number {
  const all = new Map<number, { parent: number; name: string; bytes: number }>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const number = (field: string) => Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      const name = /^Name:\s*(.*)$/m.exec(status)?.[1] ?? '';
      all.set(Number(entry), { parent: number('PPid'), name, bytes: number('VmRSS') * 1024 });
    } catch {
      // Gone since the folder was read.
    }
  }
  const ours = (pid: number): boolean => pid === process.pid || (all.has(pid) && ours(all.get(pid)?.parent as number));
  let bytes = 0;
  for (const [pid, one] of all) if (/chrom/.test(one.name) && ours(pid)) bytes += one.bytes;
  return bytes;
}
