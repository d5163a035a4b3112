import { record } from '../form/form.ts';
import { missing, page, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { targets } from './options.ts';
import { type Fate, isTarget, planOf } from './plan.ts';
import { HOME } from './screen.ts';
import { type Draft, keepDraft, reportOf, standing, yearWords } from './turns.ts';

export const pupilsForm = { go: record(), to: record() };

const GO = { '': 'Comme sa classe', stay: 'Redouble', leave: 'Quitte l’école' };

/** Exceptions of one class: who stays a year more, who leaves, who goes to another class. */
export async function showPupils(visit: Visit): Promise<Reply> {
  const { year, draft, done } = await standing(visit);
  if (done) return redirect(reportOf(done));
  const plan = await planOf(visit.db, year, draft);
  const found = plan.ground.classes.find((one) => one.id === visit.params.class);
  if (!found) return missing();
  const pupils = plan.fates.filter((one) => one.classId === found.id);
  return page('annee/eleves', {
    label: found.label,
    year: yearWords(year),
    next: yearWords(year + 1),
    pupils: pupils.map((one) => {
      const own = draft.pupils[one.pupilId];
      const classes = targets(plan, own?.to ?? '', found.id)[0]?.options ?? [];
      return {
        id: one.pupilId,
        name: one.name,
        level: one.level,
        fate: fateWords(one),
        go: Object.entries(GO).map(([value, label]) => ({ value, label, selected: value === (own?.go ?? '') })),
        classes,
      };
    }),
  });
}

/** « CE2, CE2 Lilas », as the turn would do it. */
function fateWords({ go, label, nextLevel }: Fate): string {
  if (go === 'leave') return 'Quitte l’école';
  if (go === 'placed') return `Déjà dans ${label}`;
  if (go === 'none') return 'Sans classe';
  return [...new Set([go === 'stay' ? 'Redouble' : null, nextLevel, label])].filter(Boolean).join(', ');
}

export async function savePupils(
  visit: Visit<{ go: Record<string, string>; to: Record<string, string> }>,
): Promise<Reply> {
  const { db, input, params, person } = visit;
  const found = await standing(visit);
  if (found.done) return redirect(reportOf(found.done));
  const { draft } = found;
  const { ground } = await planOf(db, found.year, draft);
  const old = ground.classes.find((one) => one.id === params.class);
  if (!old) return missing();
  const here = ground.seats.filter((one) => one.classId === old.id).map((one) => one.pupilId);
  const pupils: Draft['pupils'] = Object.fromEntries(
    Object.entries(draft.pupils).filter(([id]) => !here.includes(id) && ground.seats.some((one) => one.pupilId === id)),
  );
  for (const id of here) {
    const go = Object.keys(GO).includes(input.go[id] ?? '') ? (input.go[id] as keyof typeof GO) : '';
    const to = isTarget(input.to[id] ?? '', ground) ? (input.to[id] as string) : '';
    if (go || to) pupils[id] = { go, to: go === 'leave' ? '' : to };
  }
  await keepDraft(visit, found, { ...draft, pupils }, `${person?.firstName} ${person?.lastName}`);
  return redirect(HOME, `Les exceptions de ${old.label} sont enregistrées dans le brouillon.`);
}
