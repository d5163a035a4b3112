import { normaliseHeading } from '@preau/core';

/** What a column of a team's spreadsheet may hold. */
export const FIELDS = {
  civility: 'Civilité',
  lastName: 'Nom',
  firstName: 'Prénom',
  job: 'Fonction',
  email: 'Adresse e-mail',
  phoneMobile: 'Téléphone mobile',
} as const;
export type SheetField = keyof typeof FIELDS;
export type Places = Partial<Record<SheetField, number>>;

/** Headings as people write them, once their accents, dots, hyphens and « (s) » are gone (case B05). */
const WORDS: Record<SheetField, string[]> = {
  civility: ['civilite', 'titre', 'civ'],
  lastName: ['nom', 'noms', 'nom de famille', 'nom usuel', 'nom d usage'],
  firstName: ['prenom', 'prenoms'],
  job: ['fonction', 'role', 'fonction role', 'poste', 'emploi', 'metier', 'qualite', 'statut'],
  email: [
    'e mail',
    'email',
    'mail',
    'adresse e mail',
    'adresse email',
    'adresse mail',
    'courriel',
    'adresse electronique',
    'mel',
  ],
  phoneMobile: [
    'tel mobile',
    'telephone mobile',
    'mobile',
    'portable',
    'tel portable',
    'telephone portable',
    'numero de telephone mobile',
    'tel',
    'telephone',
    'gsm',
  ],
};

const plain = (heading: string): string =>
  normaliseHeading(heading)
    .replace(/\((?:e|s)\)/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What the headings say, the first column that says it; '' for a column nobody knows. */
export function proposeFields(header: string[]): (SheetField | '')[] {
  const taken = new Set<SheetField>();
  return header.map((heading) => {
    const words = plain(heading);
    const found = (Object.keys(WORDS) as SheetField[]).find(
      (field) => !taken.has(field) && WORDS[field].includes(words),
    );
    if (found) taken.add(found);
    return found ?? '';
  });
}

/** The same header again means the same columns. */
export const headerKey = (header: string[]): string => header.map(normaliseHeading).join('\u001f');
