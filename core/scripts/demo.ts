import { defaultProfiles } from '../auth/opening.ts';
import { hashPassword } from '../auth/passwords.ts';
import { schoolYear } from '../clock.ts';
import { LEVELS } from '../directory/list-words.ts';
import { markExample } from '../example/rows.ts';
import type { OpenHouse } from '../house.ts';
import { searchKey } from '../people/names.ts';
import { ESPACES, type Mode, type Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { prepareSchool } from '../tenancy/prepare-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { lockers } from './demo-casier.ts';
import { collect } from './demo-collecte.ts';
import { demoFiles } from './demo-families.ts';
import { type Hand, handOf } from './demo-hand.ts';
import { present } from './demo-page.ts';
import { talk } from './demo-talk.ts';
import { townHall } from './demo-town.ts';
import { type DemoParent, oneHuman } from './demo-two-schools.ts';

/** Password of every demo account; it opens nothing but invented people. */
const PASSWORD = 'Marelle-2026';

const SCHOOLS: DemoSchool[] = [
  {
    rne: '0999901Z',
    name: 'École Jean-Macé',
    address: '12 rue de l’École',
    postcode: '01000',
    city: 'Bourg-Fictif',
    phone: '04 74 00 00 01',
    email: 'ecole.jean-mace@exemple.fr',
    seed: 20_260,
    pupils: 250,
    themes: { enseignants: 'vert', parents: 'images', eleves: 'recre', periscolaire: 'recre' },
  },
  {
    rne: '0999902A',
    name: 'École des Tilleuls',
    address: '3 place des Tilleuls',
    postcode: '01000',
    city: 'Bourg-Fictif',
    phone: '04 74 00 00 02',
    email: 'ecole.tilleuls@exemple.fr',
    seed: 20_261,
    pupils: 90,
    themes: Object.fromEntries(ESPACES.map((espace) => [espace, 'vert'])),
  },
];
const WAITING = {
  rne: '0999903B',
  name: 'École Rosa-Parks',
  address: '7 avenue de la Gare',
  postcode: '01000',
  city: 'Bourg-Fictif',
  phone: '04 74 00 00 03',
  email: 'ecole.rosa-parks@exemple.fr',
};

interface Member {
  kind: 'teacher' | 'staff';
  genre?: string;
  jobTitle?: string;
  civility: string;
  lastName: string;
  firstName: string;
  mode: Mode;
  profile?: string;
}
const TEAM: Member[] = [
  {
    kind: 'staff',
    genre: 'direction',
    jobTitle: 'Directrice',
    civility: 'Mme',
    lastName: 'BRAUD',
    firstName: 'Karine',
    mode: 'administration',
  },
  {
    kind: 'staff',
    genre: 'administratif',
    jobTitle: 'Secrétaire',
    civility: 'Mme',
    lastName: 'LEOTI',
    firstName: 'Samia',
    mode: 'quotidienne',
    profile: 'Vie scolaire',
  },
  {
    kind: 'staff',
    genre: 'mairie',
    jobTitle: 'Mairie',
    civility: 'M.',
    lastName: 'MARCHAND',
    firstName: 'Roméo',
    mode: 'quotidienne',
    profile: 'Mairie',
  },
  {
    kind: 'staff',
    genre: 'accompagnant',
    jobTitle: 'AESH',
    civility: 'Mme',
    lastName: 'NGUYEN',
    firstName: 'Kim',
    mode: 'espace',
  },
  {
    kind: 'staff',
    genre: 'periscolaire',
    jobTitle: 'Animateur',
    civility: 'M.',
    lastName: 'DIALLO',
    firstName: 'Amadou',
    mode: 'espace',
  },
  ...[
    ['Mme', 'KRUG', 'Anne-Sophie'],
    ['M.', 'MARCHAND', 'Rémi'],
    ['Mme', 'DEVAUX BAPTISTA', 'Eloïse'],
    ['Mme', 'ŒUVRARD', 'Zoé'],
    ['M.', 'N’GUESSAN', 'Yao'],
    ['Mme', 'LE GOFF', 'Maëlle'],
    ['M.', 'DE LA FONTAINE', 'Jean'],
    ['Mme', 'HAÜY', 'Valentine'],
    ['Mme', 'SANCHEZ', 'Lucía'],
    ['M.', 'PETIT', 'Bruno'],
  ].map(
    ([civility, lastName, firstName]): Member => ({
      kind: 'teacher',
      civility: civility as string,
      lastName: lastName as string,
      firstName: firstName as string,
      mode: 'espace',
    }),
  ),
];

/**
 * Fills the demo: two schools with the same class names and many of the same family names, by the same import a
 * director would do, their town hall, and a third that waits to be opened. A start that was cut short is finished by the next.
 * @param origin where the house answers on this machine.
 * @returns the lines to print: addresses and logins.
 */
export async function fillDemo(open: OpenHouse, origin: string): Promise<string[]> {
  const { house } = open;
  const printed: string[] = [];
  const parents: DemoParent[] = [];
  const filledSchools: DemoParent['school'][] = [];
  for (const one of SCHOOLS) {
    const filled = await fillSchool(open, origin, one);
    const place = `${one.name} : ${house.config.url.origin}/${one.rne}/`;
    if (!filled) {
      printed.push('', place, '  Données d’exemple retirées.', '  Direction (Administration)        KBRAUD');
      continue;
    }
    const { school, family } = filled;
    printed.push('', place, ...logins(family));
    filledSchools.push(school);
    if (family.parent) parents.push({ school, login: family.parent });
  }
  const [here, there] = parents;
  if (here && there) {
    await oneHuman({ open, origin, password: PASSWORD }, here, there);
    printed.push('', `Les deux parents sont une même personne : avec ${here.login}, voyez « Toutes mes écoles ».`);
  }
  printed.push('', ...(await townHall(open, origin, filledSchools, PASSWORD)));
  const waiting = await house.app('schools').where({ rne: WAITING.rne }).first('state');
  if (waiting?.state !== 'open') {
    const { login, code } = await prepareSchool(house.app, house.secrets, WAITING, house.clock());
    printed.push(
      '',
      `${WAITING.name} attend d’être ouverte : ${house.config.url.origin}/ouverture`,
      `  RNE ${WAITING.rne}, identifiant ${login}, code ${code}`,
    );
  }
  return printed;
}

interface DemoSchool {
  rne: string;
  name: string;
  address: string;
  postcode: string;
  city: string;
  phone: string;
  email: string;
  seed: number;
  pupils: number;
  themes: Record<string, string>;
}
interface Family {
  parent: string | null;
  pupil: string | null;
}

/** One example school, its rows written down as such once they are all there. @returns null when they have been taken away since (P21). */
export async function fillSchool(
  open: OpenHouse,
  origin: string,
  { seed, pupils, themes, ...fields }: DemoSchool,
): Promise<{ school: { id: string; rne: string }; family: Family } | null> {
  const { app, clock } = open.house;
  const [made] = await app('schools')
    .insert({ ...fields, state: 'open', opened_at: clock(), example: 'filling' })
    .onConflict('rne')
    .ignore()
    .returning('id');
  const { id, example } = await app('schools').where({ rne: fields.rne }).first('id', 'example');
  if (!made && example === 'removed') return null;
  const director = await inSchool(app, id, (db) => team(open, db, id, themes));
  const files = demoFiles(seed, pupils, schoolYear(clock(), 'Europe/Paris'));
  const school = { id, rne: fields.rne };
  const hand = handOf(open, origin, school, director, 'administration');
  await importAs(open, school, hand, 'pupil', 'eleves', files.pupils);
  await importAs(open, school, hand, 'guardian', 'responsables', files.guardians);
  const family = await inSchool(app, id, (db) => activate(db, clock()));
  await talk(open, origin, school);
  await lockers(open, origin, school);
  await collect(open, origin, school);
  await present(open, origin, school);
  if (example === 'filling')
    await inSchool(app, id, async (db) => {
      await markExample(db);
      await db('schools').where({ id }).update({ example: 'filled' });
    });
  return { school, family };
}

const logins = (family: Family) => [
  `  Mot de passe de tous ces comptes : ${PASSWORD}`,
  '  Direction (Administration)        KBRAUD',
  '  Secrétariat (Gestion quotidienne) SLEOTI',
  '  Mairie (Gestion quotidienne)      RMARCHAND',
  '  Professeure (Mon Espace)          AKRUG',
  '  Accompagnante (Mon Espace)        KNGUYEN',
  '  Périscolaire (Mon Espace)         ADIALLO',
  ...(family.parent ? [`  Parent (Mon Espace)               ${family.parent}`] : []),
  ...(family.pupil ? [`  Élève (Mon Espace)                ${family.pupil}`] : []),
];

/** The team, once. @returns the director's account. */
async function team(
  open: OpenHouse,
  db: Transaction,
  schoolId: string,
  themes: Record<string, string>,
): Promise<string> {
  const known = await db('accounts').where({ login: 'KBRAUD' }).first('id');
  if (known) return known.id;
  const { house, container } = open;
  const school = await schoolById(house.app, schoolId);
  if (!school) throw new Error('École de démonstration introuvable.');
  await defaultProfiles(db, [...house.modules.of(school).permissions.keys()]);
  const profiles = new Map<string, string>(
    (await db('profiles').select('id', 'name')).map((one) => [one.name, one.id]),
  );
  const rows = TEAM.map((one) => ({
    kind: one.kind,
    genre: one.genre ?? null,
    job_title: one.jobTitle ?? null,
    civility: one.civility,
    last_name: one.lastName,
    first_name: one.firstName,
    search: searchKey(one.lastName, one.firstName),
  }));
  const ids: { id: string }[] = await db('people').insert(rows).returning('id');
  const services = container.services(school, db, house.clock());
  await services.accounts.create(
    TEAM.map((one, at) => ({
      personId: (ids[at] as { id: string }).id,
      kind: one.kind,
      firstName: one.firstName,
      lastName: one.lastName,
      mode: one.mode,
      profileId: one.profile ? profiles.get(one.profile) : null,
    })),
  );
  await setPassword(
    db,
    ids.map((one) => one.id),
  );
  await db('espace_themes').insert(Object.entries(themes).map(([espace, theme]) => ({ espace, theme })));
  return (await db('accounts').where({ login: 'KBRAUD' }).first('id')).id;
}

let hash: Promise<string> | null = null;
async function setPassword(db: Transaction, people: string[]): Promise<void> {
  hash ??= hashPassword(PASSWORD);
  await db('accounts')
    .whereIn('person_id', people)
    .update({
      state: 'active',
      password_hash: await hash,
      secret_hmac: null,
      secret_sealed: null,
      secret_expires_at: null,
    });
}

/** The director's own way: choose the file, look, « Importer ». Without the module, the demo has no families. */
async function importAs(
  { house }: OpenHouse,
  school: { id: string; rne: string },
  director: Hand,
  kind: string,
  screen: string,
  bytes: Buffer,
): Promise<void> {
  const done = await inSchool(house.app, school.id, (db) => db('people').where({ kind }).first('id'));
  if (done || !house.modules.plugin('onde-import')) return;
  const form = new FormData();
  form.append('file', new File([new Uint8Array(bytes)], 'CSVExtraction.csv', { type: 'text/csv' }));
  const preview = await director(`/gestion/onde-import/${screen}`, form);
  const report = preview && (await director(preview, { sure: '1' }));
  if (!report) throw new Error(`La démonstration n’a pas pu importer les ${screen}.`);
}

/** One family to sign in with: the parent with most children, and one of them; and the teachers get their classes. */
async function activate(db: Transaction, now: Date): Promise<Family> {
  const parent = await db('guardian_links')
    .join('accounts', 'accounts.person_id', 'guardian_links.guardian_id')
    .groupBy('guardian_id', 'accounts.login')
    .orderByRaw('count(*) desc, accounts.login')
    .first('guardian_id', 'accounts.login');
  if (!parent) return { parent: null, pupil: null };
  const children: { pupil_id: string; login: string; level: string | null }[] = await db('guardian_links')
    .join('accounts', 'accounts.person_id', 'guardian_links.pupil_id')
    .leftJoin('class_places', 'class_places.pupil_id', 'guardian_links.pupil_id')
    .where({ guardian_id: parent.guardian_id })
    .orderBy('accounts.login')
    .select('guardian_links.pupil_id', 'accounts.login', 'class_places.level');
  // The eldest: the Espace Élèves opens from a level on.
  const rank = (level: string | null) => LEVELS.findIndex(({ value }) => value === level);
  const [pupil] = children.toSorted((a, b) => rank(b.level) - rank(a.level)) as [(typeof children)[number]];
  const fresh = await db('accounts')
    .whereIn('person_id', [parent.guardian_id, pupil.pupil_id])
    .where({ state: 'provisional' })
    .pluck('person_id');
  if (fresh.length) await setPassword(db, fresh);
  if (!(await db('class_teachers').first('id'))) {
    const classes: string[] = await db('classes')
      .where({ year: schoolYear(now, 'Europe/Paris') })
      .orderBy('label')
      .pluck('id');
    const teachers: string[] = await db('people')
      .where({ kind: 'teacher' })
      .orderBy('created_at')
      .orderBy('search')
      .pluck('id');
    await db('class_teachers').insert(
      classes.map((classId, at) => ({ class_id: classId, teacher_id: teachers[at % teachers.length] })),
    );
    const carer = await db('people').where({ genre: 'accompagnant' }).first('id');
    const pupils: string[] = await db('people').where({ kind: 'pupil' }).orderBy('search').limit(2).pluck('id');
    if (carer) await db('carer_pupils').insert(pupils.map((one) => ({ carer_id: carer.id, pupil_id: one })));
  }
  return { parent: parent.login, pupil: pupil.login };
}
