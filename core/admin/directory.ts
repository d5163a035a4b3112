import { dayIn } from '../clock.ts';
import { PersonRow, pupilsOfYear } from '../people/people.ts';
import {
  csv,
  definePlugin,
  get,
  missing,
  type PersonalData,
  page,
  pdf,
  type Reply,
  type Visit,
} from '../plugin/contract.ts';
import { listPage } from './list.ts';

const kept = 'Jusqu’à un an après le départ de l’école';
const directoryData = (column: string, purpose: string): PersonalData => ({
  column,
  purpose,
  retention: kept,
  export: 'yes',
  erase: 'delete',
});

/** Ressources > Classes, Élèves, Responsables: a list and a card each (F04-17). */
export const directory = definePlugin({
  name: 'ressources',
  title: 'Annuaire de l’école',
  permissions: {
    'classes-read': 'Élèves > Voir les classes',
    'pupils-read': 'Élèves > Voir les élèves',
    'guardians-read': 'Élèves > Voir les responsables',
  },
  nav: [
    {
      area: 'admin',
      under: 'Ressources > Classes',
      title: 'Liste',
      path: '/classes',
      allow: 'ressources.classes-read',
    },
    { area: 'admin', under: 'Ressources > Élèves', title: 'Liste', path: '/eleves', allow: 'ressources.pupils-read' },
    {
      area: 'admin',
      under: 'Ressources > Responsables',
      title: 'Liste',
      path: '/responsables',
      allow: 'ressources.guardians-read',
    },
  ],
  privacy: [
    directoryData('people.*', 'Tenir l’annuaire de l’école : élèves, responsables, équipe'),
    directoryData('addresses.*', 'Écrire aux familles'),
    directoryData('classes.*', 'Organiser l’année'),
    directoryData('class_places.*', 'Savoir qui est dans quelle classe, chaque année'),
    directoryData('class_teachers.*', 'Savoir qui enseigne à quelle classe'),
    directoryData('guardian_links.*', 'Savoir qui est responsable de quel élève, et ce qu’il peut voir'),
    directoryData('carer_pupils.*', 'Savoir qui accompagne quel élève'),
    {
      column: 'accounts.*',
      purpose: 'Donner à chacun une connexion',
      retention: kept,
      export: 'masked',
      erase: 'with-person',
    },
    {
      column: 'audit_log.*',
      purpose: 'Savoir qui a fait quoi, en cas de litige',
      retention: 'Un an',
      export: 'yes',
      erase: 'pseudonym',
    },
    {
      column: 'form_keys.*',
      purpose: 'Ne pas faire deux fois ce qui est envoyé deux fois',
      retention: 'Un jour',
      export: 'no',
      erase: 'with-person',
    },
  ],
  routes: [
    get('admin', '/classes', 'ressources.classes-read', classes),
    get('admin', '/classes/:class', 'ressources.classes-read', classCard),
    get('admin', '/classes/:class/liste.pdf', 'ressources.classes-read', async (visit) => {
      const { label, pupils } = await classOf(visit);
      return pdf(`${label}.pdf`, 'print/classe', { label, pupils });
    }),
    get('admin', '/classes/:class/liste.csv', 'ressources.classes-read', async (visit) => {
      const { label, pupils } = await classOf(visit);
      const header = ['Nom', 'Prénom', 'Né(e) le', 'S', 'Niveau'];
      return csv(
        `${label}.csv`,
        header,
        pupils.map((one) =>
          [one.last_name, one.first_name, one.birth_date, one.sex, one.level].map((cell) => cell ?? null),
        ),
      );
    }),
    get('admin', '/eleves', 'ressources.pupils-read', pupils),
    get('admin', '/eleves/:pupil', 'ressources.pupils-read', pupilCard),
    get('admin', '/responsables', 'ressources.guardians-read', guardians),
    get('admin', '/responsables/:id', 'ressources.guardians-read', guardianCard),
  ],
});

async function classes(visit: Visit): Promise<Reply> {
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

async function classCard(visit: Visit): Promise<Reply> {
  const here = await classOf(visit);
  const teachers = await visit.services.people.teachersOf([here.id]);
  return page('admin/classe', { ...here, teachers: teachers.get(here.id) ?? [] });
}

async function classOf(visit: Visit) {
  const { id, label } = visit.class as NonNullable<Visit['class']>;
  const rows: Record<string, string | null>[] = await pupilsToday(visit)
    .where('class_places.class_id', id)
    .orderBy('people.search');
  return { id, label, pupils: rows.map(pupilLine) };
}

async function pupils(visit: Visit): Promise<Reply> {
  const query = pupilsToday(visit).orderBy('people.search').orderBy('people.id');
  const list = await listPage<Record<string, string | null>>(
    visit,
    '/gestion/ressources/eleves',
    query,
    'people.search',
  );
  return page('admin/eleves', { list: { ...list, rows: list.rows.map(pupilLine) } }, 'admin/_eleves');
}

async function pupilCard({ db, pupil, services, can }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db)
    .findById((pupil as NonNullable<Visit['pupil']>).id)
    .withGraphFetched('[addresses, guardians(byName), places.class]')
    .modifiers({
      byName: (query) =>
        query
          .orderBy('search')
          .select('people.id', 'civility', 'last_name', 'used_name', 'first_name', 'phone_mobile', 'email'),
    });
  if (!row) return missing();
  const place = row.places?.find((one) => one.year === services.people.year);
  const login = await db('accounts').where({ person_id: row.id }).first('login', 'state');
  return page('admin/eleve', {
    ...plain(row),
    classId: place?.class?.id ?? null,
    classLabel: place?.class?.label ?? null,
    level: place?.level ?? null,
    login: login?.login ?? null,
    state: login?.state ?? null,
    seesGuardians: can('ressources.guardians-read'),
  });
}

async function guardians(visit: Visit): Promise<Reply> {
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

async function guardianCard({ db, params, services, can }: Visit): Promise<Reply> {
  const row = await PersonRow.query(db)
    .findOne({ id: params.id, kind: 'guardian' })
    .withGraphFetched('[addresses, children.places.class]');
  if (!row) return missing();
  const login = await db('accounts').where({ person_id: row.id }).first('login', 'state');
  const children = (row.children ?? []).map((child) => {
    const place = child.places?.find((one) => one.year === services.people.year);
    return {
      id: child.id,
      last_name: child.used_name ?? child.last_name,
      first_name: child.used_first_name ?? child.first_name,
      classLabel: place?.class?.label ?? null,
      level: place?.level ?? null,
    };
  });
  return page('admin/responsable', {
    ...plain(row),
    children,
    login: login?.login ?? null,
    state: login?.state ?? null,
    seesPupils: can('ressources.pupils-read'),
  });
}

const pupilsToday = ({ db, services, school, now }: Visit) =>
  pupilsOfYear(db, services.people.year, dayIn(now, school.timezone));

/** Rows given to a template are plain objects. */
const plain = (row: PersonRow) => JSON.parse(JSON.stringify(row)) as Record<string, unknown>;

const pupilLine = (row: Record<string, string | null>): Record<string, string | null | undefined> => ({
  ...row,
  sex: row.sex === 'M' ? 'G' : row.sex,
});
