import { email, type InputOf, text } from '../form/form.ts';
import type { PersonFields } from '../people/directory-types.ts';
import { PersonRow } from '../people/people.ts';
import { get, invalid, missing, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { GUARDIAN_CARD, guardianHome, personVersion } from './card.ts';
import { capitals } from './list-words.ts';
import { nameOf } from './rows.ts';

export const CIVILITIES = { '': 'Aucune', 'M.': 'M.', Mme: 'Mme', Mlle: 'Mlle', 'M. et Mme': 'M. et Mme' } as const;

const phone = (label: string) => text(label, { max: 60, optional: true, attributes: { inputmode: 'tel' } });
const identity = {
  civility: text('Civilité', { max: 30, optional: true }),
  lastName: text('Nom', { max: 100 }),
  usedName: text('Nom d’usage', { max: 100, optional: true }),
  firstName: text('Prénom', { max: 100 }),
  email: email('E-mail', { optional: true, autocomplete: 'off' }),
  phoneMobile: phone('Mobile'),
  phoneHome: phone('Domicile'),
  phoneWork: phone('Travail'),
};

export const guardianRoutes = [
  get('admin', '/responsables/:id/modifier', GUARDIAN_CARD.write, show),
  post('admin', '/responsables/:id/modifier', GUARDIAN_CARD.write, identity, save, {
    version: personVersion(GUARDIAN_CARD),
  }),
];

/** A file may have brought a civility of its own: it stays until somebody chooses another. */
const civilities = (known: string | null): [string, string][] => [
  ...Object.entries(CIVILITIES),
  ...(known && !(known in CIVILITIES) ? [[known, known] as [string, string]] : []),
];

async function show({ db, params, input }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db).findOne({ id: params.id, kind: 'guardian' });
  if (!row) return missing();
  const values = {
    civility: row.civility ?? '',
    lastName: row.last_name,
    usedName: row.used_name,
    firstName: row.first_name,
    email: row.email,
    phoneMobile: row.phone_mobile,
    phoneHome: row.phone_home,
    phoneWork: row.phone_work,
  };
  const chosen = (input as { civility?: string } | null)?.civility ?? values.civility;
  const data = {
    name: nameOf(row),
    home: guardianHome(row.id),
    civilities: civilities(row.civility).map(([value, label]) => ({ value, label, selected: value === chosen })),
  };
  return page('admin/responsable-modifier', data, undefined, { form: values });
}

async function save({ db, input, params, services }: Visit<InputOf<typeof identity>>): Promise<Reply> {
  const id = params.id as string;
  const known = await db('people').where({ id, kind: 'guardian' }).first('civility');
  if (!known) return missing();
  if (!civilities(known.civility).some(([value]) => value === (input.civility ?? '')))
    return invalid({ civility: 'Choisissez la civilité dans la liste.' });
  const fields: PersonFields = {
    ...input,
    lastName: capitals(input.lastName),
    usedName: input.usedName && capitals(input.usedName),
  };
  await services.register.change([{ id, fields }]);
  return redirect(guardianHome(id), 'L’identité est enregistrée.');
}
