import type { InputOf, Json, pickForm, Reply, Transaction, Visit, Work } from '@preau/core';
import type { LabelPerson, LabelStyle } from './label-make.ts';
import type { SheetName } from './label-sheets.ts';
import type { LetterContent } from './letter-pages.ts';
import { keepPicked } from './picks.ts';
import type { Recipient } from './recipients.ts';
import type { SendKind } from './send-kinds.ts';

/** What is chosen in the print window. */
export interface PrintChoices {
  model: string;
  /** Empty: the model's own. */
  sheet: SheetName | '';
  start: number;
  byClass: boolean;
  large: boolean;
}

/** Labels being printed: their maker's only. The secrets in them stand sealed in two more columns. */
export interface Print {
  id: string;
  /** Letters on paper wait in the same place, for the same job. */
  what: 'labels' | 'letters';
  kind: Recipient['kind'];
  person_ids: string[];
  account_id: string;
  state: 'open' | 'running' | 'ready' | 'failed' | 'gone';
  choices: PrintChoices | null;
  labels: number;
  sheets: number;
  progress: number;
  made_at: Date;
  moved_at: Date | null;
}
/** What the job draws; sealed, since it holds the secrets. */
export type PrintContent = LabelContent | LetterContent;
interface LabelContent {
  style: LabelStyle;
  people: LabelPerson[];
  start: number;
}
const FIELDS = [
  'id',
  'what',
  'kind',
  'person_ids',
  'account_id',
  'state',
  'choices',
  'labels',
  'sheets',
  'progress',
  'made_at',
  'moved_at',
];
const TABLE = 'credentials_prints';
/** Purposes of the vault. */
export const SEALED = { content: 'credentials.labels', pdf: 'credentials.labels-pdf' } as const;
/** How long the file can be fetched, in milliseconds. */
export const FILE_LIFE = 3_600_000;
/** A job that has not moved for longer than a page may be printed has been stopped with its server. */
const STALLED = 150_000;

export const printPath = (id: string): string => `/gestion/credentials/etiquettes/impressions/${id}`;
/** Of each list the route that takes the selection. */
export const pickPath = ({ path }: SendKind): string => path.replace('/envois/', '/etiquettes/');

/** What the pages of a print say of it. */
export const wordsOf = ({ what }: Pick<Print, 'what'>) => WORDS[what];
const WORDS = {
  labels: {
    title: 'Étiquettes',
    ready: 'Étiquettes prêtes',
    opened: 'Étiquettes ouvertes',
    one: 'étiquette',
    open: 'Ouvrir les étiquettes (PDF)',
  },
  letters: {
    title: 'Courriers',
    ready: 'Courriers prêts',
    opened: 'Courriers ouverts',
    one: 'courrier',
    open: 'Ouvrir les courriers (PDF)',
  },
};

/** From a list's toolbar to the print window. */
export const startPrint = (visit: Visit<InputOf<typeof pickForm>>, kind: SendKind): Promise<Reply> =>
  keepPicked(visit, kind, TABLE, printPath);
/** The print of that id, when the account has made it; for others there is none. */
export async function printOf(
  db: Transaction,
  { params, account }: Pick<Visit, 'params' | 'account'>,
  hold = false,
): Promise<Print | null> {
  const query = db(TABLE).where({ id: params.id, account_id: account?.id ?? null });
  return (await (hold ? query.forUpdate() : query).first(FIELDS)) ?? null;
}

/** The same where only labels will do: letters on paper are written elsewhere. */
export async function labelPrintOf(
  db: Transaction,
  visit: Pick<Visit, 'params' | 'account'>,
  hold = false,
): Promise<Print | null> {
  const print = await printOf(db, visit, hold);
  return print?.what === 'labels' ? print : null;
}

/** Its file is there for an hour; what a night has not swept yet is gone all the same. */
export const isReady = (print: Print, now: Date): boolean => print.state === 'ready' && untilOf(print) > now;
export const untilOf = ({ moved_at }: Pick<Print, 'moved_at'>): Date =>
  new Date((moved_at?.getTime() ?? 0) + FILE_LIFE);
export const isStalled = ({ state, moved_at }: Print, now: Date): boolean =>
  state === 'running' && now.getTime() - (moved_at?.getTime() ?? 0) > STALLED;

export const movePrint = (db: Transaction, id: string, changes: object): Promise<number> =>
  db(TABLE).where({ id }).update(changes);

export async function sealedOf(db: Transaction, id: string, column: 'content' | 'pdf'): Promise<Buffer | null> {
  return (await db(TABLE).where({ id }).first(column))?.[column] ?? null;
}

const EMPTY = { state: 'gone', content: null, pdf: null };
/** No secret of this print is left. */
export const erasePrint = (db: Transaction, id: string, now: Date): Promise<number> =>
  movePrint(db, id, { ...EMPTY, gone_at: now });

/** An hour after it last moved: a print begun again since has a later job of its own. */
export async function eraseDue({ db, now }: Work, id: Json): Promise<void> {
  await db(TABLE)
    .where({ id })
    .whereIn('state', ['ready', 'failed', 'running'])
    .where('moved_at', '<=', new Date(now.getTime() - FILE_LIFE))
    .update({ ...EMPTY, gone_at: now });
}

const KEPT_HOURS = 24;
/** Every night: what an hour's job has missed, and whom a print of the day before was for. */
export async function purgePrints({ db, now }: Work): Promise<void> {
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  await db(TABLE)
    .where('moved_at', '<=', ago(FILE_LIFE))
    .where((query) => query.whereNotNull('content').orWhereNotNull('pdf'))
    .update({ ...EMPTY, gone_at: now });
  await db(TABLE)
    .where('made_at', '<', ago(KEPT_HOURS * 3_600_000))
    .delete();
}
