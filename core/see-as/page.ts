import { ESPACE_TITLES, espacesOf } from '../access/espaces.ts';
import type { House } from '../container.ts';
import { likePattern } from '../people/names.ts';
import { type Account, ESPACES, type Person, page, type Reply, type Visit } from '../plugin/contract.ts';
import { inRubricOrder } from '../views/chrome.ts';
import { kindsFor, refusedLook, targetOf } from './may-look.ts';

const KINDS: Record<Person['kind'], string> = {
  guardian: 'Responsables',
  pupil: 'Élèves',
  teacher: 'Professeurs',
  staff: 'Personnels',
};
/** « Voir comme un parent »: what each model person is. */
const AS: Record<(typeof ESPACES)[number], string> = {
  direction: 'comme la direction',
  enseignants: 'comme un professeur',
  parents: 'comme un parent',
  accompagnants: 'comme un accompagnant',
  eleves: 'comme un élève',
  periscolaire: 'comme le périscolaire',
  mairie: 'comme la mairie',
};
const MOST = 20;

/** Espaces web > Paramètres communs > Voir comme: each Espace as a model person, or a real person found by name. */
export async function showDesk(house: House, visit: Visit): Promise<Reply> {
  const { db, school, services } = visit;
  const modules = house.modules.of(school);
  const espaces = ESPACES.map((espace) => ({
    espace,
    title: ESPACE_TITLES[espace],
    as: AS[espace],
    published: modules.publishes(espace),
    rubrics: [...modules.rubrics]
      .filter(([name, rubric]) => rubric.espaces.includes(espace) && modules.publishes(espace, name))
      .map(([, rubric]) => rubric)
      .toSorted(inRubricOrder)
      .map(({ title }) => title),
  }));
  const classes = await db('classes').where({ year: services.people.year }).orderBy('label').select('id', 'label');
  return page('see-as/accueil', { espaces, classes, ...(await found(visit)) });
}

async function found(visit: Visit) {
  const { db, query, account, now } = visit;
  const mine = account as Account;
  const q = query.get('q')?.trim().slice(0, 100) ?? '';
  const kinds = kindsFor(mine);
  const kind = kinds.find((one) => one === query.get('genre'));
  const ids: string[] = q
    ? await db('people')
        .join('accounts', 'accounts.person_id', 'people.id')
        .whereIn('kind', kind ? [kind] : kinds)
        .whereLike('people.search', likePattern(q))
        .orderBy('people.search')
        .limit(MOST + 1)
        .pluck('people.id')
    : [];
  const people = [];
  for (const id of ids.slice(0, MOST)) {
    const target = await targetOf(db, { 'people.id': id });
    if (!target) continue;
    const { person, login } = target;
    const [espace] = espacesOf(person);
    people.push({
      id,
      name: `${person.lastName} ${person.firstName}`,
      kind: espace ? ESPACE_TITLES[espace] : KINDS[person.kind],
      login,
      refused: refusedLook(mine, target, now),
    });
  }
  return {
    q,
    kinds: kinds.map((one) => ({ value: one, label: KINDS[one], selected: one === kind })),
    people,
    more: ids.length > MOST,
    asks: q !== '',
  };
}
