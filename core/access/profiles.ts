import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { record, text } from '../form/form.ts';
import { get, invalid, missing, page, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { type Branch, permissionTree } from './profile-tree.ts';

const EDIT = 'profils.edit';
const HOME = '/gestion/profils/';
const name = text('Nom du profil', {
  max: 60,
  unique: {
    constraint: 'profiles_school_id_name_unique',
    message: 'Un profil porte déjà ce nom. Choisissez-en un autre.',
  },
});

interface Profile {
  id: string;
  name: string;
  permissions: string[];
  version: number;
}

/** Ressources > Personnels > Profils d'autorisations (F06-08 to F06-11): what the door reads at each visit. */
export const profileRoutes = (house: House): Route[] => [
  get('admin', '/', EDIT, (visit) => list(house, visit)),
  post('admin', '/', EDIT, { name }, create),
  get('admin', '/:id', EDIT, (visit) => show(house, visit)),
  post('admin', '/:id', EDIT, { name, permissions: record() }, (visit) => save(house, visit), {
    fresh: true,
    version: async ({ db, params, query }, hold) => {
      // A page drawn again by a search keeps the version it began with.
      if (!hold && query.has('_version')) return query.get('_version');
      const asked = db('profiles').where({ id: params.id });
      return (await (hold ? asked.forUpdate() : asked).first('version'))?.version ?? null;
    },
  }),
  post('admin', '/:id/copier', EDIT, copy),
  post('admin', '/:id/supprimer', EDIT, remove),
];

async function list(house: House, { db, school }: Visit): Promise<Reply> {
  const known = house.modules.of(school).permissions;
  const profiles = await db('profiles')
    .leftJoin('accounts', 'accounts.profile_id', 'profiles.id')
    .groupBy('profiles.school_id', 'profiles.id')
    .orderByRaw('lower(name)')
    .select('profiles.id', 'name', 'permissions', db.raw('count(accounts.id)::int as people'));
  return page('profils/liste', {
    total: known.size,
    profiles: profiles.map((one) => ({
      id: one.id,
      name: one.name,
      people: one.people,
      rights: one.permissions.filter((key: string) => known.has(key)).length,
    })),
  });
}

async function create(visit: Visit<{ name: string }>): Promise<Reply> {
  const { db, input } = visit;
  const [{ id }] = await db('profiles').insert({ name: input.name, permissions: [] }).returning('id');
  await told(visit, 'Profil créé', input.name);
  return redirect(`${HOME}${id}`, `Le profil « ${input.name} » est créé. Cochez ce qu’il permet.`);
}

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, query } = visit;
  const profile = await find(visit);
  if (!profile) return missing();
  const people = await db('accounts')
    .where({ profile_id: profile.id })
    .join('people', 'people.id', 'accounts.person_id')
    .orderBy('people.search')
    .select(db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"));
  const q = query.get('q') ?? '';
  const branches = drawn(house, visit, profile, q);
  const rights = branches.flatMap((one) => [...one.leaves, ...one.aside]);
  const data = {
    id: profile.id,
    title: profile.name,
    people: people.slice(0, 8).map((one) => one.name),
    others: Math.max(0, people.length - 8),
    holders: people.length,
    branches,
    q,
    found: branches.reduce((sum, one) => sum + one.leaves.length, 0),
    changes: rights.filter((one) => one.changed).length,
    total: house.modules.of(visit.school).permissions.size,
  };
  return page('profils/profil', data, undefined, { form: { name: query.get('name') ?? profile.name } });
}

/** The tree as it is typed: in a form that came back, in the address of a search, else as it is saved. */
function drawn(house: House, visit: Visit, profile: Profile, q: string): Branch[] {
  const { school, query, can } = visit;
  const known = house.modules.of(school).permissions;
  const saved = new Set(profile.permissions);
  const typed = visit.input ? Object.keys(visit.input) : query.has('name') ? [...query.keys()] : null;
  const ticked = new Set(typed?.flatMap((one) => (one.startsWith('permissions.') ? [one.slice(12)] : [])));
  const shown = typed ? new Set([...known.keys()].filter((one) => (can(one) ? ticked : saved).has(one))) : saved;
  const [act, category] = query.has('tout') ? ['tout', query.get('tout')] : ['rien', query.get('rien')];
  if (category !== null)
    for (const [key, label] of known)
      if (label.startsWith(`${category} > `) && can(key)) shown[act === 'tout' ? 'add' : 'delete'](key);
  return permissionTree(known, shown, saved, can, q);
}

