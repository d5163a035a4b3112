import type { Mark, Recipient, Transaction, Visit } from '@preau/core';
import { type Item, recipientsOf } from './items.ts';
import { momentOf } from './words.ts';

export interface Receipt {
  kind: 'read' | 'sign' | 'paper';
  text_version: number;
  at: Date;
  hash: string | null;
  name: string | null;
}

export type ReturnState = 'unread' | 'read' | 'signed' | 'paper' | 'answered';

/** One recipient with what he did. */
export interface Return {
  person: Recipient;
  name: string;
  state: ReturnState;
  mark: Mark;
  /** Nothing more is asked of him. */
  done: boolean;
  at: Date | null;
  version: number | null;
}

/** The last receipt of each kind, per person. */
async function receiptsOf(db: Transaction, itemId: string): Promise<Map<string, Map<Receipt['kind'], Receipt>>> {
  const rows: (Receipt & { person_id: string })[] = await db('infos_receipts')
    .where({ item_id: itemId })
    .orderBy('text_version')
    .select('person_id', 'kind', 'text_version', 'at', 'hash', 'name');
  return new Map(
    [...Map.groupBy(rows, (row) => row.person_id)].map(([id, list]) => [
      id,
      new Map(list.map((row) => [row.kind, row])),
    ]),
  );
}

/** Retours (F14-13): per person lu, signé, pas lu, with time and version. */
export async function returnsOf(visit: Pick<Visit, 'db' | 'services' | 'school'>, item: Item): Promise<Return[]> {
  const { db, school } = visit;
  const people = await recipientsOf(visit, item);
  const receipts = await receiptsOf(db, item.id);
  const answers: { person_id: string; at: Date | null }[] = await db('infos_answers')
    .where({ item_id: item.id })
    .select('person_id', 'at');
  const answered = new Map(answers.map((row) => [row.person_id, row]));
  const version = (one: Receipt) => (item.text_version > 1 ? ` la version ${one.text_version}` : '');
  const when = (at: Date | null) => (at ? ` ${momentOf(at, school.timezone)}` : '');
  return people.map((person): Return => {
    const his = receipts.get(person.personId);
    const say = (
      state: ReturnState,
      text: string,
      icon: string,
      done: boolean,
      one: { at: Date | null; text_version?: number } | null,
    ): Return => ({
      person,
      name: `${person.lastName} ${person.firstName}`,
      state,
      mark: { text, icon, tone: done ? 'ok' : state === 'unread' ? 'warn' : 'info' },
      done,
      at: one?.at ?? null,
      version: one?.text_version ?? null,
    });
    const [read, sign, paper] = [his?.get('read'), his?.get('sign'), his?.get('paper')];
    const counts = (one: Receipt | undefined) => one !== undefined && one.text_version >= item.needs_version;
    const answer = answered.get(person.personId);
    if (answer) return say('answered', `A répondu${when(answer.at)}`, 'circle-check', true, answer);
    // Of a signature and a paper the newer text counts: a slip may come back for a reading asked again.
    if (sign && sign.text_version >= (paper?.text_version ?? 0))
      return say(
        'signed',
        `A signé${version(sign)}${when(sign.at)}`,
        'pen-line',
        item.kind === 'information' && counts(sign),
        sign,
      );
    if (paper) return say('paper', `Rendu en papier${when(paper.at)}`, 'file-check', counts(paper), paper);
    if (read) {
      const done = item.kind === 'information' && item.receipt === 'read' && counts(read);
      return say('read', `A lu${version(read)}${when(read.at)}`, 'eye', done, read);
    }
    return say('unread', 'Pas lu', 'circle-dashed', false, null);
  });
}
