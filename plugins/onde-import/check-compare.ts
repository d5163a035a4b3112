import type { Work } from '@preau/core';
import { type Problem, problem } from '@preau/core';
import type { KeptGuardians, KeptPupils } from './batch.ts';
import type { CheckReport } from './check-report.ts';
import { planGuardians } from './import-guardians.ts';
import { planPupils } from './import-pupils.ts';
import { type ChildLink, type KnownPupil, matchPupils } from './match.ts';
import type { Twin } from './plan-types.ts';
import type { PupilRow } from './row-types.ts';

type School = Pick<Work, 'services'>;

/** A pupil of the school, or of the file imported before; the day he left if he has. */
export type ComparedPupil = KnownPupil & { leftOn?: string | null };

/** What an import of the file would change, and the questions it would ask. */
export interface Compared {
  counts: Partial<Pick<CheckReport, 'new' | 'changed' | 'same' | 'absent'>>;
  warnings: Problem[];
  links: ChildLink[] | null;
}

export const NOT_COMPARED: Compared = { counts: {}, warnings: [], links: null };

/** The pupils of a school once a file has been imported; those of the file alone with a school of nobody. */
export function pupilsAfter(rows: PupilRow[], school: ComparedPupil[]): ComparedPupil[] {
  const known = new Map(school.map((pupil) => [pupil.id, pupil]));
  for (const match of matchPupils(rows, school)) {
    const id = match.match === 'new' ? `line ${match.row.line}` : match.known;
    if (id) known.set(id, { ...known.get(id), ...match.row, id, leftOn: null });
  }
  return [...known.values()];
}

/** A file of pupils against those known, by the plan the preview shows. */
export async function comparePupils(kept: KeptPupils, known: ComparedPupil[]): Promise<Compared> {
  const plan = await planPupils(withPupils(known), kept);
  const { absent, partial, otherSchool, message } = plan.absences;
  return {
    counts: { new: plan.created.length, changed: plan.changed.length, same: plan.same, absent: absent.length },
    warnings: [...(message && (partial || otherSchool) ? [problem(message)] : []), ...questions(plan.twins)],
    links: null,
  };
}

/** A file of guardians against those the school has; `pupils` are those their children are looked for among. */
export async function compareGuardians(
  kept: KeptGuardians,
  pupils: ComparedPupil[],
  school: School,
): Promise<Compared> {
  const plan = await planGuardians(withPupils(pupils, school), kept);
  return {
    counts: { new: plan.created.length, changed: plan.changed.length, same: plan.same },
    warnings: questions(plan.twins),
    links: plan.links,
  };
}

/** The services a plan asks, its pupils being those given. */
function withPupils(pupils: ComparedPupil[], school?: School): School {
  const known = pupils.map((one) => ({ ...one, leftOn: one.leftOn ?? null }));
  const register = Object.create(school?.services.register ?? null, { pupils: { value: async () => known } });
  return { services: Object.create(school?.services ?? null, { register: { value: register } }) };
}

/** Two lines that may be one person are told when the file is read. */
function questions(twins: Twin<{ line: number; lastName: string; firstName: string | null }>[]): Problem[] {
  return twins
    .filter((twin) => twin.line === null)
    .map(({ row, message }) =>
      problem(message, { line: row.line, value: [row.lastName, row.firstName].filter(Boolean).join(' ') }),
    );
}
