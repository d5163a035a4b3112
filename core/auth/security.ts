import { z } from 'zod';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { choice, type Field, type InputOf, password } from '../form/form.ts';
import {
  type Account,
  get,
  invalid,
  type Person,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { inHisPlace } from '../web/his-place.ts';
import { homeOf } from './arrive.ts';
import { deviceHmac } from './candidate.ts';
import { stationOf, stepsOf } from './first-steps.ts';
import { MEASURE_NAMES, MEASURE_NOTES, MEASURES, type Measure, offeredTo } from './measures.ts';
import { wrongOwnPassword } from './own-password.ts';
import { hashPassword } from './passwords.ts';
import { checkPin, pinField, pinRefusal, shuffledDigits } from './pin.ts';

/** At the first sign-in the password has just been chosen: only a later change asks for it. */
const current: Field<string> = {
  ...password('Votre mot de passe', { autocomplete: 'current-password' }),
  schema: z.string().max(200, 'Raccourcissez : 200 caractères au plus.'),
};
const form = {
  measure: choice('Mesure de sécurité', MEASURES),
  pin: pinField(
    'Code PIN, de 4 à 8 chiffres (6 conseillés)',
    'Saisissez votre code dans le pavé numérique ou au clavier.',
  ),
  again: pinField('Confirmez votre code PIN'),
  currentPin: pinField('Votre code PIN actuel'),
  current,
};
type Sent = InputOf<typeof form>;
type Signed = Visit<Sent> & { account: Account; person: Person };

/** « Renforcer la sécurité de mon compte » (F02-13 to F02-19): a station of the first sign-in, and a page of « Mon compte ». */
export const measureRoutes = (house: House): Route[] => [
  get('public', '/securite', 'signed-in', show, { beforeFirst: true }),
  post('public', '/securite', 'signed-in', form, (visit) => choose(house, visit as Signed), {
    outside: true,
    beforeFirst: true,
  }),
];

/** Where a person must go first: the password before the measure, the device after it. */
function elsewhere(account: Account): string | null {
  return account.nextStep === 'measure' && account.state !== 'provisional' ? null : stationOf(account);
}

async function show(visit: Visit): Promise<Reply> {
  const { account, person, school, db } = visit as Signed;
  const other = elsewhere(account);
  if (other) return redirect(other);
  const { measure } = await db('accounts').where({ id: account.id }).first('measure');
  const station = account.nextStep === 'measure';
  const offered = choicesOf(school, account, person, station ? null : measure);
  const typed = (visit.input as Partial<Sent> | null)?.measure;
  const chosen = typed ?? (offered.length === 1 ? offered[0] : station ? null : measure);
  const data = {
    steps: stepsOf(school, account, person),
    choices: offered.map((one) => ({
      value: one,
      title: MEASURES[one],
      note: MEASURE_NOTES[one],
      checked: one === chosen,
    })),
    hasPin: measure === 'pin',
    only: offered.length === 1,
    digits: shuffledDigits(),
  };
  if (station) return { ...page('auth/mesure', data), layout: 'door' };
  return inHisPlace(account, 'auth/securite', data);
}

/** What the school offers; the measure one has already stays one's own, even if it is offered no more. */
function choicesOf(school: Visit['school'], account: Account, person: Person, kept: Measure | null): Measure[] {
  const offered = offeredTo(school, person.kind, account.grants);
  return (Object.keys(MEASURES) as Measure[]).filter((one) => offered.includes(one) || one === kept);
}

async function choose(house: House, visit: Signed): Promise<Reply> {
  const { account, person, school, input, client, now } = visit;
  const other = elsewhere(account);
  if (other) return redirect(other);
  const station = account.nextStep === 'measure';
  const before = await inSchool(house.app, school.id, (db) =>
    db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .where('accounts.id', account.id)
      .first('measure', 'birth_date'),
  );
  if (!choicesOf(school, account, person, station ? null : before.measure).includes(input.measure))
    return invalid({ measure: 'Votre école ne propose pas cette mesure. Choisissez-en une autre.' });
  const refused =
    wrongNewPin(input, before.birth_date) ?? (station ? null : await wrongProof(house, visit, before.measure));
  if (refused) return invalid(refused);
  const pin = input.measure === 'pin' ? await hashPassword(input.pin) : null;
  return inSchool(house.app, school.id, async (db) => {
    const device = { account_id: account.id, device_hmac: deviceHmac(house, client.device) };
    const named = await db('devices').where(device).whereNotNull('name').first('id');
    const next = station && input.measure !== 'none' && !named ? 'device' : null;
    await db('accounts')
      .where({ id: account.id })
      .update({ measure: input.measure, pin_hash: pin, pin_tries: 0, next_step: next });
    await audit(db, now, { account, person }, 'Mesure de sécurité choisie', MEASURE_NAMES[input.measure]);
    if (station)
      return redirect(next ? '/compte/appareil' : homeOf(account.mode, account.espaces), SAID[input.measure]);
    return redirect(input.measure === 'none' ? '/compte/' : '/compte/appareils', SAID[input.measure]);
  });
}

const SAID: Record<Measure, string> = {
  none: 'C’est noté : votre mot de passe suffit.',
  notice: 'C’est noté : vous serez prévenu quand un nouvel appareil se connecte.',
  pin: 'Votre code PIN est enregistré.',
};

/** F02-18 F02-19: what is wrong with the new PIN, beside its two fields. */
function wrongNewPin(input: Sent, birthDate: string | null): Record<string, string> | null {
  if (input.measure !== 'pin') return null;
  const wrong = pinRefusal(input.pin, birthDate);
  if (wrong) return { pin: wrong };
  return input.pin === input.again ? null : { again: 'Les deux saisies ne sont pas les mêmes. Retapez le code PIN.' };
}

/** A change asks for the password, and for the PIN one leaves. */
async function wrongProof(house: House, visit: Signed, before: Measure): Promise<Record<string, string> | null> {
  const wrong = await wrongOwnPassword(house, visit, visit.input.current);
  if (wrong) return { current: wrong };
  if (before !== 'pin') return null;
  const told = await checkPin(house, visit.school.id, visit.account.id, visit.input.currentPin);
  if (told === 'right') return null;
  if (told === 'wrong') return { currentPin: 'Ce n’est pas votre code PIN actuel.' };
  return { currentPin: 'Cinq essais sont faits. Demandez à l’école de réinitialiser votre connexion.' };
}
