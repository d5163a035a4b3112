import { french } from '@preau/core';
import { guardianLabel, guardianNames, proofsOf, provenNames } from './guardian-keys.ts';
import type { ChildLink, GuardianMatch, KnownGuardian } from './match-types.ts';
import { nameKey } from './names.ts';
import type { GuardianRow } from './row-types.ts';

/**
 * Finds each guardian of a file among those the school knows (ONDE section 4): same names and e-mail, mobile or
 * address, or same names and a child in common when `links` (from linkChildren) is given. Same names alone: new, with
 * the namesakes as `candidates`, since two parents of a school may well be called alike.
 */
export function matchGuardians(rows: GuardianRow[], known: KnownGuardian[], links: ChildLink[] = []): GuardianMatch[] {
  const proven = new Map<string, Set<string>>();
  const named = new Map<string, Set<string>>();
  const byId = new Map(known.map((guardian) => [guardian.id, guardian]));
  for (const guardian of known) {
    const pupils = (guardian.pupilIds ?? []).map((id) => `p:${id}`);
    for (const key of [...provenNames(guardian, pupils), ...familyProofs(guardian)]) put(proven, key, guardian.id);
    for (const name of guardianNames(guardian)) put(named, name, guardian.id);
  }
  const pupilsOf = new Map<GuardianRow, string[]>();
  for (const link of links) {
    if (link.outcome !== 'linked') continue;
    const proofs = pupilsOf.get(link.row) ?? [];
    proofs.push(`p:${link.pupilId}`);
    pupilsOf.set(link.row, proofs);
  }
  const matches = rows.map((row) => matchOne(row, proven, named, byId, pupilsOf.get(row) ?? []));
  return withoutRivals(matches, byId);
}

function matchOne(
  row: GuardianRow,
  proven: Map<string, Set<string>>,
  named: Map<string, Set<string>>,
  byId: Map<string, KnownGuardian>,
  pupils: string[],
): GuardianMatch {
  const who = guardianLabel(row);
  const all = collect(provenNames(row, pupils), proven);
  const hits = all.filter((id) => !otherTitle(row, byId.get(id)));
  const [only] = hits;
  if (hits.length === 1) return { row, match: 'same', known: only };
  if (hits.length > 1) return ask(row, hits, `Plusieurs responsables de l’école peuvent être ${who}. Lequel est-ce ?`);
  if (row.firstName === null) {
    // An export without first names (ONDE section 1) must not double every parent.
    const family = collect(familyProofs(row), proven);
    if (family.length > 0) return ask(row, family, `Le prénom de ${who} manque dans le fichier. De qui s’agit-il ?`);
  }
  const namesakes = row.firstName === null ? [] : collect(guardianNames(row), named);
  if (namesakes.length === 0) return { row, match: 'new' };
  const message = french(
    `${who} porte le nom d’un responsable déjà connu, sans e-mail, mobile, adresse ni élève en commun : doublon possible.`,
  );
  return { row, match: 'new', candidates: namesakes, message };
}

/** Without first names, only the title tells the two parents of a house apart. */
const otherTitle = (row: GuardianRow, known: KnownGuardian | undefined): boolean =>
  row.firstName === null && !!row.title && !!known?.title && known.title !== row.title;

function familyProofs(person: GuardianRow | KnownGuardian): string[] {
  const names = [person.lastName, person.usedName ?? ''].filter((name) => name !== '');
  return names.flatMap((name) => proofsOf(person).map((proof) => `${nameKey(name)}|*|${proof}`));
}

/** Two lines for one known guardian: both are asked. */
function withoutRivals(matches: GuardianMatch[], byId: Map<string, KnownGuardian>): GuardianMatch[] {
  const claims = new Map<string, number>();
  for (const match of matches) if (match.known) claims.set(match.known, (claims.get(match.known) ?? 0) + 1);
  return matches.map((match) => {
    const guardian = match.known ? byId.get(match.known) : undefined;
    if (!guardian || (claims.get(guardian.id) ?? 0) < 2) return match;
    return ask(
      match.row,
      [guardian.id],
      `Plusieurs lignes du fichier désignent ${guardianLabel(guardian)}. Est-ce la ligne ${match.row.line} ?`,
    );
  });
}

function collect(keys: string[], index: Map<string, Set<string>>): string[] {
  const found = new Set<string>();
  for (const key of keys) for (const id of index.get(key) ?? []) found.add(id);
  return [...found];
}

function ask(row: GuardianRow, candidates: string[], message: string): GuardianMatch {
  return { row, match: 'ask', candidates, message: french(message) };
}

function put(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids) ids.add(id);
  else index.set(key, new Set([id]));
}
