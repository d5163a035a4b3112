import { randomInt, randomUUID } from 'node:crypto';
import { defaultProfiles } from './auth/opening.ts';
import { hashPassword } from './auth/passwords.ts';
import { openSession } from './auth/sessions.ts';
import { schoolYear } from './clock.ts';
import { searchKey } from './people/names.ts';
import type { Mode, Transaction } from './plugin/contract.ts';
import { enterSchool, inSchool } from './tenancy/in-school.ts';
import { checkLetter } from './tenancy/rne.ts';
import { sharedHouse, type TestHouse } from './testing/houses.ts';
import { modeOf, type Role } from './testing/roles.ts';

export { tinyPdf } from './pdf/tiny-pdf.ts';
export { bringAxe, violations } from './testing/axe.ts';
export { openPage } from './testing/browser.ts';
export { HANDS, type Hand } from './testing/hands.ts';
export {
  openTestHouse,
  outsideCantine,
  type SpawnedHouse,
  sharedHouse,
  spawnHouse,
  type TestHouse,
} from './testing/houses.ts';
export { BIRTH, type Family, newFamilies } from './testing/keys.ts';
export { type OpenPdf, openPdf, type ReadQr } from './testing/pdf.ts';
export { espaceOf, modeOf, ROLES, type Role } from './testing/roles.ts';

/** Password of every active test account. */
export const PASSWORD = 'Cerf-volant 2026';
let passwordHash: Promise<string> | null = null;

export interface Answer {
  status: number;
  text: string;
  bytes: Buffer;
  headers: Headers;
  location: string | null;
}

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A form post as a browser sends it from our own page; a Blob makes it multipart. */
  post(
    path: string,
    fields?: Record<string, string | string[] | File>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  cookie: string;
}

export interface TestSchool {
  id: string;
  rne: string;
  house: TestHouse;
  people: Record<Role, { personId: string; accountId: string; login: string }>;
  /** The class and the child of the test parent, taught by the test teacher, carried by the test carer. */
  classId: string;
  childId: string;
  /** Signed in as a role, or a visitor. */
  as(role: Role | 'visiteur'): Client;
  /** Signed in with any account. */
  asAccount(accountId: string, mode: Mode): Promise<Client>;
  /** Straight to the school's rows, with the server's own role. */
  db<T>(work: (db: Transaction) => Promise<T>): Promise<T>;
  url(path: string): string;
  /** Runs the jobs that are due, so that no test sleeps. */
  runJobs(): Promise<number>;
  close(): Promise<void>;
}

/**
 * A school of its own in the shared test house, with one person per role.
 * @param options.plugins modules on in this school (with those they need); default: all.
 * @param options.rubrics 'parents:cantine.menus' publishes, '!parents:cantine.menus' does not.
 */
