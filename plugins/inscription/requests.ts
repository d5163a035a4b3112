import { createHash, randomBytes } from 'node:crypto';
import { frenchDay, isId, type Transaction, type Visit, type Work } from '@preau/core';
import { answersInWords } from './questions.ts';
import type { Asked } from './request-form.ts';
import { calledName, DECIDABLE, type State, yearInWords } from './words.ts';

/** A row of `inscription_requests`. */
export interface EnrolRequest extends Asked {
  id: string;
  state: State;
  sex: 'F' | 'M';
  sent_at: Date;
  closed_at: Date | null;
  mailing_id: string | null;
  pupil_id: string | null;
  version: number;
}

type Kind =
  | 'sent'
  | 'confirmed'
  | 'address'
  | 'question'
  | 'answer'
  | 'accepted'
  | 'undone'
  | 'refused'
  | 'withdrawn'
  | 'replaced'
  | 'link';
const STEP_WORDS: Record<Kind, string> = {
  sent: 'Demande envoyée',
  confirmed: 'Adresse e-mail confirmée',
  address: 'Adresse e-mail corrigée',
  question: 'L’école demande un complément',
  answer: 'Réponse de la famille',
  accepted: 'Demande acceptée',
  undone: 'Acceptation annulée : la demande est de nouveau étudiée',
  refused: 'Demande refusée',
  withdrawn: 'Demande retirée par la famille',
  replaced: 'Remplacée par une demande plus récente',
  link: 'Nouveau lien de suivi envoyé',
};

/** Under which the directory remembers all that one acceptance wrote. */
export const causeOf = (request: Pick<EnrolRequest, 'id'>): string => `inscription:${request.id}`;

/** « Léa MARTIN » */
export const childOf = (request: Pick<EnrolRequest, 'first_names' | 'last_name'>): string =>
  `${calledName(request.first_names)} ${request.last_name}`;

/** The request of the visit, once its address is proved: until then the school reads nothing of it. @param hold lock it until the end. */
export async function requestOf(
  { db, params }: Pick<Visit, 'db' | 'params'>,
  hold = false,
): Promise<EnrolRequest | null> {
  const query = db('inscription_requests').where({ id: params.id }).whereNot({ state: 'unconfirmed' });
  return (await (hold ? query.forUpdate() : query).first()) ?? null;
}

/** Version of the request an act of the school is about. */
export const requestVersion = async ({ db, params }: Visit, hold: boolean): Promise<number | null> => {
  const query = db('inscription_requests').where({ id: params.id });
  return (await (hold ? query.forUpdate() : query).first('version'))?.version ?? null;
};

/** Moves a request on, with a line of its story. */
export async function move(
  { db, now }: Pick<Work, 'db' | 'now'>,
  request: EnrolRequest,
  step: { kind: Kind; text?: string | null; by?: string },
  changes: Partial<Pick<EnrolRequest, 'state' | 'email' | 'closed_at' | 'mailing_id' | 'pupil_id'>> & {
    guardians?: string;
  } = {},
): Promise<void> {
  await db('inscription_requests')
    .where({ id: request.id })
    .update({ ...changes, version: db.raw('version + 1') });
  await db('inscription_steps').insert({
    request_id: request.id,
    kind: step.kind,
    text: step.text ?? null,
    by_name: step.by ?? null,
    at: now,
  });
}

interface ShownStep {
  kind: Kind;
  words: string;
  text: string | null;
  by: string | null;
  at: Date;
}

/** What has happened to a request, in its order. */
export async function stepsOf(db: Transaction, request: EnrolRequest): Promise<ShownStep[]> {
  const rows = await db('inscription_steps').where({ request_id: request.id }).orderBy('rank');
  return rows.map(({ kind, text, by_name, at }) => ({ kind, words: STEP_WORDS[kind as Kind], text, by: by_name, at }));
}

/** What was sent, as facts to read. */
export function factsOf(request: EnrolRequest) {
  return {
    childFacts: [
      { title: 'Nom', text: request.last_name },
      { title: 'Prénoms', text: request.first_names },
      { title: 'Date de naissance', text: frenchDay(request.birth_date) },
      { title: 'Sexe', text: request.sex === 'F' ? 'Fille' : 'Garçon' },
      { title: 'Niveau souhaité', text: request.level },
      { title: 'Année scolaire', text: yearInWords(request.year) },
    ],
    guardians: request.guardians.map((one) => ({ ...one, name: `${one.firstName} ${one.lastName}` })),
    answers: answersInWords(request.answers),
    remarks: request.remarks,
  };
}

const hashOf = ({ services }: Pick<Work, 'services'>, code: string) => services.vault.hmac('inscription.link', code);

/** A secret link of 128 bits to a request; one that leaves by e-mail proves the address once it is opened. */
export async function newLink(work: Work, requestId: string, mailed: boolean, code = newCode()): Promise<string> {
  await work.db('inscription_links').insert({ request_id: requestId, code_hash: hashOf(work, code), mailed });
  return code;
}
const newCode = () => randomBytes(16).toString('base64url');

/** The link shown on screen: the same for a form sent twice, and for nobody else. */
export function screenCode({ services }: Pick<Work, 'services'>, once: string, asked: Asked): string {
  if (!isId(once)) return newCode();
  const what = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  return services.vault.hmac('inscription.screen', `${once} ${what}`).subarray(0, 16).toString('base64url');
}

/** The request a secret link leads to. */
export async function byCode(
  work: Pick<Work, 'db' | 'services'>,
  code: string,
  hold = false,
): Promise<{ request: EnrolRequest; mailed: boolean } | null> {
  const link = await work
    .db('inscription_links')
    .where({ code_hash: hashOf(work, code) })
    .first();
  if (!link) return null;
  const query = work.db('inscription_requests').where({ id: link.request_id });
  const request: EnrolRequest | undefined = await (hold ? query.forUpdate() : query).first();
  return request ? { request, mailed: link.mailed } : null;
}

/**
 * Other requests about the same child that may still lead somewhere.
 * @param hold lock them until the end: a decision in flight is waited for, and its state read.
 */
export async function othersOf(db: Transaction, request: EnrolRequest, hold = false): Promise<EnrolRequest[]> {
  const query = db('inscription_requests')
    .where({ child_key: request.child_key, year: request.year })
    .whereNot({ id: request.id })
    .whereIn('state', [...DECIDABLE, 'accepted']);
  return hold ? query.orderBy('id').forUpdate() : query.orderBy('sent_at');
}
