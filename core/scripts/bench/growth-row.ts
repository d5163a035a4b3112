import { RARE_NAME } from './families.ts';
import { schoolOf } from './fill.ts';
import { keepAlive, open } from './load.ts';
import { median, milliseconds, type Row, ratio } from './row.ts';
import type { Stage } from './stage.ts';

/** Row 5: the list's page in a school of 300 and in one of 10,000, asked in turn. */
export async function measureGrowth(stage: Stage): Promise<Row[]> {
  const schools = [(await schoolOf(stage, 300, 600)).school, (await schoolOf(stage, 10_000, 15_000)).school];
  const rows: Row[] = [];
  // A page is read by index and stays flat; a filter reads every name of the school, far better than 33 times as long.
  for (const [what, query, most] of [
    ['première page', '', 1.6],
    ['filtrée par un nom', `?q=${RARE_NAME.toLowerCase()}`, 8],
  ] as const) {
    const agent = keepAlive();
    const times = schools.map((): number[] => []);
    for (let round = 0; round < (stage.quick ? 60 : 200); round++)
      for (const [at, { rne, cookie }] of schools.entries()) {
        const path = `/${rne}/gestion/ressources/eleves${query}`;
        const { ms } = await open({ origin: stage.origin, path, cookie }, agent);
        if (round >= 10) times[at]?.push(ms);
      }
    agent.destroy();
    const [small, large] = times.map(median) as [number, number];
    rows.push({
      name: `De 300 à 10 000 élèves : liste, ${what}`,
      figure: `× ${ratio(large / small)} (${milliseconds(small)} puis ${milliseconds(large)})`,
      target: `≤ ${most.toString().replace('.', ',')}`,
      ok: large / small <= most,
    });
  }
  return rows;
}
