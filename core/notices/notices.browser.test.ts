import { expect } from 'chai';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '../testing.ts';
import { openWork } from '../web/work.ts';

describe('the bell and « Notifications », in a browser (C-05, C-06)', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
    // Thursday, at an hour when things are delivered.
    school.house.setNow(new Date('2035-11-29T10:00+01:00'));
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  async function tell(): Promise<void> {
    const { personId } = school.people.parents;
    await school.db(async (db) => {
      await db('notices').delete();
      await db('notice_choices').delete();
      const { rows } = await db.raw('select door(?, null) as told', [school.rne]);
      const { services } = openWork(school.house.container, 'potager', rows[0].told.school, db);
      const one = { personId, category: 'potager.harvest', path: '/potager/' };
      await services.notices.tell([
        { ...one, about: 'potager:1', title: 'Radis mûrs, pour Mila (CE1 Jonquilles)' },
        { ...one, about: 'potager:2', title: 'Courges, pour Mila (CE1 Jonquilles)' },
      ]);
    });
  }

  for (const hand of HANDS)
    it(`C-05 C-06 is read, emptied and set ${hand.name}`, async () => {
      await tell();
      const { page, context } = await openPage(hand.width);
      await page.setJavaScriptEnabled(hand.javascript);
      const client = school.as('parents');
      await client.get('/compte/');
      const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
      await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
      const count = () => page.$$eval('a.bell .count', (all) => all.map((one) => one.firstChild?.textContent));

      await page.goto(school.url('/espace/parents/accueil/'));
      expect(await count()).to.deep.equal(['2']);
      await hand.press(page, 'a.bell');
      expect(await page.$$eval('.module h2', (all) => all.map((one) => one.textContent))).to.deep.equal([
        'Courges, pour Mila (CE1 Jonquilles)',
        'Radis mûrs, pour Mila (CE1 Jonquilles)',
      ]);
      if (hand === HANDS[0]) expect(await violations(page, hand.name)).to.deep.equal([]);
      await hand.press(page, 'form[action$="/notifications/lues"] button');
      expect(await count()).to.deep.equal([]);

      await hand.press(page, 'a[href$="/notifications/reglages"]');
      await hand.tick(page, '[id="wanted-potager.chores"]');
      await hand.press(page, '#form-form .btn.first');
      expect(await page.$eval('.note', (note) => note.textContent)).to.include('C’est enregistré.');
      expect(await page.$eval('[id="wanted-potager.chores"]', (box) => (box as HTMLInputElement).checked)).to.equal(
        false,
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).to.equal(true);
      await context.close();
    });
});
