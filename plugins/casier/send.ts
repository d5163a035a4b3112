import {
  audienceWords,
  audit,
  childrenInWords,
  counted,
  forbidden,
  missing,
  type Recipient,
  type Reply,
  redirect,
  type Transaction,
  type Visit,
  type Work,
} from '@preau/core';
import { type Deposit, isCallable, loadDeposit, mayLead } from './documents.ts';
import { aboutOf, followUpOf, homeOf, myId, pageOf } from './words.ts';

/** P17: what is deposited may be called back for a minute, before anybody has seen it. */
const CALL_BACK = 60_000;

/** What a teacher deposits for families may wait for the direction, like what he writes to them (proposal 18). */
export const waits = ({ services }: Pick<Visit, 'services'>, people: Recipient[]): boolean =>
  services.audience.needsApproval() && people.some((one) => one.kind === 'guardians');

/** « Valider » (F16-6). */
export async function validate(visit: Visit, one: Deposit, people: Recipient[]): Promise<Reply> {
  const { db, now, services, account, person } = visit;
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  await freeze(db, one, people);
  await audit(db, now, { account, person }, 'Document déposé', `${one.title} : ${audienceWords(people).total}`);
  if (waits(visit, people)) {
    await db('casier_documents').where({ id: one.id }).update({ state: 'to-approve', sent_at: now, word: null });
    return redirect(
      pageOf(visit, one.id),
      'La direction va lire, puis déposer ou vous rendre votre document avec un mot.',
    );
  }
  await release(visit, one, people);
  return redirect(pageOf(visit, one.id), {
    text: `C’est déposé dans ${people.length > 1 ? `${people.length} casiers` : 'un casier'}. Personne ne le voit avant une minute.`,
    undo: { to: `${pageOf(visit, one.id)}/annuler`, values: {} },
  });
}

/** Who receives and about which children, as of now: a change of class does not alter what was deposited. */
async function freeze(db: Transaction, one: Deposit, people: Recipient[]): Promise<void> {
  await unfreeze(db, one.id);
  await db.batchInsert(
    'casier_recipients',
    people.map(({ personId, kind }) => ({ document_id: one.id, person_id: personId, kind })),
  );
  const children = people
    .filter((each) => each.kind === 'guardians')
    .flatMap((each) =>
      childrenFor(one, each).map(({ pupilId }) => ({
        document_id: one.id,
        person_id: each.personId,
        pupil_id: pupilId,
      })),
    );
  if (children.length) await db.batchInsert('casier_children', children);
}

async function unfreeze(db: Transaction, id: string): Promise<void> {
  for (const table of ['casier_recipients', 'casier_children']) await db(table).where({ document_id: id }).delete();
}

/**
 * Those of its recipients who can still be told of it, a guardian with the children it was frozen for: a link restricted
 * since takes him out. @param ids only these.
 */
export async function stillThere(
  { db, services }: Pick<Visit, 'db' | 'services'>,
  one: Deposit,
  ids: string[],
): Promise<Recipient[]> {
  const rows: { person_id: string; pupil_id: string }[] = await db('casier_children').where({ document_id: one.id });
  const frozen = new Set(rows.map((row) => `${row.person_id} ${row.pupil_id}`));
  return (await services.audience.members(ids)).flatMap((each) => {
    if (each.kind !== 'guardians') return [each];
    const children = each.children.filter((child) => frozen.has(`${each.personId} ${child.pupilId}`));
    return children.length ? [{ ...each, children }] : [];
  });
}

/** Of a guardian’s children those it is about, when that was said; else all of them. */
function childrenFor(one: Deposit, { children }: Recipient): Recipient['children'] {
  const meant = children.filter((child) => one.about.includes(child.pupilId));
  return meant.length ? meant : children;
}

/** Puts what was frozen into the lockers; each is told once, staff in school hours (proposal 4). */
export async function release(work: Work, one: Deposit, people: Recipient[]): Promise<void> {
  const { db, now, services } = work;
  const begins = new Date(now.getTime() + CALL_BACK);
  const staff = services.delivery.when('staff', { from: begins });
  await db('casier_recipients')
    .where({ document_id: one.id })
    .update({
      delivered_at: db.raw("case when kind = 'guardians' then ?::timestamptz else ?::timestamptz end", [
        begins,
        staff.at,
      ]),
    });
  await db('casier_documents')
    .where({ id: one.id })
    .update({ state: 'sent', sent_at: now, begins_at: begins, word: null });
  const about = await aboutInWords(work, one);
  await services.notices.tell(
    people.map((each) => noticeOf(one, each, about)),
    { from: begins },
  );
}

