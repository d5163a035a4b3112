import { randomInt, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Knex } from 'knex';
import pg from 'pg';
import { openSession } from '../auth/sessions.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { loadPlugins } from '../plugin/load.ts';
import { tokenHash } from '../secret.ts';
import { testFolders } from '../testing/houses.ts';
import { openSchool, sharedHouse, type TestHouse, type TestSchool } from '../testing.ts';
import { inSchool } from './in-school.ts';
import { eachSchool } from './school-table.ts';

type Row = Record<string, unknown>;
interface Link {
  column: string;
  target: string;
  /** All its columns are pairs (school_id, …). */
  withSchool: boolean;
}
interface Column {
  name: string;
  type: string;
  needed: boolean;
  /** First of the words a check allows. */
  word: string | null;
}
interface SchoolTable {
  name: string;
  columns: Column[];
  links: Link[];
}

/** Rights refused, policy violated: what PostgreSQL says of both. */
const REFUSED = '42501';
const NO_SUCH_ROW = '23503';

describe('the wall between schools (S18-02: row level security under everything)', () => {
  let house: TestHouse;
  let a: TestSchool;
  let b: TestSchool;
  /** The server's own role, and nothing but SQL. */
  let app: pg.Client;
  /** Sees all, to tell what is really there. */
  let admin: pg.Client;
  let tables: SchoolTable[];

  before(async () => {
    house = await sharedHouse();
    [a, b] = [await openSchool(), await openSchool()];
    app = await client(house.urls.app);
    admin = await client(house.urls.admin);
    tables = await schoolTables(admin);
    for (const school of [a, b]) await fill(app, school.id, tables);
  });
  after(async () => {
    await Promise.all([app.end(), admin.end()]);
    await a.close();
    await b.close();
  });

  /** What `work` did or why it was refused; always rolled back. */
  async function trying(schoolId: string | null, sql: string, values: unknown[] = []): Promise<Tried> {
    await app.query('begin');
    try {
      if (schoolId) await app.query("select set_config('app.school', $1, true)", [schoolId]);
      const { rowCount, rows } = await app.query(sql, values);
      // Links are checked at the end of a statement, or here for those put off.
      await app.query('set constraints all immediate');
      return { rows: rows as Row[], count: rowCount ?? 0, code: null };
    } catch (error) {
      return { rows: [], count: 0, code: (error as { code?: string }).code ?? String(error) };
    } finally {
      await app.query('rollback');
    }
  }
  const countOf = async (table: string, schoolId: string): Promise<number> =>
    Number((await admin.query(`select count(*) from ${quoted(table)} where school_id = $1`, [schoolId])).rows[0].count);
  /** Runs over every school table; the answer names those for which `wrong` says something. */
  async function over(wrong: (table: SchoolTable) => Promise<string | null | false>): Promise<string[]> {
    const found: string[] = [];
    for (const table of tables) {
      const said = await wrong(table);
      if (said) found.push(`${table.name}: ${said}`);
    }
    return found;
  }

  it('S18-02 stands on two schools that have rows in every table, of the core and of the modules', async () => {
    expect(tables.map((one) => one.name)).to.include.members(['people', 'accounts', 'audit_log', 'potager_plants']);
    const empty = await over(async ({ name }) =>
      (await countOf(name, a.id)) && (await countOf(name, b.id)) ? null : 'empty',
    );
    expect(empty).to.deep.equal([]);
  });

  it('S18-02 puts the wall, forced and both ways, under every table that knows a school', async () => {
    const { rows } = await admin.query(
      `select c.relname as name from pg_class c join pg_attribute k on k.attrelid = c.oid and k.attname = 'school_id'
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not in ('sessions', 'school_plugins', 'account_links', 'commune_grants')
       and not (c.relrowsecurity and c.relforcerowsecurity and exists (
         select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polqual is not null and p.polwithcheck is not null))`,
    );
    expect(rows).to.deep.equal([]);
    const several = await admin.query(
      'select polrelid::regclass::text, count(*) from pg_policy group by 1 having count(*) > 1',
    );
    expect(several.rows, 'a second policy would widen the first').to.deep.equal([]);
  });

  it('S18-02 reads nothing of any school while no school is set', async () => {
    const read = await over(async ({ name }) => {
      const { count, code } = await trying(null, `select 1 from ${quoted(name)}`);
      return count || code ? `${count} rows, ${code}` : null;
    });
    expect(read).to.deep.equal([]);
  });

  it('S18-02 writes nothing into any school while no school is set', async () => {
    const done = await over(async (table) => {
      const [row] = (
        await admin.query(`select to_jsonb(t) as row from ${quoted(table.name)} t where school_id = $1`, [a.id])
      ).rows;
      const put = await insert(null, table.name, { ...row.row, id: randomUUID() });
      if (put.code !== REFUSED) return `insert ${put.code}`;
      const gone = await trying(null, `delete from ${quoted(table.name)}`);
      const changed = await trying(null, `update ${quoted(table.name)} set id = id`);
      return gone.count || changed.count ? `delete ${gone.count}, update ${changed.count}` : null;
    });
    expect(done).to.deep.equal([]);
  });

  it('S18-02 reads the rows of one’s own school and no other', async () => {
    const wrong = await over(async ({ name }) => {
      const own = await trying(a.id, `select 1 from ${quoted(name)}`);
      const others = await trying(a.id, `select 1 from ${quoted(name)} where school_id <> $1`, [a.id]);
      return own.count !== (await countOf(name, a.id)) || others.count
        ? `${own.count} own, ${others.count} others`
        : null;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('S18-02 changes and deletes no row of another school', async () => {
    const wrong = await over(async ({ name }) => {
      const before = await countOf(name, b.id);
      const changed = await trying(a.id, `update ${quoted(name)} set id = id where school_id = $1`, [b.id]);
      const gone = await trying(a.id, `delete from ${quoted(name)} where school_id = $1`, [b.id]);
      if (changed.count || gone.count) return `update ${changed.count}, delete ${gone.count}`;
      // Nor by an act that names no school at all.
      await app.query('begin');
      await app.query("select set_config('app.school', $1, true)", [a.id]);
      await app.query(`delete from ${quoted(name)}`).catch(() => {});
      await app.query('commit');
      return (await countOf(name, b.id)) === before ? null : 'rows of the other school have gone';
    });
    expect(wrong).to.deep.equal([]);
    await refill();
  });

  it('S18-02 hands no row over to another school', async () => {
    const wrong = await over(async ({ name }) => {
      const { code, count } = await trying(a.id, `update ${quoted(name)} set school_id = $1`, [b.id]);
      return code === REFUSED ? null : `${count} rows, ${code}`;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('S18-02 takes no row that says it belongs to another school', async () => {
    const wrong = await over(async (table) => {
      const row = await freshRow(admin, table, b.id);
      const { code } = await insert(a.id, table.name, { ...row, school_id: b.id });
      return code === REFUSED ? null : `${code}`;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('S18-02 lets no row point into another school', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const table of tables)
      for (const link of table.links) {
        const theirs = (await admin.query(`select id from ${quoted(link.target)} where school_id = $1`, [b.id])).rows[0]
          .id;
        const row = await freshRow(admin, table, a.id);
        const well = await insert(a.id, table.name, { ...row, school_id: a.id });
        const ill = await insert(a.id, table.name, { ...row, school_id: a.id, [link.column]: theirs });
        tried += 1;
        if (well.code || ill.code !== NO_SUCH_ROW)
          wrong.push(`${table.name}.${link.column}: ${well.code}, ${ill.code}`);
      }
    expect(wrong).to.deep.equal([]);
    expect(tried).to.be.greaterThan(10);
  });

  it('S18-02 ties every link between school tables to the school', () => {
    const loose = tables.flatMap((table) =>
      table.links.filter((link) => !link.withSchool).map((link) => [table.name, link]),
    );
    expect(loose).to.deep.equal([]);
  });

  it('S18-02 forgets the school with the transaction, kept or undone', async () => {
    for (const end of ['commit', 'rollback']) {
      await app.query('begin');
      await app.query("select set_config('app.school', $1, true)", [a.id]);
      expect((await app.query('select 1 from people')).rowCount).to.be.greaterThan(0);
      await app.query(end);
      expect((await app.query('select 1 from people')).rowCount, end).to.equal(0);
    }
  });

  it('S18-02 leaves no school on a connection that goes back to the pool', async () => {
    const pool = connect(house.urls.app, { max: 1 });
    await inSchool(pool, a.id, (db) => db('people').select('id'));
    await inSchool(pool, a.id, () => Promise.reject(new Error('undone'))).catch(() => {});
    const { rows } = await pool.raw("select coalesce(current_setting('app.school', true), '') as school");
    expect(rows[0].school).to.equal('');
    expect(await pool('people').select('id')).to.deep.equal([]);
    await pool.destroy();
  });

  it('S18-02 lets the server read, write and end no session by itself', async () => {
    for (const sql of [
      'select 1 from sessions',
      'insert into sessions default values',
      'update sessions set flash = null',
      'delete from sessions',
      'truncate sessions',
    ])
      expect((await trying(b.id, sql)).code, sql).to.equal(REFUSED);
    const token = await sessionOf(b);
    const door = await trying(null, 'select door($1, $2)', [b.rne, tokenHash(token)]);
    expect(door.code, 'the door asked by the server').to.equal(REFUSED);
  });

  it('S18-02 opens, lists, ends and writes to no session of another school’s account', async () => {
    await sessionOf(b);
    const { accountId } = b.people.direction;
    const theirs = async () =>
      (await admin.query('select handle, flash from sessions where account_id = $1 order by handle', [accountId])).rows;
    const before = await theirs();
    expect(before).to.have.length.greaterThan(0);
    const handle = before[0].handle;
    for (const school of [a.id, null]) {
      const act = async (sql: string, values: unknown[]) => {
        await app.query('begin');
        if (school) await app.query("select set_config('app.school', $1, true)", [school]);
        const { rows } = await app.query(sql, values);
        await app.query('commit');
        return rows;
      };
      const hash = tokenHash(randomUUID());
      await act("select open_session($1, $2, 'administration', 'Test', now(), now() + interval '1 hour')", [
        hash,
        accountId,
      ]);
      expect(await act('select * from list_sessions($1)', [accountId])).to.deep.equal([]);
      expect(await act('select end_sessions($1, null, null) as ended', [accountId])).to.deep.equal([{ ended: 0 }]);
      expect(await act('select end_sessions($1, $2, null) as ended', [accountId, handle])).to.deep.equal([
        { ended: 0 },
      ]);
      await act('select leave_message($1, \'{"text":"bonjour"}\')', [handle]);
      expect(await theirs()).to.deep.equal(before);
    }
    // In the school of the account the same functions do work.
    expect((await trying(b.id, 'select * from list_sessions($1)', [accountId])).count).to.equal(before.length);
  });

  it('S18-02 ends at night the sessions that are over, and no other', async () => {
    await sessionOf(a);
    const living = Number((await admin.query('select count(*) from sessions where expires_at > now()')).rows[0].count);
    await app.query("select purge_sessions(now() - interval '30 days')");
    expect((await admin.query('select 1 from sessions where expires_at > now()')).rowCount).to.equal(living);
  });

  it('S18-15 keeps the journal as it was written: it takes lines, and gives up none', async () => {
    const line = { at: new Date().toISOString(), who: 'Karine BRAUD', act: 'Essai' };
    expect((await insert(a.id, 'audit_log', { id: randomUUID(), school_id: a.id, ...line })).code).to.equal(null);
    for (const sql of [
      "update audit_log set act = 'Rien'",
      'delete from audit_log',
      'truncate audit_log',
      "insert into audit_log (at, who, act) values (now(), 'x', 'y') on conflict (school_id, id) do update set act = 'Rien'",
    ])
      expect((await trying(a.id, sql)).code, sql).to.equal(REFUSED);
  });

  it('S18-02 gives the server no way to empty, change or own a table', async () => {
    const wrong = await over(async ({ name }) => {
      const emptied = await trying(a.id, `truncate ${quoted(name)} cascade`);
      const opened = await trying(a.id, `alter table ${quoted(name)} disable row level security`);
      return emptied.code === REFUSED && opened.code === REFUSED ? null : `${emptied.code}, ${opened.code}`;
    });
    expect(wrong).to.deep.equal([]);
    expect((await trying(a.id, 'set local row_security = off')).code).to.equal(null);
    for (const role of ['preau_owner', 'preau_door', 'postgres'])
      expect((await trying(null, `set role ${role}`)).code, role).to.not.equal(null);
  });

  it('S18-02 gives none of the three roles a way past the wall', async () => {
    const { rows } = await admin.query(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         (select count(*)::int from pg_class where relowner = r.oid) + (select count(*)::int from pg_proc where proowner = r.oid) as owns,
         (select count(*)::int from pg_auth_members where member = r.oid) as belongs
       from pg_roles r where rolname like 'preau\\_%' order by rolname`,
    );
    const weak = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
    };
    expect(rows.map(({ owns, ...role }) => role)).to.deep.equal(
      ['preau_app', 'preau_door', 'preau_owner'].map((rolname) => ({ rolname, ...weak, belongs: 0 })),
    );
    const owns = Object.fromEntries(rows.map((role) => [role.rolname, role.owns > 0]));
    expect(owns).to.deep.equal({ preau_app: false, preau_door: false, preau_owner: true });
  });

  it('S18-02 lets the door read what the door needs, and write nothing but a session’s last hour', async () => {
    const { rows } = await admin.query(
      `select table_name, privilege_type from information_schema.role_table_grants where grantee = 'preau_door' and privilege_type <> 'SELECT'`,
    );
    expect(rows).to.deep.equal([]);
    const door = await client(house.urls.door);
    for (const sql of [
      'select 1 from addresses',
      'delete from sessions',
      "update sessions set mode = 'administration'",
    ]) {
      const code = await door.query(sql).then(
        () => null,
        (error) => error.code,
      );
      expect(code, sql).to.equal(REFUSED);
    }
    expect((await door.query('select 1 from people')).rowCount).to.equal(0);
    await door.end();
  });

  describe('an update of the house', () => {
    const name = `wall_${process.pid}`;
    const urlOf = (url: string) => url.replace(/\/[^/]+$/, `/${name}`);
    let owner: Knex;
    let server: Knex;
    const schools = [randomUUID(), randomUUID()];

    before(async () => {
      await admin.query(`create database ${name} owner preau_owner`);
      await migrate(urlOf(house.urls.owner), house.house.config.root, []);
      server = connect(urlOf(house.urls.app), { max: 2 });
      owner = connect(urlOf(house.urls.owner), { max: 2 });
      const core = await client(urlOf(house.urls.admin));
      const writer = await client(urlOf(house.urls.app));
      for (const [at, id] of schools.entries()) {
        await server('schools').insert({ id, rne: `000000${at}A`, name: `École ${at}`, state: 'open' });
        await fill(writer, id, await schoolTables(core));
      }
      await Promise.all([core.end(), writer.end()]);
    });
    after(async () => {
      await Promise.all([owner.destroy(), server.destroy()]);
      await admin.query(`drop database ${name} with (force)`);
    });

    const rowsOf = async () => {
      const all = await client(urlOf(house.urls.admin));
      const counts: Record<string, number> = {};
      for (const table of await schoolTables(all))
        counts[table.name] = Number((await all.query(`select count(*) from ${quoted(table.name)}`)).rows[0].count);
      await all.end();
      return counts;
    };

    it('S18-02 runs every migration as the plain owner over two schools at work, and loses nothing', async () => {
      const before = await rowsOf();
      expect(before.people).to.be.greaterThan(1);
      expect(before).to.not.have.property('potager_plants');
      await migrate(urlOf(house.urls.owner), house.house.config.root, await loadPlugins({ folders: testFolders() }));
      const after = await rowsOf();
      expect(after).to.include(before);
      expect(after).to.include({ potager_plants: 0, cantine_menus: 0 });
      const { rows } = await owner.raw(
        'select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user',
      );
      expect(rows[0]).to.deep.equal({ current_user: 'preau_owner', rolsuper: false, rolbypassrls: false });
    });

    it('S18-02 finds nothing to do when it runs a second time', async () => {
      const before = await owner('knex_migrations').pluck('name');
      await migrate(urlOf(house.urls.owner), house.house.config.root, await loadPlugins({ folders: testFolders() }));
      expect(await owner('knex_migrations').pluck('name')).to.deep.equal(before);
    });

    it('S18-02 changes the rows of every school through eachSchool, and of none without it', async () => {
      await owner.transaction(async (db) => {
        expect(await db('people').update({ used_name: 'SANS' })).to.equal(0);
        const changed: Record<string, number> = {};
        await eachSchool(db, async (school) => {
          changed[school] = await db('people').update({ used_name: 'AVEC' });
        });
        expect(Object.keys(changed)).to.have.members(schools);
        expect(Math.min(...Object.values(changed))).to.be.greaterThan(0);
        // And leaves the wall up for what comes after it.
        expect(await db('people').update({ used_name: 'APRÈS' })).to.equal(0);
      });
      for (const school of schools)
        await inSchool(server, school, async (db) =>
          expect(new Set(await db('people').pluck('used_name'))).to.deep.equal(new Set(['AVEC'])),
        );
    });

    it('S18-02 says in French which module has gone when its tables are still there', async () => {
      const fewer = await loadPlugins({ folders: testFolders().filter((one) => !one.endsWith('cantine')) });
      const said = await migrate(urlOf(house.urls.owner), house.house.config.root, fewer).then(
        () => '',
        (error: Error) => error.message,
      );
      expect(said).to.match(/^Le module cantine a des tables mais n’est plus installé/);
    });
  });

  /** What an earlier test deleted in school A comes back. */
  async function refill(): Promise<void> {
    await a.close();
    a = await openSchool();
    await fill(app, a.id, tables);
  }

  const insert = (schoolId: string | null, table: string, row: Row) =>
    trying(
      schoolId,
      `insert into ${quoted(table)} (${names(row)}) select ${names(row)} from jsonb_populate_record(null::${quoted(table)}, $1)`,
      [JSON.stringify(row)],
    );

  const sessionOf = (school: TestSchool) =>
    school.db((db) => openSession(db, school.people.direction.accountId, 'administration', 'Test', new Date()));
});

interface Tried {
  rows: Row[];
  count: number;
  code: string | null;
}

async function client(url: string): Promise<pg.Client> {
  const one = new pg.Client({ connectionString: url });
  await one.connect();
  return one;
}

const quoted = (name: string) => `"${name}"`;
const names = (row: Row) => Object.keys(row).map(quoted).join(', ');

/** Every table with row level security, with its columns and where it points, those pointed to first. */
async function schoolTables(admin: pg.Client): Promise<SchoolTable[]> {
  const found = await admin.query(
    "select oid, relname from pg_class where relkind = 'r' and relrowsecurity and relnamespace = 'public'::regnamespace order by relname",
  );
  const tables: SchoolTable[] = [];
  for (const { oid, relname } of found.rows) {
    const columns = await admin.query(
      `select a.attname as name, format_type(a.atttypid, null) as type, a.attnotnull and not a.atthasdef as needed,
         (select substring(pg_get_constraintdef(k.oid) from '''([^'']+)''') from pg_constraint k
          where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any (k.conkey) limit 1) as word
       from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped`,
      [oid],
    );
    const links = await admin.query(
      `select k.confrelid::regclass::text as target, cardinality(k.conkey) as size,
         (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attname <> 'school_id') as column,
         exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attname = 'school_id') as "withSchool"
       from pg_constraint k where k.conrelid = $1 and k.contype = 'f' and k.confrelid <> 'schools'::regclass`,
      [oid],
    );
    tables.push({ name: relname, columns: columns.rows, links: links.rows });
  }
  const sorted: SchoolTable[] = [];
  while (sorted.length < tables.length) {
    const ready = tables.filter(
      (one) =>
        !sorted.includes(one) &&
        one.links.every((link) => link.target === one.name || sorted.some((other) => other.name === link.target)),
    );
    if (!ready.length) throw new Error('The tables of the house point to each other in a circle.');
    sorted.push(...ready);
  }
  return sorted;
}

/** A row of made-up words that the table would take, pointing to rows of this school. */
async function freshRow(reader: pg.Client, table: SchoolTable, schoolId: string): Promise<Row> {
  const row: Row = { id: randomUUID() };
  const links = new Map(table.links.map((link) => [link.column, link.target]));
  for (const { name, type, needed, word } of table.columns) {
    const target = links.get(name);
    if (target) {
      const { rows } = await reader.query(
        `select id from ${quoted(target)} t where school_id = $1 and not exists (
           select 1 from ${quoted(table.name)} mine where mine.school_id = t.school_id and mine.${quoted(name)} = t.id) limit 1`,
        [schoolId],
      );
      const any = await reader.query(`select id from ${quoted(target)} where school_id = $1 limit 1`, [schoolId]);
      row[name] = (rows[0] ?? any.rows[0])?.id ?? null;
    } else if (needed) row[name] = word ?? made(type);
  }
  return row;
}

function made(type: string): unknown {
  if (type === 'text') return `mot ${randomUUID()}`;
  if (type === 'integer' || type === 'bigint' || type === 'smallint') return randomInt(1_000, 30_000);
  if (type === 'boolean') return true;
  if (type === 'date') return `20${randomInt(10, 99)}-0${randomInt(1, 9)}-1${randomInt(0, 9)}`;
  if (type.startsWith('timestamp')) return '2026-11-25T08:00:00Z';
  if (type === 'uuid') return randomUUID();
  if (type === 'jsonb' || type === 'json') return {};
  if (type === 'bytea') return `\\x${randomUUID().replaceAll('-', '')}`;
  if (type.endsWith('[]')) return [];
  throw new Error(`The tests can make no ${type} yet: add it to made().`);
}

/** How many tables stand on this one, one on the other. */
const height = (table: SchoolTable, tables: SchoolTable[]): number =>
  Math.max(
    0,
    ...tables
      .filter((other) => other !== table && other.links.some((link) => link.target === table.name))
      .map((other) => 1 + height(other, tables)),
  );

/** Rows in every table of a school, written by the server's own role; more below than above, so that some are pointed to by none. */
async function fill(writer: pg.Client, schoolId: string, tables: SchoolTable[]): Promise<void> {
  await writer.query('begin');
  await writer.query("select set_config('app.school', $1, true)", [schoolId]);
  for (const table of tables)
    for (let at = 0; at < 2 + 2 * height(table, tables); at += 1) {
      const row = await freshRow(writer, table, schoolId);
      await writer.query(
        `insert into ${quoted(table.name)} (${names(row)}) select ${names(row)} from jsonb_populate_record(null::${quoted(table.name)}, $1)`,
        [JSON.stringify(row)],
      );
    }
  await writer.query('commit');
}
