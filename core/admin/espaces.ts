import { seenByTeachers } from '../access/families.ts';
import { auditDaily } from '../audit.ts';
import type { PupilLine } from '../people/people.ts';
import { type WhomToCall, whomToCall } from '../people/whom-to-call.ts';
import { type Espace, get, type Person, page, type Reply, type Visit } from '../plugin/contract.ts';

/** The pages every Espace begins with: its home, a pupil, a class. The core has checked that they concern the person. */
export const espaceRoutes = [
  get('espace', '/', 'signed-in', espaceHome),
  get('espace', '/enfants/:pupil', 'signed-in', pupilPage),
  get('espace', '/classes/:class', 'signed-in', classPage),
];

/** What is said when nobody concerns the person; an Espace that shows nobody says nothing. */
const NOBODY: Partial<Record<Espace, string>> = {
  parents: 'Aucun enfant n’est rattaché à votre compte. Écrivez à l’école : elle peut le faire en une minute.',
  enseignants: 'Aucune classe ne vous est affectée cette année. La direction peut le faire.',
};

/** What an Espace is for whom the school publishes nothing yet. */
const ABOUT: Partial<Record<Espace, string>> = {
  direction: 'Votre Espace Direction réunit ce que l’école vous publie. Pour gérer l’école, passez en Gestion.',
  periscolaire: 'Votre Espace Périscolaire réunit ce que l’école publie pour la cantine, la garderie et les études.',
  mairie: 'Votre Espace Mairie réunit ce que l’école publie pour la commune.',
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
    about: ABOUT[espace as Espace] ?? '',
  });
}

async function pupilPage(visit: Visit): Promise<Reply> {
  const { services, espace, db } = visit;
  const person = visit.person as Person;
  const all = await services.people.concerning(person);
  const here = all.find((one) => one.id === visit.pupil?.id);
  const classId = here?.classId ?? null;
  const teachers = (await services.people.teachersOf([classId])).get(classId ?? '') ?? [];
  if (here && (person.kind === 'teacher' || person.kind === 'staff'))
    await auditDaily(visit, 'Fiche d’élève consultée', `${here.lastName} ${here.firstName} (${here.id})`);
  return page('espace/enfant', {
    child: { ...here, teachers },
    siblings: espace === 'parents' ? all.map((one) => ({ ...one, current: one.id === here?.id })) : [],
    espace,
    call:
      espace === 'enseignants' && here
        ? (await whomToCall(db, [here.id], seenByTeachers(visit.settings))).get(here.id)
        : null,
    back:
      espace === 'enseignants' && here?.classLabel
        ? { title: here.classLabel, path: `/espace/enseignants/accueil/classes/${classId}` }
        : { title: 'Retour à l’accueil', path: `/espace/${espace}/accueil/` },
  });
}

async function classPage(visit: Visit): Promise<Reply> {
  const { espace, db, services } = visit;
  const here = visit.class as NonNullable<Visit['class']>;
  const pupils = (await services.people.concerning(visit.person as Person)).filter((one) => one.classId === here.id);
  const teaching = espace === 'enseignants';
  const call = teaching
    ? await whomToCall(
        db,
        pupils.map((one) => one.id),
        seenByTeachers(visit.settings),
      )
    : null;
  if (teaching) await auditDaily(visit, 'Contacts de la classe consultés', `${here.label} (${here.id})`);
  return page('espace/classe', {
    label: here.label,
    pupils: pupils.map((one) => withCall(one, call?.get(one.id))),
    espace,
  });
}

const withCall = (pupil: PupilLine, call: WhomToCall | undefined) => ({
  ...pupil,
  call: call ?? null,
  reachable: call !== undefined && call.guardians.length + call.contacts.length > 0,
});
