import type { Account, Espace, Person } from '../plugin/contract.ts';

/** Fixed, and in no table: whatever is asked of them in any module is empty. */
export const MODEL = {
  account: '00000000-0000-4000-8000-000000000001',
  person: '00000000-0000-4000-8000-000000000002',
  child: '00000000-0000-4000-8000-000000000003',
  class: '00000000-0000-4000-8000-000000000004',
};

const KINDS: Record<Espace, Pick<Person, 'kind' | 'genre'>> = {
  direction: { kind: 'staff', genre: 'direction' },
  enseignants: { kind: 'teacher', genre: null },
  parents: { kind: 'guardian', genre: null },
  accompagnants: { kind: 'staff', genre: 'accompagnant' },
  eleves: { kind: 'pupil', genre: null },
  periscolaire: { kind: 'staff', genre: 'periscolaire' },
  mairie: { kind: 'staff', genre: 'mairie' },
};

/** « Camille MODÈLE », made up for each Espace. */
export const modelPerson = (espace: Espace): Person => ({
  id: MODEL.person,
  ...KINDS[espace],
  civility: null,
  lastName: 'MODÈLE',
  firstName: 'Camille',
});

/** What the account of a look has in common, a real person's or the model's: an Espace, and no right. */
export const lookingAccount = (own: Account, espace: Espace, seen: { id: string; login: string }): Account => ({
  ...own,
  ...seen,
  state: 'active',
  mode: 'espace',
  grants: 'espace',
  permissions: [],
  profile: null,
  espaces: [espace],
  nextStep: null,
});
