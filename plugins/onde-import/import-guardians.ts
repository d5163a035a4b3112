import type { PersonFields, Register, RegisteredGuardian, Work } from '@preau/core';
import type { KeptGuardians } from './batch.ts';
import { type Choices, EVERYTHING } from './choices.ts';
import type { ImportReport } from './contract.ts';
import { personFields } from './import-pupils.ts';
import {
  type ChildLink,
  type GuardianMatch,
  type KnownGuardian,
  type KnownPupil,
  linkChildren,
  matchGuardians,
} from './match.ts';
import type { FieldPlan, Reached, Twin } from './plan-types.ts';
import type { GuardianRow } from './row-types.ts';

export interface GuardianChange {
  id: string;
  row: GuardianRow;
  changes: FieldPlan[];
}

/** What an import of guardians would do. A link the names cannot decide waits for the director: a wrong one would show a child to a stranger. */
export interface GuardianPlan {
  kind: 'responsables';
  created: { key: string; row: GuardianRow }[];
  changed: GuardianChange[];
  same: number;
  twins: Twin<GuardianRow>[];
  links: ChildLink[];
  /** Where each row's person is or will be: an id of the directory, or null for one to be created. */
  people: Map<GuardianRow, string | null>;
  known: Map<string, RegisteredGuardian>;
  pupils: Map<string, KnownPupil>;
}

/** @param newcomers pupils of the same file who are not in the directory yet (a spreadsheet). */
export async function planGuardians(
  { services }: Pick<Work, 'services'>,
  reading: KeptGuardians,
  { twins }: Pick<Choices, 'twins'> = EVERYTHING,
  register: Register = services.register,
  newcomers: KnownPupil[] = [],
): Promise<GuardianPlan> {
  const registered = await register.guardians();
  const known = new Map(registered.map((one) => [one.id, one]));
  const keys = new Map(reading.guardians.map((row, at) => [row, `r${at}`]));
  const rows = merged(reading, keys, twins);
  const pupils = (await register.pupils()).filter((one) => one.leftOn === null);
  const links = linkChildren(rows, [...pupils, ...newcomers]);
  const plan: GuardianPlan = {
    kind: 'responsables',
    created: [],
    changed: [],
    same: 0,
    twins: doubts(reading, new Set(rows)),
    links,
    people: new Map(),
    known,
    pupils: new Map(pupils.map((one) => [one.id, one])),
  };
  const linksOf = Map.groupBy(links, (link) => link.row);
  for (const match of matchGuardians(rows, registered.map(asKnown), links)) {
    const key = keys.get(match.row) as string;
    const who = answered(match, twins[key]);
    if (match.candidates?.length && !twins[key])
      plan.twins.push({
        key,
        row: match.row,
        message: match.message ?? '',
        candidates: match.candidates,
        line: null,
        unanswered: match.match === 'ask' ? 'skip' : 'new',
      });
    if (who === 'ask') continue;
    if (who === 'new') {
      plan.created.push({ key, row: match.row });
      plan.people.set(match.row, null);
      continue;
    }
    const changes = changesOf(key, match.row, known.get(who) as RegisteredGuardian, linksOf.get(match.row) ?? []);
    plan.people.set(match.row, who);
    if (changes.length) plan.changed.push({ id: who, row: match.row, changes });
    else plan.same += 1;
  }
  return plan;
}

/** The rows, those the director called one person made one. */
function merged(reading: KeptGuardians, keys: Map<GuardianRow, string>, twins: Record<string, string>): GuardianRow[] {
  const byKey = new Map([...keys].map(([row, key]) => [key, row]));
  return reading.guardians.filter((row) => {
    const answer = twins[keys.get(row) as string];
    const other = answer?.startsWith('merge:') ? byKey.get(answer.slice(6)) : undefined;
    if (!other || other === row) return true;
    other.children.push(...row.children);
    other.email ??= row.email;
    other.mobile ??= row.mobile;
    other.homePhone ??= row.homePhone;
    other.workPhone ??= row.workPhone;
    if (!other.addresses.length) other.addresses = row.addresses;
    return false;
  });
}

/** Lines that name the same person as an earlier one: two people until somebody says otherwise. */
function doubts({ doubts, guardians }: KeptGuardians, kept: Set<GuardianRow>): Twin<GuardianRow>[] {
  return doubts.flatMap(({ at, other, message }) => {
    const [row, line] = [guardians[at], guardians[other]];
    if (!row || !line || !kept.has(row) || !kept.has(line)) return [];
    return [{ key: `r${at}`, row, message, candidates: [], line: { key: `r${other}`, row: line }, unanswered: 'new' }];
  });
}

function answered(match: GuardianMatch, answer: string | undefined): 'ask' | 'new' | (string & {}) {
  const id = answer?.startsWith('same:') ? answer.slice(5) : '';
  if (match.candidates?.includes(id)) return id;
  if (match.match === 'same') return match.known as string;
  if (match.match === 'new') return 'new';
  return answer === 'new' ? 'new' : 'ask';
}

