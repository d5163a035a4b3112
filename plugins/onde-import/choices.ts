/** What the director decided on a preview: keys of the lines and fields he took or left, and who is the same person. */
export interface Choices {
  /** Offered and not ticked. */
  refused: Set<string>;
  /** Pupils who have left, by id. */
  left: Set<string>;
  /** For a line that asks: `new`, `skip`, `same:<id of a person>` or `merge:<key of another line>`. */
  twins: Record<string, string>;
}

/** As a batch keeps them for its job. */
export interface KeptChoices {
  refused: string[];
  left: string[];
  twins: Record<string, string>;
}

export const EVERYTHING: Choices = { refused: new Set(), left: new Set(), twins: {} };

/** From the preview's form: what was offered there and not ticked is refused; what it did not show is taken. */
export function chosen(input: {
  offered: string[];
  take: string[];
  left: string[];
  twins: Record<string, string>;
}): KeptChoices {
  const taken = new Set(input.take);
  return { refused: input.offered.filter((key) => !taken.has(key)), left: input.left, twins: input.twins };
}

export const choicesOf = (kept: KeptChoices | null): Choices =>
  kept ? { refused: new Set(kept.refused), left: new Set(kept.left), twins: kept.twins } : EVERYTHING;
