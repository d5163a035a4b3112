import { seenByTeachers } from '../access/families.ts';
import { espaceOptions } from '../access/options.ts';
import { auditDaily } from '../audit.ts';
import { dayIn } from '../clock.ts';
import { type PupilLine, pupilsOfYear } from '../people/people.ts';
import { type WhomToCall, whomToCall } from '../people/whom-to-call.ts';
import { type Espace, get, type Person, page, type Reply, type Visit } from '../plugin/contract.ts';
import { beyondBar, type NavLink } from '../views/chrome.ts';

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

/** What will come where nothing is new, and whom to ask. */
const SOON: Record<Espace, string> = {
  direction:
    'Ce qui attend votre réponse et les informations de l’école arrivent ici. Tout le reste se fait en Gestion.',
  enseignants:
    'Les informations de l’école et les messages des familles arrivent ici. Une question ? Demandez à la direction.',
  parents:
    'Les informations de l’école, ce qu’il faut signer ou fournir et les messages des professeurs arrivent ici. Une question ? Demandez à l’école.',
  accompagnants:
    'Les informations de l’école et les messages des professeurs arrivent ici. Il manque un élève ? Demandez à la direction.',
  eleves: 'Les informations de l’école arrivent ici. Une question ? Demandez à votre professeur.',
  periscolaire:
    'Les informations de l’école pour la cantine, la garderie et les études arrivent ici. Une question ? Demandez à la direction.',
  mairie: 'Les informations que l’école adresse à la commune arrivent ici. Une question ? Demandez à la direction.',
};

/** Who needs to know how many pupils there are, and no pupil by name. */
const COUNTS: Espace[] = ['periscolaire', 'mairie'];

/** What is asked first, then what is new (the modules’ blocks); one’s children, classes or pupils; the school’s contacts. */
async function espaceHome(visit: Visit): Promise<Reply> {
  const espace = visit.espace as Espace;
  const person = visit.person as Person;
  const teaching = espace === 'enseignants';
  const classes = teaching ? await visit.services.people.classesOf(person) : [];
  const children = teaching ? [] : await withTeachers(visit, await visit.services.people.concerning(person));
  const several = espace === 'parents' && children.length > 1;
  return page('espace/accueil', {
    firstName: person.firstName,
    espace,
    classes,
    // Where there is a switcher in the roof, children stand nowhere else.
    kids: several ? children : [],
    children: several ? [] : children,
    nobody: classes.length + children.length === 0 ? (NOBODY[espace] ?? null) : null,
    soon: SOON[espace],
    manages: visit.account?.mode !== 'espace',
    counts: COUNTS.includes(espace) ? await schoolInBrief(visit) : null,
    contacts: showsContacts(visit),
  });
}

/** The director may keep the school’s address and telephone off an Espace. */
const showsContacts = ({ school, espace }: Visit): boolean => espaceOptions(school, espace as Espace).contacts;

/** And the names of teachers off the Espace Parents (F11-11). */
async function withTeachers({ services, school, espace }: Visit, pupils: PupilLine[]) {
  const shown = espaceOptions(school, espace as Espace).teachers;
  const teachers = await services.people.teachersOf(shown ? pupils.map((pupil) => pupil.classId) : []);
  return pupils.map((pupil) => ({ ...pupil, teachers: teachers.get(pupil.classId ?? '') ?? [] }));
}

/** How many pupils are there today, class by class. */
async function schoolInBrief({ db, services, now, school }: Visit) {
  const present = pupilsOfYear(db, services.people.year, dayIn(now, school.timezone));
  const classes: { label: string | null; pupils: number }[] = await db
    .from(present.as('present'))
    .groupBy('class_label')
    .orderByRaw('class_label nulls last')
    .select('class_label as label', db.raw('count(*)::int as pupils'));
  return {
    classes,
    number: classes.filter((one) => one.label !== null).length,
    pupils: classes.reduce((sum, one) => sum + one.pupils, 0),
  };
}

/** « Plus » of a phone’s bar: the rubrics that have no room in it, the search, the account. */
export function morePage({ espace, account }: Visit, rubrics: NavLink[]): Reply {
  return page('espace/plus', { espace, rubrics: beyondBar(rubrics), manages: account?.mode !== 'espace' });
}

async function pupilPage(visit: Visit): Promise<Reply> {
  const { services, espace, db } = visit;
  const person = visit.person as Person;
  const all = await withTeachers(visit, await services.people.concerning(person));
  const here = all.find((one) => one.id === visit.pupil?.id);
  const shown = { child: here, espace, contacts: espace === 'parents' && showsContacts(visit) };
  if (espace === 'parents') return page('espace/mon-enfant', { ...shown, siblings: all.length > 1 ? all : [] });
  if (here && (person.kind === 'teacher' || person.kind === 'staff'))
    await auditDaily(visit, 'Fiche d’élève consultée', `${here.lastName} ${here.firstName} (${here.id})`);
  return page('espace/enfant', {
    ...shown,
    call:
      espace === 'enseignants' && here
        ? (await whomToCall(db, [here.id], seenByTeachers(visit.settings))).get(here.id)
        : null,
    back:
      espace === 'enseignants' && here?.classLabel
        ? { title: here.classLabel, path: `/espace/enseignants/accueil/classes/${here.classId}` }
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
