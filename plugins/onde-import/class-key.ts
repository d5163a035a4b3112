import { normaliseName } from './names.ts';

/** What tells a class: ONDE's number of it, else its label (ONDE section 1); null for a pupil without class. */
export function classKey(pupil: { classLabel?: string | null; classOndeId?: string | null }): string | null {
  if (pupil.classOndeId) return `#${pupil.classOndeId}`;
  return pupil.classLabel ? normaliseName(pupil.classLabel) : null;
}
