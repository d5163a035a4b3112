import { PersonRow } from '../people/people.ts';
import { missing, page, type Reply, type Visit } from '../plugin/contract.ts';
import { plain } from './rows.ts';

export async function pupilCard({ db, pupil, services, can }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db)
    .findById((pupil as NonNullable<Visit['pupil']>).id)
    .withGraphFetched('[addresses, guardians(byName), places.class]')
    .modifiers({
      byName: (query) =>
        query
          .orderBy('search')
          .select('people.id', 'civility', 'last_name', 'used_name', 'first_name', 'phone_mobile', 'email'),
    });
  if (!row) return missing();
  const place = row.places?.find((one) => one.year === services.people.year);
  const login = await db('accounts').where({ person_id: row.id }).first('login', 'state');
  return page('admin/eleve', {
    ...plain(row),
    classId: place?.class?.id ?? null,
    classLabel: place?.class?.label ?? null,
    level: place?.level ?? null,
    login: login?.login ?? null,
    state: login?.state ?? null,
    seesGuardians: can('ressources.guardians-read'),
  });
}
