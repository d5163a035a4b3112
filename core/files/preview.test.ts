import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import sharp, { type Sharp } from 'sharp';
import { type Answer, type Client, openSchool, type Role, type TestSchool, tinyPdf } from '../testing.ts';
import type { KeptFile } from './files-types.ts';
import { reader } from './reader.ts';

const sample = (name: string) => readFileSync(path.join(import.meta.dirname, 'samples', name));
const CLASS = 'CE1 Jonquilles';
const PAPER = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="1240" height="1754"><rect width="100%" height="100%" fill="#fff"/>${Array.from(
    { length: 20 },
    (_, at) => `<text x="100" y="${150 + at * 75}" font-size="32">Attestation d’assurance de Mila Durand ${at}</text>`,
  ).join('')}</svg>`,
);
const flat = (width: number, background: string) =>
  sharp({ create: { width, height: width, channels: 3, background } });

async function keep(school: TestSchool, name: string, bytes: Uint8Array): Promise<KeptFile & { note: string }> {
  const files = new File([bytes as BlobPart], name);
  const answer = await school.as('direction').post('/gestion/potager/notes', { class: CLASS, body: 'x', files });
  expect(answer.status, answer.text).to.equal(303);
  const note = answer.location?.split('/').pop() as string;
  const [file] = await school.db((db) =>
    school.house.container.services({ id: school.id } as never, db, new Date()).files.of(`potager:${note}`),
  );
  return { ...(file as KeptFile), note };
}

describe('what a file’s content tells at once', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());
  const told = async (name: string, bytes: Uint8Array) => {
    const { remark, pages } = await keep(school, name, bytes);
    return [pages, remark?.split(' :')[0] ?? null];
  };

  it('B45 S17 warns of a PDF with a password, says nothing of one that is only protected against changes', async () => {
    expect(await told('secret.pdf', sample('B45-mot-de-passe.pdf'))).to.deep.equal([null, 'protégé par mot de passe']);
    expect(await told('libre.pdf', sample('B45-protege-modification.pdf'))).to.deep.equal([1, null]);
    expect(await told('trois.pdf', tinyPdf('un', 'deux', 'trois'))).to.deep.equal([3, null]);
  });

  it('warns of a PDF no reader opens, and keeps it; one that only lost its end is read', async () => {
    const whole = tinyPdf('un', 'deux');
    expect(await told('a.pdf', Buffer.from('%PDF-1.4\n%%EOF'))).to.deep.equal([null, 'ce PDF semble abîmé']);
    expect(await told('b.pdf', whole.subarray(0, whole.indexOf('xref')))).to.deep.equal([2, null]);
  });

  it('warns of a photo that is too small, too dark, empty or blurred, and of no other', async () => {
    // Drawn once: letters take their time.
    const paper = sharp(await sharp(PAPER).png().toBuffer()).jpeg();
    const photos: [string, Sharp, string | null][] = [
      ['nette', paper.clone(), null],
      ['sombre mais lisible', paper.clone().linear(0.4, 0), null],
      ['tableau', paper.clone().negate({ alpha: false }).linear(0.8, 10), null],
      ['petite', paper.clone().resize(300), 'image de petite taille'],
      ['noire', paper.clone().linear(0.1, 0), 'photo très sombre'],
      ['vide', flat(900, '#ddd').jpeg(), 'image presque d’une seule couleur'],
      ['floue', paper.clone().blur(9), 'photo floue'],
    ];
    for (const [name, photo, remark] of photos)
      expect(await told(`${name}.jpg`, await photo.toBuffer()), name).to.deep.equal([1, remark]);
  });

  it('B43 says beside the field, while the form is still there, what is worth knowing of a file', async () => {
    const files = new File([sample('B45-mot-de-passe.pdf') as BlobPart], 'secret.pdf');
    const { text } = await school.as('direction').post('/gestion/potager/notes', { class: '', body: 'x', files });
    expect(text).to.include('protégé par mot de passe : ouvrez-le pour vérifier');
  });

  it('ends a reading that never ends, and reads the next', async () => {
    // Each drawing holds ten times the one below it: ten thousand million in all.
    const levels = Array.from({ length: 10 }, (_, at) => at);
    const objects = levels.map((at) => {
      const drawn = at === 9 ? '0 0 9 9 re f' : `/X${at + 1} Do `.repeat(10);
      const below = at === 9 ? '' : `/Resources<</XObject<</X${at + 1} ${at + 11} 0 R>>>>`;
      return `${at + 10} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 99 99]${below}/Length ${drawn.length}>>stream\n${drawn}\nendstream endobj\n`;
    });
    const bomb = Buffer.from(
      `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</X0 10 0 R>>>>/Contents 4 0 R>>endobj\n4 0 obj<</Length 6>>stream\n/X0 Do\nendstream endobj\n${objects.join('')}trailer<</Root 1 0 R>>\n`,
    );
    const patient = reader({ seconds: 5, rest: 1000 });
    const why = await patient.ask({ work: 'page' }, async () => bomb).catch((error: Error) => error.message);
    expect(why).to.equal('no answer in time');
    expect(await patient.ask({ work: 'pages' }, async () => tinyPdf())).to.deep.equal({ state: 'open', pages: 1 });
  });
});

describe('the preview of a file', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
  });
  after(() => school.close());

  it('shows the page asked for of a PDF, and a picture, small; a file without one has none', async () => {
    const { preview } = await keep(school, 'deux.pdf', tinyPdf('premiere page', 'deuxieme'));
    const pages = await Promise.all(['', '?page=1', '?page=2'].map((query) => direction.get(preview + query)));
    for (const { status, headers, bytes } of pages) {
      const { format, width, height } = await sharp(bytes).metadata();
      expect([status, format, Math.max(width, height)]).to.deep.equal([200, 'jpeg', 1400]);
      expect(
        ['content-type', 'cache-control', 'x-content-type-options', 'cross-origin-resource-policy'].map((one) =>
          headers.get(one),
        ),
      ).to.deep.equal([...['image/jpeg', 'private, no-store'], ...['nosniff', 'same-origin']]);
    }
    const [first, same, second] = pages as [Answer, Answer, Answer];
    expect(first.bytes.equals(same.bytes)).to.equal(true);
    expect(first.bytes.equals(second.bytes)).to.equal(false);
    for (const query of ['?page=3', '?page=0', '?page=-1', '?page=2.5', '?page=', '?page=99999', '?page=../1'])
      expect((await direction.get(preview + query)).status, query).to.equal(404);

    const picture = await keep(school, 'grande.png', await flat(2000, '#00f8').png().toBuffer());
    const { width, format } = await sharp((await direction.get(picture.preview as string)).bytes).metadata();
    expect([width, format]).to.deep.equal([1400, 'jpeg']);
    for (const [name, bytes] of [
      ['secret.pdf', sample('B45-mot-de-passe.pdf')],
      ['note.txt', Buffer.from('Bonjour')],
    ] as const) {
      const file = await keep(school, name, bytes);
      expect(file.preview).to.equal(null);
      expect((await direction.get(`${file.path}/apercu`)).status).to.equal(404);
    }
  });

  it('B47 S18-11 opens by the same right as its file, never by knowing the link', async () => {
    const { preview, note } = await keep(school, 'programme.pdf', tinyPdf('programme'));
    const address = preview as string;
    const elsewhere = await openSchool();
    const parents = school.as('parents');
    const status = async (client: Client, query = '') => (await client.get(address + query)).status;
    const change = (values: object) => school.db((db) => db('potager_notes').where({ id: note }).update(values));
    const visitor = await school.as('visiteur').get(address);
    expect([visitor.status, visitor.location?.split('?')[0]]).to.deep.equal([303, `/${school.rne}/connexion/`]);
    expect(await status(direction), 'author').to.equal(200);
    expect(await status(parents), 'recipient').to.equal(200);
    for (const method of ['HEAD', 'GET']) {
      const headers = { Cookie: parents.cookie, Range: 'bytes=0-3' };
      const answer = await fetch(school.url(`${address}?token=`), { method, headers, redirect: 'manual' });
      expect([answer.status, answer.headers.get('cache-control')]).to.deep.equal([200, 'private, no-store']);
    }
    await change({ class: 'CE2 Pivoines' });
    expect(await status(parents), 'another class').to.equal(404);
    await change({ class: CLASS, until: '2020-01-01' });
    expect(await status(parents), 'after the period').to.equal(404);
    expect(await status(direction), 'author, after the period').to.equal(200);
    for (const role of ['periscolaire', 'accompagnants', 'eleves', 'enseignants'] as Role[])
      expect(await status(school.as(role)), role).to.equal(404);
    expect(await status(elsewhere.as('direction')), 'another school').to.equal(404);
    await elsewhere.close();
  });

  it('B51 what one school has seen never answers for another, be it the same file', async () => {
    const other = await openSchool();
    const mine = await keep(school, 'meme.pdf', tinyPdf('meme page'));
    const theirs = await keep(other, 'meme.pdf', tinyPdf('meme page'));
    expect(theirs.sha256).to.equal(mine.sha256);
    expect((await direction.get(mine.preview as string)).status).to.equal(200);
    // Its bytes are lost there: only a picture held for the first school could still answer.
    const { key } = await other.db((db) => db('files').where({ id: theirs.id }).first());
    await other.house.house.store.drop(key);
    expect((await other.as('direction').get(theirs.preview as string)).status).to.equal(404);

    await other.close();
  });
});
