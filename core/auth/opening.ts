import QRCode from 'qrcode';
import { normaliseLogin } from '../accounts/logins.ts';
import { audit } from '../audit.ts';
import { communeProfiles } from '../commune/agents.ts';
import type { House } from '../container.ts';
import { choice, text } from '../form/form.ts';
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
  type Visit,
} from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { communeAddress, isCommune, normaliseInsee, wrongInsee } from '../tenancy/communes.ts';
import { normaliseRne, wrongRne } from '../tenancy/rne.ts';
import { markup } from '../views/helpers.ts';
import { openSession } from './sessions.ts';

/** Civilités of the guide (F05-4), as they stand in lists. */
export const CIVILITIES = { '': 'Aucune', 'M.': 'M. (Monsieur)', Mme: 'Mme (Madame)', Mlle: 'Mlle (Mademoiselle)' };

const codes = {
  login: text('Identifiant d’ouverture', {
    hint: 'Il est dans le message reçu à l’adresse de l’école.',
    autocomplete: 'off',
    attributes: { autocapitalize: 'characters', spellcheck: 'false' },
  }),
  code: text('Code', {
    hint: 'Il vous a été donné par une autre voie que l’e-mail. Majuscules et minuscules comptent.',
    autocomplete: 'one-time-code',
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
  civility: choice('Votre civilité', CIVILITIES, { hint: 'La personne qui ouvre l’école en devient la direction.' }),
  lastName: text('Votre nom', { autocomplete: 'family-name', max: 100 }),
  firstName: text('Votre prénom', { autocomplete: 'given-name', max: 100 }),
};

/** Opening a school (fiche 1, I-01, F01-1 to F01-4): RNE, identity to confirm, identifiant and code, then two links. */
export function opening(house: House): Plugin {
  return definePlugin({
    name: 'ouverture',
    title: 'Ouverture d’une école',
    privacy: [],
    routes: [
      get('site', '/ouverture', 'anyone', () => ({ ...page('auth/ouverture'), layout: 'door' })),
      post(
        'site',
        '/ouverture',
        'anyone',
        {
          rne: text('Numéro RNE de votre école', {
            hint: 'Sept chiffres puis une lettre, par exemple 0301674G. Il est sur tous les courriers de l’académie. Pour une mairie : son code INSEE, par exemple 01053.',
            max: 20,
            attributes: { autocapitalize: 'characters', spellcheck: 'false' },
          }),
        },
        (visit) => find(house, visit),
      ),
      get('public', '/', 'anyone', identity),
      get('public', '/codes', 'anyone', () => redirect('/ouverture/')),
      post('public', '/codes', 'anyone', codes, (visit) => openSchool(house, visit), { back: '/' }),
    ],
  });
}

async function find(house: House, { db, input }: Visit<{ rne: string }>): Promise<Reply> {
  const insee = normaliseInsee(input.rne);
  const town = !wrongInsee(insee);
  const rne = town ? communeAddress(insee) : normaliseRne(input.rne);
  const wrong = town ? null : wrongRne(rne);
  if (wrong) return invalid({ rne: wrong });
  const school = await db('schools').where({ rne }).first('state');
  if (!school)
    return invalid({
      rne: `${town ? `La mairie ${insee}` : `L’école ${rne}`} n’est pas encore préparée ici. Demandez son ouverture à ${house.config.operator.name} : ${house.config.operator.contact}.`,
    });
  return redirect(`/${rne}/ouverture/`);
}

function identity({ school }: Visit): Reply {
  return {
    ...page('auth/ouverture-identite', { opened: school.state === 'open', town: isCommune(school) }),
    layout: 'door',
  };
}

async function openSchool(
  house: House,
  visit: Visit<{ login: string; code: string; civility: string; lastName: string; firstName: string }>,
): Promise<Reply> {
  const { db, school, input, now, services } = visit;
  const town = isCommune(school);
  if (school.state === 'open') return redirect('/ouverture/');
  const tries = await house.limits.take('opening', school.id);
  if (!tries.ok)
    return invalid({
      code: `Cinq essais sont faits. Attendez ${counted(tries.minutes, 'minute')}, ou demandez un nouveau code à ${house.config.operator.contact}.`,
    });
  const row = await db('schools')
    .where({ id: school.id, state: 'prepared' })
    .forUpdate()
    .first('opening_login', 'opening_code_hmac', 'opening_expires_at');
  const good =
    row?.opening_login === normaliseLogin(input.login) &&
    row.opening_expires_at > now &&
    house.secrets.hmac('opening', `${school.id} ${input.code.trim()}`).equals(row.opening_code_hmac);
  if (!good)
    return invalid({
      code: 'Cet identifiant et ce code n’ouvrent pas cette école. Vérifiez-les, majuscules et minuscules du code comprises.',
    });

  const [{ id }] = await db('people')
    .insert({
      kind: 'staff',
      genre: town ? null : 'direction',
      civility: input.civility || null,
      last_name: input.lastName,
      first_name: input.firstName,
      search: searchKey(input.lastName, input.firstName),
    })
    .returning('id');
  // The code just typed is the provisional password: nothing more to copy down.
  await services.accounts.create([
    {
      personId: id,
      kind: 'staff',
      firstName: input.firstName,
      lastName: input.lastName,
      mode: 'administration',
      secret: input.code.trim(),
    },
  ]);
  if (town) await communeProfiles(db);
  else await defaultProfiles(db, [...house.modules.of(school).permissions.keys()]);
  await db('schools')
    .where({ id: school.id })
    .update({ state: 'open', opened_at: now, opening_login: null, opening_code_hmac: null, opening_expires_at: null });
  const account = await db('accounts').where({ person_id: id }).first('id', 'login');
  await audit(
    db,
    now,
    { account, person: null, who: `${input.firstName} ${input.lastName}` },
    town ? 'Mairie ouverte' : 'École ouverte',
  );
  await visit.emit('house.school-opened', { directorId: id });
  const token = await openSession(db, account.id, 'administration', visit.client.agent, now);
  const portal = new URL(`/${school.rne}/`, house.config.url).href;
  const qr = await QRCode.toString(portal, { type: 'svg', margin: 4, errorCorrectionLevel: 'M' });
  return {
    ...page('auth/ouverte', {
      town,
      login: account.login,
      portal,
      management: new URL(`/${school.rne}/gestion/accueil/`, house.config.url).href,
      qr: markup(qr),
    }),
    layout: 'door',
    session: token,
  };
}

/** The guide's two profiles (F06-07, F07-2): what exists of daily life for « Vie scolaire », nothing yet to write for « Mairie ». */
export async function defaultProfiles(db: Visit['db'], permissions: string[]): Promise<void> {
  // Whoever sees a secret can sign in as that person: only Administration does, until the director gives it.
  const daily = permissions.filter((one) => one.startsWith('ressources.') && one !== 'ressources.secrets');
  await db('profiles')
    .insert([
      { name: 'Vie scolaire', permissions: daily },
      { name: 'Mairie', permissions: daily.filter((one) => one.endsWith('-read') && !one.includes('guardian')) },
    ])
    .onConflict(['school_id', 'name'])
    .ignore();
}