export async function openSchool(
  options: {
    plugins?: string[];
    rubrics?: string[];
    house?: TestHouse;
    people?: boolean;
    timezone?: string;
    name?: string;
    rne?: string;
  } = {},
): Promise<TestSchool> {
  const house = options.house ?? (await sharedHouse());
  const { app } = house.house;
  const digits = String(randomInt(9_000_000)).padStart(7, '0');
  const rne = options.rne ?? digits + checkLetter(digits);
  const id = randomUUID();
  await app('schools').insert({
    id,
    rne,
    name: options.name ?? `École ${rne}`,
    address: '2 place du Préau',
    postcode: '01000',
    city: 'Bourg-Fictif',
    phone: '04 74 00 00 00',
    email: `ecole-${rne.toLowerCase()}@exemple.fr`,
    timezone: options.timezone ?? 'Europe/Paris',
    state: 'open',
    opened_at: new Date(),
  });
  if (options.plugins) {
    const wanted = withNeeds(house, options.plugins);
    const rows = house.house.modules.installed
      .filter((one) => !one.core)
      .map(({ plugin }) => ({ school_id: id, plugin: plugin.name, on: wanted.has(plugin.name) }));
    if (rows.length) await app('school_plugins').insert(rows);
  }
  const school = await inSchool(app, id, async (db) => {
    for (const rubric of options.rubrics ?? [])
      await db('published').insert({ name: rubric.replace('!', ''), on: !rubric.startsWith('!') });
    await defaultProfiles(db, [...(await permissionsOf(house, rne))]);
    return options.people === false ? null : populate(db, house);
  });
  const sessions = new Map<string, string>();
  const client = (session: () => Promise<string | null>): Client => {
    const state = { cookie: '' };
    const call = async (
      method: string,
      path: string,
      body: BodyInit | undefined,
      headers: Record<string, string>,
    ): Promise<Answer> => {
      const token = await session();
      if (token && !state.cookie) state.cookie = `preau=${token}`;
      const address = path.startsWith('/assets') || path.startsWith(`/${rne}`) ? path : `/${rne}${path}`;
      const answer = await fetch(house.origin + address, {
        method,
        body,
        redirect: 'manual',
        headers: {
          ...(state.cookie ? { Cookie: state.cookie } : {}),
          ...(method === 'POST' ? { 'Sec-Fetch-Site': 'same-origin' } : {}),
          // Thousands of pages are asked on one machine: packing and unpacking them proves nothing.
          'Accept-Encoding': 'identity',
          ...headers,
        },
      });
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ''] = set.split(';');
        const [name] = pair.split('=');
        const others = state.cookie.split('; ').filter((one) => one && !one.startsWith(`${name}=`));
        state.cookie = (pair.endsWith('=') ? others : [...others, pair]).join('; ');
      }
      const bytes = Buffer.from(await answer.arrayBuffer());
      return {
        status: answer.status,
        bytes,
        text: new TextDecoder().decode(bytes),
        headers: answer.headers,
        location: answer.headers.get('location'),
      };
    };
    return {
      get cookie() {
        return state.cookie;
      },
      get: (path, headers = {}) => call('GET', path, undefined, headers),
      post(path, fields = {}, headers = {}) {
        const pairs = Object.entries(fields).flatMap(([name, value]) =>
          Array.isArray(value)
            ? value.map((one): [string, string | File] => [name, one])
            : [[name, value] as [string, string | File]],
        );
        const multipart = pairs.some(([, value]) => value instanceof File);
        const body = multipart ? new FormData() : new URLSearchParams();
        for (const [name, value] of pairs) body.append(name, value as string);
        return call('POST', path, body, headers);
      },
    };
  };
  const clients = new Map<string, Client>();
  return {
    id,
    rne,
    house,
    people: school?.people as TestSchool['people'],
    classId: school?.classId as string,
    childId: school?.childId as string,
    as(role) {
      let one = clients.get(role);
      if (!one) {
        one = client(async () => {
          if (role === 'visiteur' || !school) return null;
          let token = sessions.get(role);
          if (!token) {
            token = await inSchool(app, id, (db) =>
              openSession(db, school.people[role].accountId, modeOf(role), 'Test', house.house.clock()),
            );
            sessions.set(role, token);
          }
          return token;
        });
        // Each visitor is another person: no cookie of the one before.
        if (role !== 'visiteur') clients.set(role, one);
      }
      return one;
    },
    async asAccount(accountId, mode) {
      const token = await inSchool(app, id, (db) => openSession(db, accountId, mode, 'Test', house.house.clock()));
      return client(async () => token);
    },
    db: (work) => inSchool(app, id, work),
    url: (path) => `${house.origin}/${rne}${path}`,
    runJobs: () => house.house.jobs.runDue(house.container),
    close: async () => {
      // Deleted as their owner, whom row level security binds too.
      await app.transaction(async (db) => {
        await enterSchool(db, id);
        await db('schools').where({ id }).delete();
      });
    },
  };
}

function withNeeds(house: TestHouse, names: string[]): Set<string> {
  const wanted = new Set<string>();
  const add = (name: string) => {
    const plugin = house.house.modules.plugin(name);
    if (!plugin) throw new Error(`Le module ${name} n’est pas dans la maison de test.`);
    wanted.add(name);
    for (const other of plugin.dependsOn ?? []) add(other);
  };
  for (const name of names) add(name);
  return wanted;
}

