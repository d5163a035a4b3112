import type { Visit } from '@preau/core';
import { type Sending, waits } from './sendings.ts';
import { homeOf } from './words.ts';

/** What is most often wrong with a document, one button each. */
export const REASONS: Record<string, string> = {
  illisible: 'Illisible',
  incomplet: 'Incomplet',
  mauvais: 'Mauvais document',
  perime: 'Périmé',
};
export const REASON_BUTTONS = Object.entries(REASONS).map(([value, text]) => ({ value, text }));

/** How many were decided in this sitting: the page counts on, though what is decided leaves the queue. */
export function doneOf(visit: Visit): number {
  const typed = (visit.input as { done?: string } | null)?.done ?? visit.query.get('faits') ?? '0';
  return /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
}

/** Where one sending is looked at. */
export const placeOf = (visit: Visit, done: number, sending?: { id: string }): string =>
  `${homeOf(visit)}/${visit.params.id}/revoir?${sending ? `envoi=${sending.id}` : 'fin=1'}&faits=${done}`;

/** The next that waits, after one that was looked at; none is the end of the round. */
export const nextOf = (queue: Sending[], id: string): Sending | undefined =>
  queue.slice(queue.findIndex((one) => one.id === id) + 1).find(waits);
