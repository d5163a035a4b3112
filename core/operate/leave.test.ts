import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { ZipFile } from 'yazl';
import { connect } from '../database/connect.ts';
import { secretsFrom } from '../secret.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { checkLetter } from '../tenancy/rne.ts';
import { commandOf } from '../testing/commands.ts';
import { fillEveryTable } from '../testing/every-table.ts';
import { openSchool, openTestHouse, PASSWORD, type TestHouse, type TestSchool } from '../testing.ts';
import type { ArchiveManifest } from './archive.ts';
import { openArchive } from './archive-reader.ts';
import type { HouseToSave } from './backup.ts';
import { enterHouse } from './enter.ts';

const CANARY = 'CANARI-7f3a';
const NOW = new Date('2026-11-25T10:00:00Z');
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');

describe('a school that leaves', () => {
  let house: TestHouse;
  let other: TestHouse;
  let school: TestSchool;
  let there: HouseToSave;
  let owner: Knex;
  let folder: string;
  let place: string;

  before(async () => {
    [other, school] = await Promise.all([openTestHouse(), openSchool()]);
    house = school.house;
    await school.db((db) => fillEveryTable(db, CANARY));
    await school.db(async (db) => {
      await db('departures').delete();
      await db('plugin_settings').delete();
    });
    for (const name of ['Règlement.pdf', 'Règlement.pdf', 'Plan « de classe ».pdf']) await keepFile(name);
    await school.db((db) => db('etablissement_page_photos').update({ small: JPEG }));
    owner = connect(other.urls.owner, { max: 2 });
    // Another server has another secret.
    there = { owner, store: other.house.store, secrets: secretsFrom(Buffer.alloc(32, 'autre')) };
    folder = await mkdtemp(path.join(tmpdir(), 'preau-leave-'));
    place = path.join(folder, 'ecole.zip');
  });
  after(async () => {
    await owner.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function keepFile(name: string): Promise<void> {
    const bytes = Buffer.from(`%PDF-1.7 ${name} ${randomUUID()}`);
    const key = `${school.id}/${randomUUID()}`;
    const arrival = await house.house.store.arrival(randomUUID());
    writeFileSync(arrival, bytes);
    await house.house.store.settle(arrival, key);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const row = {
      about: `infos:${randomUUID()}`,
      name,
      type: 'application/pdf',
      size: bytes.length,
      sha256,
      key,
      position: 0,
      at: NOW,
    };
    await school.db((db) => db('files').insert(row));
  }

  const refused = (): Promise<string> =>
    enterHouse(there, place, NOW).then(
      () => '',
      (error: Error) => error.message,
    );
  const nothing = async () => {
    expect(await owner('schools').pluck('rne')).to.deep.equal([]);
    for await (const { key } of there.store.list(school.id)) expect(key, 'left behind').to.equal('');
  };

  it('P13 C-48 S18-14 an administrator alone asks for it, with the password, and fetches it for a day; without JavaScript', async () => {
    const screen = '/gestion/emporter/';
    for (const role of ['quotidienne', 'mairie', 'enseignants', 'parents'] as const) {
      expect((await school.as(role).get(screen)).status, role).to.equal(403);
      expect((await school.as(role).post(screen)).status, role).to.equal(403);
    }
    const director = school.as('direction');
    expect((await director.get(screen)).text).to.include('Préparer l’archive');
    const asked = await director.post(screen);
    expect([asked.status, asked.text.includes('mot de passe')]).to.deep.equal([422, true]);
    expect(await school.db((db) => db('departures').pluck('id'))).to.deep.equal([]);
    expect((await director.post(screen, { _proof: PASSWORD })).status).to.equal(303);
    expect((await director.get(screen)).text).to.include('L’archive se prépare');
    // Asked twice, it is made once.
    await director.post(screen, { _proof: PASSWORD });
    await school.runJobs();
    const ready = (await director.get(screen)).text;
    const address = /href="([^"]*emporter\/archive\/[^"]*)"/.exec(ready)?.[1] as string;
    expect((await school.as('quotidienne').get(address)).status).to.equal(403);
    const zip = await director.get(address);
    expect(zip.headers.get('content-disposition')).to.include(`ecole-${school.rne}-`);
    writeFileSync(place, zip.bytes);
    const [row] = await school.db((db) => db('departures').select());
    const sealed = await new Response((await house.house.store.read(row.key)) as never).bytes();
    expect(Buffer.from(sealed).includes('manifest.json'), 'on the disk it is sealed').to.equal(false);
    const said = await school.db((db) => db('audit_log').whereLike('act', 'Toute l’école emportée%').pluck('act'));
    expect(said).to.have.members([
      'Toute l’école emportée : archive demandée',
      'Toute l’école emportée : archive téléchargée',
    ]);
    house.setNow(new Date(Date.now() + 25 * 3_600_000));
    expect(
      (await (await school.asAccount(school.people.direction.accountId, 'administration')).get(address)).status,
    ).to.equal(404);
    await school.runJobs();
    house.setNow(null);
    expect(await house.house.store.read(row.key).catch(() => null)).to.equal(null);
  });

  it('P13 S18-12 carries no secret: not one canary of the columns that hold one, and no hash of a password', async () => {
    const archive = await readFile(place);
    const leaks = [CANARY, Buffer.from(CANARY).toString('hex'), '$argon2'].filter((one) => archive.includes(one));
    expect(leaks).to.deep.equal([]);
    const { manifest, open: read, close } = await openArchive(place);
    for (const table of [
      'devices',
      'reset_links',
      'account_keys',
      'sessions',
      'form_keys',
      'departures',
      'inscription_links',
    ])
      expect(manifest.tables).to.not.have.property(table);
    expect(manifest.tables.accounts?.columns).to.include('login').and.not.include('password_hash');
    const schema = JSON.parse((await text(read, 'schema.json')).toString());
    const people = schema.tables.find(({ name }: { name: string }) => name === 'people');
    expect(people.columns.find(({ name }: { name: string }) => name === 'birth_date')).to.include({ type: 'date' });
    expect(people.columns.every(({ meaning }: { meaning: string }) => meaning)).to.equal(true);
    expect((await text(read, 'LISEZMOI.txt')).toString()).to.include('school:enter');
    expect(manifest.files.map(({ path: at }) => at)).to.have.members([
      'fichiers/Informations et sondages/Règlement.pdf',
      'fichiers/Informations et sondages/Règlement (2).pdf',
      'fichiers/Informations et sondages/Plan « de classe ».pdf',
    ]);
    close();
  });

  it('P13 is refused on the other server in one sentence when it was touched, and nothing is written', async () => {
    const entries = await unpacked(place);
    const manifest = JSON.parse((entries.get('manifest.json') as Buffer).toString()) as ArchiveManifest;
    const people = entries.get('tables/people.csv') as Buffer;
    const hashed = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const told = (change: (one: ArchiveManifest) => void): [string, Buffer] => {
      const copy = structuredClone(manifest);
      change(copy);
      return ['manifest.json', Buffer.from(JSON.stringify(copy))];
    };
    const changedTable = (name: string, bytes: Buffer, columns?: string[]): [string, Buffer][] => [
      [`tables/${name}.csv`, bytes],
      told((one) => {
        one.tables[name] = { rows: 1, sha256: hashed(bytes), columns: columns ?? one.tables[name]?.columns ?? [] };
      }),
    ];
    const csvOf = (name: string) => (entries.get(`tables/${name}.csv`) as Buffer).toString();
    /** A table somebody has written in, with a manifest that says so. */
    const rewritten = (name: string, change: (csv: string) => string, more = (_: ArchiveManifest) => {}) => {
      const bytes = Buffer.from(change(csvOf(name)));
      expect(bytes.toString(), name).to.not.equal(csvOf(name));
      const entry: [string, Buffer] = [`tables/${name}.csv`, bytes];
      return [
        entry,
        told((one) => {
          (one.tables[name] as { sha256: string }).sha256 = hashed(bytes);
          more(one);
        }),
      ];
    };
    const [file] = manifest.files as [ArchiveManifest['files'][number]];
    const page = Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(file.size, ' ').slice(0, file.size));
    const parent = new RegExp(`^(${school.people.parents.accountId},.*?),espace,`, 'm');
    const bomb = Buffer.alloc(60_000_000);
    const columns = manifest.tables.accounts?.columns ?? [];
    const cases: [string, [string, Buffer][], RegExp][] = [
      [
        'a wrong byte',
        [['tables/people.csv', Buffer.concat([people.subarray(1), people.subarray(0, 1)])]],
        /empreinte diffère/,
      ],
      ['one entry more', [['core/main.ts', Buffer.from('x')]], /rien à faire dans cette archive/],
      ['a bomb', [['tables/bombe.csv', bomb]], /bien trop grosse/],
      ['another school’s row', changedTable('people', Buffer.from(`school_id,${people}`)), /ne peut pas être pris/],
      [
        'a password of one’s own',
        changedTable('accounts', Buffer.from('password_hash\r\n'), [...columns, 'password_hash']),
        /n’a pas les colonnes d’ici/,
      ],
      [
        'a table of no module',
        changedTable('menus_lists', Buffer.from('id\r\n'), ['id']),
        /qu’aucun module installé ici ne connaît/,
      ],
      ['a table of PostgreSQL', changedTable('pg_authid', Buffer.from('rolname\r\n'), ['rolname']), /qu’aucun module/],
      ['a version to come', [told((one) => one.migrations.push('core/9999_plus_tard'))], /plus récent/],
      ['a module that is not here', [told((one) => one.migrations.push('menus/0001_menus'))], /Le module menus/],
      ['a wrong RNE', [told((one) => (one.school.rne = '0000000Z'))], /La lettre ne va pas/],
      ['another school’s name', [told((one) => (one.school.rne = '0301674G'))], /pas celle de l’école annoncée/],
      [
        'a file elsewhere',
        [told((one) => ((one.files[0] as { path: string }).path = 'fichiers/../../x'))],
        /Il manque/,
      ],
      [
        'a web page among the files',
        [
          ...rewritten(
            'files',
            (csv) => csv.replace(file.sha256, hashed(page)),
            (one) => ((one.files[0] as { sha256: string }).sha256 = hashed(page)),
          ),
          [file.path, page],
        ],
        /n’est pas d’un type accepté/,
      ],
      [
        'a kind of file of one’s own',
        rewritten('files', (csv) => csv.replace('application/pdf', 'text/html')),
        /n’est pas d’une sorte qu’une école garde/,
      ],
      ['a kind that lies', rewritten('files', (csv) => csv.replaceAll('application/pdf', 'image/png')), /de la sorte/],
      [
        'a file nobody kept',
        rewritten('files', (csv) => csv.replace(file.sha256, 'a'.repeat(64))),
        /n’est pas ce que dit la table files/,
      ],
      [
        'a parent who administrates',
        rewritten('accounts', (csv) => csv.replace(parent, '$1,administration,')),
        /d’un élève ou d’un responsable, ouvrirait la Gestion/,
      ],
      [
        'a school nobody opens',
        rewritten('accounts', (csv) => csv.replaceAll(',administration,', ',espace,')),
        /aucun compte ne l’administre/,
      ],
      [
        'a link to a row that is not there',
        rewritten('guardian_links', (csv) => csv.replaceAll(school.people.parents.personId, randomUUID())),
        /guardian_links ne peut pas être pris/,
      ],
      ['no manifest', [['manifest.json', Buffer.from('{}')]], /abîmé, ou d’un autre format/],
    ];
    for (const [what, changes, sentence] of cases) {
      await packed(new Map([...entries, ...changes]), place, what === 'a bomb');
      expect(await refused(), what)
        .to.match(sentence)
        .and.match(/^[^\n]{10,300}$/);
    }
    // A name that leads out of the archive, written by hand since no honest program writes it.
    await packed(new Map([...entries, ['dossier/intrus.ts', Buffer.from('x')]]), place, false);
    const bytes = await readFile(place);
    for (let at = bytes.indexOf('dossier/intrus'); at >= 0; at = bytes.indexOf('dossier/intrus', at))
      bytes.write('../../../intrus', at, 14);
    writeFileSync(place, bytes);
    expect(await refused()).to.match(/^Cette archive ne se lit pas/);
    await packed(entries, place, false);
    const whole = await readFile(place);
    // Sizes that lie: ten gigabytes announced in the directory.
    const lying = Buffer.from(whole);
    lying.writeUInt32LE(0xfffffff0, lying.indexOf('PK\x01\x02') + 24);
    writeFileSync(place, lying);
    expect(await refused()).to.match(/trop grosse|ne se lit pas/);
    writeFileSync(place, whole);
    await truncate(place, whole.length >> 1);
    expect(await refused()).to.match(/n’est pas une archive entière/);
    writeFileSync(place, 'pas un zip');
    expect(await refused()).to.match(/n’est pas une archive entière/);
    await nothing();
    writeFileSync(place, whole);
  });

  it('P13 S18-01 rows named like those of another school stand beside them, and touch none', async () => {
    const entries = await unpacked(place);
    const id = randomUUID();
    const rne = `0000001${checkLetter('0000001')}`;
    const schools = Buffer.from((entries.get('tables/schools.csv') as Buffer).toString().replace(school.rne, rne));
    const manifest = JSON.parse((entries.get('manifest.json') as Buffer).toString()) as ArchiveManifest;
    Object.assign(manifest.school, { id, rne });
    Object.assign(manifest.tables.schools ?? {}, { sha256: createHash('sha256').update(schools).digest('hex') });
    const twin = path.join(folder, 'double.zip');
    const changed = new Map([
      ...entries,
      ['tables/schools.csv', schools] as const,
      ['manifest.json', Buffer.from(JSON.stringify(manifest))] as const,
    ]);
    await packed(changed, twin, false);
    const here = connect(house.urls.owner, { max: 2 });
    try {
      const before = await countsOf(here, school.id);
      await enterHouse({ owner: here, store: house.house.store, secrets: house.house.secrets }, twin, NOW);
      expect(await countsOf(here, school.id)).to.deep.equal(before);
      expect((await countsOf(here, id)).logins).to.deep.equal(before.logins);
      expect((await school.as('direction').get('/gestion/emporter/')).status).to.equal(200);
    } finally {
      await here('schools').where({ id }).delete();
      await here.destroy();
    }
  });

  it('C-48 P13 lives on the other server by two commands: equal counts and files, the same logins, secrets that open there', async () => {
    await rm(place);
    const [left] = await Promise.all([
      preau(house, 'school:leave', school.rne, '--to', place),
      preau(house, 'backup', school.rne, '--to', folder).then((told) =>
        expect(told).to.match(
          new RegExp(`^${school.rne} « .* » : \\d+ tables, \\d+ lignes, 3 fichiers.\\nSauvegarde faite : `),
        ),
      ),
    ]);
    expect(left).to.match(/^\d{7}[A-Z] « .* » : \d+ entrées dans .*ecole\.zip\. L’école vit toujours ici\.\n$/);
    const told = await preau(other, 'school:enter', place);
    expect(told).to.match(/ \d+ lignes et 3 fichiers, relus et égaux à ceux de l’archive\.\n/);
    const { login } = school.people.direction;
    const secret = new RegExp(`^ {2}${login} {2}(\\S+)$`, 'm').exec(told)?.[1] ?? '';
    expect(await countsOf(owner, school.id)).to.deep.equal(await countsOf(house.house.app, school.id));
    await inSchool(owner, school.id, async (db) => {
      expect(await db('accounts').where({ state: 'active' }).pluck('login')).to.deep.equal([]);
      expect(await db('etablissement_page_photos').distinct('small').pluck('small')).to.deep.equal([JPEG]);
      const rows = await db('files').select('key', 'sha256', 'size');
      for (const { key, sha256 } of rows) {
        const bytes = await new Response((await there.store.read(key)) as never).bytes();
        expect(createHash('sha256').update(bytes).digest('hex')).to.equal(sha256);
      }
    });
    // It lives there now: what knocks again is refused.
    expect(await refused()).to.match(/vit déjà ici/);
    const entering = await fetch(`${other.origin}/${school.rne}/connexion/`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams({ login, password: secret, mode: 'administration', vers: '', suite: '' }),
    });
    expect(entering.status).to.equal(303);
  });
});

