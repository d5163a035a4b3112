import {
  choice,
  GENRES,
  hidden,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { backToList } from './after-creation.ts';
import { SEES_PUPILS } from './choose-pupils.ts';
import { assign, functionCalled, functionsOf, GENRE_CHOICES, MAX_LABEL, type Post } from './functions.ts';
import { homeOf, RIGHTS, STAFF } from './kinds.ts';
import { type Member, memberOf } from './member.ts';
import { nameOf } from './words.ts';

/** « Sélectionner ou éditer une fonction » (F06-02, F06-04). */
export const functionForm = {
  label: text('Fonction', { max: MAX_LABEL, optional: true }),
  fresh: text('Nouvelle fonction', { max: MAX_LABEL, optional: true }),
  genre: choice('Son genre', GENRE_CHOICES),
  suite: hidden(),
};

export async function showFunctions(visit: Visit): Promise<Reply> {
  const member = await memberOf(visit, STAFF);
  if (!member) return missing();
  const suite = visit.query.get('suite') ?? '';
  const typed = (visit.input as { label?: string; suite?: string } | null) ?? null;
  const held = typed ? (typed.label ?? '') : (member.job_title ?? '');
  const known = await functionsOf(visit.db);
  const rows = [{ label: '', genre: null } as Post, ...known].map((one, at) => ({
    value: one.label,
    id: `fonction-${at}`,
    title: one.label || 'Aucune',
    genre: one.genre ? GENRES[one.genre] : '',
    chosen: one.label === held,
  }));
  const data = {
    name: nameOf(member),
    login: member.login,
    rows,
    chosenId: rows.find((one) => one.chosen)?.id ?? 'fonction-0',
    cancel: typed?.suite || suite ? `/gestion/personnels${STAFF.path}?nouveau=${member.id}` : homeOf(STAFF, member.id),
  };
  return { ...page('personnels/fonction', data, 'personnels/_fonction', { form: { suite } }), window: true };
}

export async function chooseFunction(visit: Visit<InputOf<typeof functionForm>>): Promise<Reply> {
  const member = await memberOf(visit, STAFF);
  if (!member) return missing();
  const { input } = visit;
  const post = await wanted(visit);
  if (post === undefined)
    return invalid({ label: 'Cette fonction n’est plus dans la liste. Choisissez-en une autre.' });
  // What follows a creation is part of it, and goes with it when it is taken back.
  const refused = await assign(visit, member.id, post, input.suite ? member.origin : null);
  if (refused) return invalid({ label: refused });
  return input.suite
    ? follow(visit, { ...member, job_title: post?.label ?? null, genre: post?.genre ?? null })
    : done(member, post);
}

async function wanted({ db, input }: Visit<InputOf<typeof functionForm>>): Promise<Post | null | undefined> {
  if (input.fresh) return functionCalled(db, { label: input.fresh, genre: input.genre || null });
  if (!input.label) return null;
  return (await functionsOf(db)).find((one) => one.label === input.label);
}

/** The window that comes after the function: pupils for an accompagnant, who has no mode to choose (F08-1), else the mode. */
export function nextWindow(visit: Visit, id: string, genre: Post['genre']): string | undefined {
  if (genre === 'accompagnant') return visit.can(SEES_PUPILS) ? `${homeOf(STAFF, id)}/eleves?suite=1` : undefined;
  return visit.can(RIGHTS) ? `${homeOf(STAFF, id)}/mode?suite=1` : undefined;
}

async function follow(visit: Visit, member: Member): Promise<Reply> {
  const next = nextWindow(visit, member.id, member.genre);
  if (next) return { ...redirect(next), window: true };
  return backToList(STAFF, member, member.job_title ?? 'aucune fonction');
}

const done = (member: Member, post: Post | null): Reply =>
  redirect(homeOf(STAFF, member.id), post ? `Fonction : ${post.label}.` : 'Aucune fonction.');
