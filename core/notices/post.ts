import { espacesOf, readyEspaces } from '../access/espaces.ts';
import { whyShut } from '../access/shut.ts';
import { dayIn } from '../clock.ts';
import type { House } from '../container.ts';
import type { Account, Espace, Job, Person, Work } from '../plugin/contract.ts';
import { digestAfter } from './digest-hour.ts';
import { letterForDay, letterForOne, type Post } from './letters.ts';
import { categoriesFor } from './open-to.ts';

const PEOPLE_A_STEP = 100;

interface Due {
  person_id: string;
  category: string;
  title: string;
  urgent: boolean;
  pupil_ids: string[];
  mail: 'digest' | 'each';
}
interface Reader extends Pick<Person, 'kind' | 'genre'> {
  person_id: string;
  first_name: string;
  last_name: string;
  email: string | null;
  choice: string | null;
  muted: string[];
  account_id: string;
  login: string;
  state: Account['state'];
  valid_until: Date | null;
  mode: Account['mode'];
  permissions: string[] | null;
  espaces: Espace[];
}

/**
 * Writes the mails that are due. Each notice is taken and its letter queued in one transaction: two workers, or a job that
 * runs again, find nothing left. What was read meanwhile is not mailed.
 */
export async function post(house: House, job: Job): Promise<void> {
  const address = new URL(`/${job.school.rne}/`, house.config.url).href;
  while (!job.signal.aborted && (await job.step((work) => postSome(house, work, address))));
  await job.step(planWhatIsLeft);
}

const unsent = ({ db }: Work) => db('notices').whereNot({ mail: 'none' }).whereNull('mailed_at').whereNull('read_at');
const waiting = (work: Work) => unsent(work).where('mail_at', '<=', work.now);

/** @returns whether somebody may be left. */
async function postSome(house: House, work: Work, address: string): Promise<boolean> {
  const today = dayIn(work.now, work.school.timezone);
  const people: string[] = await waiting(work)
    .where((one) =>
      one
        .where({ mail: 'each' })
        .orWhereNotExists(
          work
            .db('notice_choices')
            .whereRaw('notice_choices.person_id = notices.person_id')
            .where({ digest_on: today }),
        ),
    )
    .distinct('person_id')
    .limit(PEOPLE_A_STEP)
    .pluck('person_id');
  if (!people.length) return false;
  const due = await take(work, people, today);
  const readers = await readersOf(work, people);
  const children = await childrenOf(work, due);
  const posts = (list: Due[]): Post[] =>
    [...Map.groupBy(list, (one) => one.person_id)].flatMap(([id, all]) => {
      const reader = readers.get(id);
      const notices = reader?.email ? all.filter((one) => mayHave(house, work, reader, one)) : [];
      if (!reader?.email || !notices.length) return [];
      const name = `${reader.first_name} ${reader.last_name}`;
      const named = [...new Set(notices.flatMap((one) => one.pupil_ids))].flatMap((pupil) => children.get(pupil) ?? []);
      return [{ personId: id, name, address: reader.email, notices, children: AND.format(named.toSorted()) }];
    });
  const { name } = work.school;
  const each = due.filter((one) => one.mail === 'each').flatMap((one) => posts([one]));
  const digests = posts(due.filter((one) => one.mail === 'digest'));
  await send(
    work,
    'Notifications',
    'notices.one',
    each.map((one) => letterForOne(one, name, address)),
  );
  await send(
    work,
    'Récapitulatif du jour',
    'notices.digest',
    digests.map((one) => letterForDay(one, name, address)),
  );
  return true;
}

const AND = new Intl.ListFormat('fr', { type: 'conjunction' });

async function send(
  { services }: Work,
  title: string,
  purpose: string,
  letters: Parameters<Work['services']['outbox']['send']>[0]['letters'],
) {
  if (letters.length) await services.outbox.send({ title, purpose, letters });
}

