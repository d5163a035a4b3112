import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { openSession } from '../auth/sessions.ts';
import { ESPACES, type Espace, type Mode, type Route } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';
import { NO_SCHOOL } from '../tenancy/schools.ts';
import { modeOf, openSchool, ROLES, type Role, type TestSchool } from '../testing.ts';
import { routerPath } from '../web/paths.ts';
import { espacesOf } from './espaces.ts';

const FILE = path.join(import.meta.dirname, 'role-routes.txt');
const NOBODY = '00000000-0000-4000-8000-000000000000';
const EVERYBODY = [...ROLES, 'visiteur'] as const;
type Who = (typeof EVERYBODY)[number];
type Line = { route: Declared<Route>; espace: Espace | null };
type Met = { status: number; door: boolean };

const GENRES: Record<Role, Parameters<typeof espacesOf>[0]> = {
  direction: { kind: 'staff', genre: 'direction' },
  quotidienne: { kind: 'staff', genre: 'administratif' },
  enseignants: { kind: 'teacher', genre: null },
  accompagnants: { kind: 'staff', genre: 'accompagnant' },
  parents: { kind: 'guardian', genre: null },
  eleves: { kind: 'pupil', genre: null },
  periscolaire: { kind: 'staff', genre: 'periscolaire' },
  mairie: { kind: 'staff', genre: 'mairie' },
};

