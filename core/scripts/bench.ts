import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Closing } from './bench/closing.ts';
import { measureFiles } from './bench/file-rows.ts';
import { measureGrowth } from './bench/growth-row.ts';
import { measureImport } from './bench/import-rows.ts';
import { measureLabels } from './bench/label-rows.ts';
import { measureLists } from './bench/list-rows.ts';
import { measureOperating } from './bench/operate-rows.ts';
import { measureReaders } from './bench/reader-rows.ts';
import { lineOf, type Row } from './bench/row.ts';
import { openStage } from './bench/stage.ts';
import { measureStarts } from './bench/start-rows.ts';
import { measureVisits } from './bench/visit-rows.ts';

/**
 * `npm run bench`: the figures Préau keeps to, each measured in this very run; exits 1 when one is missed.
 * Options: --quick (shorter rounds), --only 1,4 (1 pupils' list, 2 test house's list, 3 first visit, 4 ONDE import,
 * 5 growth, 6 start, 7 labels, 8 400 readers, 9 files, 10 backup and restore), --profile <folder> (CPU profiles of both servers).
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, profile: { type: 'string' } },
});
const only = values.only?.split(',').map(Number) ?? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const wants = (...numbers: number[]) => numbers.some((one) => only.includes(one));

const closing = new Closing();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void closing.all().then(() => process.exit(130)));

// A visit goes to and fro between two processes: on a busy machine the house loses more than the bare page does.
const [busy = 0] = loadavg();
if (busy > availableParallelism() / 2)
  console.error(`La machine fait déjà autre chose (charge ${busy.toFixed(1)}) : les rapports seront moins bons.`);

const rows: Row[] = [];
let failed = false;
try {
  console.log(lineOf(['Mesure', 'Valeur', 'Cible', '']));
  if (wants(1, 2, 3, 4, 5, 7, 8, 9, 10)) {
    const house = new Closing();
    closing.add(() => house.all());
    const stage = await openStage({ quick: values.quick, profile: values.profile ?? null }, house);
    if (wants(1, 2)) await tell(() => measureLists(stage, { pupils: wants(1), plants: wants(2) }));
    if (wants(3)) await tell(() => measureVisits(stage));
    if (wants(4)) await tell(() => measureImport(stage));
    if (wants(5)) await tell(() => measureGrowth(stage));
    if (wants(7)) await tell(() => measureLabels(stage));
    if (wants(8)) await tell(() => measureReaders(stage));
    if (wants(9)) await tell(() => measureFiles(stage));
    if (wants(10)) await tell(() => measureOperating(stage));
    await house.all();
  }
  if (wants(6)) await tell(() => measureStarts(closing));
} catch (error) {
  report(error);
}
await closing.all();
process.exit(failed || rows.some((row) => !row.ok) ? 1 : 0);

/** A measure that breaks is a miss, and the others still run. */
async function tell(measure: () => Promise<Row[]>): Promise<void> {
  try {
    for (const row of await measure()) {
      rows.push(row);
      console.log(lineOf([row.name, row.figure, row.target, row.ok ? 'ok' : 'manqué']));
    }
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  // Once the closing has begun, whatever breaks is only its echo.
  if (closing.begun) return;
  failed = true;
  console.error(error);
}
