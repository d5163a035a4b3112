import { auditDaily } from '../audit.ts';
import type { House } from '../container.ts';
import { PersonRow } from '../people/people.ts';
import { missing, page, type Reply, type Visit } from '../plugin/contract.ts';
import { accountFacts } from './account-facts.ts';
import { PUPIL_CARD, pupilHome } from './card.ts';
import { oddIne, typeInWords } from './choices.ts';
import { contactsOf } from './contact-rows.ts';
import { historyOf } from './history-view.ts';
import { linksOf } from './link-rows.ts';
import { today } from './list-words.ts';
import { nameOf, plain } from './rows.ts';

export async function pupilCard(house: House, visit: Visit): Promise<Reply> {
  const { db, services, can, params } = visit;
  const row = await PersonRow.query(db)
    .findOne({ id: params.pupil, kind: 'pupil' })
    .withGraphFetched('[addresses, places.class]');
  if (!row) return missing();
  await auditDaily(visit, 'Fiche d’élève consultée', `${nameOf(row)} (${row.id})`);
  const place = row.places?.find((one) => one.year === services.people.year);
  return page('admin/eleve', {
    ...plain(row),
    name: nameOf(row),
    home: pupilHome(row.id),
    gone: row.left_on !== null && row.left_on <= today(visit),
    oddIne: row.ine !== null && oddIne(row.ine),
    classId: place?.class?.id ?? null,
    classLabel: place?.class?.label ?? null,
    level: place?.level ?? null,
    contacts: await contactsOf(db, row.id),
    guardians: can('ressources.guardians-read') ? await guardiansOf(visit, row.id) : [],
    seesGuardians: can('ressources.guardians-read'),
    writes: can(PUPIL_CARD.write),
    writesLinks: can('ressources.guardians-write'),
    account: await accountFacts(visit, PUPIL_CARD, row.id),
    history: await historyOf(house, visit, { personId: row.id }),
  });
}

async function guardiansOf({ db }: Visit, pupilId: string) {
  const links = await linksOf(db, { pupil_id: pupilId });
  const phones: { id: string; phone_mobile: string | null }[] = await db('people')
    .whereRaw('id = any(?::uuid[])', [links.map((one) => one.guardianId)])
    .select('id', 'phone_mobile');
  return links.map((one) => ({
    id: one.guardianId,
    name: [one.guardian.civility, nameOf(one.guardian)].filter(Boolean).join(' '),
    phone: phones.find((person) => person.id === one.guardianId)?.phone_mobile ?? null,
    ...linkMarks(one),
  }));
}

/** What a card says of a link. */
export const linkMarks = (one: {
  type: string;
  authority: string;
  access: boolean;
  receives: boolean;
  restrictedOn: string | null;
}) => ({
  type: typeInWords(one.type),
  authority: one.authority,
  access: one.access,
  receives: one.receives,
  restrictedOn: one.restrictedOn,
});
