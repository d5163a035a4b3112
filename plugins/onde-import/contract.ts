/** What an import did, counted in people, links and lines. */
export interface ImportReport {
  /** Lines of the file. */
  rows: number;
  created: number;
  changed: number;
  /** Of those changed, how many have another class or level. */
  moved: number;
  same: number;
  /** Pupils said to have left. */
  gone: number;
  /** Lines left out: refused, unticked, or to be decided. */
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
