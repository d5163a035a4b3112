import { expect } from 'chai';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '../testing.ts';

describe('« Voir comme », in a browser (P9)', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['infos', 'discussions'] });
  });
  after(() => school.close());

  for (const hand of HANDS.filter(({ name }) => !name.includes('mouse')))
    it(`P9 a look begins, is said over every page and ends ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width);
      await page.setJavaScriptEnabled(hand.javascript);
      const client = await school.asAccount(school.people.direction.accountId, 'administration');
      await client.get('/compte/');
      const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
      await context.setCookie({ name, value, domain: 'localhost', path: '/' });
      await page.goto(school.url('/gestion/voir-comme/?q=leroy&genre=guardian'));
      await hand.press(page, '#personne form[method=post] button');
      const said = () => page.$eval('.looking', (banner) => (banner as HTMLElement).innerText.replace(/\s+/g, ' '));
      expect(await said()).to.include('Vous voyez l’Espace Parents comme M. Paul LEROY. Rien ne peut être envoyé');
      if (hand.javascript) expect(await violations(page, 'banner')).to.deep.equal([]);
      await hand.press(page, `nav.${hand.width === 360 ? 'bottom' : 'rubrics'} a[href*="discussions"]`);
      expect(await page.$eval('main', (main) => main.innerText)).to.include('Contenu masqué');
      await said();
      await hand.press(page, '.looking button');
      expect(await page.$eval('h1', (title) => title.innerText)).to.equal('Voir comme');
      expect(await page.$('.looking')).to.equal(null);
      await context.close();
    });
});