/** What the school holds, told by PostgreSQL alone. */
const countsOf = (knex: Knex, id: string) =>
  inSchool(knex, id, async (db) => {
    const found: Record<string, unknown> = {};
    for (const table of [
      'people',
      'accounts',
      'classes',
      'guardian_links',
      'discussions_messages',
      'casier_documents',
      'files',
      'people_history',
    ])
      found[table] = await db(table).count('* as n').first();
    found.logins = await db('accounts').orderBy('login').pluck('login');
    return found;
  });

/** `npm run preau --`, on that house. @returns what it printed. */
async function preau(house: TestHouse, ...line: string[]): Promise<string> {
  const { program, words, run } = commandOf(house);
  return (await promisify(execFile)(program, [...words, ...line], run)).stdout;
}

const text = async (read: (at: string) => Promise<Readable>, at: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of await read(at)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

async function unpacked(place: string): Promise<Map<string, Buffer>> {
  const { manifest, open: read, close } = await openArchive(place);
  const names = [
    ...['LISEZMOI.txt', 'schema.json', 'fichiers.csv', 'manifest.json'],
    ...Object.keys(manifest.tables).map((name) => `tables/${name}.csv`),
    ...manifest.files.map(({ path: at }) => at),
  ];
  const entries = new Map<string, Buffer>();
  for (const name of names) entries.set(name, await text(read, name));
  close();
  return entries;
}

async function packed(entries: Map<string, Buffer>, place: string, compress: boolean): Promise<void> {
  const zip = new ZipFile();
  for (const [name, bytes] of entries) zip.addBuffer(bytes, name, { compress });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(place));
}
