import { audit } from '../audit.ts';
import type { Container } from '../container.ts';
import { type InputOf, listOf, strings, type Typed } from '../form/form.ts';
import { invalid, missing, page, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { grantedTo, insideGranted } from './granted.ts';
import { PAGE, type Post, publishingOf, returnsOf, type Target, targetsOf } from './post-form.ts';

export const takeBackForm = { schools: strings({ max: 1000 }) };
type Input = InputOf<typeof takeBackForm>;

/** The schools where it can still be read, to be taken back in all of them or in some (P10). */
export async function showTakeBack(container: Container, visit: Visit): Promise<Reply> {
  await grantedTo(visit);
  const found = await sentPost(visit);
  if (!found) return missing();
  const typed = visit.input as Typed | null;
  const schools: { id: string; name: string; read: number; on: boolean }[] = [];
  const shut: string[] = [];
  for (const { id, to_school, name } of found.targets) {
    const returns = await returnsOf(container, visit.school, { id, to_school });
    if (!returns) shut.push(name);
    else if (!returns.withdrawn)
      schools.push({ id, name, read: returns.read, on: !typed || listOf(typed.schools).includes(id) });
  }
  return page('console/retirer', { id: found.post.id, title: found.post.title, schools, shut });
}

/** At once, by the rules of each school’s module; a school that no longer opens itself is not reached any more, and is named. */
export async function takeBack(container: Container, visit: Visit<Input>): Promise<Reply> {
  const found = await sentPost(visit);
  if (!found) return missing();
  const { post, targets } = found;
  const chosen = targets.filter(({ id }) => visit.input.schools.includes(id));
  if (!chosen.length) return invalid({ _: 'Cochez au moins une école.' });
  const gone: string[] = [];
  const shut: string[] = [];
  for (const target of chosen)
    ((await takenBack(container, visit, post.title, target)) ? gone : shut).push(target.name);
  const { now, account, person } = visit;
  if (gone.length)
    await visit.step(({ db }) =>
      audit(db, now, { account, person }, 'Information retirée dans des écoles', `${post.title} : ${gone.join(', ')}`),
    );
  const words = [
    ...(gone.length ? [`Retirée : ${gone.join(', ')}. Plus personne ne la voit.`] : []),
    ...(shut.length ? [`Pas retirée : ${shut.join(', ')}. Demandez-le à la direction.`] : []),
  ];
  return redirect(`${PAGE}/${post.id}`, words.join(' '));
}

async function takenBack(
  container: Container,
  { school: commune, step }: Visit<Input>,
  title: string,
  { id, to_school }: Target,
): Promise<boolean> {
  const done = await insideGranted(container, commune, to_school, async (inside) => {
    const way = publishingOf(inside);
    if (!way) return false;
    const work = inside.workOf(way.plugin);
    await way.publish.withdraw(work, id);
    await audit(
      work.db,
      work.now,
      { account: null, person: null, who: commune.name },
      'Information retirée par la mairie',
      title,
    );
    return true;
  });
  if (done) await step(({ db }) => db('commune_post_schools').where({ id }).update({ state: 'withdrawn' }));
  return done === true;
}

/** What was sent, and the schools that published it. */
const sentPost = ({ step, params }: Pick<Visit, 'step' | 'params'>) =>
  step(async ({ db }) => {
    const post: Post | undefined = await db('commune_posts')
      .where({ id: params.id as string })
      .whereNotNull('sent_at')
      .first();
    return post && { post, targets: (await targetsOf(db, post.id)).filter(({ state }) => state === 'sent') };
  });
