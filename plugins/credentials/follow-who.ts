import { dayIn, type Visit } from '@preau/core';

type Here = Pick<Visit, 'db' | 'services' | 'now' | 'school'>;
export const today = ({ now, school }: Here): string => dayIn(now, school.timezone);

/** Those of the school today, by class: pupils, the guardians who have the access to one of them, teachers, staff. */
const MEMBERS = `
  with here as (
    select p.id, place.class_id from people p
      left join class_places place on place.pupil_id = p.id and place.year = :year
      where p.kind = 'pupil' and (p.left_on is null or p.left_on > :today::date))
  select distinct 'guardian' as kind, l.guardian_id as person_id, here.class_id from guardian_links l
    join here on here.id = l.pupil_id where l.access and l.restricted_on is null
  union all select 'pupil', id, class_id from here
  union all select kind, id, null from people
    where kind in ('teacher', 'staff') and (left_on is null or left_on > :today::date)`;

/** SQL of kind, person_id, class_id: a guardian once for each class he has children in. */
export const members = (visit: Here) =>
  visit.db.raw(`(${MEMBERS}) as member`, { year: visit.services.people.year, today: today(visit) });

/** Of an account: nobody has opened it with a password of its own, and it could be: never signed in, or reset since. */
export const WAITING = "accounts.state = 'provisional' and (accounts.valid_until is null or accounts.valid_until > ?)";
