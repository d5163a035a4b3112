import type { Invalid, Recipient, Transaction, Visit } from '@preau/core';
import { aboutOf, followUpOf } from './words.ts';

/** An information or a survey. */
export interface Item {
  id: string;
  kind: 'information' | 'survey';
  state: 'draft' | 'to-approve' | 'published' | 'withdrawn';
  title: string;
  category_id: string | null;
  body: string | null;
  publish: boolean;
  from_day: string | null;
  to_day: string | null;
  on_page: boolean;
  receipt: 'read' | 'sign';
  urgent: string | null;
  remind_after: number | null;
  anonymous: boolean;
  results_shown: boolean;
  closes_on: string | null;
  closed_at: Date | null;
  author_id: string | null;
  author_name: string;
  word: string | null;
  text_version: number;
  needs_version: number;
  reminders: number;
  reminded_by_itself_at: Date | null;
  changed_at: Date;
  published_at: Date | null;
  cancel_until: Date | null;
  withdrawn_at: Date | null;
  /** The school year it belongs to, once the school has left it. */
  past_year: number | null;
  version: number;
  /** Set on what a town hall has published: its text is not the school's to change. */
  town_hall_key: string | null;
}

/** The item of the address for whoever writes: in Gestion any, in an Espace his own. @param hold lock it until the end. */
export async function loadItem({ db, params, espace, person }: Visit, hold = false): Promise<Item | null> {
  const query = db<Item>('infos_items').where({ id: params.id as string });
  if (espace) query.where({ author_id: person?.id ?? null });
  if (hold) query.forUpdate();
  return (await query.first()) ?? null;
}

/** Two editors (DESIGN section 8): the version the form of an item carries. */
export const itemVersion = async (visit: Visit, hold: boolean): Promise<number | null> =>
  (await loadItem(visit, hold))?.version ?? null;

export async function change(db: Transaction, id: string, now: Date, values: Partial<Item>): Promise<void> {
  await db('infos_items')
    .where({ id })
    .update({ ...values, changed_at: now, version: db.raw('version + 1') });
}

/** Whom a draft is for, among those who act may write to; once submitted, whom it was frozen for. */
export async function recipientsOf({ db, services }: Pick<Visit, 'db' | 'services'>, item: Item): Promise<Recipient[]> {
  if (item.state === 'draft') {
    const chosen: string[] = await db('infos_audience').where({ item_id: item.id }).pluck('person_id');
    return services.audience.only(chosen);
  }
  const frozen: string[] = await db('infos_recipients').where({ item_id: item.id }).pluck('person_id');
  const named: { person_id: string; pupil_id: string }[] = await db('infos_children').where({ item_id: item.id });
  const children = Map.groupBy(named, (row) => row.person_id);
  // The children it was sent about: a brother of another class is not among them, nor a child whose link was restricted since.
  return (await services.audience.members(frozen)).flatMap((one) => {
    if (one.kind !== 'guardians') return [one];
    const about = new Set(children.get(one.personId)?.map((row) => row.pupil_id));
    const left = one.children.filter((child) => about.has(child.pupilId));
    return left.length ? [{ ...one, children: left }] : [];
  });
}

/** Wrong in the dates of a form; null when they are right. */
export function wrongDates(
  input: { publish: boolean; from: string | null; to: string | null; closesOn?: string | null },
  today: string,
): Invalid['errors'] | null {
  const { publish, from, to, closesOn } = input;
  if (publish && !to) return { to: 'Dites jusqu’à quel jour l’afficher.' };
  if (from && to && to < from) return { to: 'Le dernier jour vient après le premier.' };
  if (publish && to && to < today) return { to: 'Ce jour est passé : personne ne la verrait.' };
  if (publish && closesOn && closesOn < today)
    return { closesOn: 'Ce jour est passé : personne ne pourrait répondre.' };
  if (closesOn && from && closesOn < from) return { closesOn: 'La clôture vient après le premier jour.' };
  if (closesOn && to && closesOn > to)
    return { closesOn: 'La clôture vient au plus tard le dernier jour d’affichage.' };
  return null;
}

/** How many have answered a survey. */
export async function answersTo(db: Transaction, itemId: string): Promise<number> {
  const counted = await db('infos_answers').where({ item_id: itemId }).count('id as n').first();
  return Number(counted?.n ?? 0);
}

/** What hangs on an item outside of its row. */
export async function removeItem({ db, services }: Pick<Visit, 'db' | 'services'>, item: Item): Promise<void> {
  for (const about of [aboutOf(item), followUpOf(item)]) await services.notices.forget(about);
  await services.files.remove(aboutOf(item));
  await db('infos_items').where({ id: item.id }).delete();
}
