import { audit } from '../audit.ts';
import { text } from '../form/form.ts';
import { defineList, howMany, type Picked, type Row } from '../list/declare.ts';
import { type Invalid, invalid, type Visit } from '../plugin/contract.ts';
import { nameTaken, renameClass } from './class-label.ts';
import { ONDE, takeBack } from './list-words.ts';
import { pupilsToday } from './rows.ts';

const CLASSES = { one: 'classe', many: 'classes' };
const EMPTY = 'not exists (select 1 from class_places p where p.class_id = classes.id)';

/** Ressources > Classes > Liste (F04-17, N-09). */
export const classes = defineList({
  name: 'ressources.classes',
  path: '/classes',
  title: 'Classes',
  ...CLASSES,
  feminine: true,
  allow: { read: 'ressources.classes-read', write: 'ressources.classes-write' },
  search: 'classes.search',
  called: (row) => String(row.label),
  query: ({ db, services }) =>
    db('classes')
      .where('classes.year', services.people.year)
      .select(
        'classes.id',
        'classes.label',
        db.raw('(select count(*) from class_places p where p.class_id = classes.id) as pupils'),
        db.raw(
          "(select string_agg(distinct p.level, ', ') from class_places p where p.class_id = classes.id) as levels",
        ),
        db.raw(
          `(select string_agg(concat_ws(' ', t.civility, coalesce(t.used_name, t.last_name)), ', ' order by t.search)
            from class_teachers ct join people t on t.id = ct.teacher_id where ct.class_id = classes.id) as teachers`,
        ),
      ),
  columns: {
    label: {
      title: 'Classe',
      link: (row) => `/gestion/ressources/classes/${row.id}`,
      sort: 'classes.search',
      edit: { what: 'le nom', field: text('Nom de la classe', { max: 60 }), save: rename },
    },
    levels: { title: 'Niveaux' },
    pupils: {
      title: 'Élèves',
      figures: true,
      sort: '(select count(*) from class_places p where p.class_id = classes.id)',
    },
    teachers: { title: 'Professeurs', show: (row) => row.teachers as string | null },
  },
  filters: {
    eleves: {
      title: 'Élèves',
      all: 'Avec ou sans élèves',
      options: [{ value: 'sans', label: 'Sans élève' }],
      narrow: (query) => query.whereRaw(EMPTY),
    },
  },
  create: {
    title: 'Créer une classe',
    of: 'à créer',
    fields: { label: text('Nom de la classe', { max: 60 }) },
    async save(visit, input: { label: string }, cause) {
      const wrong = await nameTaken(visit.db, visit.services.people.year, input.label);
      if (wrong) return invalid({ label: wrong });
      const [id] = (await visit.services.register.of({ cause }).classes([{ label: input.label, ondeId: null }])) as [
        string,
      ];
      return { id, text: `La classe ${input.label} est dans la liste.` };
    },
  },
  acts: [
    {
      key: 'supprimer',
      icon: 'trash-2',
      title: 'Supprimer {qui}',
      ask: 'Seules les classes sans élève sont supprimées ; les autres restent. Cela ne s’annule pas.',
      loss: true,
      run: remove,
    },
  ],
  undo: takeBack,
  async intro(visit) {
    const [none] = await pupilsToday(visit).whereNull('class_places.class_id').clearSelect().count('* as count');
    const count = Number(none?.count ?? 0);
    return count ? `${howMany(count, { one: 'élève', many: 'élèves' })} sans classe.` : '';
  },
  empty: {
    text: 'Tapez le nom d’une classe dans la ligne ci-dessus, ou reprenez les classes de ONDE avec leurs élèves.',
    steps: [{ ...ONDE, path: '/gestion/onde-import/eleves' }],
  },
});

async function rename(visit: Visit, row: Row, label: string): Promise<Invalid | undefined> {
  const wrong = await renameClass(visit, { id: row.id, label: String(row.label) }, label);
  return wrong ? invalid({ value: wrong }) : undefined;
}

async function remove(visit: Visit, { ids }: Picked) {
  const gone: string[] = await visit
    .db('classes')
    .whereRaw('id = any(?::uuid[])', [ids])
    .whereRaw(EMPTY)
    .delete()
    .returning('label')
    .then((rows) => rows.map((row) => row.label));
  if (gone.length) await audit(visit.db, visit.now, visit, 'Classes supprimées', gone.join(', '));
  const left = ids.length - gone.length;
  const done = `${howMany(gone.length, { one: 'classe supprimée', many: 'classes supprimées' })}.`;
  const kept = left ? ` ${howMany(left, CLASSES)} avec des élèves ${left < 2 ? 'reste' : 'restent'}.` : '';
  return { text: done + kept, undo: false };
}
