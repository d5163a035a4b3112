import {
  audit,
  counted,
  dayIn,
  hidden,
  type InputOf,
  type KeyStatus,
  keyStates,
  page,
  pdf,
  type Reply,
  redirect,
  strings,
  type Visit,
} from '@preau/core';
import { members, today } from './follow-who.ts';
import { HANDED_KINDS, KINDS, stateMark } from './follow-words.ts';
import type { Recipient } from './recipients.ts';

/** `shown` are the boxes of the page, `was` those ticked when it was made: only what somebody changed here is written. */
export const handoverForm = { done: strings(), shown: strings(), was: strings(), qui: hidden() };

interface Line {
  id: string;
  name: string;
  /** « LEOTI Mila, LEOTI Noé »; empty for a pupil. */
  children: string;
  login: string;
  state: KeyStatus['state'];
  at: Date | null;
  handed_on: string | null;
  by_name: string | null;
}

const kindOf = (typed: string | null): Recipient['kind'] => HANDED_KINDS.find((one) => one === typed) ?? 'guardian';
const pathOf = (classId: string, kind: Recipient['kind']) => `/gestion/credentials/remise/${classId}?qui=${kind}`;

/** Names of a guardian's children in the class, by guardian, in the order of the register. */
async function childrenIn({ db, services }: Visit, classId: string): Promise<Map<string, string[]>> {
  const rows: { guardian_id: string; name: string }[] = await db('guardian_links as l')
    .join('class_places as place', 'place.pupil_id', 'l.pupil_id')
    .join('people', 'people.id', 'l.pupil_id')
    .where({ 'place.class_id': classId, 'place.year': services.people.year })
    .orderBy('people.search')
    .select('l.guardian_id', db.raw(`${NAME} as name`));
  return new Map([...Map.groupBy(rows, (row) => row.guardian_id)].map(([id, own]) => [id, own.map((one) => one.name)]));
}
const NAME =
  "concat_ws(' ', coalesce(people.used_name, people.last_name), coalesce(people.used_first_name, people.first_name))";

/** The guardians of a class, child by child, or its pupils: those who have an account. */
async function linesOf(visit: Visit, kind: Recipient['kind']): Promise<Line[]> {
  const { db, now } = visit;
  const classId = visit.class?.id as string;
  const rows: Omit<Line, 'children'>[] = await db
    .from(members(visit))
    .join(keyStates(db, now), 'key.person_id', 'member.person_id')
    .join('people', 'people.id', 'member.person_id')
    .leftJoin('credentials_handovers as handed', 'handed.person_id', 'member.person_id')
    .where({ 'member.kind': kind, 'member.class_id': classId })
    .orderBy('people.search')
    .select('people.id', db.raw(`${NAME} as name`), 'key.login', 'key.state', 'key.at', 'handed_on', 'by_name');
  if (kind === 'pupil') return rows.map((row) => ({ ...row, children: '' }));
  const children = await childrenIn(visit, classId);
  const order = [...children.keys()];
  return rows
    .map((row) => ({ ...row, children: (children.get(row.id) ?? []).join(', ') }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** Remise des étiquettes: one class, one box a person. */
export async function showHandover(visit: Visit): Promise<Reply> {
  const sent = visit.input as { qui?: string } | null;
  const kind = kindOf(sent?.qui ?? visit.query.get('qui'));
  const lines = await linesOf(visit, kind);
  const { id, label } = visit.class as { id: string; label: string };
  return page('credentials/remise', {
    label,
    kind,
    tabs: HANDED_KINDS.map((one) => ({ title: KINDS[one].title, current: one === kind, path: pathOf(id, one) })),
    guardians: kind === 'guardian',
    sheet: `/gestion/credentials/remise/${id}/feuille?qui=${kind}`,
    handed: lines.filter((line) => line.handed_on).length,
    lines: lines.map((line) => ({
      ...line,
      mark: stateMark(line.state, line.at && dayIn(line.at, visit.school.timezone)),
    })),
  });
}

/** The same on paper, for the teacher who hands them over. */
export async function printHandover(visit: Visit): Promise<Reply> {
  const kind = kindOf(visit.query.get('qui'));
  const { label } = visit.class as { label: string };
  return pdf(`Remise des étiquettes ${label}.pdf`, 'credentials/remise-feuille', {
    label,
    guardians: kind === 'guardian',
    lines: await linesOf(visit, kind),
  });
}

/** Writes what was ticked or unticked on this page, and leaves alone what somebody else did meanwhile. */
export async function saveHandover(visit: Visit<InputOf<typeof handoverForm>>): Promise<Reply> {
  const { db, input, person, now } = visit;
  const kind = kindOf(input.qui);
  const offered = new Set((await linesOf(visit, kind)).map((line) => line.id));
  const [done, was] = [new Set(input.done), new Set(input.was)];
  const changed = input.shown.filter((id) => offered.has(id) && done.has(id) !== was.has(id));
  const ticked = changed.filter((id) => done.has(id));
  const unticked = changed.filter((id) => !done.has(id));
  const by_name = `${person?.firstName} ${person?.lastName}`;
  const rows = ticked.map((person_id) => ({ person_id, handed_on: today(visit), by_name }));
  if (rows.length) await db('credentials_handovers').insert(rows).onConflict(['school_id', 'person_id']).ignore();
  await db('credentials_handovers').whereIn('person_id', unticked).delete();
  const said = [
    ...(ticked.length ? [counted(ticked.length, 'remise notée', 'remises notées')] : []),
    ...(unticked.length ? [counted(unticked.length, 'remise retirée', 'remises retirées')] : []),
  ].join(', ');
  const { id, label } = visit.class as { id: string; label: string };
  if (said) await audit(db, now, visit, 'Remise des étiquettes', `${label} : ${said}`);
  return redirect(pathOf(id, kind), said ? `${said}.` : 'Rien n’a changé.');
}
