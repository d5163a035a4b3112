import { dayIn } from '../clock.ts';
import type { Account, Actor, Deps, Person, Transaction } from '../plugin/contract.ts';
import type { Audience, Child, Reach, Recipient, RecipientKind, WriterKind } from './audience-types.ts';
import { cutOf, cutOfScopes } from './cuts.ts';
import { approvalNeeded, RECIPIENT_KINDS, reasonOf, whoMay, writerOf } from './who-may.ts';

/** As what who acts writes: whoever is in Gestion writes for the school. */
const writerNow = ({ account, person }: Actor): WriterKind | null =>
  !account || !person ? null : account.mode === 'espace' ? writerOf(person) : 'school';

/** The scoped service `audience`. */
export function audience({ db, school, now, by, services }: Deps): Audience {
  const writer = writerNow(by);
  const reaches = writer && whoMay(school, writer);
  const all = (kinds: RecipientKind[], ids?: string[]) =>
    everybody(db, kinds, services.people.year, dayIn(now, school.timezone), ids);

  async function mine(kinds: RecipientKind[], ids?: string[]): Promise<Recipient[]> {
    if (!writer || !reaches) return [];
    const open = kinds.filter((kind) => reaches[kind] !== 'none');
    const found = (await all(open, ids)).filter((one) => one.personId !== by.person?.id);
    if (open.every((kind) => reaches[kind] === 'all')) return found;
    const own = await ownOf(db, by.person as Person, services.people);
    return found.filter((one) => reaches[one.kind] === 'all' || own(one)).map((one) => ownChildren(one, reaches, own));
  }

  return {
    reachable: (kinds) => mine(kinds),
    only: async (personIds) => (personIds.length ? mine(RECIPIENT_KINDS, personIds) : []),
    members: async (personIds) => (personIds.length ? all(RECIPIENT_KINDS, personIds) : []),
    ofSchool: (kinds) => all(kinds.filter((kind) => whoMay(school, 'school')[kind] !== 'none')),
    cutTownHall: () => cutOfScopes(db, ['all', 'school', 'townhall']),
    cut: async () => (writer ? cutOf(db, by.account as Account, writer, by.person as Person) : null),
    rules: () =>
      Object.fromEntries(
        RECIPIENT_KINDS.map((kind) => {
          const reach: Reach = reaches?.[kind] ?? 'none';
          return [kind, { reach, reason: writer && reasonOf(writer, reach) }];
        }),
      ) as ReturnType<Audience['rules']>,
    needsApproval: () => approvalNeeded(school, writer),
  };
}

/** Whether somebody is « des siens », and the pupils he is through. */
type Own = ((one: Recipient) => boolean) & { pupils: Set<string> };

/** A teacher who writes to a family names the children he teaches, not their brothers. */
function ownChildren(one: Recipient, reaches: Record<RecipientKind, Reach>, { pupils }: Own): Recipient {
  if (one.kind !== 'guardians' || reaches.guardians === 'all') return one;
  return { ...one, children: one.children.filter((child) => pupils.has(child.pupilId)) };
}

/** Whom « les siens » are for who acts: families of his pupils, teachers of their classes, the direction and their carers. */
async function ownOf(db: Transaction, person: Person, people: Deps['services']['people']): Promise<Own> {
  const pupilIds = new Set((await people.concerning(person)).map((one) => one.id));
  const classIds = new Set((await people.classesOf(person)).map((one) => one.id));
  const carers = new Set<string>(
    pupilIds.size
      ? await db('carer_pupils')
          .whereIn('pupil_id', [...pupilIds])
          .pluck('carer_id')
      : [],
  );
  const direction = new Set<string>(await db('people').where({ kind: 'staff', genre: 'direction' }).pluck('id'));
  const is: Record<RecipientKind, (one: Recipient) => boolean> = {
    guardians: (one) => one.children.some((child) => pupilIds.has(child.pupilId)),
    pupils: (one) => pupilIds.has(one.personId),
    teachers: (one) => one.classes.some((each) => classIds.has(each.id)),
    staff: (one) => direction.has(one.personId) || carers.has(one.personId),
  };
  return Object.assign((one: Recipient) => is[one.kind](one), { pupils: pupilIds });
}

