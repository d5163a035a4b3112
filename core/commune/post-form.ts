import type { Container } from '../container.ts';
import type { InputOf } from '../form/form.ts';
import { listOf, longText, strings, type Typed, text } from '../form/form.ts';
import { signature } from '../people/names.ts';
import {
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  type School,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { grantedSchools, grantedTo, type Inside, insideGranted } from './granted.ts';

export interface Post {
  id: string;
  title: string;
  body: string;
  changed_at: Date;
  sent_at: Date | null;
  author_name: string;
}
export interface Target {
  id: string;
  to_school: string;
  name: string;
  families: boolean;
  staff: boolean;
  state: 'waiting' | 'sent' | 'refused' | 'withdrawn';
  reason: string | null;
  people: number;
}

export const postForm = {
  title: text('Titre', { max: 120 }),
  body: longText('Texte', { max: 10_000, hint: 'Une ligne vide sépare deux paragraphes.' }),
  families: strings({ max: 1000 }),
  staff: strings({ max: 1000 }),
};
type Input = InputOf<typeof postForm>;

/** The module of this school by which its town hall may publish; null when the school does not open that. */
export function publishingOf({ modules, opens }: Inside) {
  for (const { plugin, townHall } of modules.townHalls)
    if (townHall.publish && opens(townHall.publish.allow)) return { plugin, publish: townHall.publish };
  return null;
}

/** How many people a school would reach now; null when it does not let its town hall publish. */
export async function reachOf(inside: Inside) {
  const found = publishingOf(inside);
  return found?.publish.reach(inside.workOf(found.plugin));
}

/** What became of one in a school; null when the school shows that no longer. */
export const returnsOf = (container: Container, commune: School, { id, to_school }: Pick<Target, 'id' | 'to_school'>) =>
  insideGranted(container, commune, to_school, async (inside) => {
    const found = publishingOf(inside);
    return found?.publish.returns(inside.workOf(found.plugin), id);
  });

export const PAGE = '/gestion/console/informations';

export async function showNew(container: Container, visit: Visit): Promise<Reply> {
  return showForm(container, visit, null, []);
}

export async function showChange(container: Container, visit: Visit): Promise<Reply> {
  const found = await visit.step(({ db }) => draftOf(db, visit));
  if (!found) return missing();
  return showForm(container, visit, found.post, found.targets);
}

/** Each school that lets itself be informed, with the people it would reach (C-37). */
async function showForm(container: Container, visit: Visit, post: Post | null, targets: Target[]): Promise<Reply> {
  const typed = visit.input as Typed | null;
  const ticked = (field: 'families' | 'staff', id: string) =>
    typed ? listOf(typed[field]).includes(id) : targets.some((one) => one.to_school === id && one[field]);
  const schools = [];
  const closed: string[] = [];
  for (const { id, name, city } of await grantedTo(visit)) {
    const reach = await insideGranted(container, visit.school, id, reachOf);
    if (!reach) closed.push(name);
    else
      schools.push({
        id,
        name,
        city,
        ...reach,
        familiesOn: ticked('families', id),
        staffOn: ticked('staff', id),
      });
  }
  const values = post ? { form: { title: post.title, body: post.body } } : undefined;
  return page('console/nouvelle', { id: post?.id ?? null, schools, closed }, undefined, values);
}

export async function keepNew(visit: Visit<Input>): Promise<Reply> {
  const { db, now, person } = visit;
  const targets = await chosen(visit);
  if (!targets.length) return invalid({ _: NOBODY });
  const { title, body } = visit.input;
  const [{ id }] = await db('commune_posts')
    .insert({ title, body, changed_at: now, author_name: person ? signature(person) : '' })
    .returning('id');
  await db('commune_post_schools').insert(targets.map((one) => ({ ...one, post_id: id })));
  return redirect(`${PAGE}/${id}`);
}

export async function keepPost(visit: Visit<Input>): Promise<Reply> {
  const { db, now, input } = visit;
  const found = await draftOf(db, visit, true);
  if (!found) return missing();
  const targets = await chosen(visit);
  if (!targets.length) return invalid({ _: NOBODY });
  const { id } = found.post;
  await db('commune_posts').where({ id }).update({ title: input.title, body: input.body, changed_at: now });
  await db('commune_post_schools').where({ post_id: id }).delete();
  await db('commune_post_schools').insert(targets.map((one) => ({ ...one, post_id: id })));
  return redirect(`${PAGE}/${id}`);
}
const NOBODY = 'Cochez au moins une école, pour ses familles ou pour son équipe.';

/** Two editors: the draft as it was when the page was opened. */
export async function postVersion(visit: Visit, hold: boolean): Promise<string | null> {
  const read = async (db: Transaction) => (await draftOf(db, visit, hold))?.post.changed_at.toISOString() ?? null;
  return (visit.db as Transaction | null) ? read(visit.db) : visit.step(({ db }) => read(db));
}

/** Only schools that open themselves today can be meant. */
async function chosen({ db, input }: Visit<Input>) {
  return (await grantedSchools(db)).flatMap(({ id, name }) => {
    const families = input.families.includes(id);
    const staff = input.staff.includes(id);
    return families || staff ? [{ to_school: id, name, families, staff }] : [];
  });
}

async function draftOf(db: Transaction, { params }: Visit<never> | Visit, hold = false) {
  const query = db<Post>('commune_posts')
    .where({ id: params.id as string })
    .whereNull('sent_at');
  const post = await (hold ? query.forUpdate() : query).first();
  return post ? { post, targets: await targetsOf(db, post.id) } : null;
}

export const targetsOf = (db: Transaction, postId: string): Promise<Target[]> =>
  db('commune_post_schools').where({ post_id: postId }).orderBy('name').orderBy('id');
