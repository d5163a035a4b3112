import {
  capitals,
  email,
  type InputOf,
  invalid,
  missing,
  type PersonFields,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { civilityOptions } from './civilities.ts';
import { homeOf, type Kind } from './kinds.ts';
import { memberOf, refusedTouch } from './member.ts';
import { nameOf } from './words.ts';

const phone = (label: string) => text(label, { max: 60, optional: true, attributes: { inputmode: 'tel' } });

/** Rubrique « Identité » (F05-6, F05-7). */
export const identityForm = {
  civility: text('Civilité', { max: 30, optional: true }),
  lastName: text('Nom', { max: 100 }),
  usedName: text('Nom d’usage', { max: 100, optional: true }),
  firstName: text('Prénom', { max: 100 }),
  email: email('Adresse e-mail', { optional: true, autocomplete: 'off' }),
  phoneMobile: phone('Téléphone mobile'),
  phoneHome: phone('Domicile'),
  phoneWork: phone('Travail'),
};

export async function showIdentity(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member) return missing();
  const typed = visit.input as { civility?: string } | null;
  const chosen = typed?.civility ?? member.civility ?? '';
  const options = await civilityOptions(visit, member.civility);
  const data = {
    name: nameOf(member),
    home: homeOf(kind, member.id),
    civilities: options.map((one) => ({ ...one, selected: one.value === chosen })),
  };
  return page('personnels/identite', data, undefined, {
    form: {
      civility: member.civility ?? '',
      lastName: member.birth_name,
      usedName: member.used_name,
      firstName: member.first_name,
      email: member.email,
      phoneMobile: member.phone_mobile,
      phoneHome: member.phone_home,
      phoneWork: member.phone_work,
    },
  });
}

export async function saveIdentity(visit: Visit<InputOf<typeof identityForm>>, kind: Kind): Promise<Reply> {
  const { input, services } = visit;
  const member = await memberOf(visit, kind);
  if (!member) return missing();
  const options = await civilityOptions(visit, member.civility);
  if (!options.some((one) => one.value === (input.civility ?? '')))
    return invalid({ civility: 'Choisissez la civilité dans la liste.' });
  const refused = input.email !== member.email && refusedTouch(visit, member);
  if (refused) return invalid({ email: refused });
  const fields: PersonFields = {
    ...input,
    // A name that nobody changes stays as a file wrote it (case B03).
    lastName: input.lastName === member.birth_name ? input.lastName : capitals(input.lastName),
    usedName: input.usedName && (input.usedName === member.used_name ? input.usedName : capitals(input.usedName)),
  };
  await services.register.change([{ id: member.id, fields }]);
  return redirect(homeOf(kind, member.id), 'L’identité est enregistrée.');
}
