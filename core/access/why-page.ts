import type { House } from '../container.ts';
import { get, missing, type Person, page, type Reply, type Route, type Visit } from '../plugin/contract.ts';
import { routerPath } from '../web/paths.ts';
import { allowed } from './permissions.ts';
import { type Answer, why } from './why.ts';

/** Reading why something is closed to a family says something of that family. */
const NEEDS: Partial<Record<Person['kind'], string>> = {
  pupil: 'ressources.pupils-read',
  guardian: 'ressources.guardians-read',
};

/** « Pourquoi ? »: what one person may open or not, and why; linked from each card (C-34). */
export const whyRoutes = (house: House): Route[] => [
  get('admin', '/pourquoi/:id', 'profils.why', (visit) => show(house, visit)),
];

async function show(house: House, visit: Visit): Promise<Reply> {
  const { school, params, can } = visit;
  const modules = house.modules.of(school);
  const told = await why(visit, modules, params.id as string);
  const needs = told && NEEDS[told.person.kind];
  if (!told || (needs && !can(needs))) return missing();
  const shown = (answer: Answer) => ({ ...answer, setting: openable(house, visit, answer.setting) });
  const { person } = told;
  return page('profils/pourquoi', {
    who: `${person.lastName} ${person.firstName}`,
    login: told.login,
    first: shown(told.signIn),
    modes: told.modes.map(shown),
    espaces: told.espaces.map((one) => ({ ...shown(one), rubrics: one.rubrics.map(shown) })),
    children: told.children.map(shown),
    rights: told.rights.map((one) => ({ ...one, total: one.answers.length, answers: one.answers.map(shown) })),
    off: house.modules
      .states(school)
      .filter((one) => !one.on)
      .map((one) => one.title),
    modulesPage: openable(house, visit, '/gestion/configuration/modules'),
  });
}

/** A setting is linked when its page exists here, today, for who looks. */
function openable(house: House, visit: Visit, path: string | null): string | null {
  if (!path) return null;
  const modules = house.modules.of(visit.school);
  const route = house.modules.routes.find(
    (one) => one.method === 'get' && one.area === 'admin' && matches(routerPath(one).replace('/:rne', ''), path),
  );
  const may = route && modules.has(route.plugin) && allowed(route, visit.account, visit.school, modules).ok;
  return may ? path : null;
}

function matches(pattern: string, path: string): boolean {
  const [words, parts] = [pattern, path].map((one) => one.split('/'));
  return words?.length === parts?.length && !!words?.every((word, at) => word.startsWith(':') || word === parts?.[at]);
}
