import type { Container, House } from '../container.ts';
import { type Account, type Reply, redirect, type Transaction, type Visit } from '../plugin/contract.ts';
import { isCommune } from '../tenancy/communes.ts';
import { checklistOf } from './checklist.ts';

/** The first step not done that this person may do; a sheet to read comes once, when nothing else is left. */
export async function toNextStep(house: House, container: Container, visit: Visit): Promise<Reply> {
  const checklist = isCommune(visit.school) ? null : await checklistOf(house, container, visit);
  if (!checklist) return redirect('/gestion/accueil/');
  const { next, unread } = checklist;
  await keepDone(visit.db, visit.account as Account, !next);
  if (next) return redirect(next.url, { text: wordsOf(next), link: next.help ?? undefined });
  if (unread) return redirect(unread.url, 'Tout est fait. Il reste à savoir où trouver de l’aide : c’est ici.');
  return redirect('/gestion/accueil/', 'Tout est fait : la mise en route est terminée.');
}

const wordsOf = ({ title, inList }: { title: string; inList: boolean }) =>
  `Étape suivante : ${title}.${inList ? ' Cochez des personnes : le bouton est au-dessus de la liste.' : ''}`;

/** What the door tells of it at the next visit; written only when it has changed. */
export const keepDone = (db: Transaction, { id }: Account, done: boolean): Promise<unknown> =>
  db('accounts').where({ id, checklist_done: !done }).update({ checklist_done: done });
