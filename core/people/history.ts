import type { Transaction } from '../plugin/contract.ts';
import type { LinkFields, Pen, PersonFields, PostalAddress } from './directory-types.ts';
import { GENRES, type Genre } from './genres.ts';
import { bulk } from './write.ts';

/** A class and level in one year, as the history keeps them: the label may be read when the class is gone. */
export interface KeptPlace {
  year: number;
  classId: string | null;
  label: string | null;
  level: string | null;
}

/** A person to call or allowed to fetch a pupil, as the history keeps him. */
export interface KeptContact {
  name: string;
  relation: string | null;
  phone: string | null;
  phoneOther: string | null;
  toCall: boolean;
  mayFetch: boolean;
}

/** What a change was about, and its value before and after; null where there was nothing. */
export interface Change {
  personId?: string | null;
  guardianId?: string | null;
  classId?: string | null;
  field: keyof PersonFields | 'addresses' | 'place' | 'link' | 'contact' | 'label' | 'teacher';
  before: unknown;
  after: unknown;
}

/** French names of what a history tells of. */
export const FIELD_TITLES: Record<Change['field'], string> = {
  civility: 'Civilité',
  jobTitle: 'Fonction',
  genre: 'Genre',
  lastName: 'Nom',
  usedName: 'Nom d’usage',
  firstName: 'Prénom',
  usedFirstName: 'Prénom d’usage',
  birthDate: 'Né(e) le',
  sex: 'Sexe',
  ine: 'INE',
  email: 'E-mail',
  phoneHome: 'Téléphone du domicile',
  phoneWork: 'Téléphone du travail',
  phoneMobile: 'Mobile',
  attestation: 'Attestation fournie',
  associations: 'Autorisation associations',
  photo: 'Autorisation photo',
  arrivesOn: 'Arrive le',
  leftOn: 'Parti(e) le',
  addresses: 'Adresses',
  place: 'Classe',
  link: 'Lien de responsable',
  contact: 'Personne à appeler',
  label: 'Nom de la classe',
  teacher: 'Professeur',
};

/** Writes down changes that are being made. */
export async function note(db: Transaction, now: Date, pen: Pen, changes: Change[]): Promise<void> {
  const rows = changes.map((one) => ({
    person_id: one.personId ?? null,
    guardian_id: one.guardianId ?? null,
    class_id: one.classId ?? null,
    field: one.field,
    before: one.before ?? null,
    after: one.after ?? null,
  }));
  await bulk(rows, (data) =>
    db.raw(
      `insert into people_history (at, account_id, who, cause, person_id, guardian_id, class_id, field, before, after)
       select ?, ?, ?, ?, r.* from json_to_recordset(?) as r(person_id uuid, guardian_id uuid, class_id uuid, field text, before jsonb, after jsonb)`,
      [now, pen.by.accountId, pen.by.name, pen.cause, data],
    ),
  );
}

/** One value in words: « 12/03/2018 », « Oui », « 3 rue du Lac, 01000 BOURG », « CE1 (Niveau CE1) ». */
export function inWords(field: Change['field'], value: unknown): string {
  if (value === null || value === undefined || value === '') return '(vide)';
  if (value === true) return 'Oui';
  if (value === false) return 'Non';
  if (field === 'addresses') return (value as PostalAddress[]).map(addressInWords).join(' ; ') || '(vide)';
  if (field === 'place') return placeInWords(value as KeptPlace);
  if (field === 'link') return linkInWords(value as LinkFields);
  if (field === 'contact') return contactInWords(value as KeptContact);
  if (field === 'genre') return GENRES[value as Genre];
  if (field === 'sex') return value === 'M' ? 'G' : String(value);
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(String(value));
  return day ? `${day[3]}/${day[2]}/${day[1]}` : String(value);
}

export const addressInWords = (one: PostalAddress): string =>
  [...one.lines, [one.postcode, one.city].filter(Boolean).join(' '), one.country].filter(Boolean).join(', ');

/** « 3 Cours Élémentaire 2 - Cours moyen 1 (Niveau CE2) » (F04-10). */
export const placeInWords = ({ label, level }: Pick<KeptPlace, 'label' | 'level'>): string =>
  `${label ?? 'Sans classe'}${level ? ` (Niveau ${level})` : ''}`;

function linkInWords(link: LinkFields): string {
  const words = [link.type === 'inconnu' ? 'responsable' : link.type];
  if (link.authority !== 'inconnu') words.push(`autorité parentale : ${link.authority}`);
  if (!link.access) words.push('sans accès à l’Espace');
  if (!link.receives) words.push('sans informations');
  if (link.restrictedOn) words.push(`restreint depuis le ${inWords('leftOn', link.restrictedOn)}`);
  return words.join(', ');
}

function contactInWords(one: KeptContact): string {
  const words = [one.relation ? `${one.name} (${one.relation})` : one.name];
  words.push(...[one.phone, one.phoneOther].filter((phone) => phone !== null));
  if (one.toCall) words.push('à appeler');
  if (one.mayFetch) words.push('peut venir chercher l’enfant');
  return words.join(', ');
}
