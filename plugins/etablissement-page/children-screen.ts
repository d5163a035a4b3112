import {
  audit,
  dayIn,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  strings,
  tick,
  type Visit,
} from '@preau/core';
import { line, photoOf } from './gallery-screen.ts';
import { seenOn } from './photos.ts';
import { blind, HOME, SEES_PUPILS } from './words.ts';

/** « Enfants visibles » of a photo. */
export const childrenForm = {
  pupils: strings({ max: 400 }),
  nobody: tick('On ne reconnaît aucun enfant sur cette photo'),
};

interface Line {
  id: string;
  name: string;
  class_id: string | null;
  label: string | null;
  consents: boolean;
}

/** Pupils who are at the school, by class, with whether they may be shown. */
export function pupilsOf({ db, services, now, school }: Visit): Promise<Line[]> {
  return db('people')
    .where({ kind: 'pupil' })
    .where((here) => here.whereNull('left_on').orWhere('left_on', '>', dayIn(now, school.timezone)))
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
      db.raw(
        'exists (select 1 from etablissement_page_consents c where c.pupil_id = people.id and c.withdrawn_on is null) as consents',
      ),
    );
}

export async function showChildren(visit: Visit): Promise<Reply> {
  const photo = await photoOf(visit);
  if (!photo) return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const seen = await seenOn(visit, [photo.id]);
  const held = new Set(seen.map((one) => one.pupil_id));
  const pupils = await pupilsOf(visit);
  const groups = Map.groupBy(pupils, (one) => one.class_id);
  const here = new Set(pupils.map(({ id }) => id));
  return page(
    'etablissement-page/enfants',
    {
      ...line(photo, seen),
      groups: [...groups.values()].map((some) => ({
        label: some[0]?.label ?? 'Sans classe',
        open: some.some((one) => held.has(one.id)) || groups.size === 1,
        size: some.length,
        ticked: some.filter((one) => held.has(one.id)).length,
        pupils: some.map((one) => ({ ...one, ticked: held.has(one.id) })),
      })),
      // Who has left the school still stands on the photo.
      gone: seen.filter((one) => !here.has(one.pupil_id)).length,
    },
    undefined,
    { form: { nobody: photo.children_told && !seen.length } },
  );
}

export async function saveChildren(visit: Visit<InputOf<typeof childrenForm>>): Promise<Reply> {
  const { db, input, now, params } = visit;
  const photo = await photoOf(visit as Visit, true);
  if (!photo) return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const here = new Set((await pupilsOf(visit as Visit)).map(({ id }) => id));
  const chosen = [...new Set(input.pupils)].filter((id) => here.has(id));
  const left = (await seenOn(visit as Visit, [photo.id])).filter((one) => !here.has(one.pupil_id));
  if (input.nobody && (chosen.length || left.length))
    return invalid({ nobody: 'Vous avez aussi coché des enfants : choisissez l’un ou l’autre.' });
  if (!input.nobody && !chosen.length && !left.length)
    return invalid({ nobody: 'Cochez les enfants que l’on reconnaît, ou « aucun enfant ».' });
  await db('etablissement_page_children')
    .where({ photo_id: photo.id })
    .whereNotIn(
      'pupil_id',
      left.map((one) => one.pupil_id),
    )
    .delete();
  if (chosen.length)
    await db('etablissement_page_children').insert(chosen.map((pupil_id) => ({ photo_id: photo.id, pupil_id })));
  await db('etablissement_page_photos').where({ id: photo.id }).update({ children_told: true });
  await audit(db, now, visit, 'Page établissement : enfants visibles', `${photo.alt} : ${chosen.length + left.length}`);
  return redirect(`${HOME}/galerie/${params.id}`, 'C’est noté.');
}
