/** What an import did, counted in people, links and lines. */
export interface ImportReport {
  /** Lines of the file. */
  rows: number;
  created: number;
  changed: number;
  same: number;
  /** Lines left out: refused, doubtful, or to be decided. */
  left: number;
  classes: number;
  links: number;
  pending: number;
  unknown: number;
}

declare module '@preau/core' {
  interface Events {
    'onde-import.done': ImportReport & { kind: 'eleves' | 'responsables' };
  }
}
