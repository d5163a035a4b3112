/** A school's mail accounts and one's own have the same screens; what differs stands here (F09-02). */
export interface Kind {
  personal: boolean;
  /** Path of its screens, and the permission that opens them. */
  path: '/etablissement' | '/mes-comptes';
  allow: 'email-accounts.school' | 'email-accounts.own';
  /** « Création du compte établissement » */
  named: string;
  title: string;
}

export const SCHOOL: Kind = {
  personal: false,
  path: '/etablissement',
  allow: 'email-accounts.school',
  named: 'compte établissement',
  title: 'Compte établissement',
};
export const OWN: Kind = {
  personal: true,
  path: '/mes-comptes',
  allow: 'email-accounts.own',
  named: 'compte personnel',
  title: 'Comptes personnels',
};
export const KINDS = [SCHOOL, OWN];

export const HOME = '/gestion/email-accounts/';
export const homeOf = ({ path }: Kind, id: string): string => `/gestion/email-accounts${path}/${id}`;

const STEPS = ['Choix du compte', 'Création du compte', 'Vérification du code', 'Sécurisation du compte'];

/** Where one is, in the guide's own numbers: Étape 1 is the « + ». */
export const stepsOf = ({ personal }: Kind, now: number): { title: string; done: boolean; current: boolean }[] =>
  [...STEPS, ...(personal ? [] : ['Personnels habilités'])].map((title, at) => ({
    title,
    done: at + 1 < now,
    current: at + 1 === now,
  }));
