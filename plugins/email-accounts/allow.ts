import {
  dayIn,
  hidden,
  type InputOf,
  missing,
  page,
  type Reply,
  redirect,
  searchKey,
  strings,
  type Visit,
} from '@preau/core';
import { ALLOWED, BOXES, type Box, boxOf, note } from './box.ts';
import { HOME, homeOf, SCHOOL } from './kinds.ts';

/** Étape 5: « indiquez les personnels habilités » (F09-06). */
export const allowForm = { people: strings(), etape: hidden() };

interface Member {
  id: string;
  kind: 'teacher' | 'staff';
  name: string;
  search: string;
  mode: string;
}

/** Teachers and staff who are here and have a sign-in. */
function teamOf({ db, now, school }: Visit): Promise<Member[]> {
  return db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .whereIn('kind', ['teacher', 'staff'])
    .whereNot('state', 'suspended')
    .where((here) => here.whereNull('left_on').orWhere('left_on', '>', dayIn(now, school.timezone)))
    .orderBy('search')
    .select(
      'accounts.id',
      'kind',
      'search',
      'mode',
      db.raw("concat_ws(' ', civility, coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
}

const allowedIn = ({ db }: Pick<Visit, 'db'>, box: Box): Promise<string[]> =>
  db(ALLOWED).where({ box_id: box.id }).pluck('account_id');

export async function allowVersion(visit: Visit, hold: boolean): Promise<number | null> {
  // A page drawn again by a search keeps the version it began with.
  if (!hold && visit.query.has('_version')) return Number(visit.query.get('_version'));
  return (await boxOf(visit, visit, SCHOOL, hold))?.version ?? null;
}

export async function showAllow(visit: Visit): Promise<Reply> {
  const box = await boxOf(visit, visit, SCHOOL);
  if (!box?.secured_at) return missing();
  const { query } = visit;
  const typed = visit.input as { people?: string | string[]; etape?: string } | null;
  const q = (query.get('q') ?? '').slice(0, 100);
  const ticked = new Set(
    typed ? [typed.people ?? []].flat() : query.has('q') ? query.getAll('people') : await allowedIn(visit, box),
  );
  const team = (await teamOf(visit)).map((one) => ({ ...one, ticked: ticked.has(one.id) }));
  const shown = team.filter((one) => one.search.includes(searchKey(q)));
  const etape = typed?.etape ?? query.get('etape') ?? '';
  return page(
    'email-accounts/habilites',
    {
      label: box.label,
      address: box.address,
      path: `${homeOf(SCHOOL, box.id)}/habilites`,
      last: etape === '5',
      q,
      found: shown.length,
      count: team.filter((one) => one.ticked).length,
      aside: team.filter((one) => one.ticked && !shown.includes(one)).map((one) => one.id),
      groups: [
        { title: 'Professeurs', people: shown.filter((one) => one.kind === 'teacher') },
        { title: 'Personnels', people: shown.filter((one) => one.kind === 'staff') },
      ].filter((group) => group.people.length),
    },
    undefined,
    { form: { etape } },
  );
}

export async function saveAllow(visit: Visit<InputOf<typeof allowForm>>): Promise<Reply> {
  const { db, input } = visit;
  const box = await boxOf(visit, visit, SCHOOL, true);
  if (!box?.secured_at) return missing();
  const team = await teamOf(visit);
  const before = new Set(await allowedIn(visit, box));
  const now = team.filter((one) => input.people.includes(one.id));
  await db(ALLOWED).where({ box_id: box.id }).delete();
  if (now.length) await db(ALLOWED).insert(now.map((one) => ({ box_id: box.id, account_id: one.id })));
  await db(BOXES)
    .where({ id: box.id })
    .update({ version: box.version + 1 });
  const come = now.filter((one) => !before.has(one.id)).map((one) => one.name);
  const gone = team.filter((one) => before.has(one.id) && !now.includes(one)).map((one) => one.name);
  const words = [
    come.length && ` ; habilité : ${come.join(', ')}`,
    gone.length && ` ; retiré : ${gone.join(', ')}`,
  ].filter(Boolean);
  if (words.length) await note(visit, visit, box, 'Compte e-mail : personnels habilités', words.join(''));
  const count = now.length
    ? `${now.length} ${now.length > 1 ? 'personnes peuvent' : 'personne peut'} envoyer depuis « ${box.label} ».`
    : `Personne ne peut plus envoyer depuis « ${box.label} ».`;
  return redirect(HOME, count);
}
