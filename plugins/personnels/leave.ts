import {
  date,
  forbidden,
  frenchDay,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { taughtBy } from './choose-classes.ts';
import { pupilsInCare } from './choose-pupils.ts';
import { homeOf, type Kind, listOf } from './kinds.ts';
import { type Member, memberOf } from './member.ts';
import { lastDay, nameOf, today } from './words.ts';

/** How long an account lasts, its suspension, and the departure of a person. */

export const endForm = {
  until: date('Dernier jour', { optional: true, hint: 'Ce jour-là compris. Vide : sans fin.' }),
};

export async function showEnd(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id) return missing();
  const data = { name: nameOf(member), home: homeOf(kind, member.id) };
  return page('personnels/duree', data, undefined, { form: { until: lastDay(member.valid_until, visit) } });
}

export async function saveEnd(visit: Visit<InputOf<typeof endForm>>, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id) return missing();
  const { until } = visit.input;
  const refused = await visit.services.access.setValidUntil(member.account_id, until);
  if (refused) return invalid({ until: refused });
  return redirect(
    homeOf(kind, member.id),
    until ? `Le compte sert jusqu’au ${frenchDay(until)} compris.` : 'Le compte est de nouveau sans fin.',
  );
}

export async function askSuspend(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id || member.state === 'suspended') return missing();
  return page('personnels/suspendre', { name: nameOf(member), home: homeOf(kind, member.id) });
}

export async function suspend(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id) return missing();
  const refused = await visit.services.access.suspend(member.account_id);
  if (refused) return forbidden(refused);
  const home = homeOf(kind, member.id);
  return redirect(home, {
    text: `Le compte de ${nameOf(member)} est suspendu : il n’ouvre plus rien.`,
    undo: { to: `${home}/retablir`, values: {} },
  });
}

export async function bringBack(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id) return missing();
  const refused = await visit.services.access.bringBack(member.account_id);
  if (refused) return forbidden(refused);
  return redirect(homeOf(kind, member.id), `Le compte de ${nameOf(member)} sert de nouveau.`);
}

/** Why somebody cannot be removed yet; null when nothing holds him. */
async function holds(visit: Visit, member: Member): Promise<string | null> {
  if (member.id === visit.person?.id) return 'Vous ne pouvez pas vous retirer vous-même.';
  const classes = member.kind === 'teacher' ? await taughtBy(visit, member.id) : [];
  if (classes.length) return `Retirez-lui d’abord ses classes : ${classes.map((one) => one.label).join(', ')}.`;
  const pupils = (await pupilsInCare(visit, member.id)).length;
  return pupils ? `Retirez-lui d’abord ses élèves : il en a ${pupils}.` : null;
}

export async function askRemove(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member || member.left_on) return missing();
  return page('personnels/retirer', {
    name: nameOf(member),
    home: homeOf(kind, member.id),
    held: await holds(visit, member),
    open: member.state !== 'suspended',
  });
}

/** He leaves the lists and his account closes; his data are kept, and he can come back. */
export async function remove(visit: Visit, kind: Kind): Promise<Reply> {
  const { db, services } = visit;
  const member = await memberOf(visit, kind);
  if (!member || member.left_on) return missing();
  const refused = (await holds(visit, member)) ?? (await close(visit, member));
  if (refused) return forbidden(refused);
  await services.register.change([{ id: member.id, fields: { leftOn: today(visit) } }]);
  if (member.account_id && member.state !== 'suspended')
    await db('personnels_departures').insert({ account_id: member.account_id }).onConflict().ignore();
  return redirect(listOf(kind), {
    text: `${nameOf(member)} n’est plus dans l’équipe. Ses données sont gardées : le filtre « Partis » les montre.`,
    undo: { to: `${homeOf(kind, member.id)}/remettre`, values: {} },
  });
}

const close = async ({ services }: Visit, member: Member): Promise<string | null> =>
  member.account_id && member.state !== 'suspended' ? services.access.suspend(member.account_id) : null;

export async function comeBack(visit: Visit, kind: Kind): Promise<Reply> {
  const { db, services } = visit;
  const member = await memberOf(visit, kind);
  if (!member) return missing();
  await services.register.change([{ id: member.id, fields: { leftOn: null } }]);
  const closed = await db('personnels_departures').where({ account_id: member.account_id }).delete();
  const refused = closed && member.account_id ? await services.access.bringBack(member.account_id) : null;
  if (refused) return forbidden(refused);
  return redirect(homeOf(kind, member.id), `${nameOf(member)} est de nouveau dans l’équipe.`);
}
