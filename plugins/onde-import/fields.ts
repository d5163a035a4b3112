import type { BatchKind } from './batch.ts';
import { type GUARDIAN_FIELDS, type PUPIL_FIELDS, SLOTS } from './free-headings.ts';
import type { ChildColumn, Columns, GuardianColumn, PupilColumn } from './layouts.ts';

/** What a column of a file may hold, as the director is asked: a key and its French name, in groups. */
export interface FieldGroup {
  title: string;
  fields: { key: string; label: string }[];
}

const PUPIL: Record<(typeof PUPIL_FIELDS)[number], string> = {
  name: 'Nom et prénom ensemble',
  lastName: 'Nom',
  firstName: 'Prénom',
  usedName: 'Nom d’usage',
  usedFirstName: 'Prénom d’usage',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  ine: 'INE',
  level: 'Niveau',
  classLabel: 'Classe',
  address: 'Adresse',
  postcode: 'Code postal',
  city: 'Commune',
  country: 'Pays',
};
const GUARDIAN: Record<(typeof GUARDIAN_FIELDS)[number], string> = {
  name: 'Civilité, nom et prénom ensemble',
  title: 'Civilité',
  lastName: 'Nom',
  firstName: 'Prénom',
  email: 'E-mail',
  mobile: 'Mobile',
  homePhone: 'Téléphone du domicile',
  workPhone: 'Téléphone du travail',
  address: 'Adresse',
  postcode: 'Code postal',
  city: 'Commune',
  country: 'Pays',
};
const ONDE_PUPIL: Record<Exclude<PupilColumn, 'cycle' | 'state'>, string> = {
  lastName: 'Nom',
  usedName: 'Nom d’usage',
  firstName: 'Prénom',
  usedFirstName: 'Prénom d’usage',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  ine: 'INE',
  level: 'Niveau',
  classLabel: 'Classe',
  classOndeId: 'Numéro de classe ONDE',
  address1: 'Adresse',
  postcode1: 'Code postal',
  city1: 'Commune',
  country1: 'Pays',
  address2: 'Seconde adresse',
  postcode2: 'Code postal de la seconde adresse',
  city2: 'Commune de la seconde adresse',
  country2: 'Pays de la seconde adresse',
  attestation: 'Attestation fournie',
  associations: 'Autorisation associations',
  photo: 'Autorisation photo',
};
const { name: _, ...REACHED } = GUARDIAN;
const ONDE_GUARDIAN: Record<Exclude<GuardianColumn, 'workExtension' | 'addressSharing'>, string> = {
  ...REACHED,
  usedName: 'Nom d’usage',
};
const CHILD: Record<ChildColumn, string> = {
  lastName: 'Nom',
  usedName: 'Nom d’usage',
  firstName: 'Prénom',
  fullName: 'Nom et prénom ensemble',
  birthDate: 'Date de naissance',
  classLabel: 'Classe',
};
/** Children a guardian's line may name in a file whose columns the director matches himself. */
const CHILDREN = [1, 2, 3, 4, 5, 6];

const group = (title: string, labels: Record<string, string>, prefix = ''): FieldGroup => ({
  title,
  fields: Object.entries(labels).map(([field, label]) => ({ key: `${prefix}${field}`, label })),
});

/** The fields a file of that kind may have. */
export const FIELD_GROUPS: Record<BatchKind, FieldGroup[]> = {
  tableur: [group('Élève', PUPIL), ...SLOTS.map((slot) => group(`Responsable ${slot}`, GUARDIAN, `guardian${slot}.`))],
  eleves: [group('Élève', ONDE_PUPIL)],
  responsables: [
    group('Responsable', ONDE_GUARDIAN),
    ...CHILDREN.map((n) => group(n === 1 ? 'Premier enfant' : `Enfant ${n}`, CHILD, `child${n}.`)),
  ],
};

/** Columns of an ONDE file, from the field chosen for each column. */
export function columnsOf<Column extends string>(places: Map<string, number>): Columns<Column> {
  const fields: Partial<Record<string, number>> = {};
  const children: Columns<Column>['children'] = [];
  for (const [key, index] of places) {
    const child = /^child(\d+)\.(\w+)$/.exec(key);
    if (!child) fields[key] = index;
    else {
      const at = Number(child[1]) - 1;
      children[at] = { ...children[at], [child[2] as ChildColumn]: index };
    }
  }
  return { fields: fields as Columns<Column>['fields'], children: children.filter(Boolean) };
}

/** What is missing for a file of that kind to be read, in French; null when nothing is. */
export function lacking(kind: BatchKind, places: Map<string, number>): string | null {
  const has = (...keys: string[]) => keys.some((key) => places.has(key));
  const missing: string[] = [];
  const want = (there: boolean, words: string) => {
    if (!there) missing.push(words);
  };
  if (kind === 'responsables') {
    want(has('lastName', 'usedName'), 'le nom du responsable');
    want(has('child1.lastName', 'child1.usedName', 'child1.fullName'), 'le nom de l’enfant');
    want(has('child1.firstName', 'child1.fullName'), 'le prénom de l’enfant');
  } else {
    want(has('lastName', 'name'), 'le nom de l’élève');
    want(has('firstName', 'name'), 'le prénom de l’élève');
    want(has('birthDate'), 'la date de naissance de l’élève');
  }
  return missing.length ? `Indiquez quelle colonne donne ${missing.join(', ')}.` : null;
}
