import { ALREADY_OPEN, type Key, type School, type Visit, type Work } from '@preau/core';
import { today } from './follow-who.ts';
import type { Values } from './variables.ts';

/** A person whose key is handed out, as labels and letters name him. */
export interface Recipient {
  id: string;
  kind: 'pupil' | 'guardian' | 'teacher' | 'staff';
  civility: string | null;
  lastName: string;
  firstName: string;
  email: string | null;
  /** The children whose Espace a guardian opens: « Mila, CE1 »; those whose link is restricted are not his here. */
  children: { firstName: string; lastName: string; className: string | null }[];
  /** A pupil's own class, the classes a teacher has, the classes of a guardian's children. */
  classes: string[];
}

/** Whose key who acts may hand out, in the order of the ids, and why not the others'; ids of nobody are left out. */
export async function sorted(
  work: Work,
  ids: string[],
): Promise<{ may: Recipient[]; refused: { person: Recipient; reason: string }[] }> {
  const everybody = await recipients(work, ids);
  const { refused } = await work.services.keys.sort(everybody.map((one) => one.id));
  const reasons = new Map(refused.map((one) => [one.personId, one.reason]));
  return {
    may: everybody.filter((one) => !reasons.has(one.id)),
    refused: everybody.flatMap((person) => {
      const reason = reasons.get(person.id);
      return reason ? [{ person, reason }] : [];
    }),
  };
}

async function recipients(work: Work, ids: string[]): Promise<Recipient[]> {
  const { db } = work;
  const rows = await db('people')
    .whereIn('people.id', ids)
    .select(
      'people.id',
      'people.kind',
      'people.civility',
      'people.email',
      db.raw('coalesce(people.used_name, people.last_name) as "lastName"'),
      db.raw('coalesce(people.used_first_name, people.first_name) as "firstName"'),
    );
  const places = await placesOf(work, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const mine = places.filter((one) => one.owner === id);
    const classes = [...new Set(mine.flatMap((one) => one.className ?? []))];
    const children =
      row.kind === 'guardian'
        ? mine.map(({ firstName, lastName, className }) => ({ firstName, lastName, className }))
        : [];
    return [{ ...row, children, classes }];
  });
}

interface PlaceLine {
  owner: string;
  firstName: string;
  lastName: string;
  className: string | null;
}

/** Whose classes: a pupil's, those of the children a guardian has the access to (as `keys` counts them), those a teacher has. */
async function placesOf(work: Work, ids: string[]): Promise<PlaceLine[]> {
  const { db, services } = work;
  const { year } = services.people;
  const { rows } = await db.raw(
    `with wanted as (select unnest(?::uuid[]) as id),
      whose as (
        select id as owner, id as pupil from wanted
        union select l.guardian_id, l.pupil_id from guardian_links l join wanted on wanted.id = l.guardian_id
          where l.access and l.restricted_on is null)
    select w.owner, coalesce(p.used_first_name, p.first_name) as "firstName",
        coalesce(p.used_name, p.last_name) as "lastName", c.label as "className", p.search
      from whose w join people p on p.id = w.pupil and p.kind = 'pupil'
        and (p.left_on is null or p.left_on > ?::date)
      left join class_places place on place.pupil_id = p.id and place.year = ?
      left join classes c on c.id = place.class_id
    union all
    select t.teacher_id, '', '', c.label, c.search from class_teachers t
      join wanted on wanted.id = t.teacher_id join classes c on c.id = t.class_id and c.year = ?
    order by search`,
    [ids, today(work), year, year],
  );
  return rows;
}

/** What each word of a model says for this person. */
export function valuesFor(person: Recipient, key: Key, place: { school: School; address: string }): Values {
  const named = person.children.map(({ firstName, className }) =>
    className ? `${firstName} (${className})` : firstName,
  );
  return {
    Civilité: person.civility ?? '',
    NOM: person.lastName,
    Prénom: person.firstName,
    Enfants: named.join(', '),
    Classe: person.classes.join(', '),
    'Enfants ou classe': named.length ? named.join(', ') : person.classes.join(', '),
    'Identifiant de connexion': key.login,
    'Mot de passe': key.secret ?? ALREADY_OPEN.toLowerCase(),
    'Adresse de connexion': place.address,
    'Lien de connexion': key.link ?? place.address,
    'Nom de l’école': place.school.name,
    'Téléphone de l’école': place.school.phone,
    'E-mail de l’école': place.school.email,
  };
}

/** Days a link opens, when the school has set none. */
const LINK_DAYS = 30;

/** A key each, by person; who may not have one any more is left out. */
export async function issueKeys(
  { services, settings }: Visit,
  people: { id: string }[],
  way: 'print' | 'mail',
): Promise<Map<string, Key>> {
  const ids = people.map((one) => one.id);
  const made = await services.keys.issue(ids, { way, days: Number(settings.linkDays ?? LINK_DAYS) });
  return new Map(made.map((key) => [key.personId, key]));
}
