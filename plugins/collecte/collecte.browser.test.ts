import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, HANDS, type Hand, openPage, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import type { Page } from 'puppeteer';
import sharp from 'sharp';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { addClass, addGuardian, addPupil, GESTION, later, NOW } from './samples/two-families.test.ts';

/** The insurance of a child, collected from three families on their phones (acceptance 1 of this module). */
describe('« Attestation d’assurance » in browsers', function () {
  this.timeout(150_000);
  let school: TestSchool;
  let grace: Client;
  let folder: string;
  let lina: string;
  let hugo: { parent: string; pupil: string };
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    const gs = await addClass(school, 'GS');
    lina = await addPupil(school, school.classId, { lastName: 'OKAFOR', firstName: 'Lina' });
    const zoe = await addPupil(school, gs, { lastName: 'OKAFOR', firstName: 'Zoé' });
    grace = (await addGuardian(school, 'Grâce OKAFOR', [lina, zoe])).client;
    const pupil = await addPupil(school, gs, { lastName: 'PETIT', firstName: 'Hugo' });
    hugo = { parent: (await addGuardian(school, 'Luc PETIT', [pupil])).id, pupil };
    folder = mkdtempSync(path.join(tmpdir(), 'preau-collecte-'));
    const photo = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#f4efe6' } })
      .composite([
        {
          input: await sharp({ create: { width: 600, height: 80, channels: 3, background: '#222' } })
            .png()
            .toBuffer(),
        },
      ])
      .jpeg()
      .toBuffer();
    writeFileSync(path.join(folder, 'photo.jpg'), photo);
    writeFileSync(path.join(folder, 'attestation.pdf'), onePage());
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    rmSync(folder, { recursive: true });
    school.house.setNow(null);
    await school.close();
  });

  async function signedIn(client: Client, hand: Hand, width = hand.width): Promise<Page> {
    const { page, context } = await openPage(width, { javascript: hand.javascript });
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    return page;
  }
  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));
  /** A window opens over the page it is on; without JavaScript it is a page. */
  async function pressFor(page: Page, hand: Hand, selector: string, next: string): Promise<void> {
    if (!hand.javascript) await hand.press(page, selector);
    else if (hand === KEYBOARD) {
      await hand.fill(page, selector, '');
      await page.keyboard.press('Enter');
    } else await page.click(selector);
    await page.waitForSelector(next);
  }
  /** In the cell, beside its words (F17-10). */
  async function doubleClick(page: Page, link: string, next: string): Promise<void> {
    const at = await page.$eval(link, (one) => {
      const { left, top } = (one.closest('td') as Element).getBoundingClientRect();
      return { x: left + 2, y: top + 2 };
    });
    await page.mouse.click(at.x, at.y, { count: 2 });
    await page.waitForSelector(`#fenetre[open] ${next}`);
  }
  const KEYBOARD = HANDS[1] as Hand;
  const CLOSED = 'body:not(:has(#fenetre[open])) #collecte';

  for (const [at, hand] of HANDS.entries())
    it(`F17-05 F17-06 F17-07 F17-10 F17-12 F17-13 three families deposit on phones, one does it again, one for two children, one is late; the archive holds what came, ${hand.name}`, async () => {
      const title = `Attestation d’assurance ${at + 1}`;
      const desk = await signedIn(school.as('direction'), hand);
      await desk.goto(school.url(`${GESTION}/`));
      await pressFor(desk, hand, '#creer', '#form-title');
      await hand.fill(desk, '#form-title', title);
      await hand.tick(desk, '#form-asksValidity');
      await pressFor(desk, hand, '#valider', '#toutes');
      await hand.tick(desk, '#toutes');
      await pressFor(desk, hand, '#valider', CLOSED);
      expect(await text(desk)).to.include('Il manque 4 documents');
      const id = await desk.$eval(
        '#demande a',
        (link) => /[0-9a-f-]{36}/.exec((link as HTMLAnchorElement).href)?.[0] ?? '',
      );
      if (hand === HANDS[0]) await doubleClick(desk, `#depot-${id}`, '#form-until');
      else await pressFor(desk, hand, `#depot-${id}`, '#form-until');
      await hand.tick(desk, '#form-deposit-0');
      await desk.$eval('#form-until', (input) => {
        (input as HTMLInputElement).value = '2026-11-25';
      });
      await pressFor(desk, hand, '#valider', CLOSED);
      expect(await text(desk)).to.include('jusqu’au 25/11/2026');
      if (hand === KEYBOARD)
        expect(await desk.evaluate(() => document.activeElement?.id), 'back in the cell').to.equal(`depot-${id}`);

      const here = (pupil: string) => school.url(`/espace/parents/collecte/a-fournir/${pupil}/${id}`);
      const deposit = async (client: Client, pupil: string, file: string, also?: string) => {
        const phone = await signedIn(client, hand, 360);
        await phone.goto(here(pupil));
        await hand.choose(phone, '#form-files', path.join(folder, file));
        await phone.$eval('#form-validUntil', (input) => {
          (input as HTMLInputElement).value = '2027-08-31';
        });
        if (also) await hand.tick(phone, also);
        await hand.press(phone, '#envoyer');
        const said = await phone.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));
        await phone.browserContext().close();
        return said;
      };
      expect(await deposit(school.as('parents'), school.childId, 'photo.jpg')).to.include('Reçu pour Mila.');
      school.house.setNow(later(1));
      expect(await deposit(grace, lina, 'attestation.pdf', '[name=also]')).to.include('Reçu pour Lina et Zoé.');

      await desk.goto(school.url(`${GESTION}/?document=${id}`));
      expect(await text(desk))
        .to.include('3/4 déposés')
        .and.include('Revoir 2 dépôts');
      await hand.press(desk, '#revoir');
      expect(await text(desk)).to.include('Mila LEROY');
      if (hand === KEYBOARD) {
        await desk.keyboard.press('r');
        await Promise.all([desk.waitForNavigation(), desk.keyboard.press('1')]);
        await Promise.all([desk.waitForNavigation(), desk.keyboard.press('a')]);
      } else {
        await hand.tick(desk, '#a-refaire');
        await hand.press(desk, '#motif-illisible');
        await hand.press(desk, '#accepter');
      }
      school.house.setNow(later(2));
      expect(await deposit(school.as('parents'), school.childId, 'attestation.pdf')).to.include('Reçu pour Mila.');

      school.house.setNow(new Date('2026-11-25T23:30:00Z'));
      const [{ id: account }] = await school.db((db) => db('accounts').where({ person_id: hugo.parent }).select('id'));
      const late = await signedIn(await school.asAccount(account, 'espace'), hand, 360);
      await late.goto(here(hugo.pupil));
      expect(await text(late))
        .to.include('La date est passée')
        .and.include('mercredi 25 novembre');
      expect(await late.$('#envoyer')).to.equal(null);
      await late.browserContext().close();
      school.house.setNow(NOW);

      await desk.goto(school.url(`${GESTION}/?document=${id}`));
      expect(await text(desk))
        .to.include('3/4 déposés')
        .and.match(/PETIT Hugo .*Manque/);
      await hand.press(desk, '#telecharger');
      const link = await desk.$eval('#telecharger', (one) => (one as HTMLAnchorElement).href);
      await desk.browserContext().close();
      const answer = await fetch(link, { headers: { Cookie: school.as('direction').cookie } });
      const entries = await unzip(Buffer.from(await answer.arrayBuffer()));
      const pdf = sha256(onePage());
      expect(Object.fromEntries(entries.filter(([name]) => name !== 'Contenu.csv'))).to.deep.equal({
        'CE1 Jonquilles/LEROY_Mila/attestation.pdf': pdf,
        'CE1 Jonquilles/OKAFOR_Lina/attestation.pdf': pdf,
        'GS/OKAFOR_Zoé/attestation.pdf': pdf,
      });
    });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Names and contents, as a program that knows nothing of us reads them. */
async function unzip(bytes: Buffer): Promise<[name: string, sha256: string][]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  const read: [string, string][] = [];
  return new Promise((resolve, reject) => {
    zip.on('error', reject).on('end', () => resolve(read));
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error);
        read.push([entry.fileName, sha256(Buffer.concat(await stream.toArray()))]);
        zip.readEntry();
      });
    });
    zip.readEntry();
  });
}

/** A page of PDF with its table of objects in order. */
function onePage(): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  ];
  let pdf = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = pdf.length;
    pdf += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const end = pdf.length;
  return Buffer.from(
    `${pdf}xref\n0 4\n0000000000 65535 f \n${places.join('')}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n${end}\n%%EOF\n`,
  );
}
