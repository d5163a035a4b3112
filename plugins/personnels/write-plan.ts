import type { PersonFields, Visit } from '@preau/core';
import { type Batch, causeOf, type Report } from './batch.ts';
import { functionCalled } from './functions.ts';
import { type Candidate, type Difference, differencesOf, type Known, type Plan } from './sheet-plan.ts';

/** What was offered on the preview and what of it was ticked; `new`, `skip`, `same:<id>` or `line:<n>` for each twin. */
export interface Choices {
  offered: string[];
  take: string[];
  twins: Record<string, string>;
}

/** What the preview did not show is taken; what it showed only when it is ticked. */
export const takenOf = (choices: Choices | null, key: string): boolean =>
  !choices || choices.take.includes(key) || !choices.offered.includes(key);

export async function writePlan(visit: Visit, batch: Batch, plan: Plan, choices: Choices): Promise<Report> {
  const { db, services } = visit;
  const cause = causeOf(batch);
  const register = services.register.of({ cause });
  const before = await labels(visit);

  const created = plan.created.filter((row) => takenOf(choices, `n${row.line}`));
  const changes = plan.changed.map(({ row, known, differences }) => ({
    row,
    known,
    differences: differences.filter((one) => takenOf(choices, `${known.id}.${one.field}`)),
  }));
  let left = batch.reading?.sheet?.refused.length ?? 0;
  for (const { row, known } of plan.twins) {
    const answer = choices.twins[row.line] ?? 'skip';
    const one = known.find(({ id }) => answer === `same:${id}`);
    if (answer === 'new') created.push(row);
    else if (one) changes.push({ row, known: one, differences: differencesOf(row, one).differences });
    else left++;
  }
  left += plan.created.filter((row) => !takenOf(choices, `n${row.line}`)).length;

  for (const row of created) if (row.post) row.post = await functionCalled(db, row.post, cause);
  for (const kind of ['teacher', 'staff'] as const) {
    const people = created.filter((row) => row.kind === kind);
    const ids = await register.add(kind, people.map(fieldsOf));
    await services.accounts.create(
      people.map(({ firstName, lastName }, at) => ({ personId: ids[at] as string, kind, firstName, lastName })),
    );
  }
  const written = changes.filter((one) => one.differences.length);
  await register.change(
    await Promise.all(written.map(async (one) => ({ id: one.known.id, fields: await changed(visit, one, cause) }))),
  );
  return {
    created: created.length,
    changed: written.length,
    same: plan.same + changes.length - written.length,
    left,
    functions: (await labels(visit)).filter((label) => !before.includes(label)),
  };
}

const labels = ({ db }: Visit): Promise<string[]> => db('personnels_functions').pluck('label');

const fieldsOf = (row: Candidate) => ({
  civility: row.civility,
  lastName: row.lastName,
  firstName: row.firstName,
  email: row.email,
  phoneMobile: row.phoneMobile,
  jobTitle: row.kind === 'staff' ? (row.post?.label ?? null) : null,
  genre: row.kind === 'staff' ? (row.post?.genre ?? null) : null,
});

async function changed(
  { db }: Visit,
  { row, differences }: { row: Candidate; known: Known; differences: Difference[] },
  cause: string,
): Promise<PersonFields> {
  const fields: PersonFields = {};
  for (const { field, after } of differences) {
    fields[field] = after;
    if (field !== 'jobTitle' || !row.post) continue;
    const post = await functionCalled(db, row.post, cause);
    fields.jobTitle = post.label;
    fields.genre = post.genre;
  }
  return fields;
}
