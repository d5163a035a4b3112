import type { Person, School } from '../plugin/contract.ts';
import type { Reach, RecipientKind, WriterKind } from './audience-types.ts';

/** The settings are kept under this name in the school's settings. */
export const COMMUNICATION = 'communication';

export const WRITERS: Record<WriterKind, string> = {
  school: 'La direction et la Gestion',
  teacher: 'Les professeurs',
  carer: 'Les accompagnants',
  afterschool: 'Le périscolaire',
  townhall: 'La mairie',
  guardian: 'Les responsables',
  pupil: 'Les élèves',
};
export const RECIPIENTS: Record<RecipientKind, string> = {
  guardians: 'Responsables',
  teachers: 'Professeurs',
  staff: 'Personnels',
  pupils: 'Élèves',
};
export const RECIPIENT_KINDS = Object.keys(RECIPIENTS) as RecipientKind[];

type Table = Record<WriterKind, Record<RecipientKind, Reach>>;

/** Until the director decides: families reach those who look after their child; pupils write to nobody. */
const DEFAULTS: Table = {
  school: { guardians: 'all', teachers: 'all', staff: 'all', pupils: 'none' },
  teacher: { guardians: 'own', teachers: 'all', staff: 'all', pupils: 'none' },
  carer: { guardians: 'own', teachers: 'own', staff: 'own', pupils: 'none' },
  afterschool: { guardians: 'none', teachers: 'all', staff: 'all', pupils: 'none' },
  townhall: { guardians: 'none', teachers: 'none', staff: 'all', pupils: 'none' },
  guardian: { guardians: 'none', teachers: 'own', staff: 'own', pupils: 'none' },
  pupil: { guardians: 'none', teachers: 'none', staff: 'none', pupils: 'none' },
};

/** Writers that have classes, pupils or children: only for them « les siens » means something. */
export const hasOwn = (writer: WriterKind): boolean => ['teacher', 'carer', 'guardian', 'pupil'].includes(writer);

/** Name of a cell of the table in its form and in the settings. */
export const cellOf = (writer: WriterKind, kind: RecipientKind): string => `${writer}_${kind}`;

/** Who may write to whom in this school. */
export function whoMay(school: Pick<School, 'settings'>, writer: WriterKind): Record<RecipientKind, Reach> {
  const chosen = school.settings[COMMUNICATION] ?? {};
  return Object.fromEntries(
    RECIPIENT_KINDS.map((kind) => [kind, (chosen[cellOf(writer, kind)] as Reach) ?? DEFAULTS[writer][kind]]),
  ) as Record<RecipientKind, Reach>;
}

/** What a teacher sends to families is read by the direction first. */
export const approvalNeeded = (school: Pick<School, 'settings'>, writer: WriterKind | null): boolean =>
  writer !== 'school' && school.settings[COMMUNICATION]?.approve === true;

const OWN: Partial<Record<WriterKind, string>> = {
  teacher: 'ceux de vos classes',
  carer: 'ceux de vos élèves',
  guardian: 'ceux qui s’occupent de vos enfants',
  pupil: 'ceux de votre classe',
};

/** What is said of a kind of people that is not reached as a whole; null when it is. */
export const reasonOf = (writer: WriterKind, reach: Reach): string | null =>
  reach === 'all'
    ? null
    : reach === 'own'
      ? `Vous pouvez écrire à ${OWN[writer] ?? 'ceux qui vous concernent'} : l’école l’a réglé ainsi.`
      : 'L’école n’a pas ouvert ces échanges.';

/** As what a person writes when he is in his Espace. */
export function writerOf(person: Pick<Person, 'kind' | 'genre'>): WriterKind {
  if (person.kind === 'guardian' || person.kind === 'pupil' || person.kind === 'teacher') return person.kind;
  const byGenre = { accompagnant: 'carer', periscolaire: 'afterschool', mairie: 'townhall' } as const;
  return byGenre[person.genre as keyof typeof byGenre] ?? 'school';
}
