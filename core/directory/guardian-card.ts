import { PersonRow } from '../people/people.ts';
import { missing, page, type Reply, type Visit } from '../plugin/contract.ts';
import { plain } from './rows.ts';

export async function guardianCard({ db, params, services, can }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db)
    .findOne({ id: params.id, kind: 'guardian' })
    .withGraphFetched('[addresses, children.places.class]');
  if (!row) return missing();
  const login = await db('accounts').where({ person_id: row.id }).first('login', 'state');
  const children = (row.children ?? []).map((child) => {
    const place = child.places?.find((one) => one.year === services.people.year);
    return {
      id: child.id,
      last_name: child.used_name ?? child.last_name,
      first_name: child.used_first_name ?? child.first_name,
      classLabel: place?.class?.label ?? null,
      level: place?.level ?? null,
    };
  });
  return page('admin/responsable', {
    ...plain(row),
    children,
    login: login?.login ?? null,
    state: login?.state ?? null,
    seesPupils: can('ressources.pupils-read'),
  });
}
