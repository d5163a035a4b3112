import type { RecapLine } from './recap.ts';

type Pupil = Pick<RecapLine, 'id' | 'lastName' | 'firstName' | 'birthDate' | 'className'>;

/** `Classe/NOM_Prénom` of each pupil; two of one name in one class are told apart by the birth date (case B41). */
export function archiveFolders(pupils: Pupil[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const group of Map.groupBy(pupils, plainly).values())
    for (const pupil of group)
      folders.set(pupil.id, [pupil.className, nameOf(pupil) + (group.length > 1 ? mark(pupil, group) : '')]);
  return folders;
}

const nameOf = ({ lastName, firstName }: Pupil) => `${lastName}_${firstName}`;
const plainly = (pupil: Pupil) => `${pupil.className}/${nameOf(pupil)}`.normalize('NFKC').toUpperCase();

/** Born on the same day, or on a day nobody knows: a number. */
function mark(pupil: Pupil, group: Pupil[]): string {
  const twins = group.filter((one) => one.birthDate === pupil.birthDate);
  const born = pupil.birthDate ? `_${pupil.birthDate.split('-').reverse().join('-')}` : '';
  return twins.length > 1 ? `${born}_${twins.indexOf(pupil) + 1}` : born;
}
