import { type AccountRow, drawProvisional, openProvisional } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import { wrongOwnPassword } from '../auth/own-password.ts';
import { endSessions } from '../auth/sessions.ts';
import type { House } from '../container.ts';
import { password } from '../form/form.ts';
import { get, invalid, missing, page, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { handsOut, secretFacts } from './account-facts.ts';
import { CARDS, type Card, cardOf } from './card.ts';
import { guardianCalled, NAME_COLUMNS, type Named, nameOf } from './rows.ts';

const SECRETS = 'ressources.secrets';
const own = {
  password: password('Votre propre mot de passe', {
    hint: 'Celui avec lequel vous vous êtes connecté : il prouve que c’est bien vous.',
    autocomplete: 'current-password',
  }),
};

/** A person's provisional secret: masked, shown against one's own password, renewed, drawn anew. Each act is in the journal. */
export const secretRoutes = (house: House): Route[] =>
  CARDS.flatMap((card) => {
    const path = `${card.path}/compte`;
    return [
      get('admin', path, SECRETS, (visit) => show(visit, card)),
      post('admin', `${path}/afficher`, SECRETS, own, (visit) => reveal(house, visit, card), {
        back: path,
        outside: true,
      }),
      post('admin', `${path}/renouveler`, SECRETS, (visit) => renew(house, visit, card)),
      get('admin', `${path}/reinitialiser`, SECRETS, (visit) => askReset(visit, card)),
      post('admin', `${path}/reinitialiser`, SECRETS, (visit) => reset(house, visit, card)),
    ];
  });

type Meant = { person: Named; account: AccountRow };

/** The card's person and his account; the card itself must be open to whoever asks. */
async function meant(visit: Visit, card: Card, hold = false): Promise<Meant | null> {
  if (!visit.can(card.read)) return null;
  const id = card.idOf(visit);
  const person = await visit
    .db('people')
    .where({ id, kind: card.kind })
    .first(...NAME_COLUMNS);
  const query = visit.db('accounts').where({ person_id: id });
  const account = person && (await (hold ? query.forUpdate() : query).first());
  return account && handsOut(account) ? { person, account } : null;
}

const auditOf = (visit: Visit, act: string, { person, account }: Meant): Promise<void> =>
  audit(visit.db, visit.now, visit, act, `${nameOf(person)} (${account.login})`);

async function show(visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card);
  return found ? secretPage(visit, card, found, null) : missing();
}

function secretPage(visit: Visit, card: Card, { person, account }: Meant, secret: string | null): Reply {
  const home = cardOf(card, card.idOf(visit));
  const called = card.kind === 'guardian' ? guardianCalled(person) : nameOf(person);
  const facts = secretFacts(account, visit);
  return page('admin/compte', { name: nameOf(person), called, home, path: `${home}/compte`, ...facts, shown: secret });
}

async function reveal(house: House, visit: Visit<{ password: string }>, card: Card): Promise<Reply> {
  const wrong = await wrongOwnPassword(house, visit, visit.input.password);
  if (wrong) return invalid({ password: wrong });
  return inSchool(house.app, visit.school.id, async (db) => {
    const inside = { ...visit, db };
    const found = await meant(inside, card);
    if (!found) return missing();
    const secret = openProvisional(house.secrets, found.account, visit.now);
    if (secret) await auditOf(inside, 'Mot de passe provisoire affiché', found);
    return secretPage(inside, card, found, secret);
  });
}

async function renew(house: House, visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card, true);
  if (!found) return missing();
  const path = `${cardOf(card, card.idOf(visit))}/compte`;
  if (secretFacts(found.account, visit).secret !== 'expired')
    return redirect(path, 'Rien n’est changé : ce mot de passe n’est pas à renouveler.');
  await drawProvisional(visit.db, house.secrets, found.account, visit.now);
  await auditOf(visit, 'Mot de passe provisoire renouvelé', found);
  return redirect(path, 'Un nouveau mot de passe provisoire est prêt, pour 90 jours. L’ancien ne sert plus.');
}

async function askReset(visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card);
  if (!found || found.account.state === 'suspended') return missing();
  const home = cardOf(card, card.idOf(visit));
  return page('admin/compte-reinitialiser', {
    name: nameOf(found.person),
    login: found.account.login,
    personal: found.account.state === 'active',
    home,
    path: `${home}/compte`,
  });
}

async function reset(house: House, visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card, true);
  if (!found || found.account.state === 'suspended') return missing();
  await drawProvisional(visit.db, house.secrets, found.account, visit.now);
  const ended = await endSessions(visit.db, found.account.id);
  await auditOf(visit, 'Mot de passe réinitialisé', found);
  const closed = ended ? ` ${ended} ${ended > 1 ? 'connexions fermées' : 'connexion fermée'}.` : '';
  return redirect(
    `${cardOf(card, card.idOf(visit))}/compte`,
    `Le mot de passe est réinitialisé : affichez le nouveau pour le donner.${closed}`,
  );
}
