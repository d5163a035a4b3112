import type { People } from '../people/people.ts';
import type { Espace, Mode, Person, School } from '../plugin/contract.ts';
import { espaceOptions, isBelow } from './options.ts';

/** F02-02. */
export const MODES: Record<Mode, string> = {
  espace: 'Mon Espace',
  quotidienne: 'Gestion quotidienne',
  administration: 'Administration école/mairie',
};

export const ESPACE_TITLES: Record<Espace, string> = {
  direction: 'Espace Direction',
  enseignants: 'Espace Enseignants',
  parents: 'Espace Parents',
  accompagnants: 'Espace Accompagnants',
  eleves: 'Espace Élèves',
  periscolaire: 'Espace Périscolaire',
  mairie: 'Espace Mairie',
};

/** The Espaces a kind of person browses (F06-03's genres, F06-15). */
export function espacesOf(person: Pick<Person, 'kind' | 'genre'>): Espace[] {
  if (person.kind === 'pupil') return ['eleves'];
  if (person.kind === 'guardian') return ['parents'];
  if (person.kind === 'teacher') return ['enseignants'];
  const byGenre: Record<string, Espace[]> = {
    direction: ['direction'],
    accompagnant: ['accompagnants'],
    periscolaire: ['periscolaire'],
    mairie: ['mairie'],
  };
  return byGenre[person.genre ?? ''] ?? [];
}

/** What is said to whoever meets a closed door, the same about him, and the setting that would open it. */
export interface Refusal {
  reason: string;
  about: string;
  setting: string | null;
  /** Of an Espace or rubric the school has not opened: what it is; `whole` when the Espace itself has no page to go back to. */
  closed?: { title: string; whole: boolean };
}

/**
 * What an Espace needs before it opens to its person, beyond being published; null when nothing is missing. An
 * accompagnant without pupils is refused with the reason (F08-5), a pupil below the level of the Espace Élèves too.
 */
export async function missingFor(
  people: Pick<People, 'concerning'>,
  person: Person,
  espace: Espace,
  school: Pick<School, 'settings'>,
): Promise<Refusal | null> {
  if (espace === 'eleves') return tooYoung(people, person, espaceOptions(school, 'eleves').level);
  if (espace !== 'accompagnants' || (await people.concerning(person)).length) return null;
  return {
    reason: 'Aucun élève ne vous est affecté. L’Espace Accompagnants s’ouvre dès que l’école vous en affecte un.',
    about: 'Aucun élève ne lui est affecté : cet Espace s’ouvre dès qu’il y en a un.',
    setting: cardOf(person),
  };
}

/** Those of a person's Espaces that want nothing more of him. */
export async function readyEspaces(
  people: Pick<People, 'concerning'>,
  person: Person,
  espaces: Espace[],
  school: Pick<School, 'settings'>,
): Promise<Espace[]> {
  const ready: Espace[] = [];
  for (const espace of espaces) if (!(await missingFor(people, person, espace, school))) ready.push(espace);
  return ready;
}

async function tooYoung(people: Pick<People, 'concerning'>, person: Person, from: string): Promise<Refusal | null> {
  const me = (await people.concerning(person)).find((one) => one.id === person.id);
  if (!me || !isBelow(me.level, from)) return null;
  return {
    reason: `Dans votre école, l’Espace Élèves s’ouvre à partir du niveau ${from}. Il s’ouvrira quand vous y serez.`,
    about: `L’Espace Élèves s’ouvre à partir du niveau ${from} : cet élève est en ${me.level}.`,
    setting: '/gestion/espaces-web/eleves',
    closed: { title: 'L’Espace Élèves ne vous est pas encore ouvert', whole: true },
  };
}

const CARDS: Record<Person['kind'], string> = {
  pupil: '/gestion/ressources/eleves',
  guardian: '/gestion/ressources/responsables',
  teacher: '/gestion/personnels/professeurs',
  staff: '/gestion/personnels/personnels',
};
/** Where Gestion keeps the card of a person. */
export const cardOf = (person: Pick<Person, 'id' | 'kind'>): string => `${CARDS[person.kind]}/${person.id}`;
