import { type Problem, problem } from '@preau/core';
import type { PupilColumn } from './layouts.ts';
import type { LineCells } from './line-cells.ts';
import { nameKey, pupilKey } from './names.ts';
import type { Doubtful, PupilRow, RefusedPupil } from './row-types.ts';

/** A line being read: what it gives and what was said about it so far. */
export interface PupilDraft {
  row: PupilRow;
  cells: LineCells<PupilColumn>;
}

export interface SettledPupils {
  pupils: PupilRow[];
  refused: RefusedPupil[];
  doubtful: Doubtful<PupilRow>[];
  notes: Problem[];
}

/**
 * Parts the lines: good ones, refused ones, and those that seem to name a pupil of an earlier line and wait for the
 * director's answer. Two lines are never merged on names alone (ONDE fact 24).
 */
export function settleDuplicates(drafts: PupilDraft[]): SettledPupils {
  refuseSharedInes(drafts);
  const settled: SettledPupils = { pupils: [], refused: [], doubtful: [], notes: [] };
  const byKey = new Map<string, PupilRow[]>();
  for (const { row, cells } of drafts) {
    if (cells.errors.length > 0) {
      settled.refused.push({ line: row.line, cells: previewCells(cells), problems: cells.errors });
      continue;
    }
    const key = pupilKey(row);
    const earlier = byKey.get(key) ?? [];
    const twin = earlier.find((other) => other.ine === null || row.ine === null || other.ine === row.ine);
    if (twin) settled.doubtful.push({ row, sameAs: twin, problem: doubt(row, twin) });
    else {
      settled.pupils.push(row);
      const namesake = earlier[0];
      if (namesake) settled.notes.push(namesakes(row, namesake));
      earlier.push(row);
      byKey.set(key, earlier);
    }
  }
  return settled;
}

/** ONDE fact 5: the number and both lines are named, on each of them. An empty INE is never a key (fact 7). */
function refuseSharedInes(drafts: PupilDraft[]): void {
  const byIne = new Map<string, PupilDraft[]>();
  for (const draft of drafts) {
    if (draft.row.ine === null) continue;
    const group = byIne.get(draft.row.ine);
    if (group) group.push(draft);
    else byIne.set(draft.row.ine, [draft]);
  }
  for (const [ine, group] of byIne) {
    const first = group[0];
    if (!first || group.every((draft) => sameChild(draft.row, first.row))) continue;
    for (const draft of group) {
      const other = group.find((candidate) => candidate !== draft && !sameChild(candidate.row, draft.row));
      if (!other) continue;
      draft.cells.refuse(
        'ine',
        `l’INE ${ine} est aussi celui de la ligne ${other.row.line} (${fullName(other.row)}). Corrigez l’un des deux dans ONDE.`,
      );
    }
  }
}

function sameChild(a: PupilRow, b: PupilRow): boolean {
  return (
    nameKey(a.lastName) === nameKey(b.lastName) &&
    nameKey(a.firstName) === nameKey(b.firstName) &&
    a.birthDate === b.birthDate
  );
}

function doubt(row: PupilRow, twin: PupilRow): Problem {
  return problem(
    `Ligne ${row.line} : ${fullName(row)} a le même nom et la même date de naissance que ${fullName(twin)} (ligne ${twin.line}). Est-ce le même élève ?`,
    { line: row.line, value: fullName(row) },
  );
}

function namesakes(row: PupilRow, other: PupilRow): Problem {
  return problem(
    `Ligne ${row.line} : ${fullName(row)} a le même nom et la même date de naissance que l’élève de la ligne ${other.line}, mais un autre INE. Ce sont deux élèves ; vérifiez dans ONDE.`,
    { line: row.line, value: fullName(row) },
  );
}

function fullName(row: PupilRow): string {
  return `${row.lastName} ${row.firstName}`.trim() || 'l’élève sans nom';
}

function previewCells(cells: LineCells<PupilColumn>): RefusedPupil['cells'] {
  return {
    lastName: cells.text('lastName'),
    firstName: cells.text('firstName'),
    birthDate: cells.text('birthDate'),
    usedFirstName: cells.text('usedFirstName'),
    sex: cells.text('sex'),
    classLabel: cells.text('classLabel'),
  };
}
