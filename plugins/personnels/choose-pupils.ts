import { forbidden, hidden, type InputOf, missing, page, type Reply, redirect, strings, type Visit } from '@preau/core';
import { backToList } from './after-creation.ts';
import { homeOf, listOf, STAFF } from './kinds.ts';
import { memberOf } from './member.ts';
import { nameOf, today } from './words.ts';

/** « Affecter des élèves » (F08-4). */
export const pupilsForm = { pupils: strings(), suite: hidden() };

/** As many pupils are seen at once, class by class; beyond, a class is opened first. */
const AT_ONCE = 40;

interface Line {
  id: string;
  name: string;
  class_id: string | null;
  label: string | null;
  level: string | null;
}

export const SEES_PUPILS = 'ressources.pupils-read';
const blind = () => forbidden('Il faut le droit « Voir les élèves » pour en affecter.');

/** Pupils who are at the school, by class, with their level. */
function pupilsOf(visit: Visit): Promise<Line[]> {
  const { db, services } = visit;
  return db('people')
    .where({ kind: 'pupil' })
    .where((here) => here.whereNull('left_on').orWhere('left_on', '>', today(visit)))
    .leftJoin('class_places', (join) =>
      join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [services.people.year])),
    )
    .leftJoin('classes', 'classes.id', 'class_places.class_id')
    .orderByRaw('classes.search nulls last, people.search')
    .select(
      'people.id',
      db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
      'class_places.class_id',
      'classes.label',
      'class_places.level',
    );
}

export const pupilsInCare = async ({ db }: Pick<Visit, 'db'>, carerId: string): Promise<string[]> =>
  db('carer_pupils').where({ carer_id: carerId }).pluck('pupil_id');

export async function showPupils(visit: Visit): Promise<Reply> {
  const carer = await memberOf(visit, STAFF);
  if (carer?.genre !== 'accompagnant') return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const suite = visit.query.get('suite') ?? '';
  const held = new Set(await pupilsInCare(visit, carer.id));
  const all = await pupilsOf(visit);
  const groups = Map.groupBy(all, (one) => one.class_id);
  const data = {
    name: nameOf(carer),
    login: carer.login,
    groups: [...groups.values()].map((pupils) => ({
      label: pupils[0]?.label ?? 'Sans classe',
      open: pupils.some((one) => held.has(one.id)) || groups.size === 1 || all.length <= AT_ONCE,
      size: pupils.length,
      ticked: pupils.filter((one) => held.has(one.id)).length,
      pupils: pupils.map((one) => ({ ...one, level: one.level ?? '', ticked: held.has(one.id) })),
    })),
    cancel: suite ? `${listOf(STAFF)}?nouveau=${carer.id}` : homeOf(STAFF, carer.id),
  };
  return { ...page('personnels/eleves', data, 'personnels/_eleves', { form: { suite } }), window: true };
}

export async function choosePupils(visit: Visit<InputOf<typeof pupilsForm>>): Promise<Reply> {
  const { input, services } = visit;
  const carer = await memberOf(visit, STAFF);
  if (carer?.genre !== 'accompagnant') return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const offered = new Set((await pupilsOf(visit)).map((one) => one.id));
  await services.team.care(
    carer.id,
    input.pupils.filter((id) => offered.has(id)),
  );
  const count = (await pupilsInCare(visit, carer.id)).length;
  const words = count
    ? `${count} ${count > 1 ? 'élèves pris' : 'élève pris'} en charge`
    : 'aucun élève : son Espace reste fermé';
  if (input.suite) return backToList(STAFF, carer, `${carer.job_title}, ${words}`);
  return redirect(homeOf(STAFF, carer.id), `${nameOf(carer)} : ${words}.`);
}
