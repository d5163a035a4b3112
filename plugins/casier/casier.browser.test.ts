import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import { later, NOW, natureCalled } from './samples/two-families.test.ts';

type Page = Awaited<ReturnType<typeof openPage>>['page'];
const LIST = '/gestion/personnels/professeurs';

describe('a deposit to the teachers, in a browser (fiche 16)', function () {
  this.timeout(120_000);
  let school: TestSchool;
  const file = path.join(tmpdir(), `protocole-${process.pid}.txt`);
  before(async () => {
    writeFileSync(file, 'Sortir dans le calme.');
    school = await openSchool({ plugins: ['casier', 'personnels'] });
    school.house.setNow(NOW);
    await school.as('direction').post(`${LIST}/creer`, { last_name: 'Martin', first_name: 'Jeanne' });
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const words = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));
  async function signedIn(role: 'direction' | 'enseignants', width: 360 | 1280, javascript = true): Promise<Page> {
    const { page, context } = await openPage(width, { javascript });
    const client = school.as(role);
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    return page;
  }

  for (const [turn, hand] of HANDS.entries())
    it(`F16-2 F16-3 F16-5 F16-6 from the folder of the list to « Valider », ${hand.name}, and a teacher opens it on a phone`, async () => {
      school.house.setNow(later(turn * 10));
      const title = `Protocole ${turn}`;
      const page = await signedIn('direction', hand.width, hand.javascript);
      await page.goto(school.url(LIST));
      for (const name of ['Anne-Sophie KRUG', 'Jeanne MARTIN'])
        await hand.tick(page, `[aria-label="Sélectionner ${name}"]`);
      await hand.press(page, '#acte-casier-casier');
      expect(await words(page)).to.include('2 personnes : 2 professeurs');
      if (hand.javascript) expect(await violations(page, 'deposit')).to.deep.equal([]);
      await hand.choose(page, '#form-files', file);
      if (hand.name === 'by keyboard only') await hand.fill(page, '#form-nature', 'Adm');
      else await page.select('#form-nature', await natureCalled(school, 'Administratif'));
      await hand.fill(page, '#form-title', title);
      await page.$eval('#valider', (one) => one.scrollIntoView({ block: 'center' }));
      await hand.press(page, '#valider');
      expect(await words(page))
        .to.include('Ouvert par 0 sur 2')
        .and.include('Administratif');
      await page.browserContext().close();

      school.house.setNow(later(turn * 10 + 2));
      const phone = await signedIn('enseignants', 360, hand.javascript);
      await phone.goto(school.url(`/espace/enseignants/casier/?q=${turn}`));
      expect(await words(phone))
        .to.include('Nouveau')
        .and.include(title);
      await Promise.all([phone.waitForNavigation(), phone.click('article h3 a')]);
      if (hand.javascript) expect(await violations(phone, 'document')).to.deep.equal([]);
      // A file is kept by the telephone, not shown in the page: its answer is read as the link gets it.
      const href = await phone.$eval('a.file', (link) => link.href);
      const got = await fetch(href, { headers: { Cookie: school.as('enseignants').cookie } });
      expect(await got.text()).to.equal('Sortir dans le calme.');
      await phone.reload();
      expect(await words(phone)).to.include('Vous l’avez ouvert mercredi 25 novembre');
      await phone.browserContext().close();
      const followed = await school.as('direction').get('/gestion/casier/diffusion/equipe');
      expect(followed.text).to.include('ouvert par 1/2');
    });
});
