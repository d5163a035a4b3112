import type { PersonFields, RegisteredGuardian, Work } from '@preau/core';
import type { Batch, KeptGuardians } from './batch.ts';
import type { ImportReport } from './contract.ts';
import { type ChildLink, type GuardianMatch, type KnownGuardian, linkChildren, matchGuardians } from './match.ts';
import type { GuardianRow } from './row-types.ts';

/** What an import of guardians would do. A link the names cannot decide waits for the director: a wrong one would show a child to a stranger. */
export interface GuardianPlan {
  kind: 'responsables';
  created: GuardianRow[];
  changed: { id: string; row: GuardianRow; fields: PersonFields; addresses: boolean }[];
  same: number;
  asked: GuardianMatch[];
  links: ChildLink[];
  /** Where each line's person is or will be: an id of the directory, or null for one to be created. */
  known: Map<number, string | null>;
}

export async function planGuardians(
  { services }: Pick<Work, 'services'>,
  reading: KeptGuardians,
): Promise<GuardianPlan> {
  const registered = await services.register.guardians();
  const known = registered.map(asKnown);
  const byId = new Map(registered.map((one) => [one.id, one]));
  const links = linkChildren(reading.guardians, await services.register.pupils());
  const plan: GuardianPlan = {
    kind: 'responsables',
    created: [],
    changed: [],
    same: 0,
    asked: [],
    links,
    known: new Map(),
  };
  const linksOf = Map.groupBy(links, (link) => link.row);
  for (const match of matchGuardians(reading.guardians, known, links)) {
    if (match.match === 'ask') plan.asked.push(match);
    else if (match.match === 'new') {
      plan.created.push(match.row);
      plan.known.set(match.row.line, null);
    } else {
      const guardian = byId.get(match.known as string) as RegisteredGuardian;
      plan.known.set(match.row.line, guardian.id);
      const fields = changedFields(match.row, guardian);
      const addresses =
        match.row.addresses.length > 0 &&
        JSON.stringify(match.row.addresses.map(spelled)) !== JSON.stringify(guardian.addresses.map(spelled));
      const newLink = (linksOf.get(match.row) ?? []).some(
        (link) => link.outcome === 'linked' && !guardian.pupilIds.includes(link.pupilId),
      );
      if (Object.keys(fields).length || addresses || newLink)
        plan.changed.push({ id: guardian.id, row: match.row, fields, addresses });
      else plan.same += 1;
    }
  }
  return plan;
}

/** Writes the plan: guardians with addresses, account and links; undecided links go to the waiting list. */
export async function writeGuardians(
  work: Pick<Work, 'services' | 'db'>,
  batch: Extract<Batch, { kind: 'responsables' }>,
): Promise<ImportReport> {
  const { register, accounts } = work.services;
  const { reading } = batch;
  const plan = await planGuardians(work, reading);
  const made = await register.add(
    'guardian',
    plan.created.map((row) => ({ ...fieldsOf(row), lastName: row.lastName, firstName: row.firstName ?? '' })),
  );
  for (const [at, row] of plan.created.entries()) plan.known.set(row.line, made[at] as string);
  await register.change(
    plan.changed.filter((one) => Object.keys(one.fields).length > 0).map(({ id, fields }) => ({ id, fields })),
  );
  await register.setAddresses([
    ...plan.created
      .map((row, at) => ({ personId: made[at] as string, addresses: row.addresses }))
      .filter((one) => one.addresses.length > 0),
    ...plan.changed.filter((one) => one.addresses).map((one) => ({ personId: one.id, addresses: one.row.addresses })),
  ]);
  await accounts.create(
    plan.created.map((row, at) => ({
      personId: made[at] as string,
      kind: 'guardian',
      firstName: row.firstName ?? '',
      lastName: row.usedName ?? row.lastName,
    })),
  );
  const decided = plan.links.flatMap((link) => {
    const guardianId = plan.known.get(link.row.line);
    return guardianId && link.outcome === 'linked' ? [{ guardianId, pupilId: link.pupilId }] : [];
  });
  const linked = await register.link(decided);
  const pending = await keepPending(work, batch.id, plan);
  return {
    rows: reading.rows,
    created: plan.created.length,
    changed: plan.changed.length,
    same: plan.same,
    left: reading.refused.length + plan.asked.length,
    classes: 0,
    links: linked,
    pending,
    unknown: plan.links.filter((link) => link.outcome === 'unknown').length,
  };
}

/** Writes the undecided links of people in the directory, each once. */
async function keepPending({ db }: Pick<Work, 'db'>, batchId: string, plan: GuardianPlan): Promise<number> {
  const known: { guardian_id: string; child_name: string }[] = await db('onde_import_pending').select(
    'guardian_id',
    'child_name',
  );
  const held = new Set(known.map((one) => `${one.guardian_id} ${one.child_name}`));
  const rows = plan.links.flatMap((link) => {
    const guardianId = plan.known.get(link.row.line);
    if (link.outcome !== 'pending' || !guardianId) return [];
    const child = [link.child.usedName ?? link.child.lastName, link.child.firstName].filter(Boolean).join(' ');
    if (held.has(`${guardianId} ${child}`)) return [];
    return [
      {
        batch_id: batchId,
        guardian_id: guardianId,
        line: link.child.line,
        guardian_name: nameOf(link.row),
        child_name: child,
        candidates: JSON.stringify(link.candidates),
        message: link.message,
      },
    ];
  });
  if (rows.length) await db('onde_import_pending').insert(rows);
  return rows.length;
}

export const nameOf = (row: GuardianRow) =>
  [row.title, row.usedName ?? row.lastName, row.firstName].filter(Boolean).join(' ');

const fieldsOf = (row: GuardianRow): PersonFields => ({
  civility: row.title,
  lastName: row.lastName,
  usedName: row.usedName,
  firstName: row.firstName ?? '',
  email: row.email,
  phoneHome: row.homePhone,
  phoneWork: row.workPhone,
  phoneMobile: row.mobile,
});

/** An empty cell erases nothing: a telephone the school has typed stays. */
function changedFields(row: GuardianRow, guardian: RegisteredGuardian): PersonFields {
  const changes = Object.entries(fieldsOf(row)).filter(
    ([field, value]) => value !== null && value !== '' && value !== guardian[field as keyof PersonFields],
  );
  return Object.fromEntries(changes) as PersonFields;
}

const spelled = (address: {
  lines: string[];
  postcode: string | null;
  city: string | null;
  country: string | null;
}) => [address.lines, address.postcode, address.city, address.country];

const asKnown = (guardian: RegisteredGuardian): KnownGuardian => ({
  id: guardian.id,
  lastName: guardian.lastName,
  usedName: guardian.usedName,
  firstName: guardian.firstName,
  email: guardian.email,
  mobile: guardian.phoneMobile,
  homePhone: guardian.phoneHome,
  addresses: guardian.addresses,
  pupilIds: guardian.pupilIds,
});
