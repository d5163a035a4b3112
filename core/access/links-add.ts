import type { House } from '../container.ts';
import { hidden, password, text } from '../form/form.ts';
import { birthField } from '../keys/birth.ts';
import { searchKey } from '../people/names.ts';
import {
  type Account,
  forbidden,
  get,
  missing,
  type Person,
  post,
  type Reply,
  type Route,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { COMMUNES } from '../tenancy/communes.ts';
import { normaliseRne } from '../tenancy/rne.ts';
import { inHisPlace } from '../web/his-place.ts';
import { confirm, proveByCode, proveByPassword } from './links-prove.ts';

const ADD = '/autres-comptes/enfant';
const byPassword = {
  login: text('Identifiant de votre autre compte', {
    max: 60,
    autocomplete: 'off',
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
  password: password('Mot de passe de cet autre compte', {
    hint: 'Celui que vous avez choisi vous-même. Un compte au mot de passe encore provisoire se relie avec le code de son étiquette, ou après sa première connexion.',
    autocomplete: 'off',
  }),
};
const byCode = {
  code: text('Code de l’étiquette', {
    hint: 'Il est écrit à côté du QR code, après « /c/ ». Vous pouvez aussi coller l’adresse entière.',
    max: 300,
    autocomplete: 'off',
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
  birth: birthField,
};

/** A link within the school by login and password; « Ajouter un enfant » (C-23) with the school first, by code or password. */
export const addRoutes = (house: House): Route[] => {
  const there = '/enfant/:ecole';
  return [
    post('public', '/', 'signed-in', byPassword, (visit) => proveByPassword(house, visit, visit.school.rne), {
      outside: true,
    }),
    get('public', '/enfant', 'signed-in', (visit) => choose(house, visit)),
    get('public', there, 'signed-in', showProofs),
    post('public', there, 'signed-in', byPassword, (visit) => proveByPassword(house, visit, visit.params.ecole ?? ''), {
      outside: true,
    }),
    post('public', `${there}/code`, 'signed-in', byCode, (visit) => proveByCode(house, visit), {
      outside: true,
      back: there,
      as: 'code',
    }),
    get('public', `${there}/confirmer`, 'signed-in', ({ params }) => redirect(`${ADD}/${params.ecole}`)),
    post(
      'public',
      `${there}/confirmer`,
      'signed-in',
      { ticket: hidden({ max: 2000 }) },
      (visit) => confirm(house, visit),
      {
        outside: true,
        as: 'confirm',
      },
    ),
  ];
};

const NO_PUPIL = 'Le compte d’un élève ne se relie à aucun autre.';
/** So few that nobody reads through the list of the schools. */
const MOST = 5;
const LETTERS = 3;

interface Found {
  rne: string;
  name: string;
  city: string;
}

/** The other school, by its RNE or its city. Which schools this house keeps is nobody's list, except in the demo. */
async function choose(house: House, { db, query, school, person, account }: Visit): Promise<Reply> {
  if ((person as Person).kind === 'pupil') return forbidden(NO_PUPIL);
  const typed = query.get('ecole')?.trim().slice(0, 100) ?? '';
  const asked = typed !== '';
  const others = (asked || house.config.demo ? await open(db) : [])
    .filter((one) => !asked || isMeant(one, typed))
    .filter((one) => one.rne !== school.rne);
  const [only] = others;
  if (asked && only && others.length === 1) return redirect(`${ADD}/${only.rne}`);
  return inHisPlace(account as Account, 'auth/enfant', {
    typed,
    schools: others.slice(0, MOST),
    none: asked && !others.length,
    more: others.length > MOST,
  });
}

const open = (db: Transaction) =>
  db('schools')
    .where({ state: 'open' })
    .whereNot('rne', 'like', COMMUNES)
    .orderBy(['city', 'name'])
    .select<Found[]>('rne', 'name', 'city');

/** By its RNE, or by words of its city and name as they begin, written as they are searched everywhere. */
function isMeant({ rne, name, city }: Found, typed: string): boolean {
  const words = searchKey(typed).split(' ');
  const known = ` ${searchKey(city, name)}`;
  return (
    rne === normaliseRne(typed) ||
    (words.some((word) => word.length >= LETTERS) && words.every((word) => known.includes(` ${word}`)))
  );
}

async function showProofs({ db, params, person, account, school }: Visit): Promise<Reply> {
  if ((person as Person).kind === 'pupil') return forbidden(NO_PUPIL);
  const there: Found | undefined = await open(db)
    .where({ rne: params.ecole ?? '' })
    .first();
  if (!there) return missing();
  const own = there.rne === school.rne;
  return inHisPlace(account as Account, 'auth/enfant-preuve', { there, own, login: account?.login });
}
