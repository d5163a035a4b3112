import type { FIELD_TITLES } from '@preau/core';

/** One thing an import would change in a person: taken or left by its key. */
export interface FieldPlan {
  key: string;
  field: keyof typeof FIELD_TITLES;
  before: unknown;
  after: unknown;
}

/** A line that may be somebody known, or another line; only the director can tell. */
export interface Twin<Row> {
  key: string;
  row: Row;
  message: string;
  /** Ids of people of the school who may be meant. */
  candidates: string[];
  /** Key and row of the other line that may be meant. */
  line: { key: string; row: Row } | null;
  /** What happens without an answer. */
  unanswered: 'skip' | 'new';
}

/** Told how far a long import is, in percent. */
export type Reached = (percent: number) => Promise<void>;
