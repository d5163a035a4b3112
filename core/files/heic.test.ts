import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { openSchool, type TestSchool } from '../testing.ts';
import type { Row } from './files.ts';

const HEIC = readFileSync(path.join(import.meta.dirname, 'samples/B44-photo.heic'));

describe('a photo of an iPhone', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  async function keep(name: string, bytes: Uint8Array = HEIC): Promise<Row> {
    const files = new File([bytes as BlobPart], name);
    const answer = await school.as('direction').post('/gestion/potager/notes', { class: 'CE1', body: 'x', files });
    expect(answer.status).to.equal(303);
    return school.db((db) => db('files').orderBy('at', 'desc').first());
  }
  const now = (id: string): Promise<Row> => school.db((db) => db('files').where({ id }).first());
  const kept = (about: string) =>
    school.db((db) => school.house.container.services({ id: school.id } as never, db, new Date()).files.of(about));
  const open = (id: string) => school.as('direction').get(`/fichiers/${id}`);
  const convert = (id: string) =>
    school.house.house.modules.plugin('fichiers')?.jobs?.convert?.(
      {
        school: { id: school.id },
        step: (work: (one: object) => unknown) => school.db((db) => Promise.resolve(work({ db }))),
      } as never,
      id,
    );

  it('B44 opens as it came until it is converted, then as an upright JPEG without date or place, on every computer', async () => {
    const came = await keep('B44-photo-renommee.jpg');
    expect([came.name, came.type]).to.deep.equal(['B44-photo-renommee.heic', 'image/heic']);
    expect(came.remark).to.include('elle sera convertie');
    expect((await kept(came.about))[0]).to.include({ preview: null, words: 'Photo (HEIC), 788 octets' });
    expect((await open(came.id)).bytes.equals(HEIC)).to.equal(true);

    await school.runJobs();
    const row = await now(came.id);
    expect([row.name, row.type, row.pages]).to.deep.equal(['B44-photo-renommee.jpg', 'image/jpeg', 1]);
    const { bytes, headers } = await open(came.id);
    expect(headers.get('content-type')).to.equal('image/jpeg');
    expect([row.size, row.sha256]).to.deep.equal([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
    const { format, width, height, exif, orientation } = await sharp(bytes).metadata();
    expect({ format, width, height, exif, orientation }).to.deep.equal({
      ...{ format: 'jpeg', width: 120, height: 60 },
      ...{ exif: undefined, orientation: undefined },
    });
    const [file] = await kept(came.about);
    expect(file?.preview).to.equal(`/fichiers/${came.id}/apercu`);
    expect((await school.as('direction').get(file?.preview as string)).status).to.equal(200);
  });

  it('B44 is converted once, whatever stopped in between, and not at all when it is gone', async () => {
    const { id, about } = await keep('a.heic');
    await convert(id);
    const once = await now(id);
    await convert(id);
    await school.runJobs();
    expect(await now(id)).to.deep.equal(once);
    const gone = await keep('b.heic');
    await school.db((db) => db('files').where({ id: gone.id }).delete());
    await convert(gone.id);
    await school.runJobs();
    expect(await kept(gone.about)).to.deep.equal([]);
    expect(await kept(about)).to.have.length(1);
  });

  it('B44 stays what it is, and says so, when it cannot be converted', async () => {
    const cut = HEIC.subarray(0, 500);
    const { id, about } = await keep('coupee.heic', cut);
    await school.runJobs();
    const [file] = await kept(about);
    expect(file).to.include({ name: 'coupee.heic', type: 'image/heic', preview: null });
    expect(file?.remark).to.include('n’a pas pu être convertie');
    expect((await open(id)).bytes.equals(cut)).to.equal(true);
  });
});
