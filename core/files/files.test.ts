import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { type Client, openSchool, openTestHouse, type Role, type TestSchool, tinyPdf } from '../testing.ts';
import type { Row } from './files.ts';
import { fileName } from './names.ts';

const SAMPLES = path.join(import.meta.dirname, 'samples');
const sample = (name: string) => readFileSync(path.join(SAMPLES, name));
const PDF = tinyPdf();
const sent = (name: string, bytes: Uint8Array | string = PDF) => new File([bytes as BlobPart], name);
const NOTE = { class: 'CE1 Jonquilles', body: 'Bonjour' };
/** The French message beside the files of a form that came back. */
const saidOf = (text: string) => /id="form-files-e">.*?<span>(.*?)<\/span>/s.exec(text)?.[1] ?? '';

describe('files joined to something', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
  });
  after(() => school.close());

  const post = (files: File | File[], more: Record<string, string | string[]> = {}, client = direction) =>
    client.post('/gestion/potager/notes', { ...NOTE, ...more, files: files as File });
  const rows = () => school.db((db) => db('files').orderBy(['at', 'position']));
  async function keep(file: File): Promise<Row & { path: string; note: string }> {
    const answer = await post(file);
    expect(answer.status, saidOf(answer.text)).to.equal(303);
    const note = answer.location?.split('/').pop() as string;
    const row = await school.db((db) =>
      db('files')
        .where({ about: `potager:${note}` })
        .first(),
    );
    return { ...row, path: `/fichiers/${row.id}`, note };
  }
  async function download(address: string, client: Client = direction, init: RequestInit = {}) {
    await client.get('/compte/');
    const answer = await fetch(school.url(address), {
      redirect: 'manual',
      ...init,
      headers: { Cookie: client.cookie, ...init.headers },
    });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  it('B38 keeps the accents of a name, as every browser sends it', async () => {
    await direction.get('/compte/');
    const [, body = ''] = sample('B38-nom-accentue.http')
      .toString()
      .split(/\r?\n\r?\n(.*)/s);
    const parts = body.replace(/\r?\n/g, '\r\n').replace('name="fichier"', 'name="files"').trim();
    const fields = Object.entries(NOTE).map(
      ([name, value]) => `------exempleB38\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const answer = await fetch(school.url('/gestion/potager/notes'), {
      method: 'POST',
      redirect: 'manual',
      body: `${fields.join('')}${parts}\r\n`,
      headers: {
        Cookie: direction.cookie,
        'Sec-Fetch-Site': 'same-origin',
        'Content-Type': 'multipart/form-data; boundary=----exempleB38',
      },
    });
    expect(answer.status).to.equal(303);
    expect((await rows()).at(-1).name).to.equal('Accusé de réception – l’élève n°1.pdf');
  });

  it('B39 gives back each of nine awkward names, in an ASCII header', async () => {
    const { names } = JSON.parse(sample('B39-telechargement-noms.json').toString()) as { names: string[] };
    for (const name of names) {
      const kept = await keep(sent(name));
      const { answer } = await download(kept.path);
      const header = answer.headers.get('content-disposition') ?? '';
      expect(answer.status, name).to.equal(200);
      expect(header, name).to.match(/^attachment; filename=[\x20-\x7e]+$/);
      const told =
        /filename\*=UTF-8''([^;]+)/.exec(header)?.[1] ??
        encodeURIComponent(/filename="?([^"]+?)"?$/.exec(header)?.[1] ?? '');
      expect(decodeURIComponent(told))
        .to.equal(kept.name)
        .and.match(/\.pdf$/);
    }
    expect((await rows()).slice(-9).map(({ name }) => name)).to.deep.equal([
      'Fiche d’urgence — Élève Zoé.pdf',
      'Élève.pdf',
      'prix 10 €.pdf',
      'c.pdf',
      'fiche;filename=x.pdf',
      'x y.pdf',
      '100%.pdf',
      '王小明.pdf',
      '🎒.pdf',
    ]);
  });

  it('B40 keeps long and decomposed names readable, under a random key on disk', async () => {
    const { names } = JSON.parse(sample('B40-noms-longs-et-nfd.json').toString()) as { names: string[] };
    for (const name of names) await keep(sent(name));
    const kept = (await rows()).slice(-names.length);
    for (const { name, key } of kept) {
      expect(Buffer.byteLength(name)).to.be.at.most(240);
      expect(name)
        .to.match(/\.pdf$/)
        .and.equal(name.normalize('NFC'));
      expect(key).to.match(new RegExp(`^${school.id}/[0-9a-f-]{36}$`));
    }
    expect(kept[2].name).to.equal(kept[3].name);
    expect(kept.slice(4).map(({ name }) => name)).to.deep.equal([
      'Sans nom.pdf',
      'Sans nom.pdf',
      'CON_.pdf',
      'fin.pdf',
      'passwd.pdf',
      'carte.pdf',
    ]);
    expect(new Set(kept.map(({ key }) => key)).size).to.equal(names.length);
    expect(fileName('é'.repeat(300), ['pdf'])).to.match(/^é{118}\.pdf$/);
  });

  it('B43 refuses an empty file in words, and keeps the others of the same send', async () => {
    const answer = await post([sent('vide.pdf', ''), sent('attestation.pdf'), sent('vide.jpg', '')]);
    expect(answer.status).to.equal(422);
    expect(saidOf(answer.text)).to.include('« vide.pdf » est vide').and.include('« vide.jpg » est vide');
    expect(answer.text).to.include(`attestation.pdf<small>PDF, ${PDF.length} octets, déjà reçu`).and.include('Bonjour');
    const token = /name="files.kept" value="([^"]+)"/.exec(answer.text)?.[1] as string;
    const again = await direction.post('/gestion/potager/notes', { ...NOTE, 'files.kept': token });
    expect(again.status).to.equal(303);
    expect((await rows()).at(-1).name).to.equal('attestation.pdf');
  });

  it('B43 gives what waits to nobody else, in this school or another', async () => {
    const { text } = await direction.post('/gestion/potager/notes', {
      class: '',
      body: 'x',
      files: sent('secret.pdf'),
    });
    const token = /name="files.kept" value="([^"]+)"/.exec(text)?.[1] as string;
    const before = (await rows()).length;
    for (const [client, value] of [
      [school.as('quotidienne'), token],
      [direction, `${token.slice(0, -2)}xx`],
      [direction, 'n’importe quoi'],
    ] as [Client, string][]) {
      await school.db((db) => db('profiles').update({ permissions: ['potager.look', 'potager.plant'] }));
      const answer = await client.post('/gestion/potager/notes', { ...NOTE, 'files.kept': value });
      expect(answer.status).to.equal(422);
      expect(saidOf(answer.text)).to.include('choisissez-le de nouveau');
    }
    expect(await rows()).to.have.length(before);
  });

  it('B44 knows a telephone’s photo by its content, whatever its name, and never gives it out for what it is not', async () => {
    for (const name of ['B44-photo.heic', 'B44-photo-renommee.jpg']) {
      const kept = await keep(sent(name, sample(name)));
      expect([kept.name, kept.type]).to.deep.equal([`${name.split('.')[0]}.heic`, 'image/heic']);
      expect((await download(kept.path)).bytes.equals(sample(name))).to.equal(true);
    }
  });

  it('B45 keeps a protected PDF byte for byte, and warns of one with a password', async () => {
    for (const [name, remark] of [
      ['B45-mot-de-passe.pdf', 'protégé par mot de passe : ouvrez-le pour vérifier'],
      ['B45-protege-modification.pdf', null],
    ] as const) {
      const kept = await keep(sent(name, sample(name)));
      expect((await download(kept.path)).bytes.equals(sample(name)), name).to.equal(true);
      expect(kept.remark).to.equal(remark);
    }
  });

  it('B46 takes a file for what it holds: a program, a drawing with a script, a page called photo are refused in words', async () => {
    const before = (await rows()).length;
    for (const name of ['B46-facture.pdf.exe', 'B46-logo.svg', 'B46-photo-en-fait-html.jpg']) {
      const answer = await post(sent(name, sample(name)));
      expect(answer.status).to.equal(422);
      expect(saidOf(answer.text)).to.include(`« ${name} » n’est pas d’un type accepté : PDF, photo`);
    }
    const html = await post(sent('page.txt', '<script>alert(1)</script>'));
    expect(html.status).to.equal(303);
    expect((await rows()).length).to.equal(before + 1);
  });

  it('takes a text for a text, though its first letters are the mark of another type', async () => {
    for (const word of ['BMX samedi', 'MZ, notre chat']) {
      const kept = await keep(sent('mot.txt', word));
      expect(kept.type, word).to.equal('text/plain');
    }
    const program = await post(sent('mot.txt', Buffer.from('MZ\0\0')));
    expect(program.status).to.equal(422);
  });

  it('B46 lets nothing run that it gives out', async () => {
    for (const file of [sent('polyglotte.pdf', sample('B46-polyglotte.pdf')), sent('page.txt', '<script>1</script>')]) {
      const kept = await keep(file);
      const { answer } = await download(kept.path);
      expect(answer.headers.get('content-type')).to.match(/^(application\/pdf|text\/plain)/);
      expect(answer.headers.get('content-disposition')).to.match(/^attachment/);
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(answer.headers.get('content-security-policy')).to.equal("sandbox; default-src 'none'");
      expect(answer.headers.get('cache-control')).to.equal('private, no-store');
    }
  });

  it('draws a photo again upright, without where and when it was taken', async () => {
    const photo = await sharp({ create: { width: 60, height: 20, channels: 3, background: 'red' } })
      .jpeg()
      .withExif({ IFD0: { Copyright: 'Mila' }, IFD3: { GPSLatitude: '48/1 50/1 0/1', GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { bytes } = await download((await keep(sent('photo.jpg', photo))).path);
    const { width, height, exif, orientation } = await sharp(bytes).metadata();
    expect({ width, height, exif, orientation }).to.deep.equal({
      width: 20,
      height: 60,
      exif: undefined,
      orientation: undefined,
    });
  });

  it('B32 refuses a picture that would not fit in memory from its header, and one that is cut', async () => {
    const bomb = await post(sent('plan.png', sample('B32-image-bombe.png')));
    expect(bomb.status).to.equal(422);
    expect(saidOf(bomb.text)).to.match(/« plan\.png » est trop grande : 20\s000 × 20\s000 points/);
    const cut = await post(sent('photo.jpg', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46])));
    expect(saidOf(cut.text)).to.include('« photo.jpg » est abîmée');
  });

  it('B47 S18-11 opens a file by right, never by knowing the link', async () => {
    const { path: address, note } = await keep(sent('programme.pdf'));
    const elsewhere = await openSchool();
    const parents = school.as('parents');
    const status = async (client: Client, query = '') => (await client.get(address + query)).status;
    const visitor = await school.as('visiteur').get(address);
    expect([visitor.status, visitor.location?.split('?')[0]]).to.deep.equal([303, `/${school.rne}/connexion/`]);
    expect(visitor.text).not.to.include('%PDF');

    expect(await status(parents), 'recipient').to.equal(200);
    expect(await status(direction), 'author').to.equal(200);
    for (const method of ['HEAD', 'GET']) {
      const { answer } = await download(`${address}?token=x`, parents, { method, headers: { Range: 'bytes=0-3' } });
      expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-length')]).to.deep.equal([
        200,
        'private, no-store',
        String(PDF.length),
      ]);
    }
    const class2 = { class: 'CE2 Pivoines', until: null };
    await school.db((db) => db('potager_notes').where({ id: note }).update(class2));
    expect(await status(parents), 'another class').to.equal(404);
    expect(await status(parents, '?token='), 'another class').to.equal(404);
    await school.db((db) => db('potager_notes').where({ id: note }).update({ class: NOTE.class, until: '2020-01-01' }));
    expect(await status(parents), 'after the period').to.equal(404);
    expect(await status(direction), 'the author, after the period').to.equal(200);
    for (const role of ['periscolaire', 'accompagnants', 'eleves', 'enseignants'] as Role[])
      expect(await status(school.as(role)), role).to.equal(404);

    // At another school's address, with that school's own director: such a file does not exist there.
    expect((await elsewhere.as('direction').get(address)).status).to.equal(404);
    expect((await download(address, elsewhere.as('direction'))).answer.status).to.equal(303);
    await school.db((db) =>
      db('files')
        .where({ about: `potager:${note}` })
        .update({ about: 'cantine:x' }),
    );
    expect(await status(direction), 'a module that opens nothing').to.equal(404);
    await elsewhere.close();
  });

  it('S18-11 opens nothing of a module that is off', async () => {
    const { path: address } = await keep(sent('programme.pdf'));
    await school.house.house.app('school_plugins').insert({ school_id: school.id, plugin: 'potager', on: false });
    expect((await direction.get(address)).status).to.equal(404);
    await school.house.house.app('school_plugins').where({ school_id: school.id }).delete();
    expect((await direction.get(address)).status).to.equal(200);
  });

  it('says on a page, not as a download, that a file is no longer on the server', async () => {
    const { path: address, id } = await keep(sent('perdu.pdf'));
    const { key } = await school.db((db) => db('files').where({ id }).first());
    await school.house.house.store.drop(key);
    const lost = await direction.get(address);
    expect(lost.status).to.equal(404);
    expect(lost.text).to.include('Ce fichier n’est plus sur le serveur.');
    expect(lost.headers.get('content-disposition')).to.equal(null);
    expect(lost.headers.get('content-security-policy')).not.to.include('sandbox');
    await school.db((db) => db('files').where({ id }).delete());
  });

  it('takes away a file by its box, and only one of the same subject', async () => {
    const other = await keep(sent('autre.pdf'));
    const { id, note } = await keep(sent('ancien.pdf'));
    const { text } = await direction.get(`/gestion/potager/notes/${note}`);
    expect(text).to.include('Retirer « ancien.pdf »').and.include(`/fichiers/${id}`);
    await direction.post(`/gestion/potager/notes/${note}`, {
      ...NOTE,
      'files.removed': [id, other.id, 'x'],
      files: sent('nouveau.pdf'),
    });
    const left = await school.db((db) =>
      db('files')
        .whereIn('about', [`potager:${note}`, other.about])
        .pluck('name'),
    );
    expect(left.sort()).to.deep.equal(['autre.pdf', 'nouveau.pdf']);
  });

  it('says what is too big, too many, and goes on with the rest', async () => {
    const big = await post([
      sent('film.pdf', Buffer.concat([Buffer.from('%PDF-1.4'), Buffer.alloc(20_000_000)])),
      sent('petit.pdf'),
    ]);
    expect(big.status).to.equal(422);
    expect(saidOf(big.text)).to.include('« film.pdf » est trop gros : 20 Mo au plus');
    expect(big.text).to.include('petit.pdf<small>');
    const many = await post(Array.from({ length: 11 }, (_, at) => sent(`${at}.pdf`)));
    expect(saidOf(many.text)).to.include('Gardez 10 fichiers au plus');
    const album = await post(Array.from({ length: 40 }, (_, at) => sent(`${at}.pdf`)));
    expect(album.status).to.equal(422);
    expect(saidOf(album.text)).to.equal('Les fichiers après le 15e n’ont pas été gardés. Gardez 10 fichiers au plus.');
    expect(album.text).to.include('Bonjour').and.include('14.pdf<small>');
    expect(readdirSync(path.join(school.house.house.config.filesFolder, 'arrivals'))).to.deep.equal([]);
  });

  it('takes away in the night what no row knows, a day later, and nothing else', async () => {
    const { filesFolder } = school.house.house.config;
    const keys = async () => (await rows()).map(({ key }) => key.split('/')[1]).sort();
    const onDisk = () => readdirSync(path.join(filesFolder, school.id)).sort();
    await post(sent('vide.pdf', ''), { class: '' });
    await direction.post('/gestion/potager/notes', { class: '', body: 'x', files: sent('laisse.pdf') });
    expect(onDisk().length).to.be.greaterThan((await keys()).length);
    const sweep = () =>
      school.house.house.modules.plugin('fichiers')?.nightly?.sweep?.({
        school: { id: school.id },
        now: school.house.house.clock(),
        step: (work: (one: object) => unknown) => school.db(async (db) => work({ db })),
      } as never);
    const before = onDisk();
    await sweep();
    expect(onDisk(), 'not yet a day old').to.deep.equal(before);
    school.house.setNow(new Date(Date.now() + 25 * 3_600_000));
    await sweep();
    school.house.setNow(null);
    expect(onDisk()).to.deep.equal([...new Set(await keys())]);
  });
});

describe('files, when there is no room', function () {
  this.timeout(60_000);
  it('says that the school’s room is used up, keeps the text, and leaves nothing half done', async () => {
    const house = await openTestHouse({ env: { FILES_PER_SCHOOL: '0.00000002' } });
    const school = await openSchool({ house });
    const direction = school.as('direction');
    const first = await direction.post('/gestion/potager/notes', { ...NOTE, files: sent('un.txt', 'quatorze lettr') });
    expect(first.status).to.equal(303);
    const second = await direction.post('/gestion/potager/notes', {
      ...NOTE,
      body: 'Un long texte',
      files: sent('deux.txt', 'quatorze lettr'),
    });
    expect(second.status).to.equal(422);
    expect(saidOf(second.text)).to.include('La place de l’école est remplie');
    expect(second.text).to.include('Un long texte');
    expect(await school.db((db) => db('potager_notes').select('id'))).to.have.length(1);
    await school.close();
    await house.close();
  });

  it('says in French that the server cannot keep a file, never a 500', async () => {
    const house = await openTestHouse({ env: { FILES_URL: 'file:///dev/null/fichiers' } });
    const school = await openSchool({ house });
    const direction = school.as('direction');
    const big = new Uint8Array(3_000_000).fill(65);
    const answer = await direction.post('/gestion/potager/notes', {
      ...NOTE,
      files: sent('photo.txt', big),
      body: 'Un long texte',
    });
    expect(answer.status).to.equal(422);
    expect(saidOf(answer.text)).to.include('« photo.txt » n’a pas pu être gardé : la place manque');
    expect(answer.text).to.include('Un long texte');
    expect(await school.db((db) => db('potager_notes').select('id'))).to.deep.equal([]);
    await school.close();
    await house.close();
  });
});
