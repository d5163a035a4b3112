import { type InputOf, page, type Reply, redirect, strings, tick, type Visit } from '@preau/core';
import { change, deskOf } from './document.ts';
import { asked, type CollectedDocument } from './documents.ts';

/** « Sélection des classes » (F17-06). */
export const classesForm = { all: tick('Toutes les classes'), classes: strings({ max: 500 }) };

/** Classes a document may be asked of: those of the school, or of the teacher whose document it is. */
function offered({ db, services }: Visit<never>, { teacher_id }: CollectedDocument) {
  const { year } = services.people;
  const query = db('classes as c')
    .where('c.year', year)
    .orderBy('c.search')
    .select(
      'c.id',
      'c.label',
      db.raw('(select count(*)::int from class_places p where p.class_id = c.id and p.year = ?) as pupils', [year]),
    );
  if (teacher_id)
    query.whereExists(db('class_teachers').whereRaw('class_id = c.id').where({ teacher_id }).select(db.raw('1')));
  return query as unknown as Promise<{ id: string; label: string; pupils: number }[]>;
}

export async function showClasses(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const { db } = visit;
  const known = await offered(visit as Visit<never>, document);
  const kept: string[] = document.all_classes
    ? known.map((one) => one.id)
    : await db('collecte_classes').where({ document_id: document.id }).pluck('class_id');
  const typed = visit.input as { all?: string; classes?: string | string[] } | null;
  const held = typed ? [typed.classes ?? []].flat() : kept;
  const classes = known.map((one) => ({ ...one, ticked: held.includes(one.id) }));
  const data = {
    title: document.title,
    classes,
    whole: document.teacher_id === null,
    all: typed ? typed.all === 'on' : document.all_classes,
    // Somebody else has chosen meanwhile: what stands now is said beside what was ticked.
    meanwhile: typed ? wordsOf(known.filter((one) => kept.includes(one.id))) : '',
    ticked: classes.filter((one) => one.ticked).length,
    back: deskOf(visit, document),
  };
  return { ...page('collecte/classes', data, 'collecte/_classes'), window: true };
}

/** What was deposited for pupils of a class that is no longer asked stays where it is. */
export async function chooseClasses(
  visit: Visit<InputOf<typeof classesForm>>,
  document: CollectedDocument,
): Promise<Reply> {
  const { db, input } = visit;
  const known = await offered(visit as unknown as Visit<never>, document);
  const all = input.all && document.teacher_id === null;
  const wanted = all ? [] : known.filter((one) => input.all || input.classes.includes(one.id));
  await db('collecte_classes').where({ document_id: document.id }).delete();
  if (wanted.length)
    await db('collecte_classes').insert(wanted.map(({ id }) => ({ document_id: document.id, class_id: id })));
  await change(visit, document, { all_classes: all });
  const [row] = await db.from(asked(visit)).where({ document_id: document.id }).count('* as count');
  const pupils = Number(row?.count ?? 0);
  const whom = all ? 'toutes les classes' : wanted.map((one) => one.label).join(', ');
  return redirect(
    deskOf(visit, document),
    whom
      ? `« ${document.title} » est demandé à ${whom} : ${pupils} ${pupils < 2 ? 'élève' : 'élèves'}. Les dépôts déjà reçus sont gardés.`
      : `« ${document.title} » n’est plus demandé à aucune classe. Les dépôts déjà reçus sont gardés.`,
  );
}

const wordsOf = (classes: { label: string }[]): string => classes.map((one) => one.label).join(', ') || 'aucune classe';
