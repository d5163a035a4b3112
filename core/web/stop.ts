/** Ends a visit with a status and, where it helps, a reason written for people. */
export class Stop extends Error {
  override name = 'Stop';
  readonly status: number;
  constructor(status: number, reason = '') {
    super(reason);
    this.status = status;
  }
}
