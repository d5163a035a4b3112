import type { Espace, Person } from '../plugin/contract.ts';

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
