import type { Transaction, Visit, Work } from '@preau/core';
import type { LabelStyle } from './label-make.ts';
import { SHEET_TITLES, SHEETS, type Sheet, type SheetName } from './label-sheets.ts';

/** How labels look, as a school keeps it (F12-05). */
export interface LabelModel {
  id: string;
  name: string;
  content: string;
  qr: boolean;
  large: boolean;
  sheet: SheetName;
  own: Sheet | null;
  start: number;
  origin: string | null;
  version: number;
}
type Original = Pick<LabelModel, 'name' | 'content' | 'qr' | 'large' | 'sheet'>;

const LINES = `[NOM] [Prénom]
[Enfants ou classe]
Identifiant [Identifiant de connexion]
Mot de passe [Mot de passe]
[Adresse de connexion]`;
const PAGE = `[NOM] [Prénom]
[Enfants ou classe]

Voici de quoi vous connecter à l’espace de [Nom de l’école] : scannez le code avec votre téléphone, ou tapez l’adresse, l’identifiant et le mot de passe ci-dessous. Vous choisirez ensuite votre propre mot de passe.

Adresse : [Adresse de connexion]
Identifiant [Identifiant de connexion]
Mot de passe [Mot de passe]`;

/** The house's own models; a school starts with them and may go back to them. */
export const ORIGINALS: Record<string, Original> = {
  qr: { name: 'Connexion avec QR Code', content: LINES, qr: true, large: false, sheet: 'L7160' },
  plain: { name: 'Connexion sans QR Code', content: LINES, qr: false, large: false, sheet: 'L7160' },
  large: { name: 'Connexion, gros caractères', content: LINES, qr: true, large: true, sheet: 'L7165' },
  page: { name: 'Connexion, une page par personne', content: PAGE, qr: true, large: false, sheet: 'page' },
};

/** What « Revenir à l’original » gives back: all but the name, which the school may have given elsewhere. */
export const firstOf = ({ name: _, ...rest }: Original) => ({ ...rest, own: null, start: 1 });

/** Fills a school's models the first time somebody needs them. */
async function preload(db: Transaction): Promise<void> {
  if (await db('credentials_labels').first('id')) return;
  const rows = Object.entries(ORIGINALS).map(([origin, one]) => ({ ...one, origin }));
  await db('credentials_labels').insert(rows).onConflict().ignore();
}

export async function labelModels(db: Transaction): Promise<LabelModel[]> {
  await preload(db);
  return db('credentials_labels').whereNull('gone_at').orderBy('rank').select(FIELDS);
}

export async function labelModel(db: Transaction, id: string): Promise<LabelModel | null> {
  return (await db('credentials_labels').where({ id, gone_at: null }).first(FIELDS)) ?? null;
}
const FIELDS = ['id', 'name', 'content', 'qr', 'large', 'sheet', 'own', 'start', 'origin', 'version'];

/** Two editors: the second is told. */
export async function labelVersion({ db, params }: Visit, hold: boolean): Promise<number | null> {
  const query = db('credentials_labels').where({ id: params.id, gone_at: null });
  return (await (hold ? query.forUpdate() : query).first('version'))?.version ?? null;
}

const KEPT_HOURS = 24;
/** A model is brought back within a day, or is gone. */
export async function purgeLabels({ db, now }: Work): Promise<void> {
  await db('credentials_labels')
    .where('gone_at', '<', new Date(now.getTime() - KEPT_HOURS * 3_600_000))
    .delete();
}

/** The sheet of a model, or of a name chosen in its place. */
export const sheetOf = ({ sheet, own }: Pick<LabelModel, 'sheet' | 'own'>): Sheet =>
  sheet === 'own' ? (own ?? SHEETS.L7160) : SHEETS[sheet];

export const styleOf = (model: LabelModel): LabelStyle => ({
  content: model.content,
  qr: model.qr,
  large: model.large,
  sheet: sheetOf(model),
});

const number = (value: number) => String(value).replace('.', ',');
/** « Mes dimensions : 24 par feuille, 70 × 37 mm » */
export function sheetInWords(model: Pick<LabelModel, 'sheet' | 'own'>): string {
  if (model.sheet !== 'own') return SHEET_TITLES[model.sheet];
  const { columns, rows, width, height } = sheetOf(model);
  return `${SHEET_TITLES.own} : ${columns * rows} par feuille, ${number(width)} × ${number(height)} mm`;
}
