import { hidden, record } from '../form/form.ts';
import { searchKey } from '../people/names.ts';
import { invalid, page, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { expected, targets } from './options.ts';
import { countsOf, isTarget, type Plan, planOf, problemsOf } from './plan.ts';
import { type Draft, keepDraft, opensOn, reportOf, standing, yearWords } from './turns.ts';

export const HOME = '/gestion/annee/';

export const draftForm = {
  to: record(),
  name: record(),
  label: record(),
  kept: record(),
  teachers: record(),
  next: hidden({ max: 20 }),
};
interface Chosen {
  to: Record<string, string>;
  name: Record<string, string>;
  label: Record<string, string>;
  kept: Record<string, string>;
  teachers: Record<string, string>;
}

export const draftVersion = async (visit: Visit, hold: boolean): Promise<number> =>
  (await standing(visit, hold)).turn?.version ?? 0;

/** « Changement d'année »: what becomes of each class, and of those who are exceptions; nothing is done before « Valider ». */
export async function show(visit: Visit): Promise<Reply> {
  const { year, turn, done, draft: kept } = await standing(visit);
  if (done) return redirect(reportOf(done));
  const typed = typedIn(visit);
  const plan = await planOf(visit.db, year, typed ? { ...kept, ...draftOf(typed) } : kept);
  return page('annee/index', {
    year: yearWords(year),
    next: yearWords(year + 1),
    savedAt: turn?.changed_at ?? null,
    savedBy: turn?.changed_by ?? null,
    ...shown(plan, kept, typed ? problemsOf(plan) : new Map()),
  });
}

function shown(plan: Plan, draft: Draft, problems: Map<string, string>) {
  const counted = expected(plan);
  const names = new Map(plan.classes.map((one) => [one.id, one.label]));
  const exceptions = (classId: string) =>
    plan.ground.seats.filter((one) => one.classId === classId && one.pupilId in draft.pupils).length;
  return {
    counts: countsOf(plan),
    unplaced: plan.ground.unplaced,
    lines: plan.lines.map((line, at) => ({
      ...line,
      level: line.level ?? 'Sans niveau',
      targets: targets(plan, line.to, line.classId),
      problem: problems.get(`name.${line.key}`) ?? null,
      // One link per class, beside its first line.
      first: plan.lines[at - 1]?.classId !== line.classId,
      exceptions: exceptions(line.classId),
    })),
    classes: plan.classes.map((one) => ({
      ...one,
      label: names.get(one.id),
      teachers: one.teachers.map((teacher) => teacher.name).join(', '),
      teachersKept: !one.emptied,
      pupils: counted.get(searchKey(one.nextLabel)) ?? 0,
      problem: problems.get(`label.${one.id}`) ?? null,
    })),
  };
}

export async function save(visit: Visit<Chosen & { next: string }>): Promise<Reply> {
  const found = await standing(visit);
  if (found.done) return redirect(reportOf(found.done), refusal(found.done.year));
  const draft: Draft = { ...found.draft, ...draftOf(visit.input) };
  const plan = await planOf(visit.db, found.year, draft);
  const stale = Object.values(draft.to).some((to) => !isTarget(to, plan.ground));
  const [problem] = problemsOf(plan).values();
  if (stale)
    return invalid({ to: 'Une des classes choisies n’existe plus. Rechargez la page et choisissez de nouveau.' });
  if (problem) return invalid({ to: problem });
  await keepDraft(visit, found, known(draft, plan), `${visit.person?.firstName} ${visit.person?.lastName}`);
  return visit.input.next === 'valider'
    ? redirect(`${HOME}valider`)
    : redirect(HOME, 'Le brouillon est enregistré. Rien n’est encore fait.');
}

/** Why a year is not turned twice (P11). */
export const refusal = (year: number): string =>
  `Le changement vers ${yearWords(year + 1)} est déjà fait. Le suivant s’ouvrira le 1er avril ${opensOn(year + 1).slice(0, 4)}.`;

/** Nothing but what the page offered is kept. */
function known(draft: Draft, { lines, classes }: Plan): Draft {
  const keys = new Set(lines.map((one) => one.key));
  const ids = new Set(classes.map((one) => one.id));
  const only = (values: Record<string, string>, allowed: Set<string>) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => allowed.has(key)));
  return {
    ...draft,
    to: only(draft.to, keys),
    name: only(draft.name, keys),
    label: only(draft.label, ids),
    dropped: draft.dropped.filter((id) => ids.has(id)),
    emptied: draft.emptied.filter((id) => ids.has(id)),
  };
}

/** Ticks that are not there are unticked, of the classes the page showed. */
const draftOf = ({ to, name, label, kept, teachers }: Chosen): Omit<Draft, 'pupils'> => ({
  to,
  name: trimmed(name),
  label: trimmed(label),
  dropped: Object.keys(label).filter((id) => !(id in kept)),
  emptied: Object.keys(label).filter((id) => !(id in teachers)),
});

const trimmed = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.trim()]));

/** A form that comes back shows what was typed. */
function typedIn({ input }: Visit): Chosen | null {
  const typed = input as Record<string, unknown> | null;
  if (!typed) return null;
  const of = (name: string) =>
    Object.fromEntries(
      Object.entries(typed).flatMap(([key, value]) =>
        key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), String([value].flat()[0] ?? '')]] : [],
      ),
    );
  return { to: of('to'), name: of('name'), label: of('label'), kept: of('kept'), teachers: of('teachers') };
}
