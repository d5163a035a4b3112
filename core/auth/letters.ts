import { randomInt } from 'node:crypto';
import type { House } from '../container.ts';
import { momentsIn } from '../directory/rows.ts';
import type { Job, Json } from '../plugin/contract.ts';
import { mailCodeHmac } from './pin-door.ts';
import { askSchool } from './requests.ts';

/** An address of this house as a message gives it: PREAU_URL, never what a browser said. */
export const pageLink = (house: House, { school }: Job, path: string): string =>
  new URL(`/${school.rne}${path}`, house.config.url).href;

/** The code that stands in for a PIN whose tries are spent; it exists in clear in this message only. */
export async function sendCode(house: House, job: Job, data: Json): Promise<void> {
  const { account: id } = data as { account: string };
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const account = await job.step(async ({ db, now }) => {
    const found = await accountOf(db, id)
      .where('code_expires_at', '>', now)
      .first(...COLUMNS);
    if (found)
      await db('accounts')
        .where({ id })
        .update({ code_hmac: mailCodeHmac(house, id, code) });
    return found;
  });
  if (!account?.email) return;
  const text = `Bonjour,

Cinq codes PIN faux ont été tapés pour votre compte ${account.login} (${job.school.name}).

Votre code de connexion : ${code}

Il sert une fois, pendant 10 minutes, sur la page qui vous le demande. Vous choisirez ensuite un nouveau code PIN.
Ce n’est pas vous ? Quelqu’un connaît votre mot de passe : changez-le dans « Mon compte ».
`;
  try {
    await house.mailer.send({ to: recipient(account), subject: 'Votre code de connexion', text });
  } catch (error) {
    house.log.warn({ code: (error as { code?: string }).code }, 'code not sent: the school is asked');
    await job.step(({ db, now }) => askSchool(db, now, { id }, 'pin'));
  }
}

/** F02-15: a device that is not recognised has signed in. */
export async function tellDevice(house: House, job: Job, data: Json): Promise<void> {
  const { signIn } = data as { signIn: string };
  const found = await job.step(({ db }) =>
    db('sign_ins')
      .join('accounts', 'accounts.id', 'sign_ins.account_id')
      .join('people', 'people.id', 'accounts.person_id')
      .where('sign_ins.id', signIn)
      .first(...COLUMNS, 'at', 'device'),
  );
  if (!found?.email) return;
  const text = `Bonjour,

Un nouvel appareil s’est connecté à votre compte ${found.login} (${job.school.name}) :
${found.device}, le ${momentsIn(job.school.timezone)(found.at)}.

C’est vous ? Il n’y a rien à faire.
Ce n’est pas vous ? Changez de mot de passe : toutes les autres connexions se fermeront.
${pageLink(house, job, '/compte/')}
`;
  await house.mailer.send({ to: recipient(found), subject: 'Connexion depuis un nouvel appareil', text });
}

const COLUMNS = ['accounts.login', 'people.email', 'people.first_name', 'people.last_name'] as const;
const accountOf = (db: Parameters<Parameters<Job['step']>[0]>[0]['db'], id: string) =>
  db('accounts').join('people', 'people.id', 'accounts.person_id').where('accounts.id', id);
const recipient = (row: { first_name: string; last_name: string; email: string }) => ({
  name: `${row.first_name} ${row.last_name}`,
  address: row.email,
});
