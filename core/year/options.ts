import { searchKey } from '../people/names.ts';
import { labelsOf, type Plan } from './plan.ts';
import { beside } from './propose.ts';
import { yearWords } from './turns.ts';

interface Option {
  value: string;
  label: string;
  selected: boolean;
}

/** Where a line of the table, or one pupil, may go. */
export function targets(plan: Plan, chosen: string, ownClass: string): { title: string; options: Option[] }[] {
  const option = (value: string, label: string): Option => ({ value, label, selected: value === chosen });
  const names = plan.classes.map((one) => one.nextLabel);
  const classes = [
    ...plan.classes.map((one) =>
      option(`c:${one.id}`, one.id === ownClass ? `${one.nextLabel} (même classe)` : one.nextLabel),
    ),
    ...beside(plan.ground, names).map((one) => option(`n:${one.id}`, one.label)),
  ];
  return [
    { title: `Classes de ${yearWords(plan.ground.year + 1)}`, options: classes },
    {
      title: 'Autrement',
      options: [
        option('new', 'Nouvelle classe'),
        option('leave', 'Quitte l’école'),
        option('none', 'Sans classe pour l’instant'),
      ],
    },
  ];
}

/** Pupils each class of the year to come would have, those already there with them. */
export function expected(plan: Plan): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { label } of plan.fates)
    if (label) counted.set(searchKey(label), (counted.get(searchKey(label)) ?? 0) + 1);
  return counted;
}

/** « CE2 Lilas : 24 élèves (CE2) », also of the classes that are there already. */
export function roll(plan: Plan): { label: string; pupils: number; levels: string }[] {
  const counted = expected(plan);
  const labels = labelsOf(plan);
  return [...labels, ...beside(plan.ground, labels).map((one) => one.label)].map((label) => {
    const sitting = plan.fates.filter((one) => one.label && searchKey(one.label) === searchKey(label));
    const levels = [...new Set(sitting.flatMap((one) => one.nextLevel ?? []))];
    return { label, pupils: counted.get(searchKey(label)) ?? 0, levels: levels.join(', ') };
  });
}
