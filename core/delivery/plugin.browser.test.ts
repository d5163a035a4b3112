import { expect } from 'chai';
import { openPage, openSchool } from '../testing.ts';

describe('« Droit à la déconnexion », in a browser (P4)', function () {
  this.timeout(120_000);

  for (const javascript of [true, false])
    it(`C-15 shows what a choice would give before it is saved${javascript ? ', as soon as it changes' : ' (without JavaScript)'}`, async () => {
      const school = await openSchool();
      const { page, context } = await openPage(360);
      await page.setJavaScriptEnabled(javascript);
      const client = school.as('direction');
      await client.get('/compte/');
      const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
      await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
      await page.goto(school.url('/gestion/deconnexion/'));
      await page.select('#form-staffTo', 't510');
      if (!javascript) await Promise.all([page.waitForNavigation(), page.click('button[formmethod="get"]')]);
      await page.waitForFunction(() => document.querySelector('#exemples')?.textContent?.includes('8 h 30'));
      expect(await page.$eval('#exemples', (zone) => zone.textContent)).to.include('rien n’est encore enregistré');
      expect(await page.$eval('#form-staffTo', (select) => (select as HTMLSelectElement).value)).to.equal('t510');
      expect(await school.db((db) => db('plugin_settings').pluck('plugin'))).to.deep.equal([]);
      await context.close();
      await school.close();
    });
});
