/** The two files ONDE gives. */
export type Kind = 'eleves' | 'responsables';

export type PupilColumn =
  | 'lastName'
  | 'usedName'
  | 'firstName'
  | 'usedFirstName'
  | 'birthDate'
  | 'sex'
  | 'ine'
  | 'address1'
  | 'postcode1'
  | 'city1'
  | 'country1'
  | 'address2'
  | 'postcode2'
  | 'city2'
  | 'country2'
  | 'cycle'
  | 'level'
  | 'classLabel'
  | 'classOndeId'
  | 'attestation'
  | 'associations'
  | 'photo'
  | 'state';

export type GuardianColumn =
  | 'title'
  | 'usedName'
  | 'lastName'
  | 'firstName'
  | 'address'
  | 'postcode'
  | 'city'
  | 'country'
  | 'email'
  | 'homePhone'
  | 'workPhone'
  | 'workExtension'
  | 'mobile'
  | 'addressSharing';

export type ChildColumn = 'usedName' | 'lastName' | 'firstName' | 'fullName' | 'birthDate' | 'classLabel';

/** A layout is data: a new one from ONDE is a new table here and no code (ONDE section 0, point 3). */
export interface Layout<Column extends string> {
  name: string;
  kind: Kind;
  /** Headings as ONDE writes them; case, accents, spaces, apostrophes and marks do not matter. */
  headings: Partial<Record<Column, string[]>>;
  required: Column[];
  /** Columns whose heading is found in this kind of file only. */
  signature: Column[];
  /** Group repeated to the right for each child (ONDE fact 27). */
  children: Partial<Record<ChildColumn, string[]>>;
  /** Headings ONDE is known to add and that nothing here reads: not worth a remark (ONDE fact 17). */
  ignored: string[];
}

const PUPIL_EXTRAS = [
  'Décision de passage',
  'Regroupement(s)',
  'Dispositif(s)',
  'Date inscription',
  'Deuxième prénom',
  'Troisième prénom',
  'Commune naissance',
  'Dépt naissance',
  'Pays naissance',
  'Intervenant',
];

const PUPIL_COMMON = {
  lastName: ['Nom élève', 'Nom de famille élève', 'Nom de l’élève'],
  usedName: ['Nom d’usage élève', 'Nom d’usage de l’élève'],
  firstName: ['Prénom élève', 'Prénom de l’élève'],
  usedFirstName: ['Prénom d’usage élève', 'Prénom d’usage'],
  birthDate: ['Date naissance', 'Date de naissance', 'Date de naissance élève', 'Né(e) le'],
  sex: ['Sexe', 'Sexe élève'],
  address1: ['Adresse1'],
  postcode1: ['Cp1'],
  city1: ['Commune1'],
  country1: ['Pays1'],
  address2: ['Adresse2'],
  postcode2: ['Cp2'],
  city2: ['Commune2'],
  country2: ['Pays2'],
  cycle: ['Cycle'],
  level: ['Niveau'],
  attestation: ['Attestation fournie'],
  state: ['Etat'],
};

/** ONDE section 1, heading « Header rows »; the newest first, which wins when two fit as well. */
export const PUPIL_LAYOUTS: Layout<PupilColumn>[] = [
  {
    name: 'onde',
    kind: 'eleves',
    headings: {
      ...PUPIL_COMMON,
      ine: ['INE', 'INE élève', 'N° INE'],
      classLabel: ['Libellé classe', 'Classe ou regroupement'],
      classOndeId: ['Identifiant classe'],
      associations: ['Autorisation associations'],
      photo: ['Autorisation photo'],
    },
    required: ['lastName', 'firstName', 'birthDate', 'level', 'classLabel'],
    signature: ['lastName', 'usedName', 'firstName'],
    children: {},
    ignored: PUPIL_EXTRAS,
  },
  {
    name: 'be1d',
    kind: 'eleves',
    headings: {
      ...PUPIL_COMMON,
      classLabel: ['Classe'],
      associations: ['Autorisations associations'],
      photo: ['Autorisations photos'],
    },
    required: ['lastName', 'firstName', 'birthDate', 'level', 'classLabel'],
    signature: ['lastName', 'usedName', 'firstName'],
    children: {},
    ignored: PUPIL_EXTRAS,
  },
];

const GUARDIAN_COMMON = {
  title: ['Civilité responsable'],
  usedName: ['Nom usage responsable', 'Nom d’usage responsable'],
  // Both names may come in one cell; what tells them apart is how they are written.
  lastName: [
    'Nom responsable',
    'Nom de famille responsable',
    'Nom et prénom responsable',
    'Nom prénom responsable',
    'Nom complet responsable',
    'Responsable',
  ],
  firstName: ['Prénom responsable'],
  address: ['Adresse responsable'],
  postcode: ['CP responsable'],
  city: ['Commune responsable'],
  country: ['Pays', 'Pays responsable'],
  email: ['Courriel', 'Courriel responsable'],
  homePhone: ['Téléphone domicile'],
  workPhone: ['Téléphone travail'],
  mobile: ['Téléphone portable'],
};

const GUARDIAN_RULES = {
  kind: 'responsables' as const,
  // One export was seen without the first name (ONDE section 1): it is told, not refused.
  required: ['lastName' as const],
  signature: ['lastName' as const, 'usedName' as const, 'firstName' as const, 'title' as const],
  ignored: ['PCS', 'Profession'],
};

const CHILD = {
  usedName: ['Nom d’usage enfant'],
  lastName: ['Nom de famille enfant'],
  firstName: ['Prénom enfant'],
  fullName: ['Nom et prénom enfant', 'Nom prénom enfant', 'Enfant'],
  classLabel: ['Classes enfants', 'Classe enfant', 'Classes enfant'],
};

const PUPIL_CHILD = {
  usedName: ['Nom d’usage élève'],
  lastName: ['Nom de famille élève'],
  firstName: ['Prénom élève'],
  fullName: ['Nom et prénom élève', 'Nom prénom élève', 'Élève'],
  classLabel: ['Classes élèves', 'Classe élève', 'Classes élève'],
};

export const GUARDIAN_LAYOUTS: Layout<GuardianColumn>[] = [
  {
    ...GUARDIAN_RULES,
    name: 'onde-2021',
    headings: {
      ...GUARDIAN_COMMON,
      workExtension: ['Numéro de poste'],
      addressSharing: ['Communication adresses'],
    },
    children: { ...PUPIL_CHILD, birthDate: ['Date de naissance élève', 'Date naissance élève'] },
  },
  {
    ...GUARDIAN_RULES,
    name: 'onde-2019',
    headings: { ...GUARDIAN_COMMON, workExtension: ['Numéro de poste'] },
    children: PUPIL_CHILD,
  },
  { ...GUARDIAN_RULES, name: 'onde-2017', headings: GUARDIAN_COMMON, children: CHILD },
  {
    ...GUARDIAN_RULES,
    name: 'be1d',
    headings: { ...GUARDIAN_COMMON, workExtension: ['Numéro de poste'] },
    children: CHILD,
  },
];
