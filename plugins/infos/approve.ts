import { dayIn, invalid, missing, type Reply, redirect, text, type Visit } from '@preau/core';
import { change, type Item, loadItem, recipientsOf } from './items.ts';
import { pageOf, sent } from './publish.ts';
import { release } from './release.ts';
import { followUpOf } from './words.ts';

/** The direction lets a teacher’s item go. */
export async function approve(visit: Visit): Promise<Reply> {
  const { now, school } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'to-approve') return redirect(pageOf(visit));
  if (item.to_day && item.to_day < dayIn(now, school.timezone))
    return invalid({ _: 'La période est passée : renvoyez-la avec un mot, pour que la date soit changée.' });
  const people = await recipientsOf(visit, item);
  await release(visit, item, people, item.author_name);
  await tellAuthor(visit, item, `approuvee-${item.version}`, `Approuvée et envoyée : ${item.title}`);
  return sent(visit, item, people.length);
}

export const wordForm = { word: text('Votre mot', { max: 300, hint: 'Dites ce qu’il faut changer.' }) };

export async function sendBack(visit: Visit<{ word: string }>): Promise<Reply> {
  const { db, now, input } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'to-approve') return redirect(pageOf(visit));
  for (const table of ['recipients', 'children']) await db(`infos_${table}`).where({ item_id: item.id }).delete();
  await change(db, item.id, now, { state: 'draft', word: input.word });
  await tellAuthor(visit, item, `rendue-${item.version}`, `À reprendre : ${item.title}`);
  return redirect('/gestion/infos/', `« ${item.title} » est rendu à ${item.author_name} avec votre mot.`);
}

async function tellAuthor({ services }: Visit, item: Item, part: string, title: string): Promise<void> {
  if (!item.author_id) return;
  await services.notices.tell([
    {
      personId: item.author_id,
      category: 'infos.suivi',
      about: `${followUpOf(item)}:${part}`,
      title,
      path: `/infos/${item.id}`,
    },
  ]);
}
