import { choice, date, type InputOf, text } from '../form/form.ts';
import type { PersonFields } from '../people/directory-types.ts';
import { PersonRow } from '../people/people.ts';
import { get, invalid, missing, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { PUPIL_CARD, personVersion, pupilHome } from './card.ts';
import { fromYesNo, oddIne, toYesNo, yesNo } from './choices.ts';
import { capitals, today } from './list-words.ts';
import { nameOf } from './rows.ts';

const identity = {
  lastName: text('Nom', { max: 100 }),
  usedName: text('Nom d’usage', { max: 100, optional: true }),
  firstName: text('Prénom', { max: 100 }),
  usedFirstName: text('Prénom d’usage', { max: 100, optional: true }),
  birthDate: date('Né(e) le', { optional: true }),
  sex: choice('Sexe', { '': 'Non renseigné', F: 'Fille', M: 'Garçon' }),
  ine: text('INE', {
    max: 30,
    optional: true,
    hint: 'Onze signes, zéros du début compris, tels que ONDE les donne.',
    attributes: { autocapitalize: 'characters', spellcheck: 'false' },
  }),
  attestation: yesNo('Attestation fournie'),
  associations: yesNo('Autorisation associations'),
  photo: yesNo('Autorisation photo'),
};

export const identityRoutes = [
  get('admin', '/eleves/:pupil/modifier', PUPIL_CARD.write, show),
  post('admin', '/eleves/:pupil/modifier', PUPIL_CARD.write, identity, save, { version: personVersion(PUPIL_CARD) }),
];

async function show({ db, params }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db).findOne({ id: params.pupil, kind: 'pupil' });
  if (!row) return missing();
  const values = {
    lastName: row.last_name,
    usedName: row.used_name,
    firstName: row.first_name,
    usedFirstName: row.used_first_name,
    birthDate: row.birth_date,
    sex: row.sex ?? '',
    ine: row.ine,
    attestation: toYesNo(row.attestation),
    associations: toYesNo(row.associations),
    photo: toYesNo(row.photo),
  };
  return page('admin/eleve-modifier', { name: nameOf(row), home: pupilHome(row.id) }, undefined, { form: values });
}

async function save(visit: Visit<InputOf<typeof identity>>): Promise<Reply> {
  const { input, params, services } = visit;
  if (input.birthDate && input.birthDate > today(visit))
    return invalid({ birthDate: 'Cette date n’est pas encore passée. Vérifiez l’année.' });
  const ine = input.ine?.replace(/\s/g, '').toUpperCase() ?? null;
  const fields: PersonFields = {
    lastName: capitals(input.lastName),
    usedName: input.usedName && capitals(input.usedName),
    firstName: input.firstName,
    usedFirstName: input.usedFirstName,
    birthDate: input.birthDate,
    sex: input.sex || null,
    ine,
    attestation: fromYesNo(input.attestation),
    associations: fromYesNo(input.associations),
    photo: fromYesNo(input.photo),
  };
  await services.register.change([{ id: params.pupil as string, fields }]);
  const odd =
    ine && oddIne(ine)
      ? ` L’INE « ${ine} » n’a pas la forme habituelle (onze signes) : vérifiez-le dans ONDE. Il est gardé tel quel.`
      : '';
  return redirect(pupilHome(params.pupil as string), `L’identité est enregistrée.${odd}`);
}
