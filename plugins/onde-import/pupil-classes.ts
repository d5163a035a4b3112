import { quoted } from '@preau/core';
import { normaliseName } from './names.ts';
import type { PupilDraft } from './pupil-duplicates.ts';

/** What stands in the place of a class for a pupil who has none. */
const NO_CLASS = ['SANS CLASSE', 'NON AFFECTE', 'NON AFFECTEE', 'NON REPARTI', 'AUCUNE', 'NEANT'];

export const namesNoClass = (label: string): boolean =>
  NO_CLASS.includes(normaliseName(label)) || !/[\p{L}\p{N}]/u.test(label);

/**
 * A class is known by ONDE's number and its label (ONDE section 1). A line that gives one of them takes the other from
 * the lines of the same class, when these agree.
 */
export function completeClasses(drafts: PupilDraft[], idOf: (draft: PupilDraft) => string): void {
  const labels = new Map<string, Set<string>>();
  const ids = new Map<string, Set<string>>();
  for (const draft of drafts) {
    const { classLabel, classOndeId } = draft.row;
    if (!classLabel || !classOndeId) continue;
    put(labels, classOndeId, classLabel);
    put(ids, normaliseName(classLabel), classOndeId);
  }
  for (const draft of drafts) {
    const { row, cells } = draft;
    const id = idOf(draft);
    if (row.classLabel === null && id !== '') {
      const label = only(labels.get(id));
      if (label === null) continue;
      cells.warn('classLabel', `le libellé manque, celui de la classe ${id} est repris : ${quoted(label)}.`);
      Object.assign(row, { classLabel: label, classOndeId: id });
    } else if (row.classLabel !== null && row.classOndeId === null)
      row.classOndeId = only(ids.get(normaliseName(row.classLabel)));
    else if (row.classOndeId !== null && (labels.get(row.classOndeId)?.size ?? 0) > 1) {
      const [first] = labels.get(row.classOndeId) ?? [];
      if (first !== row.classLabel)
        cells.warn(
          'classLabel',
          `la classe ${row.classOndeId} s’appelle aussi ${quoted(first ?? '')} dans ce fichier.`,
        );
    }
  }
}

const only = (values: Set<string> | undefined): string | null => (values?.size === 1 ? ([...values][0] ?? null) : null);

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}
