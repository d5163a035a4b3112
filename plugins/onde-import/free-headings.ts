import { normaliseHeading } from '@preau/core';

export const PUPIL_FIELDS = [
  'name',
  'lastName',
  'firstName',
  'usedName',
  'usedFirstName',
  'birthDate',
  'sex',
  'ine',
  'level',
  'classLabel',
  'address',
  'postcode',
  'city',
  'country',
] as const;
export const GUARDIAN_FIELDS = [
  'name',
  'title',
  'lastName',
  'firstName',
  'email',
  'mobile',
  'homePhone',
  'workPhone',
  'address',
  'postcode',
  'city',
  'country',
] as const;
export const SLOTS = [1, 2, 3, 4] as const;

export type FreePupilField = (typeof PUPIL_FIELDS)[number];
export type FreeGuardianField = (typeof GUARDIAN_FIELDS)[number];
export type Slot = (typeof SLOTS)[number];
/** What a column of a spreadsheet may hold: something of the pupil, or of one of the guardians on its line. */
export type FreeField = FreePupilField | `guardian${Slot}.${FreeGuardianField}`;

// Read as headings are: without case or accents, « (s) » and full stops taken out.
const PUPIL_WORDS: Record<FreePupilField, string[]> = {
  name: [
    'nom prenom',
    'nom et prenom',
    'noms et prenoms',
    'nom prenoms',
    'prenom nom',
    'prenom et nom',
    'nom complet',
    'eleve',
    'enfant',
  ],
  lastName: ['nom', 'nom de famille', 'nom eleve', 'nom enfant', 'nom de naissance', 'famille'],
  firstName: ['prenom', 'prenoms', 'prenom eleve', 'prenom enfant'],
  usedName: ['nom usage', 'nom d usage'],
  usedFirstName: ['prenom usage', 'prenom d usage'],
  birthDate: ['ne le', 'nee le', 'date naissance', 'date de naissance', 'naissance', 'ddn'],
  sex: ['sexe', 's', 's g/f', 'genre', 'g/f', 'f/g'],
  ine: ['ine', 'numero ine', 'identifiant national'],
  level: ['niveau', 'cours', 'section'],
  classLabel: ['classe', 'libelle classe', 'nom classe'],
  address: ['adresse', 'adresse postale', 'rue', 'adresse1'],
  postcode: ['cp', 'code postal', 'cp1'],
  city: ['ville', 'commune', 'commune1'],
  country: ['pays', 'pays1'],
};

const GUARDIAN_WORDS: Record<FreeGuardianField, string[]> = {
  name: ['', 'nom prenom', 'nom et prenom', 'nom complet', 'prenom nom', 'identite'],
  title: ['civilite', 'titre'],
  lastName: ['nom', 'nom de famille'],
  firstName: ['prenom', 'prenoms'],
  email: [
    'mail',
    'e-mail',
    'email',
    'courriel',
    'adresse mail',
    'adresse e-mail',
    'adresse email',
    'adresse electronique',
  ],
  mobile: [
    'portable',
    'mobile',
    'tel portable',
    'tel mobile',
    'telephone portable',
    'telephone mobile',
    'gsm',
    'tel',
    'telephone',
  ],
  homePhone: ['fixe', 'domicile', 'tel fixe', 'tel domicile', 'telephone fixe', 'telephone domicile'],
  workPhone: ['travail', 'tel travail', 'telephone travail', 'tel professionnel', 'telephone professionnel'],
  address: ['adresse', 'adresse postale', 'rue'],
  postcode: ['cp', 'code postal'],
  city: ['ville', 'commune'],
  country: ['pays'],
};

// Without the word « parent », these can only be a guardian's: pupils of this age have neither.
const ALWAYS_GUARDIAN: FreeGuardianField[] = ['email', 'mobile', 'homePhone', 'workPhone'];
const OF_THE_PUPIL = /(?: (?:de|du))?(?: (?:l|d))? ?(?:eleve|enfant)$/;

/** Which field a heading most likely means, null when nothing is recognised. */
export function meaningOf(heading: string): FreeField | null {
  const words = normaliseHeading(heading)
    .replace(/\((?:e|s)\)/g, '')
    .replace(/[.'():_]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === '') return null;
  const { role, slot, rest } = guardianPart(words);
  const guardianField = fieldFor(GUARDIAN_WORDS, rest);
  if (role && guardianField) return `guardian${slot}.${guardianField}`;
  if (role) return null;
  const pupilField = fieldFor(PUPIL_WORDS, words) ?? fieldFor(PUPIL_WORDS, words.replace(OF_THE_PUPIL, ''));
  if (pupilField) return pupilField;
  return guardianField && ALWAYS_GUARDIAN.includes(guardianField) ? `guardian${slot}.${guardianField}` : null;
}

/** « mail parent 2 » → the second guardian's « mail ». A mother comes first and a father second, as lists have them. */
function guardianPart(words: string): { role: boolean; slot: Slot; rest: string } {
  const role =
    /\b(?:parents?|responsables?(?: legal| legaux)?|representants?(?: legal| legaux)?|resp|tuteur|tutrice|mere|pere|maman|papa)(?![a-z])/;
  const named = role.exec(words)?.[0] ?? '';
  const digit = /(?:^|[^0-9])([1-4])\b/.exec(words)?.[1];
  const slot = (digit ? Number(digit) : /pere|papa/.test(named) ? 2 : 1) as Slot;
  const rest = ` ${words
    .replace(role, ' ')
    .replace(/(?:n ?°? ?)?[1-4]\b/, ' ')
    .replace(/[-/]+(?= |$)/g, ' ')} `
    .replace(/\s+/g, ' ')
    .replace(/ (?:du|de la|de l|de|des|d|le|la|l) $/, ' ')
    .trim();
  return { role: named !== '', slot, rest };
}

function fieldFor<Field extends string>(table: Record<Field, string[]>, words: string): Field | null {
  return (Object.keys(table) as Field[]).find((field) => table[field].includes(words)) ?? null;
}
