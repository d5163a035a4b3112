import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { connect } from '../database/connect.ts';
import { secretsFrom } from '../secret.ts';
import { commandOf } from '../testing/commands.ts';
import { fillEveryTable } from '../testing/every-table.ts';
import { openSchool, openTestHouse, type TestHouse, type TestSchool } from '../testing.ts';
import { backup, dropOld, type HouseToSave } from './backup.ts';
import { restore } from './restore.ts';

const NOW = new Date('2026-11-25T02:00:00Z');
const TOWN = randomUUID();
const NIGHTS = [1, 2, 3, 4, 5].map((days) => new Date(NOW.getTime() + days * 86_400_000));

describe('a backup of the house', () => {
  let house: TestHouse;
  let other: TestHouse;
  let a: TestSchool;
  let b: TestSchool;
  let saved: HouseToSave;
  let there: HouseToSave;
  let folder: string;
  const owners: Knex[] = [];

  const opened = (one: TestHouse, secret?: Buffer): HouseToSave => {
    const owner = connect(one.urls.owner, { max: 2 });
    owners.push(owner);
    return { owner, store: one.house.store, secrets: secret ? secretsFrom(secret) : one.house.secrets };
  };
  before(async () => {
    [house, other] = await Promise.all([openTestHouse(), openTestHouse()]);
    [a, b] = await Promise.all([openSchool({ house }), openSchool({ house })]);
    await a.db((db) => fillEveryTable(db));
    await b.db((db) => db('accounts').where({ id: b.people.parents.accountId }).update({ state: 'provisional' }));
    for (const school of [a, b]) {
      await keepFiles(school, ['Photo de classe.png', 'Règlement "à lire".pdf']);
    }
    await house.house.app('school_plugins').insert({ school_id: a.id, plugin: 'cantine', on: false });
    saved = opened(house);
    there = opened(other);
    await saved.owner('schools').insert({ id: TOWN, rne: 'commune/01053', name: 'Mairie', state: 'open' });
    for (const school of [a, b]) await grant(school);
    folder = await mkdtemp(path.join(tmpdir(), 'preau-backup-'));
  });
  after(async () => {
    await Promise.all(owners.map((owner) => owner.destroy()));
    await rm(folder, { recursive: true, force: true });
  });

  const mairie = (school: TestSchool) => school.db((db) => db('profiles').where({ name: 'Mairie' }).first());
  const grant = async ({ id }: TestSchool, school = id === a.id ? a : b) =>
    saved.owner('commune_grants').insert({
      ...{ school_id: id, commune_id: TOWN, granted_at: NOW },
      profile_id: (await mairie(school)).id,
    });
  const grants = () => saved.owner('commune_grants').orderBy('school_id').pluck('school_id');

  async function keepFiles(school: TestSchool, names: string[]): Promise<void> {
    for (const [position, name] of names.entries()) {
      const bytes = Buffer.from(`${name} de ${school.rne}`);
      const key = `${school.id}/${randomUUID()}`;
      const arrival = await house.house.store.arrival(randomUUID());
      writeFileSync(arrival, bytes);
      await house.house.store.settle(arrival, key);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const row = {
        about: `infos:${randomUUID()}`,
        name,
        type: 'image/png',
        size: bytes.length,
        sha256,
        key,
        position,
        at: NOW,
      };
      await school.db((db) => db('files').insert(row));
    }
  }

  const refused = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => '',
      (error: Error) => error.message,
    );
  const schoolsOf = (one: HouseToSave): Promise<string[]> => one.owner('schools').orderBy('rne').pluck('rne');
  const filesOf = async (one: HouseToSave) => {
    const names: string[] = [];
    for (const each of await one.store.folders()) for await (const { key } of one.store.list(each)) names.push(key);
    return names.sort();
  };

  it('C-48 P13 comes back whole in another database: every table and file of every school, equal to the letter', async () => {
    const { folder: made, manifest } = await backup(saved, { to: folder, now: NOW });
    expect(manifest.schools.map(({ rne }) => rne)).to.have.members([a.rne, b.rne, 'commune/01053']);
    const full = manifest.schools.find(({ rne }) => rne === a.rne)?.tables ?? {};
    const empty = Object.keys(full).filter((name) => !full[name]?.rows);
    expect(empty, 'nothing is proved of a table without rows').to.deep.equal([]);

    const told = await restore(there, { from: made, now: NOW });
    expect(told.schools.map(({ rne, files, lost }) => [rne, files, lost])).to.have.deep.members([
      [a.rne, 2, []],
      [b.rne, 2, []],
      ['commune/01053', 0, []],
    ]);
    expect(manifest.house?.commune_grants?.rows).to.equal(2);
    expect(told.otherSecret).to.equal(false);
    expect(await filesOf(there)).to.deep.equal(await filesOf(saved));
    // Saved again from there: the same counts and hashes, but for the line that says it was restored.
    const again = await backup(there, { to: path.join(folder, 'là-bas'), now: NOW });
    const without = ({ schools, house: own }: typeof manifest) => ({
      own,
      schools: schools.map(({ tables: { audit_log, ...tables }, ...school }) => ({ ...school, tables })),
    });
    expect(without(again.manifest)).to.deep.equal(without(manifest));
    for (const [at, { tables }] of manifest.schools.entries())
      expect(again.manifest.schools[at]?.tables.audit_log?.rows).to.equal((tables.audit_log?.rows ?? 0) + 1);
  });

  it('C-48 P13 copies a file once: the next night’s backup holds the same bytes', async () => {
    const { folder: made } = await backup(saved, { to: folder, now: NIGHTS[0] as Date });
    const files = await readdir(path.join(made, a.rne, 'fichiers'));
    expect(files).to.have.length(2);
    expect(await dropOld(folder, 30, new Date('2027-02-01T02:00:00Z'))).to.equal(2);
    expect((await readdir(folder)).filter((name) => name.startsWith('preau-'))).to.deep.equal([]);
  });

  it('P13 never takes the place of a school at work, unless its RNE is typed; then what came since is gone', async () => {
    const { folder: made } = await backup(saved, { to: folder, rne: a.rne, now: NIGHTS[1] as Date });
    const late = randomUUID();
    await a.db((db) => db('classes').insert({ id: late, year: 2026, label: 'Arrivée après', search: 'arrivee' }));
    const has = () => a.db((db) => db('classes').where({ id: late }).first('id'));
    for (const replace of [undefined, [b.rne]])
      expect(await refused(restore(saved, { from: made, rne: a.rne, replace, now: NOW }))).to.match(
        new RegExp(`^L’école ${a.rne} .* vit déjà ici\\..*--replace ${a.rne}$`),
      );
    expect(await has()).to.be.an('object');
    await restore(saved, { from: made, rne: a.rne, replace: [a.rne], now: NOW });
    expect(await has()).to.equal(undefined);
    expect((await a.as('visiteur').get('/connexion/')).status).to.equal(200);
    // Numbers given out by PostgreSQL go on after those that came.
    await a.db((db) => db('people_history').insert({ at: NOW, who: 'x', field: 'y' }));
  });

  it('F07-5 P13 one school restored opens to its town hall what it opened a moment ago, and nothing wider', async () => {
    const back = (rne: string, from: string) => restore(saved, { from, rne, replace: [rne], now: NOW });
    const both = [a.id, b.id].sort();
    const { folder: town } = await backup(saved, { to: folder, rne: 'commune/01053', now: NIGHTS[2] as Date });
    expect(path.basename(town)).to.match(/-commune-01053$/);
    await back('commune/01053', town);
    expect(await grants()).to.deep.equal(both);
    const { folder: wide } = await backup(saved, { to: folder, rne: b.rne, now: NIGHTS[2] as Date });
    expect((await back(b.rne, wide)).shut).to.deep.equal([]);
    expect(await grants()).to.deep.equal(both);
    const { id, permissions } = await mairie(b);
    await b.db((db) =>
      db('profiles')
        .where({ id })
        .update({ permissions: permissions.slice(1) }),
    );
    expect((await back(b.rne, wide)).shut).to.deep.equal([`École ${b.rne}`]);
    expect(await grants(), 'its profile came back wider').to.deep.equal([a.id]);
    await back(b.rne, wide);
    expect(await grants(), 'withdrawn since').to.deep.equal([a.id]);
  });

  it('P13 takes no half of it: a table, a file or a manifest that was touched leaves the house as it was', async () => {
    const { folder: made } = await backup(saved, { to: folder, rne: b.rne, now: NIGHTS[3] as Date });
    await house.house.app.transaction(async (db) => {
      await db.raw("select set_config('app.school', ?, true)", [b.id]);
      await db('schools').where({ id: b.id }).delete();
    });
    const before = await filesOf(there);
    await there.owner.transaction(async (db) => {
      await db.raw("select set_config('app.school', ?, true)", [b.id]);
      await db('schools').where({ id: b.id }).delete();
    });
    for (const key of before.filter((one) => one.startsWith(b.id))) await there.store.drop(key);
    const kept = await filesOf(there);
    const [file = ''] = await readdir(path.join(made, b.rne, 'fichiers'));
    for (const [name, sentence] of [
      ['tables/people.csv', /^La table people .* ne relit pas ce qui a été sauvé|^Le fichier de la table people/],
      [`fichiers/${file}`, /^Le fichier « .* » est abîmé\.$/],
    ] as const) {
      const place = path.join(made, b.rne, name);
      const right = readFileSync(place);
      await appendFile(place, name.endsWith('.csv') ? right.subarray(right.lastIndexOf('\r\n', -3) + 2) : 'x');
      expect(await refused(restore(there, { from: made, rne: b.rne, now: NOW }))).to.match(sentence);
      writeFileSync(place, right);
      expect(await schoolsOf(there)).to.deep.equal([a.rne, 'commune/01053']);
      expect(await filesOf(there)).to.deep.equal(kept);
    }
    const manifest = path.join(made, 'manifest.json');
    const right = readFileSync(manifest, 'utf8');
    for (const [changed, sentence] of [
      [right.replace('core/0001_schools', 'menus/0001_menus'), /^Le module menus a des données .* pas installé ici/],
      [right.replace('"core/0001_schools",', ''), /plus ancien que celui-ci/],
      [right.replace('"core/0001_schools"', '"core/0001_schools","core/9999_more"'), /plus récent que celui-ci/],
      [right.replace(/"people": \{[^}]*\},/, ''), /ne dit rien de la table people, qui est là/],
      [right.replaceAll(b.rne, '../../etc'), /abîmé, ou d’un autre format/],
      ['{', /abîmé, ou d’un autre format/],
    ] as const) {
      writeFileSync(manifest, changed);
      expect(await refused(restore(there, { from: made, rne: b.rne, now: NOW }))).to.match(sentence);
    }
    writeFileSync(manifest, right);
    expect(await refused(restore(there, { from: folder, now: NOW }))).to.match(/n’est pas une sauvegarde/);
    expect(await schoolsOf(there)).to.deep.equal([a.rne, 'commune/01053']);

    // With another secret: what it sealed cannot be opened any more, and is drawn anew.
    const elsewhere = opened(other, Buffer.alloc(32, 'autre'));
    const told = await restore(elsewhere, { from: made, rne: b.rne, now: NOW });
    expect(told.otherSecret).to.equal(true);
    expect(told.schools[0]?.renewed).to.be.greaterThan(0);
  });

  it('P13 stopped in the middle by a power cut has written nothing, and can begin again', async () => {
    const { folder: made } = await backup(there, { to: folder, rne: a.rne, now: NOW });
    await there.owner('schools').where({ id: a.id }).delete();
    const others = await schoolsOf(there);
    const { program, words, run } = commandOf(other);
    // It comes to the last table and waits there: people are written, and nobody sees them.
    const holding = await there.owner.transaction();
    await holding.raw('lock table sign_ins in access exclusive mode');
    const child = spawn(program, [...words, 'restore', '--from', made, a.rne], { ...run, stdio: 'inherit' });
    for (let waits = 0; !waits; )
      waits = (
        await there.owner.raw(
          "select count(*)::int as n, pg_sleep(0.02) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rows[0].n;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await holding.rollback();
    expect(await schoolsOf(there)).to.deep.equal(others);
    await restore(there, { from: made, rne: a.rne, now: NOW });
    expect(await schoolsOf(there)).to.include(a.rne);
  });
});
