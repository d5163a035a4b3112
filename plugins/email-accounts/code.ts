import { randomInt } from 'node:crypto';
import type { Account, Person, Transaction, Unreachable, Visit, Work } from '@preau/core';
import { BOXES, type Box, me } from './box.ts';

const CODES = 'email_accounts_codes';
export const CODE_MINUTES = 10;
const TRIES = 5;
const CODES_AN_HOUR = 5;
/** Over all codes of a mail account, or of whoever asks for them, while one of the last quarter may still be good. */
const GUESSES = 10;
const GUESSES_MINUTES = 15 + CODE_MINUTES;

interface Code {
  id: string;
  box_id: string;
  asked_by: string;
  hmac: Buffer;
  sent_at: Date;
  expires_at: Date;
  tries: number;
}

const ago = (now: Date, minutes: number) => new Date(now.getTime() - minutes * 60_000);
/** Of this mail account or asked by this person: another mail account with the same address gives no further tries. */
const since = (db: Transaction, box: Box, who: string, at: Date) =>
  db<Code>(CODES)
    .where('sent_at', '>', at)
    .where((either) => either.where({ box_id: box.id }).orWhere({ asked_by: who }));

const hmacOf = ({ services }: Pick<Work, 'services'>, box: Box, code: string) =>
  services.vault.hmac('email-accounts.code', `${box.id} ${code}`);

/** Writes a code to the address to be proved; it exists in clear in this message only (F09-04). @returns why it cannot be reached. */
export async function sendCode(visit: Visit, box: Box): Promise<Unreachable | null> {
  const { db, now, school, services, person } = visit;
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const until = new Date(now.getTime() + CODE_MINUTES * 60_000);
  await db(CODES).insert({
    box_id: box.id,
    asked_by: me(visit),
    hmac: hmacOf(visit, box, code),
    sent_at: now,
    expires_at: until,
  });
  const { firstName, lastName } = person as Person;
  const text = `Bonjour,

${firstName} ${lastName} veut envoyer les e-mails de ${school.name} depuis cette adresse.

Code de vérification : ${code}

Il sert une fois, pendant ${CODE_MINUTES} minutes, sur la page qui le demande.
Vous n’avez rien demandé ? Ne donnez ce code à personne : sans lui, rien ne partira de cette adresse.
`;
  const { unreachable } = await services.outbox.send({
    title: 'Vérification d’un compte e-mail',
    purpose: 'email-accounts.code',
    letters: [{ to: { name: box.label, address: box.address }, subject: 'Votre code de vérification', text }],
    until,
  });
  return unreachable[0] ?? null;
}

/** Minutes to wait before another code may be asked; 0: none. Parallel questions of one person wait for each other here. */
export async function waitForCode(visit: Visit, box: Box): Promise<number> {
  const { db, now } = visit;
  const who = me(visit);
  await db('accounts').where({ id: who }).forUpdate().first('id');
  const sent = await since(db, box, who, ago(now, 60)).orderBy('sent_at', 'desc').select('sent_at');
  const fifth = sent[CODES_AN_HOUR - 1];
  return fifth ? Math.max(1, Math.ceil((fifth.sent_at.getTime() - ago(now, 60).getTime()) / 60_000)) : 0;
}

/** What a typed code comes to; a try is taken before anything is compared, and the row is locked: one code opens once. */
export async function tryCode(
  work: Work,
  visit: { account: Account | null },
  box: Box,
  typed: string,
): Promise<string | null> {
  const { db, now } = work;
  // Guesses on several mail accounts at once are counted one after the other.
  await db('accounts')
    .where({ id: me(visit) })
    .forUpdate()
    .first('id');
  const code = await db<Code>(CODES).where({ box_id: box.id }).orderBy('sent_at', 'desc').first();
  if (!code || code.expires_at <= now) return 'Ce code n’est plus valable : demandez-en un nouveau.';
  if (code.tries >= TRIES) return 'Cinq essais sont faits : ce code ne sert plus. Demandez-en un nouveau.';
  const [{ guesses }] = (await since(db, box, me(visit), ago(now, GUESSES_MINUTES)).select(
    db.raw('coalesce(sum(tries), 0)::int as guesses'),
  )) as unknown as { guesses: number }[] as [{ guesses: number }];
  if (guesses >= GUESSES) return `Trop d’essais. Attendez ${GUESSES_MINUTES} minutes, puis demandez un nouveau code.`;
  await db(CODES).where({ id: code.id }).increment('tries', 1);
  if (!hmacOf(work, box, typed).equals(code.hmac)) {
    const left = TRIES - code.tries - 1;
    return left
      ? `Ce n’est pas le dernier code envoyé. Il reste ${left} essai${left > 1 ? 's' : ''}.`
      : 'Ce n’est pas le dernier code envoyé. Cinq essais sont faits : demandez-en un nouveau.';
  }
  await db(BOXES).where({ id: box.id }).update({ verified_at: now });
  return null;
}

/** Nothing is asked of codes a day old. */
export const purgeCodes = ({ db, now }: Work) =>
  db(CODES)
    .where('sent_at', '<', ago(now, 24 * 60))
    .delete();
