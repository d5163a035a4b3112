import { audit } from '../audit.ts';
import type { LinkFields } from '../people/directory-types.ts';
import { among, linkFieldsOf } from '../people/write.ts';
import type { Transaction, Visit } from '../plugin/contract.ts';
import { guardianCalled, NAME_COLUMNS, type Named, nameOf, pupilCalled } from './rows.ts';

/** A guardian–pupil link and the names of both. */
export interface Link extends LinkFields {
  guardianId: string;
  pupilId: string;
  version: number;
  guardian: Named;
  pupil: Named;
}

/** The link the address names; null when the two are not linked. */
export async function linkOf({ db, params }: Visit): Promise<Link | null> {
  const [row] = await linksOf(db, { guardian_id: params.guardianId, pupil_id: params.pupil });
  return row ?? null;
}

/** Links of a pupil or of a guardian, by name of the others. */
export async function linksOf(db: Transaction, where: { guardian_id?: string; pupil_id?: string }): Promise<Link[]> {
  const rows: (Record<string, unknown> & { guardian_id: string; pupil_id: string; version: number })[] =
    await db('guardian_links').where(where);
  const people: (Named & { id: string; search: string })[] = await among(
    db('people'),
    'id',
    rows.flatMap((row) => [row.guardian_id, row.pupil_id]),
  ).select('id', 'search', ...NAME_COLUMNS);
  const byId = new Map(people.map((one) => [one.id, one]));
  const named = (id: string) => byId.get(id) as (typeof people)[number];
  return rows
    .map((row) => ({
      ...linkFieldsOf(row),
      guardianId: row.guardian_id,
      pupilId: row.pupil_id,
      version: row.version,
      guardian: named(row.guardian_id),
      pupil: named(row.pupil_id),
    }))
    .sort((a, b) => order(named(a.guardianId), named(b.guardianId)) || order(named(a.pupilId), named(b.pupilId)));
}
const order = (a: { search: string }, b: { search: string }) =>
  a.search < b.search ? -1 : a.search > b.search ? 1 : 0;

/** How sentences name the two. */
export const wordsOf = (link: Pick<Link, 'guardian' | 'pupil'>) => ({
  guardian: guardianCalled(link.guardian),
  pupil: pupilCalled(link.pupil),
});

/** Who may see a child is a matter for the school's journal, beside the history. */
export const auditLink = (visit: Visit, act: string, link: Pick<Link, 'guardian' | 'pupil'>): Promise<void> =>
  audit(visit.db, visit.now, visit, act, `${nameOf(link.guardian)} pour ${nameOf(link.pupil)}`);
