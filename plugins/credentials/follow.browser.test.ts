import { HANDS, openPage, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

describe('the hand-over list, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  for (const hand of HANDS)
    it(`P2 a label is ticked as handed over, and unticked, ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await school.as('direction').get('/compte/');
      const value = /preau=([^;]+)/.exec(school.as('direction').cookie)?.[1] as string;
      await context.setCookie({ name: 'preau', value, domain: 'localhost', path: '/' });
      await page.goto(school.url('/gestion/credentials/suivi'));
      await hand.press(page, `#remise-guardian-${school.classId}`);
      const words = () => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));
      expect(await words())
        .to.include('LEROY Paul')
        .and.include('Pas encore');
      const box = `#remise-${school.people.parents.personId}`;
      await hand.tick(page, box);
      await hand.press(page, '#enregistrer');
      expect(await words())
        .to.include('1 remise notée.')
        .and.include('par Karine BRAUD');
      await hand.tick(page, box);
      await hand.press(page, '#enregistrer');
      expect(await words())
        .to.include('1 remise retirée.')
        .and.include('Pas encore');
      await context.close();
    });
});
