import { randomInt } from 'node:crypto';
import type { House } from '../container.ts';
import { momentsIn } from '../directory/rows.ts';
import type { Events, Job, Json, Transaction, Work } from '../plugin/contract.ts';
import { mailCodeHmac } from './pin-door.ts';
import { askSchool } from './requests.ts';

/** An address of this house as a message gives it: PREAU_URL, never what a browser said. */
export const pageLink = (house: Pick<House, 'config'>, { school }: Pick<Job, 'school'>, path: string): string =>
  new URL(`/${school.rne}${path}`, house.config.url).href;

/** The code that stands in for a PIN whose tries are spent; it exists in clear in this message only. */
export async function sendCode(house: House, job: Job, data: Json): Promise<void> {
  const { account: id } = data as { account: string };
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await job.step(async ({ db, now, services }) => {
    const account = await accountOf(db, id)
      .where('code_expires_at', '>', now)
      .first(...COLUMNS, 'code_expires_at');
    if (!account?.email) return;
    await db('accounts')
      .where({ id })
      .update({ code_hmac: mailCodeHmac(house, id, code) });
    const text = `Bonjour,

Cinq codes PIN faux ont été tapés pour votre compte ${account.login} (${job.school.name}).

Votre code de connexion : ${code}

Il sert une fois, pendant 10 minutes, sur la page qui vous le demande. Vous choisirez ensuite un nouveau code PIN.
Ce n’est pas vous ? Quelqu’un connaît votre mot de passe : changez-le dans « Mon compte ».
`;
    const { unreachable } = await services.outbox.send({
      title: 'Code de connexion',
      purpose: 'connexion.code',
      letters: [{ to: recipient(account), subject: 'Votre code de connexion', text }],
      until: account.code_expires_at,
    });
    if (unreachable.length) await askSchool(db, now, { id }, 'pin');
  });
}

/** F02-15: a device that is not recognised has signed in. */
export async function tellDevice(house: House, job: Job, data: Json): Promise<void> {
  const { signIn } = data as { signIn: string };
  await job.step(async ({ db, services }) => {
    const found = await db('sign_ins')
      .join('accounts', 'accounts.id', 'sign_ins.account_id')
      .join('people', 'people.id', 'accounts.person_id')
      .where('sign_ins.id', signIn)
      .first(...COLUMNS, 'at', 'device');
    if (!found?.email) return;
    const text = `Bonjour,

Un nouvel appareil s’est connecté à votre compte ${found.login} (${job.school.name}) :
${found.device}, le ${momentsIn(job.school.timezone)(found.at)}.

C’est vous ? Il n’y a rien à faire.
Ce n’est pas vous ? Changez de mot de passe : toutes les autres connexions se fermeront.
${pageLink(house, job, '/compte/')}
`;
    await services.outbox.send({
      title: 'Connexion depuis un nouvel appareil',
      purpose: 'connexion.notice',
      letters: [{ to: recipient(found), subject: 'Connexion depuis un nouvel appareil', text }],
    });
  });
}

/** An address that takes no mail must not leave a family outside: the school is asked instead. */
export async function askForLost(
  { purpose, personId, address }: Events['house.mail-refused'],
  { db, now }: Work,
): Promise<void> {
  const accounts = db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .select('accounts.id', 'first_name', 'last_name');
  if (purpose === 'connexion.code')
    for (const account of await accounts.where({ person_id: personId })) await askSchool(db, now, account, 'pin');
  if (purpose !== 'connexion.reset') return;
  const withLink = db('reset_links').select('account_id');
  for (const account of await accounts.whereRaw('lower(email) = lower(?)', [address]).whereIn('accounts.id', withLink))
    await askSchool(db, now, account, 'password');
}

const COLUMNS = [
  'accounts.login',
  'people.email',
  'people.first_name',
  'people.last_name',
  'people.id as person_id',
] as const;
const accountOf = (db: Transaction, id: string) =>
  db('accounts').join('people', 'people.id', 'accounts.person_id').where('accounts.id', id);
const recipient = (row: { first_name: string; last_name: string; email: string; person_id: string }) => ({
  name: `${row.first_name} ${row.last_name}`,
  address: row.email,
  personId: row.person_id,
});
