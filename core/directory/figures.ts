import { dayIn } from '../clock.ts';
import type { Figure, TownHall } from '../commune/town-hall-types.ts';
import type { Work } from '../plugin/contract.ts';

/** What a town hall may read of the directory: how many, and nobody (F07-5). */
export const figures: TownHall['figures'] = [
  { title: 'Le nombre de classes', allow: 'ressources.classes-read', count: countClasses },
  { title: 'Le nombre d’élèves, par classe et par niveau', allow: 'ressources.pupils-read', count: countPupils },
];

async function countClasses({ db, services }: Work): Promise<Figure> {
  const row = await db('classes').where({ year: services.people.year }).count('* as n').first();
  return { n: Number(row?.n), one: 'classe', many: 'classes', groups: [] };
}

async function countPupils({ db, now, school, services }: Work): Promise<Figure> {
  const today = dayIn(now, school.timezone);
  const rows: { label: string | null; level: string | null; n: number }[] = await db('people as p')
    .leftJoin('class_places as place', (join) =>
      join.on('place.pupil_id', 'p.id').andOnVal('place.year', services.people.year),
    )
    .leftJoin('classes as c', 'c.id', 'place.class_id')
    .where('p.kind', 'pupil')
    .where((there) => there.whereNull('p.left_on').orWhere('p.left_on', '>', today))
    .where((there) => there.whereNull('p.arrives_on').orWhere('p.arrives_on', '<=', today))
    .groupBy('c.label', 'c.search', 'place.level')
    .orderBy('c.search')
    .select('c.label', 'place.level', db.raw('count(*)::int as n'));
  return {
    n: rows.reduce((sum, one) => sum + one.n, 0),
    one: 'élève',
    many: 'élèves',
    groups: [
      { title: 'Par classe', lines: summed(rows, (one) => one.label ?? 'Sans classe') },
      { title: 'Par niveau', lines: summed(rows, (one) => one.level ?? 'Sans niveau') },
    ],
  };
}

const summed = <T extends { n: number }>(rows: T[], by: (row: T) => string) =>
  [...Map.groupBy(rows, by)].map(([label, group]) => ({ label, n: group.reduce((sum, one) => sum + one.n, 0) }));
