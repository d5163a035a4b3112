import { dayIn, type Person, type PupilLine, type Visit } from '@preau/core';
import type { Item } from './items.ts';
import { takesAnswers } from './words.ts';

/** An item as one of its readers holds it. */
export interface Received extends Item {
  as_kind: 'guardians' | 'teachers' | 'staff' | 'pupils';
  delivered_at: Date;
  category: string | null;
  icon: string | null;
  read_version: number | null;
  sign_version: number | null;
  paper_version: number | null;
  answered: boolean;
  pupil_ids: string[];
  children: PupilLine[];
}

/**
 * What was delivered to the person of the visit. A guardian holds an item as long as one of the children it was about
 * still concerns him: a link restricted since takes it away (S18, B52).
 * @param options.all also what was withdrawn or is outside of its period; for one address, which then says so.
 */
export async function received(visit: Visit, options: { id?: string; all?: boolean } = {}): Promise<Received[]> {
  const { db, now, school, services } = visit;
  const person = visit.person as Person;
  const receipt = (kind: string) =>
    db.raw(
      `(select max(x.text_version) from infos_receipts x where x.item_id = r.item_id and x.person_id = r.person_id and x.kind = '${kind}') as ${kind}_version`,
    );
  const query = db('infos_recipients as r')
    .join('infos_items as i', 'i.id', 'r.item_id')
    .leftJoin('infos_categories as c', 'c.id', 'i.category_id')
    .where('r.person_id', person.id)
    .where('r.delivered_at', '<=', now)
    .orderBy('r.delivered_at', 'desc')
    .limit(300)
    .select(
      'i.*',
      'r.kind as as_kind',
      'r.delivered_at',
      'c.label as category',
      'c.icon',
      receipt('read'),
      receipt('sign'),
      receipt('paper'),
      db.raw(
        'exists (select 1 from infos_answers a where a.item_id = r.item_id and a.person_id = r.person_id) as answered',
      ),
      db.raw(
        'array(select k.pupil_id from infos_children k where k.item_id = r.item_id and k.person_id = r.person_id) as pupil_ids',
      ),
    );
  if (options.id) query.where('r.item_id', options.id);
  // The school shows no surveys in this Espace (F11-14).
  if (visit.options.surveys === false) query.whereNot('i.kind', 'survey');
  if (!options.all) {
    const today = dayIn(now, school.timezone);
    query
      .where('i.state', 'published')
      .whereNull('i.past_year')
      .where((period) => period.whereNull('i.from_day').orWhere('i.from_day', '<=', today))
      .where((period) => period.whereNull('i.to_day').orWhere('i.to_day', '>=', today));
  }
  const rows: Received[] = await query;
  if (!rows.length || person.kind !== 'guardian') return rows.map((row) => ({ ...row, children: [] }));
  const mine = await services.people.concerning(person);
  return rows.flatMap((row) => {
    const children = mine.filter((one) => row.pupil_ids.includes(one.id));
    return row.as_kind === 'guardians' && !children.length ? [] : [{ ...row, children }];
  });
}

/** The item of the address as this reader holds it; null when it was never delivered to him. */
export const receivedOne = async (visit: Visit): Promise<Received | null> =>
  (await received(visit, { id: visit.params.id, all: true }))[0] ?? null;

/** « Mila (CE1 Jonquilles) et Tom (CP) » (C-28) */
export const forWhom = ({ children }: Pick<Received, 'children'>): string =>
  AND.format(children.map(({ firstName, classLabel }) => (classLabel ? `${firstName} (${classLabel})` : firstName)));
const AND = new Intl.ListFormat('fr', { type: 'conjunction' });

export const isUnread = (one: Received): boolean =>
  one.past_year === null && (one.read_version ?? 0) < one.needs_version;

export const mustSign = (one: Received): boolean =>
  one.kind === 'information' &&
  one.past_year === null &&
  one.receipt === 'sign' &&
  Math.max(one.sign_version ?? 0, one.paper_version ?? 0) < one.needs_version;

/** Something is asked of the reader. */
export const isDue = (one: Received, visit: Pick<Visit, 'now' | 'school'>): boolean =>
  mustSign(one) || (one.kind === 'survey' && !one.answered && takesAnswers(one, visit));
