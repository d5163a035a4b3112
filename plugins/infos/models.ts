import {
  hidden,
  isId,
  missing,
  page,
  type Reply,
  redirect,
  searchKey,
  type Transaction,
  type Visit,
} from '@preau/core';
import { preloadCategories } from './categories.ts';
import { loadItem } from './items.ts';
import { PHRASEBOOK } from './phrasebook.ts';
import { homeOf } from './words.ts';

interface Model {
  id: string;
  title: string;
  body: string;
  category_id: string | null;
}

/** The usual notices of a school, there from the first day. */
async function preload(db: Transaction): Promise<void> {
  if (await db('infos_models').first('id')) return;
  await preloadCategories(db);
  const ids = new Map<string, string>(
    (await db('infos_categories').select('id', 'search')).map((one) => [one.search, one.id]),
  );
  await db('infos_models').insert(
    PHRASEBOOK.map(({ title, category, body }) => ({
      title,
      category_id: ids.get(searchKey(category)) ?? null,
      body: body.map((paragraph) => `<p>${paragraph}</p>`).join(''),
    })),
  );
}

/** The model an address names; null for none or one that has gone. */
export async function modelOf(db: Transaction, id: string | null): Promise<Model | null> {
  if (!id || !isId(id)) return null;
  return (await db<Model>('infos_models').where({ id }).first()) ?? null;
}

/** « Récupérer un modèle » (F14-14). */
export async function showModels(visit: Visit): Promise<Reply> {
  const { db } = visit;
  await preload(db);
  const models = await db('infos_models')
    .leftJoin('infos_categories as category', 'category.id', 'infos_models.category_id')
    .orderBy('infos_models.rank')
    .select('infos_models.id', 'title', 'body', 'category.label as category', 'category.icon');
  return page('infos/modeles', { base: homeOf(visit), models });
}

/** « Garder comme modèle »: title, category and text, neither people nor dates. */
export async function keepAsModel(visit: Visit): Promise<Reply> {
  const { db } = visit;
  const item = await loadItem(visit);
  if (!item) return missing();
  await preload(db);
  await db('infos_models').insert({ title: item.title, category_id: item.category_id, body: item.body ?? '' });
  return redirect(`${homeOf(visit)}/${item.id}`, `« ${item.title} » est parmi les modèles.`);
}

export const modelForm = { model: hidden() };

export async function removeModel(visit: Visit<{ model: string }>): Promise<Reply> {
  const { db, input } = visit;
  const model = await modelOf(db, input.model);
  if (!model) return missing();
  await db('infos_models').where({ id: model.id }).delete();
  return redirect(`${homeOf(visit)}/modeles`, `Le modèle « ${model.title} » est supprimé.`);
}
