import { counted, french } from '@preau/core';
import { classKey } from './class-key.ts';
import type { Absences, KnownPupil, PupilMatch } from './match-types.ts';
import { nameKey, normaliseName } from './names.ts';
import type { PupilReading } from './row-types.ts';

/**
 * Who is known and not in the file any more: to be proposed as left, never deleted, and only those (ONDE fact 12). An
 * extraction of some classes only proposes nobody (fact 22), and neither does one that seems to be another school's:
 * the file holds no school number (section 2). A pupil whose line was refused has not left: give the `reading`.
 */
export function absentPupils(
  matches: PupilMatch[],
  known: KnownPupil[],
  reading: Pick<PupilReading, 'refused' | 'doubtful'> = { refused: [], doubtful: [] },
): Absences {
  const seen = new Set(
    matches.flatMap((match) => [...(match.known ? [match.known] : []), ...(match.candidates ?? [])]),
  );
  const waiting = [...reading.refused.map((line) => line.cells), ...reading.doubtful.map((line) => line.row)];
  const named = new Set(waiting.map(fullName));
  for (const pupil of known) if (named.has(fullName(pupil))) seen.add(pupil.id);
  const absent = known.filter((pupil) => !seen.has(pupil.id));
  const otherSchool = known.length > 0 && looksForeign(matches, known, seen);
  const partial = !otherSchool && looksPartial(matches, known, seen);
  return {
    absent: partial || otherSchool ? [] : absent.map((pupil) => pupil.id),
    partial,
    otherSchool,
    message: message(partial, otherSchool, absent.length),
  };
}

/** All the classes of the file are known, and some known class is missing with all its pupils. */
function looksPartial(matches: PupilMatch[], known: KnownPupil[], seen: Set<string>): boolean {
  const named = new Set(matches.flatMap((match) => keysOf(match.row)));
  const knownKeys = new Set(known.flatMap(keysOf));
  if (
    named.size === 0 ||
    matches.some((match) => classKey(match.row) !== null && !keysOf(match.row).some((key) => knownKeys.has(key)))
  )
    return false;
  const byClass = new Map<string, { present: boolean }>();
  for (const pupil of known) {
    const key = classKey(pupil);
    if (key === null) continue;
    const group = byClass.get(key) ?? { present: false };
    if (seen.has(pupil.id) || keysOf(pupil).some((own) => named.has(own))) group.present = true;
    byClass.set(key, group);
  }
  return [...byClass.values()].some((group) => !group.present);
}

function looksForeign(matches: PupilMatch[], known: KnownPupil[], seen: Set<string>): boolean {
  const knownClasses = new Set(known.flatMap(keysOf));
  const rowsInKnownClass = matches.filter((match) => keysOf(match.row).some((key) => knownClasses.has(key))).length;
  const rowsKnown = matches.filter((match) => match.match !== 'new').length;
  return seen.size * 2 < known.length && rowsKnown * 2 < matches.length && rowsInKnownClass * 2 < matches.length;
}

function fullName(pupil: { lastName: string; firstName: string }): string {
  return `${nameKey(pupil.lastName)}|${nameKey(pupil.firstName)}`;
}

/** A class may be known by its number, its label or both, and one file may give only the label. */
function keysOf(pupil: { classLabel?: string | null; classOndeId?: string | null }): string[] {
  return [
    pupil.classOndeId ? `#${pupil.classOndeId}` : '',
    pupil.classLabel ? normaliseName(pupil.classLabel) : '',
  ].filter(Boolean);
}

function message(partial: boolean, otherSchool: boolean, absent: number): string | null {
  if (absent === 0) return null;
  if (otherSchool)
    return french(
      'Presque aucun élève ni aucune classe de ce fichier n’est connu de l’école. Vérifiez que le fichier est bien celui de cette école.',
    );
  const pupils = counted(absent, 'élève de l’école n’y est', 'élèves de l’école n’y sont');
  if (partial) {
    return french(
      `Ce fichier ne contient qu’une partie des classes : ${pupils} pas. Aucun élève n’est proposé comme parti.`,
    );
  }
  return french(
    `${counted(absent, 'élève n’est', 'élèves ne sont')} plus dans le fichier. Confirmez leur départ ; rien n’est supprimé.`,
  );
}
