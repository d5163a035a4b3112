import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { hidden, type InputOf } from '../form/form.ts';
import { isId } from '../identifier.ts';
import { searchKey } from '../people/names.ts';
import {
  definePlugin,
  get,
  invalid,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { COMMUNES, communeAddress, inseeOf, normaliseInsee } from '../tenancy/communes.ts';

const OPEN = 'mairie.open';
const HOME = '/gestion/mairie/';
const form = { commune: hidden(), profile: hidden() };

/** Configuration > Mairie: which town hall sees this school in its console, and what of it (F07-5, P10). */
export const schoolSide = (house: House): Plugin =>
  definePlugin({
    name: 'mairie',
    title: 'Console mairie',
    permissions: { open: 'Généralités > Ouvrir l’école à la console de sa mairie' },
    nav: [{ area: 'admin', under: 'Configuration', title: 'Mairie', path: '/', allow: OPEN, icon: 'landmark' }],
    privacy: [],
    routes: [
      get('admin', '/', OPEN, (visit) => show(house, visit)),
      post('admin', '/', OPEN, form, grant, { fresh: true }),
      // Closing a door never waits for a password.
      post('admin', '/retirer', OPEN, withdraw, { back: '/' }),
    ],
  });

interface Given {
  commune_id: string;
  name: string;
  rne: string;
  profile_id: string;
  granted_at: Date;
}
interface Profile {
  id: string;
  name: string;
  permissions: string[];
}

async function givenCommune(db: Transaction): Promise<Given | null> {
  const { rows } = await db.raw('select * from given_commune()');
  return rows[0] ?? null;
}

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, query } = visit;
  const given = await givenCommune(db);
  const profiles: Profile[] = await db('profiles').orderByRaw("name <> 'Mairie', lower(name)");
  const q = query.get('q')?.trim().slice(0, 100) ?? '';
  const found = q ? await communesNamed(db, q) : [];
  const opened = profiles.map((one) => ({ ...one, lines: opensIn(house, visit, one) }));
  return page('mairie/index', {
    given: given && {
      name: given.name,
      insee: inseeOf(given),
      since: given.granted_at.toISOString(),
      profile: opened.find((one) => one.id === given.profile_id) ?? null,
    },
    q,
    found: found.map((one) => ({ id: one.id, name: one.name, insee: inseeOf(one), city: one.city })),
    profiles: opened.map((one) => ({
      id: one.id,
      name: one.name,
      lines: one.lines,
      selected: one.id === (given?.profile_id ?? opened[0]?.id),
    })),
  });
}

/** By its INSEE code, or by its name as it is searched everywhere. */
async function communesNamed(
  db: Transaction,
  q: string,
): Promise<{ id: string; rne: string; name: string; city: string }[]> {
  const rows = await db('schools')
    .whereLike('rne', COMMUNES)
    .where({ state: 'open' })
    .orderBy('name')
    .select('id', 'rne', 'name', 'city');
  const typed = searchKey(q).split(' ').filter(Boolean);
  return rows
    .filter(
      (one) =>
        one.rne === communeAddress(normaliseInsee(q)) ||
        (typed.length > 0 && typed.every((word) => ` ${searchKey(one.city, one.name)}`.includes(` ${word}`))),
    )
    .slice(0, 20);
}

/** In words, what this profile opens to a town hall, and the right that does. */
function opensIn(house: House, { school }: Visit, profile: Profile): { text: string; right: string; on: boolean }[] {
  const modules = house.modules.of(school);
  const line = (text: string, allow: string) => ({
    text,
    right: modules.permissions.get(allow)?.split(' > ')[1] ?? allow,
    on: profile.permissions.includes(allow),
  });
  return modules.townHalls.flatMap(({ townHall: { figures = [], received, publish } }) => [
    ...figures.map(({ title, allow }) => line(title, allow)),
    ...(received ? [line('Ce que vous publiez pour la mairie', received.allow)] : []),
    ...(publish ? [line('Informer vos familles et votre équipe en son nom', publish.allow)] : []),
  ]);
}

async function grant(visit: Visit<InputOf<typeof form>>): Promise<Reply> {
  const { db, now, input, services, account, person } = visit;
  const profile = isId(input.profile) && (await db('profiles').where({ id: input.profile }).first('id', 'name'));
  if (!profile) return invalid({ _: 'Choisissez le profil qui dit ce que la mairie peut voir et faire.' });
  // Nobody opens to others more than he may do himself.
  const refused = await services.access.refusal({ mode: 'quotidienne', profileId: profile.id }, 'staff');
  if (refused) return invalid({ _: refused });
  const opened =
    isId(input.commune) &&
    (await db.raw('select grant_commune(?, ?, ?) as done', [input.commune, profile.id, now])).rows[0].done;
  if (!opened) return invalid({ _: 'Cette mairie n’a pas de console ouverte ici. Cherchez-la de nouveau.' });
  const given = await givenCommune(db);
  await audit(
    db,
    now,
    { account, person },
    'École ouverte à la console mairie',
    `${given?.name}, profil « ${profile.name} »`,
  );
  return redirect(HOME, `${given?.name} voit maintenant votre école dans sa console.`);
}

/** At once, on every process: the console asks at each act. */
async function withdraw({ db, now, account, person }: Visit): Promise<Reply> {
  const given = await givenCommune(db);
  await db.raw('select withdraw_commune()');
  if (given) await audit(db, now, { account, person }, 'École retirée de la console mairie', given.name);
  return redirect(HOME, given ? `${given.name} ne voit plus rien de votre école.` : undefined);
}
