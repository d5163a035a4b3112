import { createHash } from 'node:crypto';
import { searchKey } from '../people/names.ts';
import { among } from '../people/write.ts';
import type { Transaction } from '../plugin/contract.ts';
import { type Ground, groundOf, type OldClass, type Seat } from './ground.ts';
import { type Group, groupsOf, keyOf, levelAfter, proposed, type Target } from './propose.ts';
import { type Draft, EMPTY, firstDay } from './turns.ts';

/** What becomes of one pupil. */
export interface Fate extends Seat {
  go: 'up' | 'stay' | 'leave' | 'placed' | 'none';
  /** Name of his class in the year to come; null without one. */
  label: string | null;
  nextLevel: string | null;
}
export interface NextClass extends OldClass {
  /** Its name in the year to come. */
  nextLabel: string;
  kept: boolean;
  emptied: boolean;
}
export interface Line extends Group {
  className: string;
  to: Target;
  name: string;
}
export interface Plan {
  ground: Ground;
  lines: Line[];
  classes: NextClass[];
  fates: Fate[];
  /** Guardians none of whose children goes on. */
  guardians: { id: string; name: string }[];
}

/** What a turn would do now; made anew from the directory each time it is asked. */
export async function planOf(db: Transaction, year: number, draft: Draft = EMPTY): Promise<Plan> {
  const ground = await groundOf(db, year);
  const groups = groupsOf(ground);
  // ONDE came first and the table is as it was proposed: an empty class beside those of the file is nobody's wish.
  const keeps = !ground.coming.length || Object.keys(draft.label).length > 0;
  const classes = ground.classes.map((one) => ({
    ...one,
    nextLabel: draft.label[one.id] ?? one.label,
    kept: keeps && !draft.dropped.includes(one.id),
    emptied: draft.emptied.includes(one.id),
  }));
  const lines = groups.map((group) => lineOf(group, groups, ground, draft));
  const byKey = new Map(lines.map((one) => [one.key, one]));
  const fates = ground.seats.map((seat) => {
    const line = byKey.get(keyOf(seat)) as Line;
    return fateOf(seat, line, draft.pupils[seat.pupilId], { ground, classes });
  });
  const leavers = fates.filter((one) => one.go === 'leave').map((one) => one.pupilId);
  return { ground, lines, classes, fates, guardians: await lastChildLeaves(db, leavers, firstDay(year)) };
}

function lineOf(group: Group, groups: Group[], ground: Ground, draft: Draft): Line {
  const own = proposed(group, groups);
  const chosen = draft.to[group.key];
  const known = chosen !== undefined && isTarget(chosen, ground);
  return {
    ...group,
    className: ground.classes.find((one) => one.id === group.classId)?.label ?? '',
    to: known ? chosen : own.to,
    name: draft.name[group.key] ?? own.name,
  };
}

/** A class that somebody has deleted since is no target any more. */
export function isTarget(to: Target, { classes, coming }: Pick<Ground, 'classes' | 'coming'>): boolean {
  if (['new', 'leave', 'none'].includes(to)) return true;
  const id = to.slice(2);
  return (to.startsWith('c:') ? classes : to.startsWith('n:') ? coming : []).some((one) => one.id === id);
}

interface Around {
  ground: Ground;
  classes: NextClass[];
}

function fateOf(seat: Seat, line: Line, own: Draft['pupils'][string] | undefined, around: Around): Fate {
  const there = around.ground.placed.get(seat.pupilId);
  if (own?.go === 'leave') return { ...seat, go: 'leave', label: null, nextLevel: null };
  if (there) {
    const label = around.ground.coming.find((one) => one.id === there)?.label ?? null;
    return { ...seat, go: 'placed', label, nextLevel: null };
  }
  const stays = own?.go === 'stay';
  const to = own?.to && isTarget(own.to, around.ground) ? own.to : stays ? `c:${seat.classId}` : line.to;
  if (to === 'leave') return { ...seat, go: 'leave', label: null, nextLevel: null };
  const nextLevel = stays ? seat.level : levelAfter(seat.level);
  const label = labelOf(to, line, around);
  return { ...seat, go: label === null ? 'none' : stays ? 'stay' : 'up', label, nextLevel };
}