const KIND: Record<RecipientKind, Person['kind']> = {
  guardians: 'guardian',
  teachers: 'teacher',
  staff: 'staff',
  pupils: 'pupil',
};
const KINDS = { guardian: 'guardians', teacher: 'teachers', staff: 'staff', pupil: 'pupils' } as const;

/** People of these kinds who are there today, with what groups and names them, in three questions whatever their number. */
async function everybody(
  db: Transaction,
  kinds: RecipientKind[],
  year: number,
  today: string,
  ids?: string[],
): Promise<Recipient[]> {
  if (!kinds.length) return [];
  const present = db('people')
    .whereIn(
      'kind',
      kinds.map((kind) => KIND[kind]),
    )
    .where((there) => there.whereNull('left_on').orWhere('left_on', '>', today))
    .where((there) => there.whereNull('arrives_on').orWhere('arrives_on', '<=', today))
    .orderBy('search')
    .select(
      'id',
      'kind',
      'civility',
      'email',
      'job_title',
      db.raw('coalesce(used_name, last_name) as last_name'),
      db.raw('coalesce(used_first_name, first_name) as first_name'),
    );
  if (ids) present.whereRaw('id = any(?::uuid[])', [ids]);
  const rows = await present;
  const families = kinds.includes('guardians') || kinds.includes('pupils');
  const children = families ? await childrenOf(db, year, today, ids) : new Map<string, Child[]>();
  const classes = kinds.includes('teachers') ? await classesOf(db, year) : new Map<string, Recipient['classes']>();
  return (
    rows
      .map((row) => ({
        personId: row.id,
        kind: KINDS[row.kind as Person['kind']],
        civility: row.civility,
        lastName: row.last_name,
        firstName: row.first_name,
        email: row.email,
        children: children.get(row.id) ?? [],
        classes: classes.get(row.id) ?? [],
        job: row.job_title,
      }))
      // A guardian whose every link is restricted is in no audience.
      .filter((one) => one.kind !== 'guardians' || one.children.length > 0)
  );
}

async function childrenOf(db: Transaction, year: number, today: string, ids?: string[]): Promise<Map<string, Child[]>> {
  const { rows } = await db.raw(
    `with whose as (
        select guardian_id as owner, pupil_id, authority <> 'non' as legal from guardian_links
          where access and receives and restricted_on is null
        union all select id, id, true from people where kind = 'pupil')
      select w.owner, w.legal, p.id as "pupilId", coalesce(p.used_first_name, p.first_name) as "firstName",
        coalesce(p.used_name, p.last_name) as "lastName", c.id as "classId", c.label as "className", place.level
      from whose w join people p on p.id = w.pupil_id and (p.left_on is null or p.left_on > ?)
        and (p.arrives_on is null or p.arrives_on <= ?)
      left join class_places place on place.pupil_id = p.id and place.year = ?
      left join classes c on c.id = place.class_id
      ${ids ? 'where w.owner = any(?::uuid[])' : ''} order by p.search`,
    ids ? [today, today, year, ids] : [today, today, year],
  );
  const owned = rows as (Child & { owner: string })[];
  return new Map(
    [...Map.groupBy(owned, (row) => row.owner)].map(([owner, list]) => [
      owner,
      list.map(({ owner: _, ...child }) => child),
    ]),
  );
}

async function classesOf(db: Transaction, year: number): Promise<Map<string, Recipient['classes']>> {
  const rows: { teacher: string; id: string; label: string }[] = await db('class_teachers')
    .join('classes', 'classes.id', 'class_teachers.class_id')
    .where('classes.year', year)
    .orderBy('classes.search')
    .select('class_teachers.teacher_id as teacher', 'classes.id', 'classes.label');
  return new Map(
    [...Map.groupBy(rows, (row) => row.teacher)].map(([id, list]) => [
      id,
      list.map((row) => ({ id: row.id, label: row.label })),
    ]),
  );
}
