import { dayIn, frenchDay, type Mark, type Visit } from '@preau/core';
import type { Asked, CollectedDocument } from './documents.ts';

export const READ = 'collecte.read';
export const MANAGE = 'collecte.manage';
/** Rubric of families: what is asked of them. */
export const GIVE = 'collecte.fournir';
/** Rubric of teachers: documents of their own classes. */
export const GATHER = 'collecte.collecter';

/** Under what the files of a sending are known. */
export const aboutOf = (sending: { id: string }): string => `collecte:${sending.id}`;

/** Where all pages of the module begin, in Gestion or in the Espace of the visit. */
export const homeOf = ({ espace }: Pick<Visit, 'espace'>): string =>
  espace ? `/espace/${espace}/collecte` : '/gestion/collecte';

/** Where families find what is asked of them, after the place of their Espace. */
export const GIVING = '/collecte/a-fournir';

/** « jusqu’au 23/11/2026 », « sans date limite », « pas de dépôt par les parents » (F17-07) */
export const limitInWords = ({ deposit, until_day }: CollectedDocument): string => {
  if (deposit === 'none') return 'pas de dépôt par les parents';
  return deposit === 'until' && until_day ? `jusqu’au ${frenchDay(until_day)}` : 'sans date limite';
};

type Now = Pick<Visit, 'now' | 'school'>;

/** The last day is over, school time (it counts to 23:59:59.999, case B33). */
export const isOver = ({ deposit, until_day }: CollectedDocument, { now, school }: Now): boolean =>
  deposit === 'until' && until_day !== null && until_day < dayIn(now, school.timezone);

/** Families may deposit today (F17-13). */
export const takesDeposits = (document: CollectedDocument, visit: Now): boolean =>
  document.deposit !== 'none' && !document.archived_at && !isOver(document, visit);

/** State of one pupil's document, always in icon, words and colour. */
export function stateMark(asked: Asked, document: CollectedDocument, visit: Now): Mark {
  const on = asked.at ? ` le ${frenchDay(dayIn(asked.at, visit.school.timezone)).slice(0, 5)}` : '';
  if (asked.state === 'accepted')
    return asked.paper
      ? { text: 'Remis en papier', icon: 'file-check', tone: 'ok' }
      : { text: `Accepté${on}`, icon: 'circle-check', tone: 'ok' };
  if (asked.state === 'deposited') return { text: `Déposé${on}`, icon: 'clock', tone: 'info' };
  if (asked.state === 'redo')
    return { text: `À refaire : ${asked.reason ?? 'illisible'}`, icon: 'rotate-ccw', tone: 'warn' };
  if (asked.state === 'expired') return { text: 'À renouveler', icon: 'clock-alert', tone: 'warn' };
  return isOver(document, visit)
    ? { text: 'Manque, en retard', icon: 'clock-alert', tone: 'bad' }
    : { text: 'Manque', icon: 'circle-dashed', tone: '' };
}
