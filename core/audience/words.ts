import { howMany } from '../list/declare.ts';
import type { Recipient, RecipientKind } from './audience-types.ts';

/** Who will receive, in words (C-37): said before every sending. */
export interface AudienceWords {
  /** « 33 personnes » */
  total: string;
  /** « 31 responsables de 24 élèves », « 2 professeurs » */
  lines: { kind: RecipientKind; text: string }[];
  /** « 4 n’ont pas d’adresse e-mail : ils la verront dans leur Espace seulement. » */
  withoutEmail: string | null;
}

export const KIND_NAMES: Record<RecipientKind, { one: string; many: string }> = {
  guardians: { one: 'responsable', many: 'responsables' },
  teachers: { one: 'professeur', many: 'professeurs' },
  staff: { one: 'personnel', many: 'personnels' },
  pupils: { one: 'élève', many: 'élèves' },
};

/** People, not links: a mother of three counts once (case B24). */
export function audienceWords(people: Recipient[]): AudienceWords {
  const lines = [...Map.groupBy(people, (one) => one.kind)].map(([kind, list]) => {
    const pupils = new Set(list.flatMap((one) => one.children.map((child) => child.pupilId)));
    const of = kind === 'guardians' ? ` de ${howMany(pupils.size, KIND_NAMES.pupils)}` : '';
    return { kind, text: `${howMany(list.length, KIND_NAMES[kind])}${of}` };
  });
  const without = people.filter((one) => !one.email).length;
  return {
    total: howMany(people.length, { one: 'personne', many: 'personnes' }),
    lines,
    withoutEmail: without
      ? `${without} ${without > 1 ? 'n’ont pas' : 'n’a pas'} d’adresse e-mail : à lire dans l’Espace seulement.`
      : null,
  };
}

/** Guardians left out whose child’s other guardian is in: often forgotten, never to be chosen by itself (C-26). */
export function leftOut(all: Recipient[], chosen: Set<string>): { pupils: number; others: string[] } {
  const touched = new Set(
    all
      .filter((one) => one.kind === 'guardians' && chosen.has(one.personId))
      .flatMap((one) => one.children.map((child) => child.pupilId)),
  );
  const others = all.filter(
    (one) =>
      one.kind === 'guardians' && !chosen.has(one.personId) && one.children.some((child) => touched.has(child.pupilId)),
  );
  const pupils = new Set(
    others.flatMap((one) => one.children.map((child) => child.pupilId)).filter((id) => touched.has(id)),
  );
  return { pupils: pupils.size, others: others.map((one) => one.personId) };
}

/** « Mila (CE1) et Tom (CP) » : for whom a message is, as its title and its mail say it (C-28). */
export function childrenInWords(one: Pick<Recipient, 'children'>): string {
  const named = one.children.map(({ firstName, className }) => (className ? `${firstName} (${className})` : firstName));
  return new Intl.ListFormat('fr', { type: 'conjunction' }).format(named);
}