async function permissionsOf(house: TestHouse, rne: string): Promise<string[]> {
  const { rows } = await house.house.app.raw('select door(?, null) as told', [rne]);
  return [...house.house.modules.of(rows[0].told.school).permissions.keys()];
}

const CAST: Record<
  Role,
  { kind: string; genre?: string; civility?: string; lastName: string; firstName: string; mode: Mode; profile?: string }
> = {
  direction: {
    kind: 'staff',
    genre: 'direction',
    civility: 'Mme',
    lastName: 'BRAUD',
    firstName: 'Karine',
    mode: 'administration',
  },
  quotidienne: {
    kind: 'staff',
    genre: 'administratif',
    civility: 'Mme',
    lastName: 'LEOTI',
    firstName: 'Samia',
    mode: 'quotidienne',
    profile: 'Vie scolaire',
  },
  enseignants: { kind: 'teacher', civility: 'Mme', lastName: 'KRUG', firstName: 'Anne-Sophie', mode: 'espace' },
  accompagnants: {
    kind: 'staff',
    genre: 'accompagnant',
    civility: 'Mme',
    lastName: 'NGUYEN',
    firstName: 'Kim',
    mode: 'espace',
  },
  parents: { kind: 'guardian', civility: 'M.', lastName: 'LEROY', firstName: 'Paul', mode: 'espace' },
  eleves: { kind: 'pupil', lastName: 'LEROY', firstName: 'Mila', mode: 'espace' },
  periscolaire: {
    kind: 'staff',
    genre: 'periscolaire',
    civility: 'M.',
    lastName: 'DIALLO',
    firstName: 'Amadou',
    mode: 'espace',
  },
  mairie: {
    kind: 'staff',
    genre: 'mairie',
    civility: 'M.',
    lastName: 'MARCHAND',
    firstName: 'Roméo',
    mode: 'quotidienne',
    profile: 'Mairie',
  },
};

async function populate(db: Transaction, house: TestHouse) {
  passwordHash ??= hashPassword(PASSWORD);
  const hash = await passwordHash;
  const people = {} as TestSchool['people'];
  for (const [role, one] of Object.entries(CAST) as [Role, (typeof CAST)[Role]][]) {
    const [{ id: personId }] = await db('people')
      .insert({
        kind: one.kind,
        genre: one.genre ?? null,
        civility: one.civility ?? null,
        last_name: one.lastName,
        first_name: one.firstName,
        birth_date: one.kind === 'pupil' ? '2018-03-12' : null,
        search: searchKey(one.lastName, one.firstName),
      })
      .returning('id');
    const profile = one.profile ? await db('profiles').where({ name: one.profile }).first('id') : null;
    const login = `${one.firstName[0]}${one.lastName}`.toUpperCase().replace('É', 'E') + (role === 'eleves' ? '2' : '');
    const [{ id: accountId }] = await db('accounts')
      .insert({
        person_id: personId,
        login,
        mode: one.mode,
        profile_id: profile?.id ?? null,
        state: 'active',
        password_hash: hash,
      })
      .returning('id');
    people[role] = { personId, accountId, login };
  }
  const year = schoolYear(house.house.clock(), 'Europe/Paris');
  const [{ id: classId }] = await db('classes')
    .insert({ year, label: 'CE1 Jonquilles', search: searchKey('CE1 Jonquilles') })
    .returning('id');
  await db('class_places').insert({ pupil_id: people.eleves.personId, class_id: classId, year, level: 'CE1' });
  await db('class_teachers').insert({ class_id: classId, teacher_id: people.enseignants.personId });
  await db('guardian_links').insert({ guardian_id: people.parents.personId, pupil_id: people.eleves.personId });
  await db('carer_pupils').insert({ carer_id: people.accompagnants.personId, pupil_id: people.eleves.personId });
  return { people, classId, childId: people.eleves.personId };
}