function labelOf(to: Target, line: Line, { ground, classes }: Around): string | null {
  if (to === 'none') return null;
  if (to === 'new') return line.name;
  const id = to.slice(2);
  return to.startsWith('c:')
    ? (classes.find((one) => one.id === id)?.nextLabel ?? null)
    : (ground.coming.find((one) => one.id === id)?.label ?? null);
}

/** Guardians who lose their last child with these pupils. */
async function lastChildLeaves(db: Transaction, leavers: string[], day: string): Promise<Plan['guardians']> {
  if (!leavers.length) return [];
  return among(
    db('people as g')
      .where('g.kind', 'guardian')
      .whereNull('g.left_on')
      .whereNotExists(
        db('guardian_links as l')
          .join('people as c', 'c.id', 'l.pupil_id')
          .whereRaw('l.guardian_id = g.id and (c.left_on is null or c.left_on > ?) and c.id <> all(?::uuid[])', [
            day,
            leavers,
          ])
          .select('l.id'),
      )
      .join('guardian_links as own', 'own.guardian_id', 'g.id'),
    'own.pupil_id',
    leavers,
  )
    .groupBy('g.id', 'g.search', 'g.used_name', 'g.last_name', 'g.used_first_name', 'g.first_name')
    .orderBy('g.search')
    .select(
      'g.id',
      db.raw("coalesce(g.used_name, g.last_name) || ' ' || coalesce(g.used_first_name, g.first_name) as name"),
    );
}

/** Names of the classes to be there: those kept, and those somebody goes to. */
export function labelsOf({ classes, fates }: Pick<Plan, 'classes' | 'fates'>): string[] {
  const wanted = [
    ...classes.filter((one) => one.kept).map((one) => one.nextLabel),
    ...fates.flatMap((one) => (one.go === 'placed' ? [] : (one.label ?? []))),
  ];
  return [...new Map(wanted.map((label) => [searchKey(label), label])).values()];
}

/** What is wrong in what was chosen, by the place it stands at (`to.<group>`, `label.<class>`). */
export function problemsOf({ lines, classes }: Pick<Plan, 'lines' | 'classes'>): Map<string, string> {
  const wrong = new Map<string, string>();
  for (const line of lines)
    if (line.to === 'new' && !isName(line.name))
      wrong.set(`name.${line.key}`, `Donnez un nom à la nouvelle classe de ${line.className}, 60 lettres au plus.`);
  const seen = new Map<string, string>();
  for (const { id, label, nextLabel } of classes) {
    const twin = seen.get(searchKey(nextLabel));
    if (!isName(nextLabel)) wrong.set(`label.${id}`, `Donnez un nom à ${label}, 60 lettres au plus.`);
    else if (twin) wrong.set(`label.${id}`, `« ${nextLabel} » est déjà le nom choisi pour ${twin}.`);
    seen.set(searchKey(nextLabel), label);
  }
  return wrong;
}
const isName = (name: string) => searchKey(name) !== '' && name.length <= 60;

export const countsOf = ({ fates, guardians }: Pick<Plan, 'fates' | 'guardians'>) => {
  const of = (go: Fate['go']) => fates.filter((one) => one.go === go).length;
  return {
    up: of('up'),
    stay: of('stay'),
    left: of('leave'),
    placed: of('placed'),
    none: of('none'),
    guardians: guardians.length,
    total: fates.length,
  };
};

/** Two plans of the same stamp do the same. */
export const stampOf = (plan: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify([plan.fates, plan.classes, plan.guardians.map((one) => one.id)]))
    .digest('base64url')
    .slice(0, 20);