describe('who may open what (S18-01: deny by default)', function () {
  // Every route, as every role.
  this.timeout(300_000);
  let school: TestSchool;
  let lines: Line[];
  /** `GET /:rne/… espace` -> role -> what came back. */
  const met = new Map<Line, Record<Who, Met>>();

  before(async () => {
    school = await openSchool();
    lines = school.house.house.modules.routes.flatMap((route): Line[] =>
      route.area === 'espace' ? ESPACES.map((espace) => ({ route, espace })) : [{ route, espace: null }],
    );
    for (const line of lines) {
      const row = {} as Record<Who, Met>;
      const tries = async (who: Who) => {
        row[who] = await knock(line, who === 'visiteur' ? null : await signedIn(who, modeOf(who)));
      };
      if (line.route.method === 'get') await Promise.all(EVERYBODY.map(tries));
      else
        for (const who of EVERYBODY) {
          await tries(who);
          if (row[who].status >= 400) continue;
          // Some doors do what they are for: a password reset by one is chosen again before the next tries, and whatever
          // session was ended is opened again.
          sessions.clear();
          await school.db(async (db) => {
            await db('accounts').whereNot({ state: 'active' }).update({ state: 'active' });
            // An Espace or a rubric closed by an empty form is open again for those who knock at it.
            for (const table of ['published', 'plugin_settings']) await db(table).delete();
          });
        }
      met.set(line, row);
    }
  });
  after(() => school.close());

  /** Kept while nothing was done that could end one. */
  const sessions = new Map<string, Promise<string>>();
  function signedIn(role: Role, mode: Mode, at: TestSchool = school): Promise<string> {
    const key = `${at.id} ${role} ${mode}`;
    const token =
      sessions.get(key) ??
      at.db((db) => openSession(db, at.people[role].accountId, mode, 'Test', at.house.house.clock()));
    sessions.set(key, token);
    return token;
  }

  async function knock({ route, espace }: Line, token: string | null, at: TestSchool = school): Promise<Met> {
    const words: Record<string, string> = {
      rne: at.rne,
      espace: espace ?? '',
      pupil: at.childId,
      class: at.classId,
      id: NOBODY,
    };
    const address = routerPath(route).replace(
      /:(\w+)/g,
      (_, word: string) => words[word] ?? (word.endsWith('Id') ? NOBODY : 'x'),
    );
    const answer = await fetch(at.house.origin + address, {
      method: route.method.toUpperCase(),
      redirect: 'manual',
      body: route.method === 'post' ? new URLSearchParams() : undefined,
      headers: {
        'Accept-Encoding': 'identity',
        ...(token ? { Cookie: `preau=${token}` } : {}),
        ...(route.method === 'post' ? { 'Sec-Fetch-Site': 'same-origin' } : {}),
      },
    });
    await answer.arrayBuffer();
    const door = answer.headers.get('location')?.startsWith(`/${at.rne}/connexion/`) ?? false;
    return { status: answer.status, door };
  }

  const spoken = ({ route, espace }: Line) =>
    `${route.method.toUpperCase()} ${routerPath(route).replace(':espace', espace ?? '')}`;
  /** Nothing of the page was given: refused, unknown, or led to the sign-in. */
  const refused = ({ status, door }: Met) => status >= 400 || (status === 303 && door);
  /** Lines of the table: in an Espace, those the route is meant for. */
  const meant = ({ route, espace }: Line) => {
    if (!espace || route.allow === 'signed-in') return true;
    const [plugin, key] = route.allow.split('.') as [string, string];
    return !!school.house.house.modules.plugin(plugin)?.rubrics?.[key]?.espaces.includes(espace);
  };
  const wrongs = (wrong: (line: Line, who: Who, answer: Met) => boolean) =>
    [...met].flatMap(([line, row]) =>
      EVERYBODY.filter((who) => wrong(line, who, row[who])).map((who) => `${who} ${spoken(line)} ${row[who].status}`),
    );

  it('S18-01 says of every route who may open it', () => {
    const open = lines.filter(({ route }) => !route.allow);
    expect(open.map(spoken)).to.deep.equal([]);
    const anyone = lines.filter(
      ({ route }) => route.allow === 'anyone' && (route.area === 'admin' || route.area === 'espace'),
    );
    expect(anyone.map(spoken)).to.deep.equal([]);
  });

  it('S18-01 shows each role the same doors as the table we keep', () => {
    const rows = [...met].filter(([line]) => meant(line)).map(([line, row]) => tableLine(line, row));
    const text = `${HEAD}\n${rows.sort().join('\n')}\n`;
    if (process.env.UPDATE_TABLE) writeFileSync(FILE, text);
    const kept = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
    const news = text.split('\n').filter((line) => !kept.split('\n').includes(line));
    const olds = kept.split('\n').filter((line) => !text.split('\n').includes(line));
    expect(
      { gone: olds, come: news },
      `The doors have changed. If that is meant: UPDATE_TABLE=1.\n- ${olds.join('\n- ')}\n+ ${news.join('\n+ ')}`,
    ).to.deep.equal({ gone: [], come: [] });
    expect(text).to.equal(kept);
  });

  it('S18-01 gives a visitor no page that is not for anyone', () => {
    expect(
      wrongs(({ route }, who, answer) => who === 'visiteur' && route.allow !== 'anyone' && !refused(answer)),
    ).to.deep.equal([]);
  });

  it('S18-01 keeps Gestion shut to a person who is in an Espace', () => {
    expect(
      wrongs(
        ({ route }, who, { status }) =>
          who !== 'visiteur' && modeOf(who) === 'espace' && route.area === 'admin' && status < 400,
      ),
    ).to.deep.equal([]);
  });

  it('S18-01 keeps Gestion shut to the director and the town hall too, while they are in their Espace', async () => {
    const wrong: string[] = [];
    for (const who of ['direction', 'mairie'] as const)
      for (const line of lines.filter(({ route }) => route.area === 'admin')) {
        const { status } = await knock(line, await signedIn(who, 'espace'));
        if (status < 400) wrong.push(`${who} ${spoken(line)} ${status}`);
      }
    expect(wrong).to.deep.equal([]);
  });

  it('S18-01 gives nobody the Espace of others', () => {
    expect(
      wrongs(
        ({ espace }, who, { status }) =>
          espace !== null && who !== 'visiteur' && !espacesOf(GENRES[who]).includes(espace) && status < 400,
      ),
    ).to.deep.equal([]);
  });

  it('S18-01 opens no rubric in an Espace it is not declared for', () => {
    expect(
      wrongs((line, who, answer) => line.espace !== null && !meant(line) && !refused(answer) && who !== 'visiteur'),
    ).to.deep.equal([]);
  });

  it('S18-01 gives a profile of Gestion quotidienne its own rights and no other', async () => {
    const profiles = await school.db((db) => db('profiles').select('name', 'permissions'));
    // The console of a town hall is an address of no school (F07-5).
    const on = school.house.house.modules.of(NO_SCHOOL);
    const rights = (who: Who): string[] =>
      profiles.find((one) => one.name === (who === 'mairie' ? 'Mairie' : 'Vie scolaire')).permissions;
    const daily = (who: Who) => who === 'quotidienne' || who === 'mairie';
    expect(
      wrongs(
        ({ route }, who, { status }) =>
          daily(who) &&
          route.area === 'admin' &&
          on.has(route.plugin) &&
          route.allow !== 'signed-in' &&
          (status === 403) === rights(who).includes(route.allow),
      ),
    ).to.deep.equal([]);
  });

  it('S18-01 lets the director reach every screen of Gestion', () => {
    const shut = wrongs(
      ({ route }, who, { status }) => who === 'direction' && route.area === 'admin' && status === 403,
    );
    expect(shut).to.deep.equal([]);
  });

  it('S18-01 shows a signed-in person of another school what a visitor sees', async () => {
    const other = await openSchool();
    const wrong: string[] = [];
    for (const line of lines.filter(({ route }) => route.area !== 'site' && route.allow !== 'anyone')) {
      const answer = await knock(line, await signedIn('direction', 'administration', other));
      if (!refused(answer)) wrong.push(`${spoken(line)} ${answer.status}`);
    }
    expect(wrong).to.deep.equal([]);
    await other.close();
  });

  it('breaks on no route, save the one that is made to break', () => {
    const broken = wrongs((_, __, { status }) => status >= 500);
    expect(broken.filter((one) => !one.endsWith('GET /:rne/gestion/potager/panne 500'))).to.deep.equal([]);
    expect(broken).to.have.length(1);
  });
});

const WIDTH = 62;
const HEAD = [
  '# Who may open what: made by core/access/role-routes.test.ts, rewritten with UPDATE_TABLE=1.',
  '# GET, or POST with an empty form (422: reached, the form is wrong). 303c: led to the sign-in. 404: reached, no such row.',
  `# ${'route'.padEnd(WIDTH + 25)} ${EVERYBODY.map((who) => who.slice(0, 6).padEnd(6)).join(' ')}`,
].join('\n');

function tableLine({ route, espace }: Line, row: Record<Who, Met>): string {
  const address = routerPath(route).replace(':espace', espace ?? '');
  const cells = EVERYBODY.map((who) => `${row[who].status}${row[who].door ? 'c' : ''}`.padEnd(6));
  return (
    `${address} ${route.method.toUpperCase()}`.padEnd(WIDTH) + ` ${route.allow}`.padEnd(28) + cells.join(' ').trim()
  );
}
