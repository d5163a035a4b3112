/** Teachers and the other staff have the same screens; what differs stands here. */
export interface Kind {
  kind: 'teacher' | 'staff';
  /** Path of the list; a card's is `<path>/:id`. */
  path: '/professeurs' | '/personnels';
  cards: '/fiches-professeurs' | '/fiches';
  one: string;
  many: string;
  all: string;
}

export const TEACHERS: Kind = {
  kind: 'teacher',
  path: '/professeurs',
  cards: '/fiches-professeurs',
  one: 'professeur',
  many: 'professeurs',
  all: 'Tous les professeurs',
};
export const STAFF: Kind = {
  kind: 'staff',
  path: '/personnels',
  cards: '/fiches',
  one: 'personnel',
  many: 'personnels',
  all: 'Tous les personnels',
};
export const KINDS = [TEACHERS, STAFF];

export const READ = 'personnels.read';
export const WRITE = 'personnels.write';
export const RIGHTS = 'personnels.rights';
export const IMPORT = 'personnels.import';

export const listOf = ({ path }: Kind): string => `/gestion/personnels${path}`;
export const homeOf = (kind: Kind, id: string): string => `${listOf(kind)}/${id}`;
