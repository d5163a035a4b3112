import { forbidden, type Visit } from '@preau/core';

export const EDIT = 'etablissement-page.edit';
/** Screens of Gestion. */
export const HOME = '/gestion/etablissement-page';
/** The page itself. */
export const PAGE = '/etablissement-page';
/** Where other modules put what anyone may read (F10-5). */
export const PLACE = 'etablissement-page/corps';

/** The director’s word: until then visitors land on the sign-in (F10-8). */
export const isPublished = ({ school }: Pick<Visit, 'school'>): boolean => school.published.etablissement === true;

/** Those who put photos, links or elements in order do it one after the other. */
export const oneByOne = ({ db, school }: Pick<Visit, 'db' | 'school'>): Promise<void> =>
  db.raw('select pg_advisory_xact_lock(hashtext(?))', [`etablissement-page ${school.id}`]).then(() => {});

export const SEES_PUPILS = 'ressources.pupils-read';
export const blind = () => forbidden('Il faut le droit « Voir les élèves » pour dire qui est sur une photo.');
