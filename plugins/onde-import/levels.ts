import { quoted } from '@preau/core';
import type { Reading } from './birth-date.ts';
import { normaliseName } from './names.ts';

/** The levels of a primary school as ONDE codes them. */
export const LEVELS = ['TPS', 'PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'] as const;

/** Not levels but schemes a pupil may be counted in; old files give them in the level's place (ONDE section 1). */
export const DISPOSITIFS = ['ULIS', 'UPE2A', 'CLIS'] as const;

export interface Level {
  level: string;
  known: boolean;
}

/** Reads a level. A word like « MOYENNE SECTION » is not guessed at: it is told, with what was expected. */
export function readLevel(text: string): Reading<Level> {
  const code = text.toUpperCase().replace(/[\s.]+/g, '');
  if ((LEVELS as readonly string[]).includes(code)) return { value: { level: code, known: true } };
  // « ULIS école », « CLIS 1 », « ULIS-TFC ».
  const [scheme = ''] = normaliseName(text).split(' ');
  const dispositif = DISPOSITIFS.find((name) => code === name || scheme === name);
  if (dispositif) return { value: { level: dispositif, known: false } };
  const expected = `Attendu : ${LEVELS.slice(0, -1).join(', ')} ou ${LEVELS.at(-1)}.`;
  if (text === '') return { fault: `le niveau manque. ${expected}` };
  return { fault: `lu ${quoted(text)}, ce niveau n’est pas connu. ${expected}` };
}
