import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { openSchool, openTestHouse, type TestHouse, type TestSchool } from '../testing.ts';

const HOUR = 3_600_000;
const MANY = 3000;

describe('the nightly sweep of files', function () {
  this.timeout(60_000);
  let folder: string;
  let house: TestHouse;
  let school: TestSchool;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'preau-balai-'));
    house = await openTestHouse({ env: { FILES_URL: pathToFileURL(folder).href } });
    school = await openSchool({ house });
  });
  after(async () => {
    await school.close();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const in_ = (where: string) => (existsSync(path.join(folder, where)) ? readdirSync(path.join(folder, where)) : []);
  /** Bytes as a server left them, so many hours ago. */
  function lay(where: string, hours: number, name = randomUUID()): string {
    mkdirSync(path.join(folder, where), { recursive: true });
    const file = path.join(folder, where, name);
    writeFileSync(file, 'x');
    const at = new Date(Date.now() - hours * HOUR);
    utimesSync(file, at, at);
    return name;
  }
  /** As the clock does at half past three. */
  async function night() {
    const { jobs } = house.house;
    await school.db((db) => jobs.later(db, { id: school.id } as never, 'house', 'nightly', null));
    await school.runJobs();
  }

  it('takes away what no row knows after a day, among thousands, and no byte a row knows', async () => {
    const kept = Array.from({ length: MANY }, () => lay(school.id, 48));
    const row = { about: 'potager:x', name: 'a.pdf', type: 'application/pdf', size: 1, sha256: '', at: new Date() };
    await school.db((db) =>
      db.batchInsert(
        'files',
        kept.map((name) => ({ ...row, key: `${school.id}/${name}`, position: 0 })),
      ),
    );
    for (let n = 0; n < 50; n++) lay(school.id, 25);
    const young = lay(school.id, 23);
    await night();
    expect(in_(school.id).sort()).to.deep.equal([...kept, young].sort());
  });

  it('takes away what stopped on its way in, and the files of a school that is gone; nothing that is not ours', async () => {
    const gone = await openSchool({ house, people: false });
    const quiet = await openSchool({ house, people: false });
    await house.house.app('schools').where({ id: quiet.id }).update({ state: 'prepared' });
    lay(gone.id, 25);
    lay(quiet.id, 25);
    lay('arrivals', 25);
    const coming = lay('arrivals', 1);
    lay('sauvegarde', 900);
    await night();
    expect(in_(gone.id), 'while it is there').to.have.length(0);
    lay(gone.id, 25);
    const late = lay(gone.id, 1);
    await gone.close();
    await night();
    expect(in_(gone.id)).to.deep.equal([late]);
    expect(in_('arrivals')).to.deep.equal([coming]);
    expect(in_(quiet.id), 'a school that is there, not yet open').to.have.length(1);
    expect(in_('sauvegarde')).to.have.length(1);
    await quiet.close();
  });

  it('takes nothing away when the database knows no school: it may be a new one beside old files', async () => {
    const fresh = await openTestHouse({ env: { FILES_URL: pathToFileURL(folder).href } });
    const { sweepHouse } = await import('./sweep.ts');
    await sweepHouse(fresh.house);
    expect(in_(school.id)).to.have.length(MANY + 1);
    await fresh.close();
  });
});