async function save(house: House, visit: Visit<{ name: string; permissions: Record<string, string> }>): Promise<Reply> {
  const { db, input, school, can } = visit;
  const profile = await find(visit, true);
  if (!profile) return missing();
  const known = house.modules.of(school).permissions;
  const ticked = new Set(Object.keys(input.permissions).filter((one) => known.has(one)));
  const beyond = [...ticked].filter((one) => !can(one) && !profile.permissions.includes(one));
  if (beyond.length)
    return invalid({
      permissions: `Vous n’avez pas vous-même ce droit, et ne pouvez pas le donner : ${labels(known, beyond)}.`,
    });
  // What who edits does not have himself, and what modules that are off have left, stays as it is.
  const kept = profile.permissions.filter((one) => !known.has(one) || !can(one));
  const permissions = [...kept, ...[...ticked].filter((one) => can(one))].sort();
  await db('profiles')
    .where({ id: profile.id })
    .update({ name: input.name, permissions, version: profile.version + 1 });
  const added = permissions.filter((one) => !profile.permissions.includes(one));
  const gone = profile.permissions.filter((one) => !permissions.includes(one));
  await told(
    visit,
    'Profil modifié',
    [
      input.name === profile.name ? input.name : `${profile.name}, renommé ${input.name}`,
      added.length && `ajouté : ${labels(known, added)}`,
      gone.length && `retiré : ${labels(known, gone)}`,
    ]
      .filter(Boolean)
      .join(' ; '),
  );
  const [{ n }] = await db('accounts').where({ profile_id: profile.id }).select(db.raw('count(*)::int as n'));
  const whom = n ? ` Il vaut dès maintenant pour ${n} personne${n > 1 ? 's' : ''}.` : '';
  return redirect(`${HOME}${profile.id}`, `Le profil « ${input.name} » est enregistré.${whom}`);
}

async function copy(visit: Visit): Promise<Reply> {
  const profile = await find(visit, true);
  if (!profile) return missing();
  if (profile.permissions.some((one) => !visit.can(one)))
    return redirect(HOME, `« ${profile.name} » a des droits que vous n’avez pas : vous ne pouvez pas le copier.`);
  const taken = new Set(await visit.db('profiles').pluck('name'));
  let named = `${profile.name} (copie)`;
  for (let n = 2; taken.has(named); n++) named = `${profile.name} (copie ${n})`;
  const [{ id }] = await visit.db('profiles').insert({ name: named, permissions: profile.permissions }).returning('id');
  await told(visit, 'Profil créé', `${named}, copie de ${profile.name}`);
  return redirect(`${HOME}${id}`, `« ${named} » est créé, avec les mêmes droits que « ${profile.name} ».`);
}

async function remove(visit: Visit): Promise<Reply> {
  const { db } = visit;
  const profile = await find(visit, true);
  if (!profile) return missing();
  const [{ n }] = await db('accounts').where({ profile_id: profile.id }).select(db.raw('count(*)::int as n'));
  if (n)
    return redirect(
      HOME,
      `« ${profile.name} » n’est pas supprimé : ${n} personne${n > 1 ? 's l’ont' : ' l’a'}. Donnez-leur d’abord un autre profil.`,
    );
  const { rows } = await db.raw('select name from given_commune() where profile_id = ?', [profile.id]);
  if (rows.length)
    return redirect(
      HOME,
      `« ${profile.name} » n’est pas supprimé : il dit ce que ${rows[0].name} voit de l’école. Choisissez-en un autre dans « Configuration > Mairie ».`,
    );
  await db('profiles').where({ id: profile.id }).delete();
  await told(visit, 'Profil supprimé', profile.name);
  return redirect(HOME, `Le profil « ${profile.name} » est supprimé. Personne ne l’avait.`);
}

async function find({ db, params }: Visit, hold = false): Promise<Profile | undefined> {
  const query = db('profiles').where({ id: params.id });
  return (hold ? query.forUpdate() : query).first('id', 'name', 'permissions', 'version');
}

const told = ({ db, now, account, person }: Visit, act: string, about: string): Promise<void> =>
  audit(db, now, { account, person }, act, about);

const labels = (known: Map<string, string>, keys: string[]) => keys.map((one) => known.get(one) ?? one).join(', ');
