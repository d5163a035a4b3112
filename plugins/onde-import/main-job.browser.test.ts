import path from 'node:path';
import { openPage, openSchool, PASSWORD, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const sample = (name: string) => path.join(import.meta.dirname, 'samples', name);

describe('the main job, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['onde-import'] });
    await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
    await school.db((db) => db('classes').delete());
  });
  after(() => school.close());

  it('F04-04 F04-09 F04-17 I-03 C-27 a director imports both files; Claire ABADIE finds her three children on a phone, and nobody else’s', async () => {
    const desk = await openPage(1280);
    const { page } = desk;
    const go = async (selector: string) => {
      await Promise.all([page.waitForNavigation(), page.click(selector)]);
    };
    await page.goto(school.url('/connexion/'));
    await page.click('input[value=administration]');
    await page.type('[name=login]', school.people.direction.login);
    await page.type('[name=password]', PASSWORD);
    await go('form button.first');
    // Imports/Exports > ONDE > Importer les élèves et les classes, by the menus.
    await page.evaluate(() =>
      [...document.querySelectorAll('a')]
        .find((link) => link.textContent?.includes('Imports/Exports'))
        ?.setAttribute('data-go', ''),
    );
    await go('a[data-go]');
    expect(await page.$eval('h1', (h1) => h1.textContent)).to.equal('Importer les élèves et les classes');
    await (await page.$('input[type=file]'))?.uploadFile(sample('eleves.csv'));
    await go('main form button.first');
    expect(await page.$eval('.tally', (tally) => tally.textContent)).to.include('30');
    await go('#importer');
    expect(await page.$eval('#crees', (dd) => dd.textContent)).to.equal('30');
    expect(await page.$eval('#classes', (dd) => dd.textContent)).to.equal('3');
    await go('main a.btn.first');
    await (await page.$('input[type=file]'))?.uploadFile(sample('responsables.csv'));
    await go('main form button.first');
    await go('#importer');
    for (const [id, expected] of [
      ['crees', '28'],
      ['liens', '36'],
      ['attente', '2'],
    ])
      expect(await page.$eval(`#${id}`, (dd) => dd.textContent), id).to.equal(expected);
    await go('main a.btn.first');
    expect(await page.$eval('.head', (head) => head.textContent)).to.include('28 responsables');
    // The filter answers while typing, and brings one line back.
    await page.type('#filtre', 'abadie cl');
    await page.waitForFunction(() => document.querySelectorAll('#liste tbody tr').length === 1);
    expect(await page.$eval('#liste tbody', (body) => body.textContent)).to.include('Élodie, Hugo, Ugo');
    await desk.context.close();

    const { login, secret } = await school.db(async (db) => {
      const row = await db('accounts')
        .join('people', 'people.id', 'accounts.person_id')
        .where({ last_name: 'ABADIE', first_name: 'Claire' })
        .first('login', 'secret_sealed');
      return {
        login: row.login as string,
        secret: school.house.house.secrets.open('provisional', row.secret_sealed) as string,
      };
    });
    const phone = await openPage(360);
    const tap = async (selector: string) => {
      await Promise.all([phone.page.waitForNavigation(), phone.page.tap(selector)]);
    };
    await phone.page.goto(school.url('/'));
    await phone.page.type('[name=login]', login.toLowerCase());
    await phone.page.type('[name=password]', secret);
    await tap('form button.first');
    await phone.page.type('[name=password]', 'Trois petits tours 3');
    await phone.page.type('[name=again]', 'Trois petits tours 3');
    await tap('form button.first');
    expect(new URL(phone.page.url()).pathname).to.equal(`/${school.rne}/espace/parents/accueil/`);
    const children = await phone.page.$$eval('.feed h2', (list) => list.map((one) => one.textContent?.trim()));
    expect(children).to.deep.equal(['Élodie ABADIE', 'Hugo ABADIE', 'Ugo ABADIE']);
    const seen = await phone.page.$eval('body', (body) => body.innerText);
    expect(seen).to.include('1 Cours préparatoire').and.include('3 Cours Élémentaire 2 - Cours moyen 1');
    await tap('.kids a:nth-child(3)');
    expect(await phone.page.$eval('h1', (h1) => h1.textContent)).to.equal('Hugo ABADIE');
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth), 'no sideways scroll').to.be.at.most(
      360,
    );

    // Another family's child is a 404, by the address of one's own child's page.
    const stranger = await school.db((db) =>
      db('people').where({ last_name: 'CHEVALIER', first_name: 'Zoé' }).first('id'),
    );
    const answer = await phone.page.goto(school.url(`/espace/parents/accueil/enfants/${stranger.id}`));
    expect(answer?.status()).to.equal(404);
    await phone.context.close();
  });
});
