import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { openPage, openSchool, type TestSchool, violations } from '../testing.ts';

describe('the journal of sendings, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  /** A sending of which some left, some were refused, and one that can still be called off. */
  let done: string;
  let held: string;
  before(async () => {
    school = await openSchool();
    const send = async (recall: boolean) => {
      const { rows } = await school.house.house.app.raw('select door(?, null) as told', [school.rne]);
      return school.db(async (db) => {
        const { personId } = school.people.parents;
        const { outbox } = school.house.container.services(rows[0].told.school, db, school.house.house.clock());
        const to = [
          { name: 'Paul LEROY', address: 'paul.leroy@exemple,fr', personId },
          {
            name: 'Claire-Élisabeth DUPONT DE LA TOUR',
            address: 'claire.elisabeth.dupont-de-la-tour@ecole-des-tilleuls.exemple.fr',
          },
          { name: 'Hugo GARNIER', address: null },
          { name: 'Lina MARTIN', address: 'lina@exemple.fr' },
        ];
        return outbox.send({
          title: 'Connexion des responsables',
          purpose: 'test.letter',
          recall,
          letters: to.map((one) => ({ to: one, subject: 'Votre connexion', text: 'Bonjour' })),
        });
      });
    };
    done = (await send(false)).id;
    await school.runJobs();
    held = (await send(true)).id;
  });
  after(() => school.close());

  async function open(page: Page, path: string) {
    await school.as('direction').get('/compte/');
    const [name, value] = school.as('direction').cookie.split(/[=;]/) as [string, string];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(path), { waitUntil: 'networkidle0' });
  }

  for (const width of [360, 1280] as const)
    it(`C-38 has no fault of accessibility at ${width} px, list, sending and recall`, async () => {
      const { page, context } = await openPage(width);
      for (const path of ['', '?de=preau', done, held].map((id) => `/gestion/envois/${id}`)) {
        await open(page, path);
        expect(await violations(page, path)).to.deep.equal([]);
      }
      await context.close();
    });

  it('C-37 P17 « Annuler l’envoi » works without JavaScript: nobody receives it', async () => {
    const { page, context } = await openPage(360, { javascript: false });
    await open(page, `/gestion/envois/${held}`);
    expect(await page.$eval('main', (main) => main.textContent)).to.match(/Part dans \d+\ss\./);
    await Promise.all([page.waitForNavigation(), page.tap('#annuler-envoi')]);
    expect(await page.$eval('main', (main) => main.textContent)).to.include('2 personnes ne recevront rien');
    await context.close();
  });

  it('C-38 the page says by itself what has become of a message', async () => {
    const { page, context } = await openPage(1280);
    await school.db((db) => db('outbox').where({ mailing_id: done, state: 'sent' }).update({ state: 'sending' }));
    await open(page, `/gestion/envois/${done}`);
    expect(await page.$eval('main', (main) => main.textContent)).to.include('2 en train de partir');
    await school.db((db) => db('outbox').where({ mailing_id: done, state: 'sending' }).update({ state: 'sent' }));
    await page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('2 partis'));
    await context.close();
  });
});
