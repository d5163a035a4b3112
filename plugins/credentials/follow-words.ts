import { counted, frenchDay, type KeyStatus } from '@preau/core';
import type { Recipient } from './recipients.ts';

type State = KeyStatus['state'];
type Kind = Recipient['kind'];

/** In the order a director looks for them. */
export const KINDS: Record<Kind, { one: string; many: string; title: string; home: string }> = {
  guardian: {
    one: 'responsable',
    many: 'responsables',
    title: 'Responsables',
    home: '/gestion/ressources/responsables',
  },
  pupil: { one: 'élève', many: 'élèves', title: 'Élèves', home: '/gestion/ressources/eleves' },
  teacher: { one: 'professeur', many: 'professeurs', title: 'Professeurs', home: '/gestion/personnels/professeurs' },
  staff: { one: 'personnel', many: 'personnels', title: 'Personnels', home: '/gestion/personnels/personnels' },
};

interface Words {
  /** As a filter names it. */
  title: string;
  one: string;
  many: string;
  /** Said of one person, before the day. */
  said: string;
  icon: string;
  tone: 'ok' | 'warn' | 'info' | '';
}

export const STATES: Record<State, Words> = {
  used: {
    title: 'Connectés',
    one: 'connecté',
    many: 'connectés',
    said: 'Connecté le',
    icon: 'circle-check',
    tone: 'ok',
  },
  printed: {
    title: 'Étiquette imprimée',
    one: 'étiquette imprimée',
    many: 'étiquettes imprimées',
    said: 'Imprimé le',
    icon: 'printer',
    tone: 'info',
  },
  mailed: {
    title: 'E-mail envoyé',
    one: 'e-mail envoyé',
    many: 'e-mails envoyés',
    said: 'Envoyé le',
    icon: 'mail-check',
    tone: 'info',
  },
  expired: {
    title: 'Code expiré',
    one: 'code expiré',
    many: 'codes expirés',
    said: 'Expiré le',
    icon: 'clock-alert',
    tone: 'warn',
  },
  none: {
    title: 'Jamais imprimé ni envoyé',
    one: 'jamais imprimé ni envoyé',
    many: 'jamais imprimés ni envoyés',
    said: 'Jamais imprimé ni envoyé',
    icon: 'circle-dashed',
    tone: '',
  },
};
export type Counts = Partial<Record<State, number>>;

/** « 28 responsables de CE1 : 20 connectés, 5 étiquettes imprimées, 3 jamais imprimés ni envoyés » */
export function countsInWords(counts: Counts, kind: Kind, className: string | null): string {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const parts = Object.entries(STATES).flatMap(([state, { one, many }]) => {
    const n = counts[state as State];
    return n ? [counted(n, one, many)] : [];
  });
  const without = HANDED_KINDS.includes(kind) ? ' sans classe' : '';
  return `${counted(all, KINDS[kind].one, KINDS[kind].many)}${className ? ` de ${className}` : without} : ${parts.join(', ')}`;
}

/** « Imprimé le 25/11/2026 », by icon, words and colour. */
export function stateMark(state: State, day: string | null) {
  const { said, icon, tone } = STATES[state];
  return { text: day ? `${said} ${frenchDay(day)}` : said.replace(/ le$/, ''), icon, tone };
}

/** Those whose labels are handed over class by class. */
export const HANDED_KINDS: Kind[] = ['guardian', 'pupil'];

/** The value of « Sans classe » among the classes of a filter. */
export const NO_CLASS = 'sans';
