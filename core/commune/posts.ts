import { audit } from '../audit.ts';
import type { Container } from '../container.ts';
import {
  invalid,
  type Job,
  type Json,
  missing,
  page,
  type Reply,
  redirect,
  type School,
  type Visit,
} from '../plugin/contract.ts';
import { paragraphsOf } from '../rich-text/sanitise.ts';
import { counted } from '../table/problem.ts';
import { grantedTo, insideGranted } from './granted.ts';
import { PAGE, type Post, publishingOf, reachOf, returnsOf, type Target, targetsOf } from './post-form.ts';

/** What was said, the latest first. */
export async function showPosts({ db }: Visit): Promise<Reply> {
  const posts = await db('commune_posts as p')
    .orderBy('p.changed_at', 'desc')
    .limit(300)
    .select('p.*', db.raw('(select count(*)::int from commune_post_schools s where s.post_id = p.id) as schools'));
  return page('console/informations', {
    posts: posts.map(({ id, title, author_name: author, changed_at, sent_at, schools }) => ({
      id,
      title,
      author,
      sent: sent_at !== null,
      at: (sent_at ?? changed_at).toISOString(),
      schools,
    })),
  });
}

/** A draft with the people it would reach, school by school (C-37); or what became of it in each. */
export async function showPost(container: Container, visit: Visit): Promise<Reply> {
  await grantedTo(visit);
  const found = await visit.step(async ({ db }) => {
    const post: Post | undefined = await db('commune_posts')
      .where({ id: visit.params.id as string })
      .first();
    return post && { post, targets: await targetsOf(db, post.id) };
  });
  if (!found) return missing();
  const { post, targets } = found;
  const common = { id: post.id, title: post.title, body: paragraphsOf(post.body), author: post.author_name };
  if (post.sent_at) {
    const lines = [];
    const lost = visit.now.getTime() - post.sent_at.getTime() > LOST;
    for (const target of targets) lines.push(await outcome(container, visit.school, target, lost));
    return page('console/envoyee', {
      ...common,
      at: post.sent_at.toISOString(),
      lines,
      moving: !lost && targets.some(({ state }) => state === 'waiting'),
      out: targets.some(({ state }) => state === 'sent'),
    });
  }
  const lines = [];
  for (const target of targets) lines.push(await before(container, visit.school, target));
  const people = lines.reduce((sum, one) => sum + one.people, 0);
  return page('console/avant', { ...common, lines, people, total: counted(people, 'personne') });
}

async function before(container: Container, commune: School, target: Target) {
  const reach = await insideGranted(container, commune, target.to_school, reachOf);
  const families = target.families && reach ? reach.families : 0;
  const staff = target.staff && reach ? reach.staff : 0;
  const words = [
    ...(target.families ? [counted(families, 'responsable')] : []),
    ...(target.staff ? [`${counted(staff, 'personne')} de l’équipe`] : []),
  ];
  return {
    name: target.name,
    people: families + staff,
    words: words.join(', '),
    closed: !reach,
  };
}

/** The queue has given a job up by then. */
const LOST = 3_600_000;

async function outcome(container: Container, commune: School, target: Target, lost: boolean) {
  const { name, state, reason, people } = target;
  const say = (text: string, icon: string, tone: string, detail = '') => ({ name, text, icon, tone, detail });
  if (state === 'waiting' && lost)
    return say('Pas envoyée', 'circle-alert', 'warn', 'Une panne l’a empêchée : écrivez-la de nouveau à cette école.');
  if (state === 'waiting') return say('En cours', 'clock', 'info');
  if (state === 'refused') return say('Pas envoyée', 'circle-alert', 'warn', reason ?? '');
  const sent = `publiée pour ${counted(people, 'personne')}`;
  if (state === 'withdrawn') return say('Retirée', 'circle-slash', 'warn', `${sent}, puis retirée par la mairie`);
  const returns = await returnsOf(container, commune, target);
  if (!returns) return say('Envoyée', 'circle-check', 'ok', `${sent} ; l’école ne montre plus qui l’a lue`);
  if (returns.withdrawn) return say('Retirée par l’école', 'circle-slash', 'warn', sent);
  return say('Envoyée', 'circle-check', 'ok', `${sent} ; lue par ${returns.read} sur ${returns.people}`);
}

/** Each school is a job of its own: one that withdraws, or fails, holds up no other. */
export async function sendPost(visit: Visit): Promise<Reply> {
  const { db, now, params, account, person } = visit;
  const post: Post | undefined = await db('commune_posts')
    .where({ id: params.id as string })
    .forUpdate()
    .first();
  if (!post) return missing();
  const home = `${PAGE}/${post.id}`;
  if (post.sent_at) return redirect(home);
  const targets = await targetsOf(db, post.id);
  if (!targets.length) return invalid({ _: 'Aucune école n’est choisie.' });
  await db('commune_posts').where({ id: post.id }).update({ sent_at: now });
  await visit.later(
    'publish',
    targets.map(({ id }) => ({ target: id })),
  );
  const about = `${post.title} : ${targets.map(({ name }) => name).join(', ')}`;
  await audit(db, now, { account, person }, 'Information envoyée à des écoles', about);
  return redirect(home, `« ${post.title} » part dans ${counted(targets.length, 'école')}.`);
}

export async function removePost({ db, params }: Visit): Promise<Reply> {
  const gone = await db('commune_posts')
    .where({ id: params.id as string })
    .whereNull('sent_at')
    .delete();
  return gone ? redirect(PAGE, 'Le brouillon est supprimé.') : missing();
}

/** In one school, by the rules of its own module; the key makes a second try the same act. */
export async function publishOne(container: Container, job: Job, data: Json): Promise<void> {
  const { target: id } = data as { target: string };
  const found: (Target & Pick<Post, 'title' | 'body'>) | undefined = await job.step(({ db }) =>
    db('commune_post_schools as s')
      .join('commune_posts as p', 'p.id', 's.post_id')
      .where({ 's.id': id, 's.state': 'waiting' })
      .first('s.*', 'p.title', 'p.body'),
  );
  if (!found) return;
  const { title, families, staff } = found;
  const { name } = job.school;
  const done = await insideGranted(container, job.school, found.to_school, async (inside) => {
    const way = publishingOf(inside);
    if (!way) return { refused: 'Cette école ne vous permet pas d’informer ses familles et son équipe.' };
    const post = { key: id, from: name, title, body: paragraphsOf(found.body), families, staff };
    const work = inside.workOf(way.plugin);
    const told = await way.publish.publish(work, post);
    if ('people' in told)
      await audit(
        work.db,
        work.now,
        { account: null, person: null, who: name },
        'Information publiée par la mairie',
        title,
      );
    return told;
  });
  const { people = 0, refused = null } = (done ?? { refused: GONE }) as { people?: number; refused?: string };
  await job.step(({ db }) =>
    db('commune_post_schools')
      .where({ id })
      .update(refused === null ? { state: 'sent', people } : { state: 'refused', reason: refused }),
  );
}
const GONE = 'Cette école n’ouvre plus sa console à votre mairie : elle n’a rien reçu.';
