import { dayIn, type TownHall, type Work } from '@preau/core';
import { READ } from './kinds.ts';

/** For the town hall: how many work at the school, and nobody's name (F07-5). */
export const figures: TownHall['figures'] = [
  { title: 'Le nombre de professeurs et de personnels', allow: READ, count: countTeam },
];

async function countTeam({ db, now, school }: Work) {
  const today = dayIn(now, school.timezone);
  const rows: { kind: 'teacher' | 'staff'; n: number }[] = await db('people')
    .whereIn('kind', ['teacher', 'staff'])
    .where((there) => there.whereNull('left_on').orWhere('left_on', '>', today))
    .where((there) => there.whereNull('arrives_on').orWhere('arrives_on', '<=', today))
    .groupBy('kind')
    .select('kind', db.raw('count(*)::int as n'));
  const n = (kind: 'teacher' | 'staff') => rows.find((one) => one.kind === kind)?.n ?? 0;
  return {
    n: n('teacher') + n('staff'),
    one: 'personne dans l’équipe',
    many: 'personnes dans l’équipe',
    groups: [
      {
        title: 'Équipe',
        lines: [
          { label: 'Professeurs', n: n('teacher') },
          { label: 'Personnels', n: n('staff') },
        ],
      },
    ],
  };
}
