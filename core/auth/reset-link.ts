import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import {
  get,
  type Mode,
  type Page,
  type Person,
  page,
  post,
  type Reply,
  type Route,
  type Visit,
} from '../plugin/contract.ts';
import { tokenHash } from '../secret.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { chosen, type Named, refusal, rulesFor } from './chosen-password.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';
import { withPassword } from './without-password.ts';

/** The link of « Mot de passe oublié »: looking at it changes nothing, using it ends it, the other links and every session. */
export const resetRoutes = (house: House): Route[] => [
  get('public', '/nouveau/:token', 'anyone', show, { beforeFirst: true }),
  post('public', '/nouveau/:token', 'anyone', chosen, (visit) => choose(house, visit), {
    outside: true,
    beforeFirst: true,
  }),
];

type Meant = Named & { id: string; hash: string | null; kind: Person['kind']; mode: Mode };

async function meant({ params, now }: Pick<Visit, 'params' | 'now'>, db: Visit['db']): Promise<Meant | null> {
  const row = await db('reset_links')
    .join('accounts', 'accounts.id', 'reset_links.account_id')
    .join('people', 'people.id', 'accounts.person_id')
    .where({ token_hash: tokenHash(params.token ?? ''), state: 'active' })
    .where('expires_at', '>', now)
    .where((valid) => valid.whereNull('valid_until').orWhere('valid_until', '>', now))
    .first('accounts.id', 'login', 'password_hash', 'last_name', 'first_name', 'kind', 'mode');
  if (!row) return null;
  const { id, login, password_hash: hash, last_name: lastName, first_name: firstName, kind, mode } = row;
  return { id, login, hash, lastName, firstName, kind, mode };
}

async function show(visit: Visit): Promise<Reply> {
  const found = await meant(visit, visit.db);
  if (!found) return over();
  const sent = visit.input as { password?: string; again?: string } | null;
  const typed = sent && { password: sent.password ?? '', again: sent.again ?? '', current: null };
  const { login, firstName, lastName } = found;
  return { ...page('auth/nouveau', { login, firstName, lastName, rules: rulesFor(found, typed) }), layout: 'door' };
}

const over = (): Page => ({ ...page('auth/nouveau-perdu'), layout: 'door', status: 410 });

async function choose(house: House, visit: Visit<{ password: string; again: string }>): Promise<Reply> {
  const { school, input, now } = visit;
  const found = await inSchool(house.app, school.id, (db) => meant(visit, db));
  if (!found) return over();
  const same = found.hash !== null && (await verifyPassword(found.hash, input.password));
  const refused = refusal(found, input, same ? input.password : null);
  if (refused) return refused;
  const hash = await hashPassword(input.password);
  return inSchool(house.app, school.id, async (db) => {
    // Two clicks at once: whoever takes the link away uses it.
    if (
      !(await db('reset_links')
        .where({ token_hash: tokenHash(visit.params.token ?? '') })
        .delete())
    )
      return over();
    await db('reset_links').where({ account_id: found.id }).delete();
    await db('password_requests').where({ account_id: found.id }).delete();
    await db('accounts')
      .where({ id: found.id })
      .update(withPassword(db, hash, school, found.kind, found.mode));
    await endSessions(db, found.id);
    const who = `${found.firstName} ${found.lastName}`;
    await audit(db, now, { account: found, person: null, who }, 'Mot de passe changé par le lien reçu par e-mail');
    return { ...page('auth/nouveau-fait', { login: found.login }), layout: 'door' };
  });
}
