import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openSchool, spawnHouse, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const HEADER = readFileSync(path.join(import.meta.dirname, 'samples/eleves.csv'))
  .toString('latin1')
  .split('\r\n')[0] as string;
/** So many pupils of one school, in ONDE's layout. */
function pupils(count: number): File {
  const two = (n: number) => String(n).padStart(2, '0');
  const rows = Array.from({ length: count }, (_, at) => {
    const born = `${2016 + (at % 6)}-${two(1 + (at % 12))}-${two(1 + (at % 28))}`;
    const name = `NOM${String.fromCharCode(65 + (at % 26))}${at}`;
    return `${name};;Prénom;${born};F;${String(at).padStart(9, '0')}AD;${at} rue du Lac;01000;BOURG;FRANCE;;;;;CYCLE II;CP;${1 + (at % 40)} CP;${500 + (at % 40)};Oui;Non;Oui;;`;
  });
  return new File([new Uint8Array(Buffer.from([HEADER, ...rows, ''].join('\r\n'), 'latin1'))], 'grande.csv');
}

/** An open school without pupils. */
async function emptySchool(): Promise<TestSchool> {
  const school = await openSchool({ plugins: ['onde-import'] });
  await forget(school);
  return school;
}

/** As if nothing had been imported. */
const forget = (school: TestSchool) =>
  school.db(async (db) => {
    await db('people').whereIn('kind', ['pupil', 'guardian']).delete();
    await db('classes').delete();
    await db('onde_import_batches').delete();
  });

const choose = async (school: TestSchool, count: number) =>
  (await school.as('direction').post('/gestion/onde-import/eleves', { file: pupils(count) })).location as string;

const traces = (school: TestSchool) =>
  school.db(async (db) => {
    const counts: { n: string }[] = [];
    for (const table of ['people', 'addresses', 'class_places', 'accounts', 'classes'])
      counts.push((await db(table).count('* as n'))[0] as { n: string });
    const batch = await db('onde_import_batches').whereNot({ state: 'running' }).first('state');
    return [...counts.map((one) => Number(one.n)), batch?.state].join(' ');
  });

describe('a large ONDE import', function () {
  this.timeout(300_000);
  let school: TestSchool;
  const desk = () => school.as('direction');
  beforeEach(async () => {
    school = await emptySchool();
  });
  afterEach(() => school.close());

  it('runs as a job: the page shows how far it is, others see it too, then the report', async () => {
    const preview = await choose(school, 1600);
    const done = await desk().post(preview, {});
    const at = done.location as string;
    const waiting = await desk().get(at);
    expect(waiting.text).to.include('<progress').and.include('Import en cours').and.include('hx-trigger="every 1s"');
    expect((await desk().get('/gestion/onde-import/imports')).text).to.include('En cours');
    expect(await school.runJobs()).to.be.at.least(1);
    const row = await school.db((db) => db('onde_import_batches').first('state', 'progress'));
    expect(row).to.deep.equal({ state: 'imported', progress: 95 });
    expect((await desk().get(at)).text).to.include('<dd id="crees">1600</dd>');
    const fragment = await desk().get(at, { 'HX-Request': 'true', 'HX-Request-Type': 'partial' });
    expect(fragment.text, 'the page that asks every second gets the report in its place').to.include(
      'Rapport d’import',
    );
    const history = await school.db((db) => db('people').where({ kind: 'pupil' }).distinct('created_by'));
    expect(history).to.deep.equal([{ created_by: 'Karine BRAUD' }]);
  });

  it('can be begun again when its server was lost, and says so', async () => {
    const done = await desk().post(await choose(school, 1600), {});
    const at = done.location as string;
    await school.db((db) => db('onde_import_batches').update({ progress_at: new Date(Date.now() - 120_000) }));
    expect((await desk().get(at)).text)
      .to.include('ne bouge plus')
      .and.include('Reprendre l’import');
    await desk().post(`${at}/reprendre`, { sure: '1' });
    await school.runJobs();
    expect((await desk().get(at)).text).to.include('<dd id="crees">1600</dd>');
  });

  it('a job that fails writes nothing, and the preview says so with the ticks as they were', async () => {
    const preview = await choose(school, 1600);
    const key = /name="offered" value="([^"]+)"/.exec((await desk().get(preview)).text)?.[1] as string;
    const report = (await desk().post(preview, { offered: [key], take: [] })).location as string;
    const { reading } = await school.db((db) => db('onde_import_batches').first('reading'));
    await school.db((db) => db('onde_import_batches').update({ reading: Buffer.from('abîmé') }));
    await school.runJobs();
    await school.db((db) => db('onde_import_batches').update({ reading }));
    expect((await desk().get(report)).location).to.equal(preview);
    const { text } = await desk().get(preview);
    expect(text)
      .to.include('s’est arrêté en route')
      .and.match(new RegExp(`value="${key}" id="[^"]*" aria-label`));
    expect(await school.db((db) => db('people').where({ kind: 'pupil' }))).to.have.length(0);
  });

  it('kill -9 at 50 random moments leaves all of an import or nothing of it', async () => {
    const { house } = school;
    // The moments of one kill: how far each of these schools has come by then.
    const schools = [school, ...(await Promise.all(Array.from({ length: 4 }, emptySchool)))];
    const nothing = (await traces(school)).replace(/ \w*$/, '');
    const [staff] = nothing.split(' ');
    const all = `${Number(staff) + 250} 250 250 ${Number(staff) + 250} 40 imported`;
    const send = (one: TestSchool, origin: string, preview: string) =>
      fetch(origin + preview, {
        method: 'POST',
        body: new URLSearchParams({ sure: '1' }),
        redirect: 'manual',
        headers: { Cookie: one.as('direction').cookie, 'Sec-Fetch-Site': 'same-origin' },
      }).catch(() => null);
    // How long an undisturbed one takes in a process that has just begun, so that the moments fall before, during and after.
    const calm = await spawnHouse(house);
    const whole = await choose(school, 250);
    let length = Number.POSITIVE_INFINITY;
    const timed = async (one: TestSchool, origin: string, preview: string) => {
      const began = performance.now();
      // The shortest one counts: the machine may have been busy with something else.
      if (await send(one, origin, preview)) length = Math.min(length, performance.now() - began);
    };
    await timed(school, calm.origin, whole);
    await calm.kill();
    expect(await traces(school)).to.equal(all);
    await forget(school);

    const found = new Map<string, number>();
    // Each process dies; the next is on its way meanwhile.
    let next = spawnHouse(house);
    for (let moments = 0; moments < 50; moments += schools.length) {
      const previews = await Promise.all(schools.map((one) => choose(one, 250)));
      const other = await next;
      if (moments + schools.length < 50) next = spawnHouse(house);
      // One after the other, so that the kill meets each at another place; nothing is waited for.
      const span = 1.5 * length * Math.random() * schools.length;
      const sent = schools.map(async (one, at) => {
        await setTimeout((span * at) / schools.length);
        await timed(one, other.origin, previews[at] as string);
      });
      await setTimeout(span);
      await other.kill();
      await Promise.all(sent);
      for (const one of schools) {
        const left = await traces(one);
        found.set(left, (found.get(left) ?? 0) + 1);
        await forget(one);
      }
    }
    expect([...found.keys()]).to.have.members([all, `${nothing} preview`].filter((one) => found.has(one)));
    expect(found.get(`${nothing} preview`), 'some were killed before the end').to.be.greaterThan(0);
    await Promise.all(schools.slice(1).map((one) => one.close()));
  });
});
