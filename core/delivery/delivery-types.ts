/** Whom quiet hours are set for: guardians and pupils, or teachers and staff. */
export type Readers = 'families' | 'staff';

/** When something sent now reaches people. */
export interface Delivered {
  at: Date;
  /** True when quiet hours hold it back. */
  held: boolean;
}

/**
 * The scoped service `delivery`: the one clock of what is sent (droit à la déconnexion, proposal 4).
 * Families see the item at once in their Espace, only mail and notification wait until `at`; for staff the delivery
 * itself waits: the item is not shown to them before `at`.
 */
export interface Delivery {
  /**
   * When it reaches them, in the school's own time.
   * @param options.urgent passes at once; who sends owes a reason, see `notices.tell`.
   * @param options.from what will only be sent then (a period that begins on Monday); default now.
   */
  when(readers: Readers, options?: { urgent?: boolean; from?: Date }): Delivered;
  /** « aujourd’hui à 17 h », « demain à 7 h », « lundi à 7 h », « lundi 4 janvier à 7 h ». */
  inWords(at: Date): string;
}

declare module '../plugin/services.ts' {
  interface Services {
    delivery: Delivery;
  }
}
