import { type Mark, searchKey, type Visit } from '@preau/core';

export const TREAT = 'inscription.treat';
export const FORM = 'inscription.form';
export const DESK = '/gestion/inscription/demandes';
export const FORM_PAGE = '/gestion/inscription/formulaire';

export type State = 'unconfirmed' | 'sent' | 'incomplete' | 'accepted' | 'refused' | 'withdrawn';
/** The school may still decide. */
export const DECIDABLE: State[] = ['sent', 'incomplete'];
/** A family may still have an answer. */
export const OPEN: State[] = ['unconfirmed', ...DECIDABLE];

/** A state as the family reads it; always icon, words and colour. */
export const FAMILY_MARKS: Record<State, Mark> = {
  unconfirmed: { text: 'À confirmer', icon: 'mail', tone: 'warn' },
  sent: { text: 'Envoyée', icon: 'send', tone: 'info' },
  incomplete: { text: 'À compléter', icon: 'pencil', tone: 'warn' },
  accepted: { text: 'Acceptée', icon: 'circle-check', tone: 'ok' },
  refused: { text: 'Refusée', icon: 'circle-x', tone: 'bad' },
  withdrawn: { text: 'Retirée', icon: 'undo-2', tone: '' },
};
/** The same as the school reads it; it reads nothing of an unconfirmed one. */
export const SCHOOL_MARKS: Record<State, Mark> = {
  ...FAMILY_MARKS,
  sent: { text: 'À traiter', icon: 'inbox', tone: 'info' },
  incomplete: { text: 'Attend la famille', icon: 'clock', tone: 'warn' },
};

/** « 2027-2028 » */
export const yearInWords = (year: number): string => `${year}-${year + 1}`;

/** The first of several first names, by which the child is called: « Léa Marie » -> « Léa ». */
export const calledName = (firstNames: string): string => firstNames.split(/[\s,]+/).find(Boolean) ?? firstNames;

/** The same child, whatever the capitals, accents and further first names. */
export const childKey = (child: { lastName: string; firstNames: string; birthDate: string }): string =>
  `${searchKey(child.lastName)} ${searchKey(calledName(child.firstNames))} ${child.birthDate}`;

/** The director's word (F11-03): until then nothing public opens. */
export const isPublished = ({ school }: Pick<Visit, 'school'>): boolean => school.published.inscription === true;

/** Where a family follows a request. */
export const followPath = (code: string): string => `/inscription/demande/${code}`;
