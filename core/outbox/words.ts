import { momentsIn } from '../directory/rows.ts';
import { howMany, type Mark } from '../list/declare.ts';
import type { Row, State } from './row.ts';

const STATES: Record<State, Mark & { many: string }> = {
  sent: { text: 'parti', many: 'partis', icon: 'mail-check', tone: 'ok' },
  refused: { text: 'refusé', many: 'refusés', icon: 'mail-x', tone: 'bad' },
  held: { text: 'retenu', many: 'retenus', icon: 'clock', tone: 'info' },
  queued: { text: 'en attente', many: 'en attente', icon: 'clock', tone: 'info' },
  sending: { text: 'en train de partir', many: 'en train de partir', icon: 'send', tone: 'info' },
  cancelled: { text: 'annulé', many: 'annulés', icon: 'undo-2', tone: '' },
};

/** « 25 partis », « 5 refusés »: what a sending has come to. */
export const countWords = (counts: Record<string, number>): Mark[] =>
  (Object.keys(STATES) as State[]).flatMap((state) => {
    const n = counts[state] ?? 0;
    const { text, many, icon, tone } = STATES[state];
    return n ? [{ text: howMany(n, { one: text, many }), icon, tone }] : [];
  });

/** State of one message; one that waits for a new try has been tried. */
export function messageState({ state, attempts }: Pick<Row, 'state' | 'attempts'>): Mark {
  const { text, icon, tone } = STATES[state];
  if (state === 'queued' && attempts > 0) return { text: 'Nouvel essai prévu', icon: 'clock-alert', tone: 'warn' };
  return { text: `${text[0]?.toUpperCase()}${text.slice(1)}`, icon, tone };
}

type Waiting = Pick<Row, 'state' | 'deliver_at'>;

/** « Part dans 42 s. »: when the first of those that wait leaves; empty when none is held. */
export function whenWords(waiting: Waiting[], now: Date, timezone: string): string {
  const held = waiting.filter((row) => row.state === 'held');
  if (!held.length) return '';
  const at = Math.min(...held.map((row) => row.deliver_at.getTime()));
  const seconds = Math.ceil((at - now.getTime()) / 1000);
  if (seconds <= 0) return 'Part maintenant.';
  if (seconds <= 120) return `Part dans ${seconds}\u00a0s.`;
  return `Part le ${momentsIn(timezone)(new Date(at))}.`;
}

/** Whether the page would soon say something else. */
export const moving = (rows: Waiting[], now: Date): boolean =>
  rows.some(
    ({ state, deliver_at }) =>
      state === 'sending' ||
      ((state === 'queued' || state === 'held') && deliver_at.getTime() - now.getTime() < 2 * 60_000),
  );
