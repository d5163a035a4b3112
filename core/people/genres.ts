import type { Person } from '../plugin/contract.ts';

export type Genre = NonNullable<Person['genre']>;

/** What a function makes of a staff member (F06-03); it decides which Espace is his. */
export const GENRES: Record<Genre, string> = {
  accompagnant: 'Accompagnant',
  periscolaire: 'Périscolaire',
  direction: 'Cadre de Direction',
  mairie: 'Mairie',
  administratif: 'Administratif',
};
