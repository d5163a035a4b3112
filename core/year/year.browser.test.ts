import { expect } from 'chai';
import { HANDS, openPage, openSchool, PASSWORD, sharedHouse, type TestSchool } from '../testing.ts';

/** Keyboard alone, then a look on a phone. */
describe('the year’s turn in the browser (P11)', () => {
  let school: TestSchool;
  before(async () => {
    (await sharedHouse()).setNow(new Date('2027-06-20T10:00:00Z'));
    school = await openSchool();
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  it('P11 a director turns the year by keyboard alone, and the report fits a phone', async () => {
    const keyboard = HANDS[1] as (typeof HANDS)[number];
    const me = school.as('direction');
    await me.get('/compte/');
    const [name = '', value = ''] = me.cookie.split('; ')[0]?.split('=') ?? [];
    const desk = await openPage(1280);
    await desk.context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await desk.page.goto(school.url('/gestion/annee/'));
    await keyboard.press(desk.page, '#verifier');
    await keyboard.press(desk.page, '#valider');
    await keyboard.fill(desk.page, '[name=_proof]', PASSWORD);
    await keyboard.press(desk.page, '#contenu form button.first');
    const report = desk.page.url();
    expect(report).to.contain('/annee/rapport/');
    await desk.context.close();
    const phone = await openPage(360);
    await phone.context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await phone.page.goto(report);
    expect(await phone.page.$eval('#contenu', (main) => (main as HTMLElement).innerText)).to.contain(
      'Ce qui sera fait',
    );
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).to.equal(360);
    await phone.context.close();
  });
});
