import type { Refusal } from '../access/espaces.ts';
import type { KeptText } from './kept-text.ts';

/** Ends a visit with a status and, where it helps, a reason written for people. */
export class Stop extends Error {
  override name = 'Stop';
  readonly status: number;
  /** What was written in the form that is refused. */
  readonly kept: KeptText[];
  /** Of an Espace or rubric the school has not opened. */
  readonly closed: Refusal['closed'];
  constructor(status: number, reason = '', kept: KeptText[] = [], closed?: Refusal['closed']) {
    super(reason);
    this.status = status;
    this.kept = kept;
    this.closed = closed;
  }
}
