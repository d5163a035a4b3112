import type { Transaction, Visit } from '@preau/core';

/** What the school writes for its page: the one row of `etablissement_page_contents`. */
export interface Contents {
  intro: string | null;
  hours: string | null;
  edito_title: string | null;
  edito: string | null;
  framed_by: string[];
  version: number;
}

export interface Link {
  id: string;
  title: string;
  address: string;
  position: number;
}

const NOTHING: Contents = { intro: null, hours: null, edito_title: null, edito: null, framed_by: [], version: 0 };

export async function contentsOf(db: Transaction, hold = false): Promise<Contents> {
  const query = db<Contents>('etablissement_page_contents');
  return (await (hold ? query.forUpdate() : query).first()) ?? NOTHING;
}

export async function keepContents(db: Transaction, values: Partial<Contents>): Promise<void> {
  await db('etablissement_page_contents')
    .insert({ page: 'etablissement', ...values })
    .onConflict(['school_id', 'page'])
    .merge({ ...values, version: db.raw('etablissement_page_contents.version + 1') });
}

/** Two editors (DESIGN section 8). */
export const contentsVersion = async ({ db }: Visit, hold: boolean): Promise<number> =>
  (await contentsOf(db, hold)).version;

export const linksOf = (db: Transaction): Promise<Link[]> =>
  db('etablissement_page_links').orderBy('position').select('id', 'title', 'address', 'position');

/** Under what the service `files` knows the documents for everybody. */
export const DOCUMENTS = 'etablissement-page:documents';
/** The same for one photo as it came. */
export const photoAbout = (id: string): string => `etablissement-page:photo-${id}`;
