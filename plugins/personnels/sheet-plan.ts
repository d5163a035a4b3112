import { GENRES, type Genre, searchKey } from '@preau/core';
import type { Post } from './functions.ts';
import type { SheetRow } from './sheet-rows.ts';

/** Somebody of the team, as the directory has him. */
export interface Known {
  id: string;
  kind: 'teacher' | 'staff';
  civility: string | null;
  lastName: string;
  firstName: string;
  jobTitle: string | null;
  genre: Genre | null;
  email: string | null;
  phoneMobile: string | null;
  gone: boolean;
  /** Why his address may not be changed by who imports; null when it may. */
  kept: string | null;
  /** Who imports, below Administration: his own function stays as it is. */
  own: boolean;
}

/** A line with what its function makes of the person. */
export interface Candidate extends SheetRow {
  kind: Known['kind'];
  post: Post | null;
  /** The school has no such function yet. */
  newPost: boolean;
}

export type FieldKey = 'civility' | 'jobTitle' | 'email' | 'phoneMobile';
export interface Difference {
  field: FieldKey;
  before: string | null;
  after: string;
}
export interface Twin {
  row: Candidate;
  message: string;
  known: Known[];
  /** An earlier line of the file that may be the same person. */
  earlier: Candidate | null;
}
export interface Plan {
  created: Candidate[];
  changed: { row: Candidate; known: Known; differences: Difference[] }[];
  twins: Twin[];
  same: number;
  notes: string[];
}

const TEACHER = /^(professeure?|enseignante?|institut(eur|rice)|prof|pe|maitre|maitresse)( |$)/;

/** What a function makes of a person: a teacher, or staff of some genre. A function nobody knows is made, without genre. */
export function candidates(rows: SheetRow[], posts: Post[], otherwise: Known['kind']): Candidate[] {
  return rows.map((row) => {
    const key = searchKey(row.job ?? '');
    if (!key) return { ...row, kind: otherwise, post: null, newPost: false };
    const post = posts.find((one) => searchKey(one.label) === key);
    if (!post && TEACHER.test(key)) return { ...row, kind: 'teacher', post: null, newPost: false };
    return { ...row, kind: 'staff', post: post ?? { label: row.job as string, genre: null }, newPost: !post };
  });
}

const nameKey = (one: { lastName: string; firstName: string }) =>
  `${searchKey(one.lastName).replaceAll(' ', '')} ${searchKey(one.firstName).replaceAll(' ', '')}`;
const sameText = (a: string | null, b: string | null) => (a ?? '').toLowerCase() === (b ?? '').toLowerCase();
const differ = (a: string | null, b: string | null) => a !== null && b !== null && !sameText(a, b);

/**
 * Who is new, who changes, who stays, and what only the school can tell. A name alone proves nothing where two may bear
 * it: an address settles it, else one is asked (cases B02, B04).
 */
export function planSheet(rows: Candidate[], known: Known[]): Plan {
  const plan: Plan = { created: [], changed: [], twins: [], same: 0, notes: [] };
  const namesakes = Map.groupBy(known, nameKey);
  const taken = new Map<string, Candidate>();
  // Addresses first: a line that names somebody for certain takes him before one that only may.
  for (const row of rows) {
    const found = (namesakes.get(nameKey(row)) ?? []).find(
      (one) => row.email !== null && sameText(one.email, row.email) && !taken.has(one.id),
    );
    if (found) taken.set(found.id, row);
  }
  const certain = new Map([...taken].map(([id, row]) => [row, id]));
  const seen: Candidate[] = [];
  for (const row of rows) {
    const bearers = namesakes.get(nameKey(row)) ?? [];
    const earlier = seen.filter((one) => nameKey(one) === nameKey(row));
    seen.push(row);
    if (earlier.some((one) => sameRow(one, row))) {
      plan.notes.push(`Ligne ${row.line} : elle répète une ligne plus haut, elle compte une fois.`);
      continue;
    }
    const sure = bearers.find((one) => one.id === certain.get(row)) ?? onlyOne(row, bearers, taken);
    if (sure) {
      taken.set(sure.id, row);
      settle(plan, row, sure);
      continue;
    }
    const open = bearers.filter((one) => !differ(one.email, row.email) || !taken.has(one.id));
    const near = earlier.find((one) => !differ(one.email, row.email)) ?? null;
    if (open.length || near)
      plan.twins.push({ row, known: open, earlier: open.length ? null : near, message: doubt(row) });
    else plan.created.push(row);
  }
  return plan;
}

const doubt = (row: Candidate) =>
  `Ligne ${row.line} : ${row.lastName} ${row.firstName} porte le nom de quelqu’un d’autre. Est-ce la même personne ?`;

/** The only bearer of that name, with nothing that speaks against him. */
function onlyOne(row: Candidate, bearers: Known[], taken: Map<string, Candidate>): Known | undefined {
  const [one, other] = bearers;
  if (!one || other || taken.has(one.id) || one.gone || one.kind !== row.kind) return undefined;
  if (differ(one.email, row.email) || differ(one.jobTitle, row.post?.label ?? null)) return undefined;
  return one;
}

const sameRow = (a: Candidate, b: Candidate) =>
  sameText(a.email, b.email) &&
  a.kind === b.kind &&
  sameText(a.post?.label ?? null, b.post?.label ?? null) &&
  sameText(a.phoneMobile, b.phoneMobile);

function settle(plan: Plan, row: Candidate, known: Known): void {
  const { differences, note } = differencesOf(row, known);
  if (note) plan.notes.push(note);
  if (differences.length) plan.changed.push({ row, known, differences });
  else plan.same++;
}

/** What the file says otherwise; what it does not say changes nothing. */
export function differencesOf(row: Candidate, known: Known): { differences: Difference[]; note: string | null } {
  const pairs: [FieldKey, string | null, string | null][] = [
    ['civility', known.civility, row.civility],
    ['jobTitle', known.jobTitle, known.kind === 'staff' && !known.own ? (row.post?.label ?? null) : null],
    ['email', known.email, row.email],
    ['phoneMobile', known.phoneMobile, row.phoneMobile],
  ];
  const all = pairs.flatMap(([field, before, after]) =>
    after !== null && !sameText(digits(field, before), digits(field, after)) ? [{ field, before, after }] : [],
  );
  const held = known.kept !== null && all.some((one) => one.field === 'email');
  return {
    differences: held ? all.filter((one) => one.field !== 'email') : all,
    note: held ? `Ligne ${row.line} : ${known.kept}` : null,
  };
}

const digits = (field: FieldKey, value: string | null) =>
  field === 'phoneMobile' ? (value?.replace(/[\s.\-/]/g, '') ?? null) : value;

/** « Secrétaire (Administratif) », « Professeur » */
export function jobInWords({ kind, post }: Pick<Candidate, 'kind' | 'post'>): string {
  if (kind === 'teacher') return 'Professeur';
  return post ? `${post.label} (${post.genre ? GENRES[post.genre] : 'sans genre'})` : 'Sans fonction';
}