/** The children a deposit is about, as the teachers and staff who receive it read them (C-28). */
export async function aboutInWords({ services }: Pick<Work, 'services'>, one: Deposit): Promise<string> {
  const pupils = await services.audience.members(one.about);
  return childrenInWords({ children: pupils.flatMap((each) => each.children) });
}

/** What is announced to one recipient; `part` when it is more than the deposit itself. */
export function noticeOf(one: Deposit, each: Recipient, about: string, part?: string) {
  const children = childrenFor(one, each);
  const named = each.kind === 'guardians' ? childrenInWords({ children }) : about;
  const before = part ? 'Rappel, à ouvrir dans votre casier' : 'Dans votre casier';
  return {
    personId: each.personId,
    category: 'casier.document',
    about: part ? `${aboutOf(one)}:${part}` : aboutOf(one),
    title: `${before} : ${one.title}${named ? `, pour ${named}` : ''}`,
    path: `/casier/${one.id}`,
    pupilIds: each.kind === 'guardians' ? children.map((child) => child.pupilId) : [],
  };
}

/** « Annuler »: within the minute, or while the direction has not answered, it is a draft again and nobody was told. */
export async function callBack(visit: Visit): Promise<Reply> {
  const { db, now, services, account, person } = visit;
  const one = await loadDeposit(visit, true);
  if (!one || !mayLead(visit, one)) return missing();
  if (!isCallable(one, visit))
    return redirect(pageOf(visit, one.id), 'La minute est passée. Vous pouvez encore le retirer des casiers.');
  await services.notices.forget(aboutOf(one));
  await unfreeze(db, one.id);
  await db('casier_documents').where({ id: one.id }).update({ state: 'draft', sent_at: null, begins_at: null });
  await audit(db, now, { account, person }, 'Dépôt annulé', one.title);
  return redirect(
    one.author_id === myId(visit) ? `${pageOf(visit, one.id)}/brouillon` : homeOf(visit),
    'C’est annulé : personne ne l’a vu. C’est de nouveau un brouillon.',
  );
}

/** « Retirer »: out of all lockers at once, its notices forgotten; who had opened it is said. */
export async function withdraw(visit: Visit): Promise<Reply> {
  const { db, now, services, account, person } = visit;
  const one = await loadDeposit(visit, true);
  if (!one || !mayLead(visit, one)) return missing();
  if (one.state !== 'sent') return redirect(pageOf(visit, one.id), 'Rien n’est changé : il n’est dans aucun casier.');
  await services.notices.forget(aboutOf(one));
  await db('casier_documents').where({ id: one.id }).update({ state: 'withdrawn', withdrawn_at: now });
  await audit(db, now, { account, person }, 'Document retiré des casiers', one.title);
  return redirect(pageOf(visit, one.id), `« ${one.title} » est retiré des casiers. ${await openedBy(db, one)}`);
}

async function openedBy(db: Transaction, one: Deposit): Promise<string> {
  const rows: { name: string }[] = await db('casier_recipients as r')
    .join('people as p', 'p.id', 'r.person_id')
    .where({ document_id: one.id })
    .whereNotNull('opened_at')
    .orderBy('p.search')
    .select(db.raw("concat_ws(' ', coalesce(used_first_name, first_name), coalesce(used_name, last_name)) as name"));
  const names = rows.map((row) => row.name);
  if (!names.length) return 'Personne ne l’avait ouvert.';
  const said = names.slice(0, 10).join(', ') + (names.length > 10 ? ` et ${names.length - 10} autres` : '');
  return `${counted(names.length, 'personne')} ${names.length > 1 ? 'l’avaient' : 'l’avait'} déjà ouvert : ${said}.`;
}

/** Its depositor hears what the direction made of it. */
export async function tellAuthor({ services }: Visit, one: Deposit, part: string, title: string): Promise<void> {
  if (!one.author_id) return;
  await services.notices.tell([
    {
      personId: one.author_id,
      category: 'casier.suivi',
      about: `${followUpOf(one)}:${part}`,
      title,
      path: `/casier/${one.id}`,
    },
  ]);
}
