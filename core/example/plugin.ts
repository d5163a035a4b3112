import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import {
  definePlugin,
  get,
  missing,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { hasExample, removeExample } from './rows.ts';

const ALLOW = 'exemple.remove';

/** An example school, and its removal by one button (proposal 21): what the demo filled in goes, what the school entered stays. */
export function example(house: House): Plugin {
  return definePlugin({
    name: 'exemple',
    title: 'École d’exemple',
    permissions: { remove: 'Généralités > Retirer les données d’exemple' },
    privacy: [
      {
        column: 'example_rows.*',
        purpose: 'Savoir ce qui appartient à l’école d’exemple',
        retention: 'Jusqu’au retrait des données d’exemple',
        export: 'no',
        erase: 'delete',
      },
    ],
    routes: [
      get('admin', '/retirer', ALLOW, (visit) => ask(house, visit)),
      post('admin', '/retirer', ALLOW, {}, (visit) => remove(house, visit), { outside: true }),
    ],
  });
}

const KINDS: [kind: string, one: string, many: string][] = [
  ['pupil', 'élève', 'élèves'],
  ['guardian', 'responsable', 'responsables'],
  ['teacher', 'professeur', 'professeurs'],
  ['staff', 'personnel', 'personnels'],
];

/** What goes and what stays, in numbers, before the one button. */
async function ask(house: House, { db, school, person }: Visit): Promise<Reply> {
  if (!(await hasExample(db, school.id))) return missing();
  const people = await db('people')
    .leftJoin('example_rows', (on) => on.on('row_id', 'people.id').onVal('table', 'people'))
    .groupBy('kind')
    .select(
      'kind',
      db.raw('count(row_id)::int as example'),
      db.raw('count(*) filter (where row_id is null)::int as own'),
    );
  const counts: { table: string; n: number }[] = await db('example_rows')
    .groupBy('table')
    .select('table', db.raw('count(*)::int as n'));
  const of = (table: string) => counts.find((one) => one.table === table)?.n ?? 0;
  const going = KINDS.map(([kind, one, many]) =>
    counted(people.find((row) => row.kind === kind)?.example ?? 0, one, many),
  );
  const own = KINDS.flatMap(([kind, one, many]) => {
    const n = people.find((row) => row.kind === kind)?.own ?? 0;
    return n ? [counted(n, one, many)] : [];
  });
  return page('exemple/retirer', {
    going: [...going, counted(of('classes'), 'classe', 'classes'), counted(of('files'), 'fichier', 'fichiers')],
    modules: modulesIn(
      house,
      counts.map(({ table }) => table),
    ),
    own,
    me: `${person?.firstName} ${person?.lastName}`,
  });
}

/** Modules that hold something of the example. */
const modulesIn = (house: House, tables: string[]) =>
  house.modules.installed
    .filter(({ core, plugin }) => !core && tables.some((one) => one.startsWith(`${plugin.name.replaceAll('-', '_')}_`)))
    .map(({ plugin }) => plugin.title);

async function remove(house: House, { step, school, account, person, now }: Visit): Promise<Reply> {
  const keys = await step(async ({ db }) => {
    // Pressed twice, it is done once.
    const row = await db('schools').where({ id: school.id }).forUpdate().first('example');
    if (row?.example !== 'filled') return null;
    const gone = await removeExample(db);
    await db('schools').where({ id: school.id }).update({ example: 'removed' });
    await audit(db, now, { account, person }, 'Données d’exemple retirées');
    return gone;
  });
  if (!keys) return redirect('/gestion/accueil/');
  for (const key of keys) await house.store.drop(key);
  return redirect('/gestion/accueil/', 'Les données d’exemple sont retirées. L’école est prête pour vos élèves.');
}
