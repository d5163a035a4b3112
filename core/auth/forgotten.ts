import { normaliseLogin } from '../accounts/logins.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { text } from '../form/form.ts';
import {
  get,
  invalid,
  type Job,
  type Json,
  type Mode,
  type Person,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
  type Work,
} from '../plugin/contract.ts';
import { newToken, tokenHash } from '../secret.ts';
import { pageLink } from './letters.ts';
import { mayRecoverByMail } from './measures.ts';
import { type Asking, askSchool } from './requests.ts';
import { resetRoutes } from './reset-link.ts';

const LINK_MINUTES = 60;
const form = {
  who: text('Votre identifiant, ou votre adresse e-mail', {
    hint: 'L’identifiant est sur votre étiquette. L’adresse est celle que l’école connaît.',
    autocomplete: 'username',
    max: 254,
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
};

/**
 * « Mot de passe oublié ». Whoever is meant, known or not, the visit does the same: it keeps the question for a job and says
 * the same words (case B14). What is done about it happens after the answer.
 */
export const forgottenRoutes = (house: House): Route[] => [
  get('public', '/oubli', 'anyone', () => ({ ...page('auth/oubli'), layout: 'door' }), { beforeFirst: true }),
  post('public', '/oubli', 'anyone', form, (visit) => ask(house, visit), { beforeFirst: true }),
  get('public', '/oubli/envoye', 'anyone', () => ({ ...page('auth/oubli-envoye'), layout: 'door' }), {
    beforeFirst: true,
  }),
  ...resetRoutes(house),
];

async function ask(house: House, visit: Visit<{ who: string }>): Promise<Reply> {
  const { school, input, client } = visit;
  const blocked = await house.limits.blockedAddress(client.address);
  const who = `${school.id} ${normaliseLogin(input.who)}`;
  const left = blocked ? ({ ok: false, minutes: blocked } as const) : await house.limits.take('reset', who);
  if (!left.ok) return invalid({ who: `Trop de demandes. Attendez ${left.minutes} minutes, ou appelez l’école.` });
  await house.limits.failFrom(client.address);
  await visit.later('recover', { who: house.secrets.seal('forgotten', input.who).toString('base64url') });
  return redirect('/connexion/oubli/envoye');
}

interface Found extends Asking {
  login: string;
  person_id: string;
  state: string;
  kind: Person['kind'];
  genre: Person['genre'];
  mode: Mode;
  email: string | null;
}
interface Letter {
  address: string;
  accounts: { account: Found; link: string }[];
}

/** What a request comes to: one message per address, with a link for each account by name (case B13); else the school is asked. */
export async function recover(house: House, job: Job, data: Json): Promise<void> {
  const sealed = Buffer.from((data as { who: string }).who, 'base64url');
  const who = house.secrets.open('forgotten', sealed)?.trim();
  if (!who) return;
  await job.step(async (work) => {
    const byAddress = new Map<string, Letter>();
    for (const account of await meant(work, who)) {
      const link = await linkFor(house, job, work, account);
      if (!link) await askSchool(work.db, work.now, account, 'password');
      if (!link || !account.email) continue;
      const letter = byAddress.get(account.email.toLowerCase()) ?? { address: account.email, accounts: [] };
      letter.accounts.push({ account, link });
      byAddress.set(account.email.toLowerCase(), letter);
    }
    for (const letter of byAddress.values()) await send(work, letter);
  });
}

/** Accounts somebody may have meant; suspended ones and those whose time is over are nobody's. */
async function meant({ db, now }: Work, who: string): Promise<Found[]> {
  const query = db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .whereNot('state', 'suspended')
    .where((valid) => valid.whereNull('valid_until').orWhere('valid_until', '>', now))
    .orderBy('login')
    .select('accounts.id', 'person_id', 'login', 'state', 'mode', 'kind', 'genre', 'email', 'first_name', 'last_name');
  return who.includes('@')
    ? query.whereRaw('lower(email) = lower(?)', [who])
    : query.where({ login: normaliseLogin(who) });
}

/** A link that serves once, within the hour; null where the school has not allowed it, or the person never signed in. */
async function linkFor(house: House, job: Job, { db, now, school }: Work, account: Found): Promise<string | null> {
  const byMail = mayRecoverByMail(school, account, account.mode);
  if (!byMail || !account.email || account.state !== 'active') return null;
  const token = newToken();
  await db('reset_links').insert({ account_id: account.id, token_hash: tokenHash(token), expires_at: endOf(now) });
  await audit(db, now, { account, person: null, who: 'visiteur' }, 'Mot de passe oublié : lien envoyé', account.login);
  return pageLink(house, job, `/connexion/nouveau/${token}`);
}

const endOf = (now: Date) => new Date(now.getTime() + LINK_MINUTES * 60_000);

async function send({ db, now, school, services }: Work, { address, accounts }: Letter): Promise<void> {
  const named = ({ login, first_name, last_name }: Found) => `${login} (${first_name} ${last_name})`;
  const several = accounts.length > 1 ? 'Plusieurs comptes ont cette adresse : choisissez le vôtre.\n' : '';
  const links = accounts.map(({ account, link }) => `${named(account)} :\n${link}`).join('\n\n');
  const text = `Bonjour,

Quelqu’un demande un nouveau mot de passe pour ${school.name}.
${several}Ouvrez le lien dans l’heure. Il sert une fois.

${links}

Ce n’est pas vous ? Ne faites rien : le mot de passe ne change pas.
`;
  const first = accounts.length === 1 ? accounts[0]?.account : null;
  const to = {
    name: first ? `${first.first_name} ${first.last_name}` : school.name,
    address,
    personId: first?.person_id ?? null,
  };
  const { unreachable } = await services.outbox.send({
    title: 'Mot de passe oublié',
    purpose: 'connexion.reset',
    letters: [{ to, subject: `Mot de passe oublié, ${school.name}`, text }],
    until: endOf(now),
  });
  if (!unreachable.length) return;
  for (const { account } of accounts) await askSchool(db, now, account, 'password');
}
