import {
  audit,
  date,
  dayIn,
  hidden,
  type InputOf,
  invalid,
  likePattern,
  missing,
  page,
  type Reply,
  redirect,
  signature,
  type Transaction,
  text,
  type Visit,
} from '@preau/core';
import { blind, HOME, SEES_PUPILS } from './words.ts';

const SCREEN = `${HOME}/autorisations`;

/** « Autorisation photo »: what a guardian has signed on paper, recorded by the school. */
export const consentForm = {
  givenBy: text('Donnée par', { max: 120, hint: 'Le responsable qui a signé.' }),
  givenOn: date('Le'),
};
export const withdrawForm = { sure: hidden() };

interface Consent {
  id: string;
  given_by: string;
  given_on: string;
  recorded_by: string;
  recorded_at: Date;
  withdrawn_on: string | null;
  withdrawn_by: string | null;
}

const current = (db: Transaction, pupilId: string) =>
  db('etablissement_page_consents').where({ pupil_id: pupilId }).whereNull('withdrawn_on');

/** Children with an authorisation, or who are on a photo without one. */
export async function showConsents(visit: Visit): Promise<Reply> {
  if (!visit.can(SEES_PUPILS)) return blind();
  const { db, query, services } = visit;
  const q = (query.get('q') ?? '').trim().slice(0, 80);
  const rows: { id: string; name: string; label: string | null; given_by: string | null; given_on: string | null }[] =
    await db('people')
      .where({ kind: 'pupil' })
      .leftJoin('etablissement_page_consents as k', (join) =>
        join.on('k.pupil_id', 'people.id').andOnNull('k.withdrawn_on'),
      )
      .leftJoin('class_places', (join) =>
        join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [services.people.year])),
      )
      .leftJoin('classes', 'classes.id', 'class_places.class_id')
      .where((some) =>
        q ? some.whereLike('people.search', likePattern(q)) : some.whereNotNull('k.id').orWhereExists(onPhoto(db)),
      )
      .orderBy('people.search')
      .limit(MOST)
      .select(
        'people.id',
        db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
        'classes.label',
        'given_by',
        'given_on',
      );
  return page('etablissement-page/autorisations', {
    q,
    most: rows.length === MOST ? MOST : 0,
    children: rows.map((one) => ({ ...one, url: `${SCREEN}/${one.id}` })),
  });
}
const MOST = 200;

const onPhoto = (db: Transaction) =>
  db('etablissement_page_children as c')
    .join('etablissement_page_photos as p', 'p.id', 'c.photo_id')
    .whereNull('p.removed_at')
    .whereRaw('c.pupil_id = people.id');

export async function showConsent(visit: Visit): Promise<Reply> {
  const { db, pupil, now, school } = visit;
  if (!pupil) return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const all: Consent[] = await db('etablissement_page_consents')
    .where({ pupil_id: pupil.id })
    .orderBy('recorded_at', 'desc');
  const guardians: string[] = (
    await db('guardian_links')
      .join('people', 'people.id', 'guardian_id')
      .where({ pupil_id: pupil.id })
      .orderBy('people.search')
      .select(
        db.raw(
          "concat_ws(' ', civility, coalesce(used_first_name, first_name), coalesce(used_name, last_name)) as name",
        ),
      )
  ).map(({ name }: { name: string }) => name);
  const photos = await db('etablissement_page_children as c')
    .join('etablissement_page_photos as p', 'p.id', 'c.photo_id')
    .where('c.pupil_id', pupil.id)
    .whereNull('p.removed_at')
    .orderBy('p.position')
    .select('p.id', 'p.alt');
  return page(
    'etablissement-page/autorisation',
    {
      name: `${pupil.firstName} ${pupil.lastName}`,
      current: all.find((one) => !one.withdrawn_on) ?? null,
      earlier: all.filter((one) => one.withdrawn_on),
      guardians,
      photos: photos.map((one) => ({ ...one, url: `${HOME}/galerie/${one.id}` })),
    },
    undefined,
    { form: { givenBy: guardians[0] ?? '', givenOn: dayIn(now, school.timezone) } },
  );
}

export async function giveConsent(visit: Visit<InputOf<typeof consentForm>>): Promise<Reply> {
  const { db, input, now, school, pupil, person } = visit;
  if (!pupil) return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  if (input.givenOn > dayIn(now, school.timezone)) return invalid({ givenOn: 'Ce jour n’est pas encore venu.' });
  if (await current(db, pupil.id).first('id')) return invalid({ givenBy: 'Une autorisation est déjà en cours.' });
  await db('etablissement_page_consents').insert({
    pupil_id: pupil.id,
    given_by: input.givenBy,
    given_on: input.givenOn,
    recorded_by: person ? signature(person) : '',
    recorded_at: now,
  });
  const name = `${pupil.firstName} ${pupil.lastName}`;
  await audit(db, now, visit, 'Autorisation photo enregistrée', name);
  return redirect(`${SCREEN}/${pupil.id}`, `${name} : l’autorisation est enregistrée.`);
}

/** At once: the page asks at each visit. */
export async function withdrawConsent(visit: Visit<InputOf<typeof withdrawForm>>): Promise<Reply> {
  const { db, now, school, pupil, person } = visit;
  if (!pupil) return missing();
  if (!visit.can(SEES_PUPILS)) return blind();
  const changed = await current(db, pupil.id).update({
    withdrawn_on: dayIn(now, school.timezone),
    withdrawn_by: person ? signature(person) : '',
  });
  const name = `${pupil.firstName} ${pupil.lastName}`;
  if (changed) await audit(db, now, visit, 'Autorisation photo retirée', name);
  return redirect(`${SCREEN}/${pupil.id}`, `${name} : les photos où l’on reconnaît cet enfant ne se montrent plus.`);
}
