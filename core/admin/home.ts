import { allowed } from '../access/permissions.ts';
import type { Container, House } from '../container.ts';
import {
  definePlugin,
  type Espace,
  get,
  type Person,
  type Plugin,
  page,
  type Reply,
  type Visit,
} from '../plugin/contract.ts';
import { openWork } from '../web/work.ts';
import { schoolDoor } from './portal.ts';

/** Where one arrives: a school's door, the home of Gestion with the start-up checklist, the home of each Espace. */
export function home(house: House, container: () => Container): Plugin {
  return definePlugin({
    name: 'accueil',
    title: 'Accueil',
    privacy: [],
    routes: [
      get('public', '/', 'anyone', schoolDoor),
      get('admin', '/', 'signed-in', (visit) => management(house, container(), visit)),
      get('espace', '/', 'signed-in', espaceHome),
      get('espace', '/enfants/:pupil', 'signed-in', pupilPage),
      get('espace', '/classes/:class', 'signed-in', classPage),
    ],
  });
}

/** I-06: the state of each step is computed from the data, never ticked by hand. */
async function management(house: House, container: Container, visit: Visit): Promise<Reply> {
  const { school, account, db } = visit;
  const modules = house.modules.of(school);
  const steps = [];
  for (const step of modules.steps) {
    if (!allowed({ area: 'admin', allow: step.allow }, account, school, modules).ok) continue;
    steps.push({
      title: step.title,
      url: `/gestion/${step.plugin}${step.path}`,
      done: await step.done(openWork(container, step.plugin, school, db)),
    });
  }
  return page('admin/accueil', {
    steps,
    done: steps.filter((one) => one.done).length,
    next: steps.find((one) => !one.done)?.title ?? null,
  });
}

/** What is said when nobody concerns the person; an Espace that shows nobody says nothing. */
const NOBODY: Partial<Record<Espace, string>> = {
  parents: 'Aucun enfant n’est rattaché à votre compte. Écrivez à l’école : elle peut le faire en une minute.',
  enseignants: 'Aucune classe ne vous est affectée cette année. La direction peut le faire.',
  accompagnants: 'Aucun élève ne vous est affecté. La direction peut le faire.',
};

async function espaceHome(visit: Visit): Promise<Reply> {
  const { services, espace } = visit;
  const person = visit.person as Person;
  const teaching = espace === 'enseignants';
  const classes = teaching ? await services.people.classesOf(person) : [];
  const pupils = teaching ? [] : await services.people.concerning(person);
  const teachers = await services.people.teachersOf(pupils.map((pupil) => pupil.classId));
  const children = pupils.map((pupil) => ({ ...pupil, teachers: teachers.get(pupil.classId ?? '') ?? [] }));
  const empty = classes.length + children.length === 0 ? (NOBODY[espace as Espace] ?? '') : '';
  return page('espace/accueil', {
    firstName: person.firstName,
    espace,
    classes,
    children,
    several: espace === 'parents' && children.length > 1,
    empty,
  });
}

/** A family's page on one child: the core has checked that he concerns this person. */
async function pupilPage(visit: Visit): Promise<Reply> {
  const { services, espace } = visit;
  const person = visit.person as Person;
  const all = await services.people.concerning(person);
  const here = all.find((one) => one.id === visit.pupil?.id);
  const teachers = (await services.people.teachersOf([here?.classId ?? null])).get(here?.classId ?? '') ?? [];
  return page('espace/enfant', {
    child: { ...here, teachers },
    siblings: espace === 'parents' ? all.map((one) => ({ ...one, current: one.id === here?.id })) : [],
    espace,
  });
}

async function classPage(visit: Visit): Promise<Reply> {
  const here = visit.class as NonNullable<Visit['class']>;
  const pupils = (await visit.services.people.concerning(visit.person as Person)).filter(
    (pupil) => pupil.classId === here.id,
  );
  return page('espace/classe', { label: here.label, pupils, espace: visit.espace });
}
