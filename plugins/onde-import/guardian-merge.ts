import { type Problem, problem, quoted } from '@preau/core';
import { guardianLabel, guardianNames, provenNames } from './guardian-keys.ts';
import { nameKey } from './names.ts';
import type { ChildRef, Doubtful, GuardianRow } from './row-types.ts';

/**
 * Gathers guardians line by line: a person written on two lines becomes one when names and an e-mail, a mobile, an
 * address or a child agree (ONDE fact 20), else stays two and is told.
 */
export class GuardianMerge {
  readonly guardians: GuardianRow[] = [];
  readonly doubtful: Doubtful<GuardianRow>[] = [];
  readonly notes: Problem[] = [];
  readonly #proven = new Map<string, GuardianRow>();
  readonly #named = new Map<string, GuardianRow>();

  add(row: GuardianRow): void {
    const keys = mergeKeys(row);
    const same = keys.map((key) => this.#proven.get(key)).find((found) => found !== undefined);
    if (same) this.#join(same, row);
    else {
      this.#doubt(row);
      this.guardians.push(row);
    }
    const owner = same ?? row;
    for (const key of keys) if (!this.#proven.has(key)) this.#proven.set(key, owner);
    for (const name of guardianNames(row)) if (!this.#named.has(name)) this.#named.set(name, owner);
  }

  #join(kept: GuardianRow, row: GuardianRow): void {
    kept.lines.push(row.line);
    for (const field of ['email', 'mobile', 'homePhone', 'workPhone'] as const) {
      const [before, after] = [kept[field], row[field]];
      if (before && after && before !== after) {
        const text = `Ligne ${row.line} : ${guardianLabel(row)} figure déjà ligne ${kept.line} avec ${quoted(before)} au lieu de ${quoted(after)}. La ligne ${kept.line} est gardée.`;
        this.notes.push(problem(text, { line: row.line, value: after }));
      }
      kept[field] ??= row[field];
    }
    kept.title ??= row.title;
    kept.usedName ??= row.usedName;
    kept.workExtension ??= row.workExtension;
    kept.addressSharing ??= row.addressSharing;
    if (kept.addresses.length === 0) kept.addresses = row.addresses;
    const named = new Set(kept.children.map(childProof));
    for (const child of row.children) if (!named.has(childProof(child))) kept.children.push(child);
  }

  #doubt(row: GuardianRow): void {
    const other =
      row.firstName === null
        ? undefined
        : guardianNames(row)
            .map((name) => this.#named.get(name))
            .find(Boolean);
    if (!other) return;
    const text = `Ligne ${row.line} : ${guardianLabel(row)} porte le même nom que le responsable de la ligne ${other.line}, sans e-mail, mobile ni adresse en commun. Les deux sont gardés ; dites si c’est la même personne.`;
    const told = problem(text, { line: row.line, value: guardianLabel(row) });
    this.doubtful.push({ row, sameAs: other, problem: told });
    this.notes.push(told);
  }
}

/**
 * Names with a proof. Without a first name the couple of one house would be one person: only a line with the same
 * title, e-mail and phones is the same.
 */
function mergeKeys(row: GuardianRow): string[] {
  if (row.firstName !== null) return provenNames(row, row.children.map(childProof));
  if (row.title === null || !(row.email || row.mobile)) return [];
  return [[nameKey(row.lastName), row.title, row.email ?? '', row.mobile ?? '', row.homePhone ?? ''].join('|')];
}

/** A child in common proves too; without its birth date the class must agree, for homonyms (ONDE fact 24). */
function childProof(child: ChildRef): string {
  const names = `${nameKey(child.lastName ?? child.usedName ?? '')}|${nameKey(child.firstName ?? '')}`;
  return `c:${names}|${child.birthDate ?? nameKey(child.classLabel ?? '')}`;
}
