import { type InputOf, text } from '../form/form.ts';
import { note } from '../people/history.ts';
import { searchKey } from '../people/names.ts';
import { renameClass as writeLabel } from '../people/write.ts';
import { get, invalid, page, post, type Reply, redirect, type Transaction, type Visit } from '../plugin/contract.ts';
import { penOf } from './card.ts';

const WRITE = 'ressources.classes-write';
const naming = { label: text('Nom de la classe', { max: 60 }) };

export const labelRoutes = [
  get('admin', '/classes/:class/modifier', WRITE, show),
  post('admin', '/classes/:class/modifier', WRITE, naming, save, { version }),
];

async function version({ db, params }: Visit, hold: boolean): Promise<number | null> {
  const query = db('classes').where({ id: params.class });
  const row = await (hold ? query.forUpdate() : query).first('version');
  return row?.version ?? null;
}

function show({ class: here }: Visit): Reply {
  const { id, label } = here as NonNullable<Visit['class']>;
  return page('admin/classe-modifier', { label, home: `/gestion/ressources/classes/${id}` }, undefined, {
    form: { label },
  });
}

async function save(visit: Visit<InputOf<typeof naming>>): Promise<Reply> {
  const { id, label } = visit.class as NonNullable<Visit['class']>;
  const wrong = await renameClass(visit, { id, label }, visit.input.label);
  if (wrong) return invalid({ label: wrong });
  return redirect(`/gestion/ressources/classes/${id}`, `La classe s’appelle maintenant ${visit.input.label}.`);
}

/** What is said when another class of the year has the name. */
export async function nameTaken(db: Transaction, year: number, label: string, own?: string): Promise<string | null> {
  const query = db('classes').where({ year, search: searchKey(label) });
  const twin = await (own ? query.whereNot({ id: own }) : query).first('id');
  return twin ? 'Une classe de cette année porte déjà ce nom.' : null;
}

/** Gives a class another name. @returns why not, in French. */
export async function renameClass(
  visit: Visit,
  known: { id: string; label: string },
  label: string,
): Promise<string | null> {
  const { db, now } = visit;
  const { year } = await db('classes').where({ id: known.id }).first('year');
  const taken = await nameTaken(db, year, label, known.id);
  if (taken || label === known.label) return taken;
  await writeLabel(db, known.id, label);
  await note(db, now, penOf(visit, null), [{ classId: known.id, field: 'label', before: known.label, after: label }]);
  return null;
}
