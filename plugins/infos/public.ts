import { dayIn, dayInWords, isId, missing, page, plainOf, type Reply, type Visit } from '@preau/core';
import type { Item } from './items.ts';
import { aboutOf } from './words.ts';

type Shown = Pick<Item, 'id' | 'kind' | 'title' | 'body' | 'published_at' | 'from_day'> & {
  category: string | null;
  icon: string | null;
};

/** What anyone may read: ticked « Publier sur la page établissement », out, and inside of its period (F14-10). */
function forAnyone({ db, now, school }: Pick<Visit, 'db' | 'now' | 'school'>) {
  const today = dayIn(now, school.timezone);
  return db('infos_items as i')
    .leftJoin('infos_categories as c', 'c.id', 'i.category_id')
    .where({ on_page: true, state: 'published' })
    .whereNull('i.past_year')
    .where((minute) => minute.whereNull('cancel_until').orWhere('cancel_until', '<=', now))
    .where((period) => period.whereNull('from_day').orWhere('from_day', '<=', today))
    .where('to_day', '>=', today)
    .orderBy('published_at', 'desc')
    .select('i.id', 'kind', 'i.title', 'body', 'published_at', 'from_day', 'c.label as category', 'c.icon');
}

const MOST = 8;

/** On the Page établissement: the last of them (F10-5). */
export async function publicBlock(visit: Visit) {
  const items: Shown[] = await forAnyone(visit).limit(MOST);
  return items.length ? { items: items.map((one) => shown(one, visit)) } : null;
}

/** One of them, with its documents. */
export async function showPublic(visit: Visit): Promise<Reply> {
  const one: Shown | undefined = await forAnyone(visit).where('i.id', visit.params.id).first();
  if (!one) return missing();
  const files = (await visit.services.files.of(aboutOf(one))).map(({ id, name, words }) => ({
    name,
    words,
    path: `/fichiers/public/${id}`,
  }));
  return { ...page('infos/publique', { ...shown(one, visit), body: one.body, files }), wears: 'etablissement' };
}

/** A joined document is anyone’s as long as its information is. */
export const isPublicFile = async (visit: Visit, id: string): Promise<boolean> =>
  isId(id) && (await forAnyone(visit).where('i.id', id).first()) !== undefined;

function shown({ id, kind, title, body, published_at, from_day, category, icon }: Shown, { school }: Visit) {
  const words = plainOf(body ?? '').replace(/\s+/g, ' ');
  const published = dayIn(published_at as Date, school.timezone);
  return {
    url: `/infos/publiques/${id}`,
    title,
    survey: kind === 'survey',
    icon: kind === 'survey' ? 'list' : (icon ?? 'megaphone'),
    category,
    day: dayInWords(from_day && from_day > published ? from_day : published),
    excerpt: words.length > 140 ? `${words.slice(0, 139)}…` : words,
  };
}
