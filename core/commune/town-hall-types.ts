import type { Work } from '../plugin/contract.ts';

/**
 * What a module has for a town hall (P10). `allow` is a permission of that module: the school opens it by the profile it
 * gives the town hall. Numbers and the town hall's own words leave through here, never a person.
 */
export interface TownHall {
  /** `title` tells the school what it opens: « Le nombre de classes ». */
  figures?: { title: string; allow: string; count(work: Work): Promise<Figure> }[];
  /** What the school has published for its town hall, the latest first. */
  received?: { allow: string; list(work: Work): Promise<{ title: string; at: Date; text: string }[]> };
  publish?: TownHallPublishing;
}

/** « 82 élèves », and how they are spread. */
export interface Figure {
  n: number;
  one: string;
  many: string;
  groups: { title: string; lines: { label: string; n: number }[] }[];
}

export interface TownHallPost {
  /** Published once under it, however often it is asked. */
  key: string;
  /** Name the readers see: « Mairie de Bourg-Fictif ». */
  from: string;
  title: string;
  /** Clean HTML. */
  body: string;
  families: boolean;
  staff: boolean;
}

/** Publishing in the name of the town hall, by all the rules of the module. */
export interface TownHallPublishing {
  allow: string;
  /** How many people it would reach, each counted once. */
  reach(work: Work): Promise<{ families: number; staff: number }>;
  /** @returns how many people it is for, or why it is not published, in French. */
  publish(work: Work, post: TownHallPost): Promise<{ people: number } | { refused: string }>;
  /** Takes a published one back, at the town hall's word. */
  withdraw(work: Work, key: string): Promise<void>;
  /** What became of a published one; null when the school keeps it no more. */
  returns(work: Work, key: string): Promise<{ read: number; people: number; withdrawn: boolean } | null>;
}
