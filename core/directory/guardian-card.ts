import type { House } from '../container.ts';
import { PersonRow } from '../people/people.ts';
import { missing, page, type Reply, type Visit } from '../plugin/contract.ts';
import { accountFacts } from './account-facts.ts';
import { GUARDIAN_CARD, guardianHome } from './card.ts';
import { historyOf } from './history-view.ts';
import { linksOf } from './link-rows.ts';
import { linkMarks } from './pupil-card.ts';
import { nameOf, plain } from './rows.ts';

export async function guardianCard(house: House, visit: Visit): Promise<Reply> {
  const { db, params, can } = visit;
  const row = await PersonRow.query(db).findOne({ id: params.id, kind: 'guardian' }).withGraphFetched('addresses');
  if (!row) return missing();
  const seesPupils = can('ressources.pupils-read');
  return page('admin/responsable', {
    ...plain(row),
    name: nameOf(row),
    home: guardianHome(row.id),
    children: seesPupils ? await childrenOf(visit, row.id) : [],
    seesPupils,
    writes: can(GUARDIAN_CARD.write),
    account: await accountFacts(visit, GUARDIAN_CARD, row.id),
    history: await historyOf(house, visit, { personId: row.id }),
  });
}

async function childrenOf({ db, services }: Visit, guardianId: string) {
  const links = await linksOf(db, { guardian_id: guardianId });
  const places: { pupil_id: string; label: string | null; level: string | null }[] = await db('class_places')
    .leftJoin('classes', 'classes.id', 'class_places.class_id')
    .where('class_places.year', services.people.year)
    .whereRaw('class_places.pupil_id = any(?::uuid[])', [links.map((one) => one.pupilId)])
    .select('class_places.pupil_id', 'classes.label', 'class_places.level');
  return links.map((one) => {
    const place = places.find((other) => other.pupil_id === one.pupilId);
    return {
      id: one.pupilId,
      name: nameOf(one.pupil),
      classLabel: place?.label ?? null,
      level: place?.level ?? null,
      ...linkMarks(one),
    };
  });
}
