import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import type { Readers } from '../delivery/delivery-types.ts';
import type { Deps } from '../plugin/contract.ts';
import { digestAfter } from './digest-hour.ts';
import type { Notice, Notices } from './notices-types.ts';

/** The core plugin whose job `post` writes the mails. */
export const BELL = 'notifications';

type NoticeDeps = Pick<Deps, 'db' | 'school' | 'now' | 'by' | 'services'> & Pick<House, 'jobs' | 'modules'>;
type Told = { urgent: boolean; from?: Date };

/** The scoped service `notices`: what is told is written in the transaction of the visit, its mails by a job. */
export function notices(deps: NoticeDeps): Notices {
  const { db, school, now, by } = deps;
  const thing = (about: string) =>
    // The parts of a thing come right after it: `infos:12:rappel` stands between `infos:12:` and `infos:12;`.
    db('notices').where((one) =>
      one.where({ about }).orWhere((part) => part.where('about', '>', `${about}:`).where('about', '<', `${about};`)),
    );
  return {
    async tell(told, { urgent, from } = {}) {
      const known = deps.modules.of(school).noticeCategories;
      for (const { category } of told) if (!known.has(category)) throw new Error(`Catégorie inconnue : ${category}`);
      if (urgent !== undefined && !urgent.trim()) throw new Error('Une urgence dit sa raison.');
      if (!told.length) return;
      if (urgent) {
        const who = { account: by.account ?? null, person: null, who: by.name };
        await audit(db, now, who, 'Envoi urgent, sans attendre', `${told[0]?.title} : ${urgent.trim()}`);
      }
      const planned = await plannedPosts(deps);
      for (const at of await write(deps, told, { urgent: urgent !== undefined, from })) {
        if (planned.has(at.getTime())) continue;
        await deps.jobs.later(db, school, BELL, 'post', null, at > now ? at : undefined);
      }
    },
    async forget(about, personIds) {
      const gone = thing(about).delete();
      await (personIds ? gone.whereIn('person_id', personIds) : gone);
    },
    async read(personId, about) {
      await thing(about).where({ person_id: personId }).whereNull('read_at').update({ read_at: now });
    },
  };
}

/** Moments for which a job already waits: a notice that is there has planned its own. */
async function plannedPosts({ db, now }: NoticeDeps): Promise<Set<number>> {
  const moments: Date[] = await db('notices')
    .whereNot({ mail: 'none' })
    .whereNull('mailed_at')
    .whereNull('read_at')
    .where('mail_at', '>', now)
    .distinct('mail_at')
    .pluck('mail_at');
  return new Set(moments.map((at) => at.getTime()));
}

/**
 * One statement for all readers: nobody twice about one thing, nothing of a category he has muted; mails follow each
 * one's choice, a daily digest without one.
 * @returns when mails are due.
 */
async function write({ db, school, services }: NoticeDeps, told: Notice[], { urgent, from }: Told): Promise<Date[]> {
  const times = (readers: Readers) => {
    const { at } = services.delivery.when(readers, { urgent, from });
    return { at, digest: digestAfter(at, readers, school) };
  };
  const families = times('families');
  const staff = times('staff');
  const rows = told.map((one) => ({
    person_id: one.personId,
    category: one.category,
    about: one.about,
    title: one.title,
    path: one.path,
    pupil_ids: one.pupilIds ?? [],
  }));
  const { rows: due } = await db.raw(
    `with reader as (
       select told.*, coalesce(case when :urgent::boolean then 'each' end, choice.mail, 'digest') as mail,
         case when person.kind in ('guardian', 'pupil') then :families::timestamptz else :staff::timestamptz end as at,
         case when person.kind in ('guardian', 'pupil') then :families_digest::timestamptz else :staff_digest::timestamptz end as digest_at
       from jsonb_to_recordset(:rows::jsonb)
         as told(person_id uuid, category text, about text, title text, path text, pupil_ids uuid[])
       join people person on person.id = told.person_id
       left join notice_choices choice on choice.person_id = told.person_id
       where :urgent::boolean or not told.category = any(coalesce(choice.muted, '{}'))),
     made as (
       insert into notices (person_id, category, about, title, path, pupil_ids, urgent, at, mail, mail_at)
       select person_id, category, about, title, path, pupil_ids, :urgent::boolean, at, mail,
         case when mail = 'digest' then digest_at else at end
       from reader
       on conflict (school_id, person_id, about) do nothing returning mail, mail_at)
     select distinct mail_at from made where mail <> 'none'`,
    {
      urgent,
      rows: JSON.stringify(rows),
      families: families.at,
      staff: staff.at,
      families_digest: families.digest,
      staff_digest: staff.digest,
    },
  );
  return due.map((one: { mail_at: Date }) => one.mail_at);
}