/** An empty cell erases nothing: a telephone the school has typed stays. Links are added, never taken away. */
function changesOf(key: string, row: GuardianRow, guardian: RegisteredGuardian, links: ChildLink[]): FieldPlan[] {
  const changes: FieldPlan[] = [];
  for (const [field, after] of Object.entries(fieldsOf(row))) {
    const before = guardian[field as keyof PersonFields];
    if (after === null || after === '' || after === before) continue;
    changes.push({ key: `${key}.${field}`, field: field as FieldPlan['field'], before, after });
  }
  if (row.addresses.length > 0 && spelled(row.addresses) !== spelled(guardian.addresses))
    changes.push({ key: `${key}.addresses`, field: 'addresses', before: guardian.addresses, after: row.addresses });
  for (const link of links)
    if (link.outcome === 'linked' && !guardian.pupilIds.includes(link.pupilId))
      changes.push({ key: `${key}.link.${link.pupilId}`, field: 'link', before: null, after: link.pupilId });
  return changes;
}

/** Writes what was chosen of the plan: guardians with addresses, account and links; undecided links go to the waiting list. */
export async function writeGuardians(
  work: Pick<Work, 'services' | 'db'>,
  register: Register,
  batchId: string,
  reading: KeptGuardians,
  choices: Choices,
  reached: Reached,
): Promise<ImportReport> {
  const plan = await planGuardians(work, reading, choices, register);
  const created = plan.created.filter((one) => !choices.refused.has(one.key)).map((one) => one.row);
  const changed = plan.changed
    .map((one) => ({ ...one, changes: one.changes.filter((change) => !choices.refused.has(change.key)) }))
    .filter((one) => one.changes.length > 0);
  await reached(20);
  const made = await register.add(
    'guardian',
    created.map((row) => ({ ...fieldsOf(row), lastName: row.lastName, firstName: row.firstName ?? '' })),
  );
  for (const [at, row] of created.entries()) plan.people.set(row, made[at] as string);
  await register.change(changed.map((one) => ({ id: one.id, fields: personFields(one.changes) })));
  await reached(40);
  await register.setAddresses([
    ...created
      .map((row, at) => ({ personId: made[at] as string, addresses: row.addresses }))
      .filter((one) => one.addresses.length > 0),
    ...changed
      .filter((one) => one.changes.some((change) => change.field === 'addresses'))
      .map((one) => ({ personId: one.id, addresses: one.row.addresses })),
  ]);
  await reached(55);
  await work.services.accounts.create(
    created.map((row, at) => ({
      personId: made[at] as string,
      kind: 'guardian',
      firstName: row.firstName ?? '',
      lastName: row.usedName ?? row.lastName,
    })),
  );
  await reached(75);
  const mades = new Set(made);
  const linked = await register.link([
    ...plan.links.flatMap((link) => {
      const guardianId = plan.people.get(link.row);
      return guardianId && link.outcome === 'linked' && mades.has(guardianId)
        ? [{ guardianId, pupilId: link.pupilId }]
        : [];
    }),
    ...changed.flatMap(({ id, changes }) =>
      changes.flatMap(({ field, after }) => (field === 'link' ? [{ guardianId: id, pupilId: after as string }] : [])),
    ),
  ]);
  const pending = await keepPending(work, batchId, plan);
  return {
    rows: reading.rows,
    created: created.length,
    changed: changed.length,
    moved: 0,
    same: plan.same,
    gone: 0,
    left:
      reading.refused.length +
      plan.twins.filter((one) => one.unanswered === 'skip').length +
      (plan.created.length - created.length) +
      (plan.changed.length - changed.length),
    classes: 0,
    links: linked,
    pending,
    unknown: plan.links.filter((link) => link.outcome === 'unknown').length,
  };
}

/** Writes the undecided links of people in the directory, each once. */
async function keepPending({ db }: Pick<Work, 'db'>, batchId: string, plan: GuardianPlan): Promise<number> {
  const open = plan.links.filter((link) => link.outcome === 'pending' && plan.people.get(link.row));
  if (!open.length) return 0;
  const held = new Set<string>(
    (await db('onde_import_pending').select('guardian_id', 'child_name')).map(
      (one) => `${one.guardian_id} ${one.child_name}`,
    ),
  );
  const rows = open.flatMap((link) => {
    const guardianId = plan.people.get(link.row) as string;
    const child = childName(link.child);
    // Decided already: the guardian has one of the children who may be meant.
    const decided =
      link.outcome === 'pending' && link.candidates.some((id) => plan.known.get(guardianId)?.pupilIds.includes(id));
    if (link.outcome !== 'pending' || decided || held.has(`${guardianId} ${child}`)) return [];
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

export const childName = (child: { lastName: string | null; usedName: string | null; firstName: string | null }) =>
  [child.usedName ?? child.lastName, child.firstName].filter(Boolean).join(' ');

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

const spelled = (addresses: GuardianRow['addresses']): string =>
  JSON.stringify(addresses.map((one) => [one.lines, one.postcode, one.city, one.country]));

const asKnown = (guardian: RegisteredGuardian): KnownGuardian => ({
  id: guardian.id,
  title: guardian.civility as KnownGuardian['title'],
  lastName: guardian.lastName,
  usedName: guardian.usedName,
  firstName: guardian.firstName,
  email: guardian.email,
  mobile: guardian.phoneMobile,
  homePhone: guardian.phoneHome,
  addresses: guardian.addresses,
  pupilIds: guardian.pupilIds,
});
