import { createReadStream } from 'node:fs';
import { fileTypeFromFile } from 'file-type';
import { Refusal } from './refusal.ts';

export interface Kind {
  type: string;
  /** The first is given to a file that has a wrong one. */
  extensions: string[];
  words: string;
  /** Drawn again by us: upright, without what the camera wrote in it. */
  picture?: boolean;
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN = 'application/vnd.oasis.opendocument';
const KINDS: Kind[] = [
  { type: 'application/pdf', extensions: ['pdf'], words: 'PDF' },
  { type: 'image/jpeg', extensions: ['jpg', 'jpeg'], words: 'Photo', picture: true },
  { type: 'image/png', extensions: ['png'], words: 'Image', picture: true },
  { type: 'image/webp', extensions: ['webp'], words: 'Image', picture: true },
  { type: 'image/gif', extensions: ['gif'], words: 'Image' },
  { type: 'image/heic', extensions: ['heic'], words: 'Photo (HEIC)' },
  { type: 'image/heif', extensions: ['heif', 'heic'], words: 'Photo (HEIC)' },
  { type: `${OFFICE}.wordprocessingml.document`, extensions: ['docx'], words: 'Texte' },
  { type: `${OFFICE}.spreadsheetml.sheet`, extensions: ['xlsx'], words: 'Tableur' },
  { type: `${OFFICE}.presentationml.presentation`, extensions: ['pptx'], words: 'Diaporama' },
  { type: `${OPEN}.text`, extensions: ['odt'], words: 'Texte' },
  { type: `${OPEN}.spreadsheet`, extensions: ['ods'], words: 'Tableur' },
  { type: `${OPEN}.presentation`, extensions: ['odp'], words: 'Diaporama' },
];
const PLAIN: Kind[] = [
  { type: 'text/plain', extensions: ['txt'], words: 'Texte' },
  { type: 'text/csv', extensions: ['csv'], words: 'Tableur' },
];

/** What telephones make of photos, and most computers cannot show. */
export const isHeic = (type: string): boolean => type === 'image/heic' || type === 'image/heif';

/** For the browser's chooser. */
export const ACCEPT = [...KINDS, ...PLAIN].flatMap(({ extensions }) => extensions.map((one) => `.${one}`)).join(',');

export const isKind = (type: string): boolean => [...KINDS, ...PLAIN].some((kind) => kind.type === type);

/** What a kind is called on screen. */
export const kindInWords = (type: string): string =>
  [...KINDS, ...PLAIN].find((kind) => kind.type === type)?.words ?? 'Fichier';

/**
 * What a file is, by its content: neither its name nor what the sender says of it counts (case B46).
 * @throws Refusal for all that is not on the list: programs, web pages, drawings that may hold a script.
 */
export async function kindOf(path: string, name: string): Promise<Kind> {
  const found = await fileTypeFromFile(path).catch(() => undefined);
  const kind = KINDS.find(({ type }) => type === found?.mime);
  if (kind) return kind;
  // Two letters may look like the mark of another type (« BM », « MZ »): a text is told by having no binary byte.
  const plain = PLAIN.find(({ extensions }) => extensions.includes(extensionOf(name)));
  if (plain && (await isText(path))) return plain;
  if (found?.mime === 'application/x-cfb')
    throw new Refusal(`« ${name} » est dans un ancien format. Enregistrez-le en PDF, en .docx ou en .odt.`);
  throw new Refusal(`« ${name} » n’est pas d’un type accepté : ${ACCEPTED}.`);
}

const ACCEPTED = 'PDF, photo ou image, texte, tableur, diaporama';
const extensionOf = (name: string) => name.split('.').pop()?.toLowerCase() ?? '';

async function isText(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path)) if ((chunk as Buffer).includes(0)) return false;
  return true;
}
