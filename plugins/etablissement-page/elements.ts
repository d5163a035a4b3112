import type { Transaction, Visit } from '@preau/core';
import { HOME, PLACE } from './words.ts';

/** Where an element sits: the three tabs of F10-2, the middle one in two columns. */
export type Column = 'en-tete' | 'corps' | 'cote' | 'pied';

export interface Element {
  key: string;
  title: string;
  column: Column;
  icon: string;
  /** What it shows, and where it is written. */
  note: string;
  edit: string | null;
  /** The law wants it there (mentions légales), or its place is fixed (logo). */
  locked: boolean;
  still: boolean;
  shown: boolean;
  /** Of a block of another module. */
  plugin: string | null;
}

type Own = Pick<Element, 'key' | 'title' | 'column' | 'icon' | 'note' | 'edit'> &
  Partial<Pick<Element, 'locked' | 'still'>>;

const own = (
  key: string,
  title: string,
  column: Column,
  icon: string,
  note: string,
  edit: string | null,
  more: Pick<Own, 'locked' | 'still'> = {},
): Own => ({ key, title, column, icon, note, edit, ...more });

const LAW = 'Toujours affiché : la loi le demande.';
const OWN: Own[] = [
  own('logo', 'Logo', 'en-tete', 'school', 'En haut, devant le nom de l’école.', '/gestion/looks/', { still: true }),
  own('nom', 'Nom de l’école', 'en-tete', 'heading', 'En grand.', null, { still: true }),
  own('presentation', 'Phrase de présentation', 'en-tete', 'pen-line', 'Une ligne sur l’école.', `${HOME}/textes`),
  own('adresse', 'Adresse', 'en-tete', 'landmark', 'Celle de l’école.', null),
  own('telephone', 'Téléphone', 'en-tete', 'phone', 'On appelle d’un doigt.', null),
  own('horaires', 'Horaires', 'en-tete', 'clock', 'Ouverture et accueil.', `${HOME}/textes`),
  own('edito', 'Édito', 'corps', 'pen-line', 'Le mot de la direction.', `${HOME}/textes`),
  own('galerie', 'Galerie photos', 'corps', 'camera', 'Les photos que vous choisissez.', `${HOME}/galerie`),
  own('documents', 'Documents', 'cote', 'file-text', 'À télécharger par tous.', `${HOME}/documents`),
  own('liens', 'Liens', 'cote', 'link', 'Vers d’autres sites.', `${HOME}/documents`),
  own('contact', 'Adresse et téléphone', 'pied', 'phone', 'Une fois encore, en bas.', null),
  own('mentions', 'Mentions légales', 'pied', 'lock', LAW, null, { locked: true }),
  own('donnees', 'Données personnelles', 'pied', 'lock', LAW, null, { locked: true }),
  own('accessibilite', 'Accessibilité', 'pied', 'lock', LAW, null, { locked: true }),
];

const ICONS: Record<string, string> = { infos: 'megaphone', agenda: 'calendar-days' };

/** Of what another module puts on the page. */
export const elementOf = (plugin: string): string => `module-${plugin}`;

/** Every element there is in this school, in its order (F10-2 to F10-5). */
export async function elementsOf({ db, placed }: Pick<Visit, 'db' | 'placed'>): Promise<Element[]> {
  const rows: { key: string; shown: boolean; position: number | null }[] = await db('etablissement_page_elements');
  const kept = new Map(rows.map((row) => [row.key, row]));
  const blocks = placed(PLACE).map(({ plugin, title, side }): Own & { plugin: string } => ({
    ...own(elementOf(plugin), title, side ? 'cote' : 'corps', ICONS[plugin] ?? 'module', SHARED, null),
    plugin,
  }));
  // As proposed: the édito first, then what fills up by itself, then the photos.
  const gallery = OWN.findIndex(({ key }) => key === 'galerie');
  return [...OWN.slice(0, gallery), ...blocks, ...OWN.slice(gallery)]
    .map((one, at) => ({
      locked: false,
      still: false,
      plugin: null,
      ...one,
      shown: one.locked || (kept.get(one.key)?.shown ?? true),
      order: kept.get(one.key)?.position ?? at,
    }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ order: _, ...one }) => one);
}
const SHARED = 'Se remplit pendant l’année : ce que vous y publiez pour tous.';

/** Whether the director has it on the page; what is not there opens at no address either. */
export async function isShown(db: Transaction, key: string): Promise<boolean> {
  const row = await db('etablissement_page_elements').where({ key }).first('shown');
  return row?.shown ?? true;
}
