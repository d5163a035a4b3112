import { HANDS, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';

/** Fiche 12 as the director does it, by each of three hands. */
HANDS.forEach((hand) => {
  describe(`labels, ${hand.name}`, function () {
    this.timeout(180_000);
    let school: TestSchool;
    before(async () => {
      school = await openSchool({ plugins: ['credentials'] });
    });
    after(() => school.close());

    it('F12-03 to F12-11 C-32 picks in the list, changes the sheet, looks, generates, fetches, erases', async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      const look = async (what: string) => {
        if (hand === HANDS[0]) expect(await violations(page, what)).to.deep.equal([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), what).to.be.at.most(hand.width);
      };
      await school.as('direction').get('/gestion/credentials/etiquettes');
      for (const pair of school.as('direction').cookie.split('; ')) {
        const [name = '', ...value] = pair.split('=');
        await page.setCookie({ name, value: value.join('='), url: school.house.origin });
      }
      await page.goto(school.url('/gestion/ressources/responsables'));
      await hand.tick(page, '#liste tbody .m input[type=checkbox]');
      await hand.press(page, '.acts [formaction*="etiquettes/responsables"]');
      const words = () => page.$eval('#contenu', (one) => (one as HTMLElement).innerText.replace(/\s+/g, ' '));
      expect(await words()).to.include('1 étiquette sur 1 feuille');
      await look('print window');
      await page.select('#form-sheet', 'L7159');
      await hand.press(page, '#apercu');
      expect(await page.$eval('#form-sheet', (one) => (one as HTMLSelectElement).value)).to.equal('L7159');
      await page.waitForSelector('.sheet-picture');
      expect(
        await page.$eval('.sheet-picture', (one) =>
          (one as HTMLImageElement).decode().then(() => (one as HTMLImageElement).naturalWidth),
        ),
      ).to.equal(1588);
      await hand.press(page, '#generer');
      expect(await words()).to.include('Étiquettes en préparation');
      await look('progress');
      await school.runJobs();
      if (hand.javascript) await page.waitForSelector('#fichier');
      else await hand.press(page, '#actualiser');
      expect(await words())
        .to.include('Étiquettes prêtes')
        .and.include('à 100 %');
      await look('ready');
      await hand.press(page, '#effacer');
      expect(await words()).to.include('Le fichier a été effacé');
      await context.close();
    });

    it('F12-06 F12-07 F12-08 opens a model from its line, puts a variable in, and changes its layout', async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      for (const pair of school.as('direction').cookie.split('; ')) {
        const [name = '', ...value] = pair.split('=');
        await page.setCookie({ name, value: value.join('='), url: school.house.origin });
      }
      await page.goto(school.url('/gestion/credentials/etiquettes'));
      if (hand === HANDS[0])
        await Promise.all([page.waitForNavigation(), page.click('tr[data-open] td:nth-child(3)', { count: 2 })]);
      else await hand.press(page, 'tr[data-open] a');
      await hand.fill(page, '#form-name', ' 2');
      if (hand.javascript) {
        await page.$eval('details:has([data-insert])', (one) => {
          (one as HTMLDetailsElement).open = true;
        });
        await hand.tick(page, '[data-insert="[Classe]"]');
        expect(await page.$eval('#form-content', (one) => (one as HTMLTextAreaElement).value)).to.include('[Classe]');
      }
      await hand.press(page, '#enregistrer');
      expect(await page.$eval('h1', (one) => one.textContent)).to.include(' 2');
      if (hand === HANDS[0]) expect(await violations(page, 'model')).to.deep.equal([]);
      await hand.press(page, '.affichages a[href$="mise-en-page"]');
      await page.select('#form-sheet', 'sans');
      await hand.press(page, '#enregistrer');
      expect(await page.$eval('.head p', (one) => one.textContent)).to.include('70 × 37 mm');
      if (hand === HANDS[0]) expect(await violations(page, 'layout')).to.deep.equal([]);
      await context.close();
    });
  });
});
