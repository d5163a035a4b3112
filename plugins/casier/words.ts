import { type RecipientKind, tick, type Visit } from '@preau/core';

export const DEPOSIT = 'casier.deposit';
export const FOLLOW = 'casier.follow';
export const APPROVE = 'casier.approve';
export const RUBRIC = 'casier.mon-casier';

/** Who has a locker (F16-1). Pupils have none: a document about a child goes to his guardians. */
export const KINDS: RecipientKind[] = ['guardians', 'teachers', 'staff'];

/** Under what its files and notices are known. */
export const aboutOf = ({ id }: { id: string }): string => `casier:${id}`;
/** Under what its depositor hears of it. */
export const followUpOf = ({ id }: { id: string }): string => `casier-suivi:${id}`;

/** « Mon casier » where the visitor stands: his Espace or Gestion. */
export const homeOf = ({ espace }: Pick<Visit, 'espace'>): string =>
  espace ? `/espace/${espace}/casier/` : '/gestion/casier/';
export const pageOf = (visit: Pick<Visit, 'espace'>, id: string): string => `${homeOf(visit)}${id}`;

export const myId = (visit: Pick<Visit, 'person'>): string => visit.person?.id as string;

/** What the director chooses for each Espace (F11-14). */
export const depositForm = {
  deposit: tick('Peuvent déposer un document', { hint: 'Sinon, ils lisent ce qui leur est remis.' }),
};

/** From Gestion one deposits for the school, with the permission; from an Espace as oneself, where the school lets one. */
export const mayDeposit = (visit: Pick<Visit, 'espace' | 'can' | 'options'>): boolean =>
  visit.espace ? visit.options.deposit !== false : visit.can(DEPOSIT);

/** « Mila (CE1 Jonquilles) et Tom (CP) » (C-28) */
export const childrenNamed = (children: { firstName: string; classLabel: string | null }[]): string =>
  AND.format(children.map(({ firstName, classLabel }) => (classLabel ? `${firstName} (${classLabel})` : firstName)));
const AND = new Intl.ListFormat('fr', { type: 'conjunction' });
