import { dayIn, frenchDay, likePattern, type Visit } from '@preau/core';
import type { Guardian } from './request-form.ts';
import type { EnrolRequest } from './requests.ts';
import { calledName } from './words.ts';

/** Somebody of the directory who may be the one of a request. */
interface Alike {
  id: string;
  name: string;
  words: string;
}

/** One person of a request, with those of the directory it may be. */
export interface Someone {
  /** `child`, `g0`, `g1` */
  key: string;
  name: string;
  alike: Alike[];
}

const MOST = 10;
const NAME = "concat_ws(' ', coalesce(p.used_name, p.last_name), coalesce(p.used_first_name, p.first_name)) as name";

export async function peopleOf(visit: Visit, request: EnrolRequest): Promise<Someone[]> {
  const child = {
    key: 'child',
    name: `${request.last_name} ${calledName(request.first_names)}`,
    alike: await pupilsLike(visit, request),
  };
  const guardians: Someone[] = [];
  for (const [at, one] of request.guardians.entries())
    guardians.push({ key: `g${at}`, name: `${one.lastName} ${one.firstName}`, alike: await guardiansLike(visit, one) });
  return [child, ...guardians];
}

/** The same name, or the same family name and birth date. Pupils who left are there too: a child may come back. */
async function pupilsLike({ db, services, now, school }: Visit, request: EnrolRequest): Promise<Alike[]> {
  const rows = await db('people as p')
    .where({ 'p.kind': 'pupil' })
    .where((either) =>
      either
        .whereLike('p.search', likePattern(`${request.last_name} ${calledName(request.first_names)}`))
        .orWhere((same) =>
          same.where('p.birth_date', request.birth_date).whereLike('p.search', likePattern(request.last_name)),
        ),
    )
    .leftJoin('class_places as place', (join) =>
      join.on('place.pupil_id', 'p.id').andOn('place.year', db.raw('?', [services.people.year])),
    )
    .leftJoin('classes as c', 'c.id', 'place.class_id')
    .orderBy('p.search')
    .limit(MOST)
    .select('p.id', db.raw(NAME), 'p.birth_date', 'p.left_on', 'c.label');
  const today = dayIn(now, school.timezone);
  return rows.map(({ id, name, birth_date, left_on, label }) => {
    const where = left_on && left_on <= today ? `a quitté l’école le ${frenchDay(left_on)}` : (label ?? 'sans classe');
    const born = birth_date ? `né(e) le ${frenchDay(birth_date)}` : 'date de naissance inconnue';
    return { id, name, words: `${born}, ${where}` };
  });
}

async function guardiansLike({ db }: Visit, one: Guardian): Promise<Alike[]> {
  const rows = await db('people as p')
    .where({ 'p.kind': 'guardian' })
    .where((either) => {
      either.whereLike('p.search', likePattern(`${one.lastName} ${one.firstName}`));
      if (one.email) either.orWhereRaw('lower(p.email) = lower(?)', [one.email]);
    })
    .orderBy('p.search')
    .limit(MOST)
    .select(
      'p.id',
      db.raw(NAME),
      'p.email',
      db.raw(
        `(select string_agg(coalesce(c.used_first_name, c.first_name), ', ' order by c.search) from guardian_links l
          join people c on c.id = l.pupil_id where l.guardian_id = p.id) as children`,
      ),
    );
  return rows.map(({ id, name, email, children }) => ({
    id,
    name,
    words: [children ? `responsable de ${children}` : 'aucun enfant rattaché', email].filter(Boolean).join(', '),
  }));
}
