import type { House } from '../container.ts';
import { choice, type InputOf, strings } from '../form/form.ts';
import {
  type Account,
  get,
  type Person,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inHisPlace } from '../web/his-place.ts';
import { categoriesFor } from './open-to.ts';

const form = {
  mail: choice('E-mails', {
    digest: 'Un récapitulatif par jour, à 17 h',
    each: 'Un e-mail à chaque nouveauté',
    none: 'Aucun e-mail, sauf urgence',
  }),
  wanted: strings({ max: 200 }),
};

/** « Mon compte » > « Notifications »: how to be told, and of what; nobody mutes an emergency. */
export const choiceRoutes = (house: House): Route[] => [
  get('public', '/reglages', 'signed-in', (visit) => show(house, visit)),
  post('public', '/reglages', 'signed-in', form, (visit) => save(house, visit)),
];

const mine = ({ db, person }: Pick<Visit, 'db' | 'person'>) =>
  db('notice_choices')
    .where({ person_id: (person as Person).id })
    .first('mail', 'muted');

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, school } = visit;
  const [account, person] = [visit.account as Account, visit.person as Person];
  const chosen = await mine(visit);
  const typed = visit.input as { mail?: string; wanted?: string[] } | null;
  const { email } = await db('people').where({ id: person.id }).first('email');
  const muted: string[] = chosen?.muted ?? [];
  const categories = [...categoriesFor(house.modules, school, account)].map(([key, title]) => ({
    key,
    title,
    wanted: typed ? [typed.wanted ?? []].flat().includes(key) : !muted.includes(key),
  }));
  return inHisPlace(account, 'notices/reglages', { categories, email }, { form: { mail: chosen?.mail ?? 'digest' } });
}

async function save(house: House, visit: Visit<InputOf<typeof form>>): Promise<Reply> {
  const { db, input, school } = visit;
  const open = [...categoriesFor(house.modules, school, visit.account as Account).keys()];
  const before: string[] = (await mine(visit))?.muted ?? [];
  // What is not on the page, its module being off, keeps its choice.
  const muted = [...before.filter((key) => !open.includes(key)), ...open.filter((key) => !input.wanted.includes(key))];
  await db('notice_choices')
    .insert({ person_id: (visit.person as Person).id, mail: input.mail, muted })
    .onConflict(['school_id', 'person_id'])
    .merge(['mail', 'muted']);
  return redirect('/notifications/reglages', 'C’est enregistré.');
}
