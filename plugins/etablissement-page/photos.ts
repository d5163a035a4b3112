import type { Transaction, Visit } from '@preau/core';
import { SEES_PUPILS } from './words.ts';

/** A photo of the gallery, without its pictures. */
export interface Photo {
  id: string;
  alt: string;
  caption: string | null;
  children_told: boolean;
  position: number;
  width: number | null;
  height: number | null;
  added_at: Date;
  version: number;
}

/** A child who is seen on a photo; `name` null when the directory has lost him. */
export interface Seen {
  photo_id: string;
  pupil_id: string;
  name: string | null;
  /** Whether whoever looks may read the name. */
  told: boolean;
  consents: boolean;
}

const FIELDS = ['id', 'alt', 'caption', 'children_told', 'position', 'width', 'height', 'added_at', 'version'];

/** Photos that were not removed, in their order. */
export const photosOf = (db: Transaction): Promise<Photo[]> =>
  db('etablissement_page_photos').whereNull('removed_at').orderBy('position').select(FIELDS);

/**
 * Photos anyone may see: drawn, told who is on it, and each child on it has a consent that was not withdrawn. The rule is
 * one query, asked by the page and by the address of each picture, so that a withdrawal counts at once (F10-7).
 */
export const showable = (db: Transaction) =>
  db('etablissement_page_photos as photo')
    .whereNull('removed_at')
    .whereNotNull('small')
    .where({ children_told: true })
    .whereNotExists((child) =>
      child
        .from('etablissement_page_children as child')
        .whereRaw('child.photo_id = photo.id')
        .whereNotExists((consent) =>
          consent
            .from('etablissement_page_consents as consent')
            .whereRaw('consent.pupil_id = child.pupil_id')
            .whereNull('withdrawn_on'),
        ),
    );

/** Who is seen on these photos, and whether each may be; names only for who may see the pupils. */
export async function seenOn({ db, can }: Pick<Visit, 'db' | 'can'>, photoIds: string[]): Promise<Seen[]> {
  const told = can(SEES_PUPILS);
  const rows: Omit<Seen, 'told'>[] = await db('etablissement_page_children as child')
    .whereIn('photo_id', photoIds)
    .leftJoin('people', 'people.id', 'child.pupil_id')
    .orderBy('people.search')
    .select(
      'photo_id',
      'pupil_id',
      db.raw(
        "case when people.id is null then null else concat_ws(' ', coalesce(used_first_name, first_name), coalesce(used_name, last_name)) end as name",
      ),
      db.raw(
        'exists (select 1 from etablissement_page_consents c where c.pupil_id = child.pupil_id and c.withdrawn_on is null) as consents',
      ),
    );
  return rows.map((one) => ({ ...one, told }));
}

/** A child of a photo, as the school calls him. */
export const nameOf = ({ name, told }: Pick<Seen, 'name' | 'told'>): string =>
  told ? (name ?? 'un enfant qui a quitté l’annuaire') : 'un enfant';

/** Why a photo is not on the page, in words; null when it is. */
export function withheld(photo: Pick<Photo, 'children_told' | 'width'>, seen: Seen[]): string | null {
  if (!photo.children_told) return 'Dites quels enfants on y reconnaît, ou qu’il n’y en a aucun.';
  const without = seen.filter((one) => !one.consents);
  if (without.length) return `Sans autorisation en cours pour ${AND.format(without.map(nameOf))}.`;
  return photo.width === null ? 'Elle se prépare : quelques secondes.' : null;
}
const AND = new Intl.ListFormat('fr-FR', { type: 'conjunction' });