/** Takes what is due for these people; a digest only for who has had none today. */
async function take(work: Work, people: string[], today: string): Promise<Due[]> {
  const { rows } = await work.db.raw(
    `insert into notice_choices (person_id, digest_on) select distinct person_id, :today::date from notices
       where person_id = any(:people) and mail = 'digest' and mailed_at is null and read_at is null and mail_at <= :now
     on conflict (school_id, person_id) do update set digest_on = excluded.digest_on
       where notice_choices.digest_on is distinct from excluded.digest_on
     returning person_id`,
    { today, people, now: work.now },
  );
  const digested = rows.map((one: { person_id: string }) => one.person_id);
  const taken: (Due & { at: Date })[] = await waiting(work)
    .whereIn('person_id', people)
    .where((one) => one.where({ mail: 'each' }).orWhereIn('person_id', digested))
    .update({ mailed_at: work.now })
    .returning(['person_id', 'category', 'title', 'urgent', 'pupil_ids', 'mail', 'at']);
  return taken.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

async function readersOf({ db, now, school, services }: Work, people: string[]): Promise<Map<string, Reader>> {
  const rows: Omit<Reader, 'espaces'>[] = await db('people as p')
    .join('accounts as a', 'a.person_id', 'p.id')
    .leftJoin('profiles as f', 'f.id', 'a.profile_id')
    .leftJoin('notice_choices as c', 'c.person_id', 'p.id')
    .whereIn('p.id', people)
    .select(
      'p.id as person_id',
      'p.kind',
      'p.genre',
      'p.email',
      db.raw('coalesce(p.used_first_name, p.first_name) as first_name'),
      db.raw('coalesce(p.used_name, p.last_name) as last_name'),
      'c.mail as choice',
      db.raw("coalesce(c.muted, '{}') as muted"),
      'a.id as account_id',
      'a.login',
      'a.state',
      'a.valid_until',
      'a.mode',
      'f.permissions',
    );
  // Who cannot sign in any more is told nothing; a provisional secret that has expired is renewed in one click.
  const open = rows.filter((one) => {
    const shut = whyShut({ state: one.state, validUntil: one.valid_until, secretExpiresAt: null }, now);
    return shut !== 'suspended' && shut !== 'over';
  });
  const readers = new Map<string, Reader>();
  for (const one of open) {
    const person = { ...one, id: one.person_id, civility: null, lastName: one.last_name, firstName: one.first_name };
    const espaces = await readyEspaces(services.people, person, espacesOf(one), school);
    readers.set(one.person_id, { ...one, espaces });
  }
  return readers;
}

function mayHave({ modules }: House, { school }: Work, reader: Reader, notice: Due): boolean {
  const account: Account = {
    id: reader.account_id,
    login: reader.login,
    state: reader.state,
    nextStep: null,
    appearance: 'auto',
    mode: reader.mode,
    grants: reader.mode,
    permissions: reader.permissions ?? [],
    profile: null,
    espaces: reader.espaces,
    sessionHandle: '',
  };
  if (!categoriesFor(modules, school, account).has(notice.category)) return false;
  return notice.urgent || (reader.choice !== 'none' && !reader.muted.includes(notice.category));
}

/** « Mila (CE1 Jonquilles) » for each child that is named. */
async function childrenOf({ db, services }: Work, due: Due[]): Promise<Map<string, string>> {
  const ids = [...new Set(due.flatMap((one) => one.pupil_ids))];
  if (!ids.length) return new Map();
  const rows: { id: string; name: string; label: string | null }[] = await db('people as p')
    .leftJoin('class_places as place', (on) =>
      on.on('place.pupil_id', 'p.id').andOnVal('place.year', services.people.year),
    )
    .leftJoin('classes as class', 'class.id', 'place.class_id')
    .whereIn('p.id', ids)
    .select('p.id', db.raw('coalesce(p.used_first_name, p.first_name) as name'), 'class.label');
  return new Map(rows.map(({ id, name, label }) => [id, label ? `${name} (${label})` : name]));
}

/**
 * Who has had his digest of the day finds the rest in tomorrow's; and a queue whose clock is a little ahead of the
 * house's has run too early.
 */
async function planWhatIsLeft(work: Work): Promise<void> {
  const { now, school } = work;
  const soon = new Date(now.getTime() + 10 * 60_000);
  const left = await unsent(work).where('mail_at', '<=', soon).orderBy('mail_at').first('mail_at');
  if (!left) return;
  const early = left.mail_at > now;
  const at = early
    ? new Date(left.mail_at.getTime() + 60_000)
    : digestAfter(new Date(now.getTime() + 3_600_000), 'families', school);
  await work.later('post', null, at);
}
