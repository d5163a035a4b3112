import { french } from '@preau/core';
import type { KnownPupil, PupilMatch } from './match-types.ts';
import { nameKey, namesClose, pupilKey } from './names.ts';
import type { PupilRow } from './row-types.ts';

// A birth date shared by more namesakes than this is a hostile file, not a school.
const MOST_LOOK_ALIKES = 50;

/**
 * Finds each pupil of a file among those the school knows (ONDE section 4). INE and birth date agree: the same, be the
 * name changed. No INE on one side: family name, first name and birth date. Whatever is not plain is asked, and an
 * empty INE is never a key (facts 6 and 7).
 */
export function matchPupils(rows: PupilRow[], known: KnownPupil[]): PupilMatch[] {
  const index = new PupilIndex(known);
  const matches = rows.map((row) => index.byIne(row) ?? index.byNames(row));
  const claimed = new Set(matches.flatMap((match) => match?.known ?? []));
  const all = rows.map((row, i) => matches[i] ?? index.lookAlike(row, claimed) ?? ({ row, match: 'new' } as const));
  return withoutRivals(all, index);
}

class PupilIndex {
  readonly known = new Map<string, KnownPupil>();
  readonly #ines = new Map<string, KnownPupil[]>();
  readonly #keys = new Map<string, KnownPupil[]>();
  readonly #names = new Map<string, KnownPupil[]>();
  readonly #partial = new Map<string, KnownPupil[]>();

  constructor(known: KnownPupil[]) {
    for (const pupil of known) {
      this.known.set(pupil.id, pupil);
      if (pupil.ine) put(this.#ines, pupil.ine, pupil);
      if (pupil.birthDate) put(this.#keys, pupilKey(pupil), pupil);
      put(this.#names, pupilKey({ ...pupil, birthDate: null }), pupil);
      if (pupil.birthDate) for (const key of partialKeys(pupil)) put(this.#partial, key, pupil);
    }
  }

  byIne(row: PupilRow): PupilMatch | null {
    const hits = row.ine === null ? [] : (this.#ines.get(row.ine) ?? []);
    const only = hits[0];
    if (!only) return null;
    if (hits.length > 1)
      return ask(row, hits, `L’INE ${row.ine} est celui de plusieurs élèves de l’école. Lequel est ${label(row)} ?`);
    const nameAgrees = namesClose(row.firstName, only.firstName) || namesClose(row.lastName, only.lastName);
    const dateAgrees = only.birthDate === row.birthDate || only.birthDate === null;
    if (dateAgrees && nameAgrees) return { row, match: 'same', known: only.id };
    const differs = dateAgrees ? 'un autre nom' : 'une autre date de naissance';
    return ask(row, [only], `${label(row)} a l’INE de ${label(only)} mais ${differs}. Est-ce le même élève ?`);
  }

  byNames(row: PupilRow): PupilMatch | null {
    const hits = this.#keys.get(pupilKey(row)) ?? [];
    const only = hits[0];
    if (!only) return null;
    if (hits.length > 1) {
      return ask(
        row,
        hits,
        `Plusieurs élèves de l’école ont le nom et la date de naissance de ${label(row)}. Lequel est-ce ?`,
      );
    }
    if (row.ine && only.ine)
      return ask(row, [only], `${label(row)} est connu avec un autre INE (${only.ine}). Est-ce le même élève ?`);
    return { row, match: 'same', known: only.id };
  }

  /** Same birth date and close names, or same names and a birth date missing or close: worth a question. */
  lookAlike(row: PupilRow, claimed: Set<string>): PupilMatch | null {
    const free = (pupil: KnownPupil) => !claimed.has(pupil.id) && !(row.ine && pupil.ine);
    const near = new Map<string, KnownPupil>();
    for (const key of partialKeys(row)) {
      for (const pupil of (this.#partial.get(key) ?? []).slice(0, MOST_LOOK_ALIKES)) {
        if (free(pupil) && likeNames(row, pupil)) near.set(pupil.id, pupil);
      }
    }
    for (const pupil of (this.#names.get(pupilKey({ ...row, birthDate: null })) ?? []).slice(0, MOST_LOOK_ALIKES)) {
      if (free(pupil) && closeDates(row.birthDate, pupil.birthDate)) near.set(pupil.id, pupil);
    }
    if (near.size === 0) return null;
    const first = [...near.values()][0];
    return ask(
      row,
      [...near.values()],
      `${label(row)} ressemble à ${first ? label(first) : 'un élève connu'}. Est-ce le même élève ?`,
    );
  }
}

/** Two lines for one known pupil: neither is taken without a word. */
function withoutRivals(matches: PupilMatch[], index: PupilIndex): PupilMatch[] {
  const claims = new Map<string, number>();
  for (const match of matches) if (match.known) claims.set(match.known, (claims.get(match.known) ?? 0) + 1);
  return matches.map((match) => {
    const pupil = match.known ? index.known.get(match.known) : undefined;
    if (!pupil || (claims.get(pupil.id) ?? 0) < 2) return match;
    return ask(
      match.row,
      [pupil],
      `Plusieurs lignes du fichier désignent ${label(pupil)}. Est-ce la ligne ${match.row.line} ?`,
    );
  });
}

function partialKeys(pupil: {
  lastName: string;
  firstName: string;
  birthDate: string | null;
  usedName?: string | null;
  usedFirstName?: string | null;
}): string[] {
  const names = [pupil.lastName, pupil.firstName, pupil.usedName, pupil.usedFirstName].filter((name) => name);
  return [...new Set(names.map((name) => `${nameKey(name ?? '')}|${pupil.birthDate}`))];
}

function likeNames(row: PupilRow, pupil: KnownPupil): boolean {
  const lasts = (person: PupilRow | KnownPupil) =>
    [person.lastName, person.usedName].filter((name) => typeof name === 'string' && name !== '') as string[];
  const firsts = (person: PupilRow | KnownPupil) =>
    [person.firstName, person.usedFirstName].filter((name) => typeof name === 'string' && name !== '') as string[];
  const anyClose = (left: string[], right: string[]) => left.some((a) => right.some((b) => namesClose(a, b)));
  const straight = anyClose(lasts(row), lasts(pupil)) && anyClose(firsts(row), firsts(pupil));
  return straight || (anyClose(lasts(row), firsts(pupil)) && anyClose(firsts(row), lasts(pupil)));
}

/** Unknown, or one of day, month and year apart, or day and month exchanged. */
function closeDates(a: string, b: string | null): boolean {
  if (b === null) return true;
  const [left, right] = [a.split('-'), b.split('-')];
  const equal = left.filter((part, i) => part === right[i]).length;
  return equal >= 2 || (left[0] === right[0] && left[1] === right[2] && left[2] === right[1]);
}

function ask(row: PupilRow, candidates: KnownPupil[], message: string): PupilMatch {
  return { row, match: 'ask', candidates: candidates.map((pupil) => pupil.id), message: french(message) };
}

function label(pupil: { lastName: string; firstName: string }): string {
  return `${pupil.firstName} ${pupil.lastName}`;
}

function put<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
