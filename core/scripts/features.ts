import { absentFrom, testTitles } from '../features/cited.ts';
import { FEATURES } from '../features/features.ts';
import type { Run } from './command.ts';

/** `features`: which rows of the guide no test cites; ends in error as long as one of them is a must. */
export const listFeatures: Run = async (_line, config) => {
  const titles = await testTitles(config.root);
  const absent = absentFrom(titles);
  const of = (rows: { priority: string }[], priority: string) => rows.filter((row) => row.priority === priority).length;
  const all = FEATURES.map(([, priority]) => ({ priority }));
  const counts = (['M', 'S', 'C'] as const).map(
    (priority) => `${priority} ${of(all, priority) - of(absent, priority)} sur ${of(all, priority)}`,
  );
  console.log(`${titles.length} tests. Lignes du guide citées dans un titre de test : ${counts.join(', ')}.`);
  const musts = absent.filter((row) => row.priority === 'M');
  if (!musts.length) return;
  const lines = musts.map(({ id, statement }) => `  ${id}  ${statement}`);
  throw new Error([`Lignes M qu’aucun test ne cite : ${musts.length}.`, ...lines].join('\n'));
};
