import { type Filled, fill, importBoth, schoolOf, totalOf } from './fill.ts';
import { median, type Row, seconds } from './row.ts';
import { tracesOf, writtenBetween } from './school.ts';
import type { Stage } from './stage.ts';

const told = ({ pupils, guardians }: Pick<Filled, 'pupils' | 'guardians'>) =>
  `aperçus ${seconds(pupils.preview)} + ${seconds(guardians.preview)}, imports ${seconds(pupils.write)} + ${seconds(guardians.write)}`;

/** Row 4: the ONDE import of a usual and of a very large school, and the same files once more. */
export async function measureImport(stage: Stage): Promise<Row[]> {
  // The house has run before: what is measured is a day of use, not the first minute after a start.
  await fill(stage, 300, 600);
  const usual: Filled[] = [];
  for (let round = 0; round < (stage.quick ? 3 : 5); round++) usual.push(await fill(stage, 300, 600));
  const total = median(usual.map(totalOf));
  const typical = usual.find((one) => totalOf(one) >= total) as Filled;
  const large = await schoolOf(stage, 10_000, 15_000);
  return [
    {
      name: 'Import ONDE : 300 élèves, 600 responsables',
      figure: `${seconds(total)} (${told(typical)})`,
      target: '< 1 s',
      ok: total < 1000,
    },
    await again(stage, typical, 300, 600),
    {
      name: 'Import ONDE : 10 000 et 15 000',
      figure: `${seconds(totalOf(large))} (${told(large)})`,
      target: '< 5 s',
      ok: totalOf(large) < 5000,
    },
    await again(stage, large, 10_000, 15_000),
  ];
}

async function again(stage: Stage, { school }: Filled, pupils: number, guardians: number): Promise<Row> {
  const before = await tracesOf(stage, school);
  const times = await importBoth(stage, school, pupils, guardians);
  const written = writtenBetween(before, await tracesOf(stage, school));
  return {
    name: `— les mêmes fichiers une seconde fois (${pupils})`,
    figure: `${written} ligne${written > 1 ? 's' : ''} sur ${before.size}, ${seconds(totalOf(times))} (${told(times)})`,
    target: '0 ligne écrite',
    ok: written === 0 && before.size > pupils + guardians,
  };
}
