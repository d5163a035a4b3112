import { french } from '@preau/core';
import { guardianLabel } from './guardian-keys.ts';
import type { ChildLink, KnownPupil } from './match-types.ts';
import { nameKey, namesClose, normaliseName } from './names.ts';
import type { ChildRef, GuardianRow } from './row-types.ts';

/**
 * Decides, for every child a guardian's line names, which pupil it is: by names, then birth date, then class, which
 * only breaks a tie (ONDE section 1: it does not always equal the pupil's). What stays open is pending, for the
 * director: a wrong link would show a child to a stranger, so nothing is guessed.
 */
export function linkChildren(guardianRows: GuardianRow[], pupils: KnownPupil[]): ChildLink[] {
  const index = new ChildIndex(pupils);
  return guardianRows.flatMap((row) => row.children.map((child) => linkChild(row, child, index)));
}

class ChildIndex {
  readonly #family = new Map<string, KnownPupil[]>();
  readonly #used = new Map<string, KnownPupil[]>();
  readonly #born = new Map<string, KnownPupil[]>();

  constructor(pupils: KnownPupil[]) {
    for (const pupil of pupils) {
      for (const first of new Set([pupil.firstName, pupil.usedFirstName ?? pupil.firstName].map(nameKey))) {
        put(this.#family, `${nameKey(pupil.lastName)}|${first}`, pupil);
        if (pupil.usedName) put(this.#used, `${nameKey(pupil.usedName)}|${first}`, pupil);
        if (pupil.birthDate) put(this.#born, `${pupil.birthDate}|${first}`, pupil);
      }
    }
  }

  /** By the family name first; by a used name, on either side, only where no family name agrees. */
  named(child: ChildRef): KnownPupil[] {
    if (child.firstName === null) return [];
    const first = nameKey(child.firstName);
    const family = child.lastName ? this.#family.get(`${nameKey(child.lastName)}|${first}`) : undefined;
    if (family) return family;
    const found = new Set<KnownPupil>();
    if (child.lastName)
      for (const pupil of this.#used.get(`${nameKey(child.lastName)}|${first}`) ?? []) found.add(pupil);
    if (child.usedName) {
      const key = `${nameKey(child.usedName)}|${first}`;
      for (const pupil of [...(this.#used.get(key) ?? []), ...(this.#family.get(key) ?? [])]) found.add(pupil);
    }
    return [...found];
  }

  /** Same first name and birth date, family name a letter apart: not a link, but worth showing. */
  alike(child: ChildRef): KnownPupil[] {
    if (child.firstName === null || child.birthDate === null) return [];
    const name = child.lastName ?? child.usedName ?? '';
    const born = this.#born.get(`${child.birthDate}|${nameKey(child.firstName)}`) ?? [];
    return born.slice(0, 50).filter((pupil) => namesClose(name, pupil.lastName));
  }
}

function linkChild(row: GuardianRow, child: ChildRef, index: ChildIndex): ChildLink {
  const who = `${child.firstName ?? ''} ${child.lastName ?? child.usedName ?? ''}`.trim();
  const place = `Ligne ${child.line} : ${who} (responsable : ${guardianLabel(row)})`;
  const named = index.named(child);
  if (named.length === 0) {
    const alike = index.alike(child);
    if (alike.length > 0)
      return pending(row, child, alike, `${place} ressemble à un élève de l’école. Est-ce le même ?`);
    const message = `${place} n’est pas parmi les élèves de l’école. Importez d’abord les élèves, ou vérifiez son nom dans ONDE.`;
    return { row, child, outcome: 'unknown', message: french(message) };
  }
  const born =
    child.birthDate === null
      ? named
      : named.filter((pupil) => pupil.birthDate === child.birthDate || pupil.birthDate === null);
  if (born.length === 0)
    return pending(row, child, named, `${place} n’a pas la date de naissance de l’élève du même nom. Est-ce le même ?`);
  const left = born.length === 1 ? born : sameClass(born, child);
  const only = left[0];
  if (only && left.length === 1) return { row, child, outcome: 'linked', pupilId: only.id };
  return pending(
    row,
    child,
    born,
    `${place} porte le nom de plusieurs élèves et le fichier ne permet pas de choisir. Lequel est-ce ?`,
  );
}

function sameClass(pupils: KnownPupil[], child: ChildRef): KnownPupil[] {
  if (child.classLabel === null) return [];
  const label = normaliseName(child.classLabel);
  return pupils.filter((pupil) => pupil.classLabel && normaliseName(pupil.classLabel) === label);
}

function pending(row: GuardianRow, child: ChildRef, candidates: KnownPupil[], message: string): ChildLink {
  return { row, child, outcome: 'pending', candidates: candidates.map((pupil) => pupil.id), message: french(message) };
}

function put(index: Map<string, KnownPupil[]>, key: string, pupil: KnownPupil): void {
  const list = index.get(key);
  if (list) list.push(pupil);
  else index.set(key, [pupil]);
}
