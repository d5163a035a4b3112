import {
  email,
  hidden,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { ALLOWED, BOXES, type Box, boxesOf, boxOf, me, note } from './box.ts';
import { CODE_MINUTES, sendCode, tryCode, waitForCode } from './code.ts';
import { HOME, homeOf, type Kind, stepsOf } from './kinds.ts';

/** Étape 2: label and address, then *Suivant* (F09-03, F09-07). */
export const addForm = ({ personal }: Kind) => ({
  label: text('Libellé', {
    max: 80,
    hint: personal ? 'Pour le reconnaître dans vos listes.' : 'Les familles le voient à côté du nom de l’école.',
    autocomplete: 'off',
  }),
  address: email('E-mail', {
    hint: 'Un code de 6 chiffres part à cette adresse.',
    autocomplete: personal ? 'email' : 'off',
    unique: {
      constraint: personal ? 'email_accounts_own_unique' : 'email_accounts_school_unique',
      message: 'Cette adresse est déjà dans la liste.',
    },
  }),
});
/** Étape 3. Pasted with a space or a word around it, the code is still the code. */
export const codeForm = {
  code: text('Code de 6 chiffres', {
    max: 40,
    autocomplete: 'one-time-code',
    attributes: { inputmode: 'numeric' },
  }),
};
export const againForm = { again: hidden() };

const TOO_MANY = (minutes: number) =>
  `Cinq codes ont été demandés en une heure. Attendez ${minutes} minute${minutes > 1 ? 's' : ''}.`;

/** The first account of a school is most often the address it is known by. */
export async function showAdd(visit: Visit, kind: Kind): Promise<Reply> {
  const known = kind.personal || (await boxesOf(visit, visit, kind).first('id'));
  const form = known ? {} : { label: 'Secrétariat', address: visit.school.email };
  return page('email-accounts/nouveau', { ...kind, steps: stepsOf(kind, 2) }, undefined, { form });
}

export async function add(visit: Visit<InputOf<ReturnType<typeof addForm>>>, kind: Kind): Promise<Reply> {
  const { db, input, now } = visit;
  const owner_id = kind.personal ? me(visit) : null;
  const [box] = (await db(BOXES)
    .insert({ ...input, label: input.label.replace(/\s+/g, ' '), owner_id, created_at: now })
    .returning('*')) as [Box];
  const wait = await waitForCode(visit, box);
  if (wait) return invalid({ address: TOO_MANY(wait) });
  // Whoever makes it may send from it, until he says otherwise (F09-06).
  if (!kind.personal) await db(ALLOWED).insert({ box_id: box.id, account_id: me(visit) });
  const refused = await sendCode(visit, box);
  if (refused)
    return invalid({ address: `${refused.reason}${refused.suggestion ? ` Peut-être ${refused.suggestion} ?` : ''}` });
  await note(visit, visit, box, 'Compte e-mail ajouté');
  return redirect(`${homeOf(kind, box.id)}/code`);
}

export async function showCode(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind);
  if (!box) return missing();
  return page('email-accounts/code', {
    ...kind,
    steps: stepsOf(kind, 3),
    label: box.label,
    address: box.address,
    verified: box.verified_at !== null,
    minutes: CODE_MINUTES,
    next: `${homeOf(kind, box.id)}/securiser`,
  });
}

/** F09-04. Outside of a transaction: a wrong try is counted, though the page comes again. */
export async function check(visit: Visit<InputOf<typeof codeForm>>, kind: Kind): Promise<Reply> {
  const typed = visit.input.code.replace(/\D/g, '');
  if (typed.length !== 6) return invalid({ code: 'Le code a 6 chiffres. Recopiez celui du message.' });
  const { box, wrong } = await visit.step(async (work) => {
    const found = await boxOf(work, visit, kind, true);
    if (!found) return { box: null, wrong: null };
    if (found.verified_at) return { box: found, wrong: 'Ce code a déjà servi : l’adresse est vérifiée.' };
    const refused = await tryCode(work, visit, found, typed);
    if (!refused) await note(work, visit, found, 'Compte e-mail vérifié');
    return { box: found, wrong: refused };
  });
  if (!box) return missing();
  return wrong ? invalid({ code: wrong }) : redirect(`${homeOf(kind, box.id)}/securiser`, 'L’adresse est vérifiée.');
}

export async function sendAgain(visit: Visit<InputOf<typeof againForm>>, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind, true);
  if (!box) return missing();
  const path = `${homeOf(kind, box.id)}/code`;
  if (box.verified_at) return redirect(path);
  const wait = await waitForCode(visit, box);
  if (wait) return invalid({ _: TOO_MANY(wait) });
  await sendCode(visit, box);
  return redirect(path, `Un nouveau code part à ${box.address}. Les codes d’avant ne servent plus.`);
}

export async function showSecure(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind);
  if (!box?.verified_at) return missing();
  const path = homeOf(kind, box.id);
  return page('email-accounts/securiser', { ...kind, steps: stepsOf(kind, 4), label: box.label, path });
}

/** Étape 4 (F09-05): the guide's secret question is one's own password, asked again by the route itself. */
export async function secure(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind, true);
  if (!box?.verified_at) return missing();
  if (!box.secured_at) {
    await boxesOf(visit, visit, kind).where({ id: box.id }).update({ secured_at: visit.now });
    await note(visit, visit, box, 'Compte e-mail prêt à envoyer');
  }
  return kind.personal
    ? redirect(HOME, `Le compte « ${box.label} » est prêt.`)
    : redirect(`${homeOf(kind, box.id)}/habilites?etape=5`, 'Indiquez maintenant les personnels habilités.');
}
