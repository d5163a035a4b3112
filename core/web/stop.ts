import type { KeptText } from './kept-text.ts';

/** Ends a visit with a status and, where it helps, a reason written for people. */
export class Stop extends Error {
  override name = 'Stop';
  readonly status: number;
  /** What was written in the form that is refused. */
  readonly kept: KeptText[];
  constructor(status: number, reason = '', kept: KeptText[] = []) {
    super(reason);
    this.status = status;
    this.kept = kept;
  }
}
