import { listPage } from '../list/list.ts';
import { page, type Reply, type Visit } from '../plugin/contract.ts';
import { pupilLine, pupilsToday } from './rows.ts';

export async function classes(visit: Visit): Promise<Reply> {
  const { db, services } = visit;
  const query = db('classes')
    .where('classes.year', services.people.year)
    .orderBy('classes.label')
    .select('classes.id', 'classes.label', 'classes.search')
    .select(db.raw('(select count(*) from class_places p where p.class_id = classes.id) as pupils'))
    .select(
      db.raw("(select string_agg(distinct p.level, ', ') from class_places p where p.class_id = classes.id) as levels"),
    )
    .select(
      db.raw(
        `(select string_agg(concat_ws(' ', t.civility, coalesce(t.used_name, t.last_name)), ', ' order by t.search)
          from class_teachers ct join people t on t.id = ct.teacher_id where ct.class_id = classes.id) as teachers`,
      ),
    );
  const list = await listPage(visit, '/gestion/ressources/classes', query, 'classes.search');
  const [none] = await pupilsToday(visit).whereNull('class_places.class_id').clearSelect().count('* as count');
  return page('admin/classes', { list, without: Number(none?.count ?? 0) }, 'admin/_classes');
}

export async function pupils(visit: Visit): Promise<Reply> {
  const query = pupilsToday(visit).orderBy('people.search').orderBy('people.id');
  const list = await listPage<Record<string, string | null>>(
    visit,
    '/gestion/ressources/eleves',
    query,
    'people.search',
  );
  return page('admin/eleves', { list: { ...list, rows: list.rows.map(pupilLine) } }, 'admin/_eleves');
}

export async function guardians(visit: Visit): Promise<Reply> {
  const { db } = visit;
  const query = db('people')
    .where('people.kind', 'guardian')
    .leftJoin('accounts', 'accounts.person_id', 'people.id')
    .select('people.id', 'civility', 'first_name', 'email', 'phone_mobile', 'accounts.login', 'accounts.state')
    .select(db.raw('coalesce(used_name, last_name) as last_name'))
    .select(
      db.raw(
        `(select string_agg(coalesce(c.used_first_name, c.first_name), ', ' order by c.search) from guardian_links l
          join people c on c.id = l.pupil_id where l.guardian_id = people.id) as children`,
      ),
    )
    .orderBy('people.search')
    .orderBy('people.id');
  return page(
    'admin/responsables',
    { list: await listPage(visit, '/gestion/ressources/responsables', query, 'people.search') },
    'admin/_responsables',
  );
}
