import type { House } from '../container.ts';
import { hidden, password, text } from '../form/form.ts';
import { birthField } from '../keys/birth.ts';
import { likePattern, searchKey } from '../people/names.ts';
import {
  type Account,
  forbidden,
  get,
  missing,
  type Person,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { normaliseRne } from '../tenancy/rne.ts';
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
const MOST = 20;

interface Found {
  rne: string;
  name: string;
  city: string;
}

/** The other school, by its RNE or its city. Which schools this house keeps is nobody's list, except in the demo. */
async function choose(house: House, { db, query, school, person, account }: Visit): Promise<Reply> {
  if ((person as Person).kind === 'pupil') return forbidden(NO_PUPIL);
  const typed = query.get('ecole')?.trim().slice(0, 100) ?? '';
  const asked = searchKey(typed).length > 1 || normaliseRne(typed).length === 8;
  const found = asked ? await schoolsNamed(db, typed) : house.config.demo ? await open(db).limit(MOST) : [];
  const others = found.filter((one) => one.rne !== school.rne);
  const [only] = others;
  if (asked && only && others.length === 1) return redirect(`${ADD}/${only.rne}`);
  return {
    ...page('auth/enfant', {
      typed,
      schools: others.slice(0, MOST),
      none: asked && !others.length,
      more: others.length > MOST,
    }),
    layout: layoutOf(account),
  };
}

const open = (db: Transaction) =>
  db('schools').where({ state: 'open' }).orderBy(['city', 'name']).select<Found[]>('rne', 'name', 'city');

/** Cities are compared as they are searched everywhere: without accents, hyphens as spaces. */
const schoolsNamed = (db: Transaction, typed: string): Promise<Found[]> =>
  open(db)
    .where((one) =>
      one
        .where('rne', normaliseRne(typed))
        .orWhereRaw(
          "translate(lower(city), 'àâäáéèêëîïíôöóùûüúÿçñ-''’', 'aaaaeeeeiiiooouuuuycn   ') like ?",
          likePattern(typed),
        ),
    )
    .limit(MOST + 2);

async function showProofs({ db, params, person, account, school }: Visit): Promise<Reply> {
  if ((person as Person).kind === 'pupil') return forbidden(NO_PUPIL);
  const there: Found | undefined = await open(db)
    .where({ rne: params.ecole ?? '' })
    .first();
  if (!there) return missing();
  return {
    ...page('auth/enfant-preuve', { there, own: there.rne === school.rne, login: account?.login }),
    layout: layoutOf(account),
  };
}

const layoutOf = (account: Account | null) => (account?.mode === 'espace' ? ('espace' as const) : ('admin' as const));
