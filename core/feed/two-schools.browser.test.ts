import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { BIRTH } from '../testing/keys.ts';
import { HANDS, type Hand, openPage, PASSWORD, violations } from '../testing.ts';
import { informed, labelOf, type TwoSchools, twoSchools } from './samples/two-schools.test.ts';

const TYPED = BIRTH.split('-').reverse().join('/');
const OPEN = '.feed form[action$="/autres-comptes/ouvrir"] button';

describe('a parent with children in two schools, in a browser', function () {
  this.timeout(120_000);
  let two: TwoSchools;
  beforeEach(async () => {
    two = await twoSchools();
  });
  afterEach(async () => {
    await two.a.house.house.app('rate_limits').delete();
    await two.close();
  });

  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));

  /** Away from the bar that sticks to the foot of a phone, as one would scroll. */
  const inSight = (page: Page, selector: string) =>
    page.$eval(selector, (one) => one.scrollIntoView({ block: 'center' }));
  async function press(page: Page, hand: Hand, selector: string): Promise<void> {
    await inSight(page, selector);
    await hand.press(page, selector);
  }
  async function fill(page: Page, hand: Hand, selector: string, value: string): Promise<void> {
    await inSight(page, selector);
    // Headless Chromium on an emulated phone loses the keys that follow a second tap on this page; focus does not.
    await (hand.javascript ? hand.fill(page, selector, value) : page.type(selector, value));
  }

  async function signIn(page: Page, hand: Hand): Promise<void> {
    await page.goto(two.a.url('/connexion/'));
    await fill(page, hand, '#form-login', two.mine.login);
    await fill(page, hand, '#form-password', PASSWORD);
    await press(page, hand, '#form-form button.first');
  }
  async function byLabel(page: Page, hand: Hand): Promise<void> {
    await fill(page, hand, '#code-code', await labelOf(two.b, two.theirs));
    await fill(page, hand, '#code-birth', TYPED);
    await press(page, hand, '#relier-code');
    expect(await text(page))
      .to.include('École du Lavoir')
      .and.include('Retirer le lien');
  }

  for (const hand of HANDS)
    it(`P3 C-20 C-22 C-23 signs in, adds the child by its label, signs what the other school asks, and proves it again after a reset, ${hand.name}`, async () => {
      const { a, b, theirs } = two;
      await informed(b, theirs, 'Sortie au lavoir', true);
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await signIn(page, hand);
      await press(page, hand, '#ajouter-un-enfant');
      await fill(page, hand, '#ecole', b.rne);
      await press(page, hand, '#chercher');
      await byLabel(page, hand);
      await page.goto(a.url('/fil/'));
      expect(await text(page))
        .to.include('Sortie au lavoir')
        .and.include('Mila 1')
        .and.include('École du Lavoir');
      if (hand.javascript) expect(await violations(page, '/fil/')).to.deep.equal([]);
      await press(page, hand, OPEN);
      expect(page.url()).to.include(`/${b.rne}/espace/parents/infos/lire/`);
      await fill(page, hand, '#signing-name', 'Sophie Leoti');
      await press(page, hand, '#signer');
      expect(await text(page)).to.include('Sophie Leoti a signé');
      const reset = `/gestion/ressources/responsables/${theirs.guardianId}/compte/reinitialiser`;
      await b.as('direction').post(reset);
      await page.goto(b.url('/espace/parents/accueil/'));
      expect(page.url(), 'the reset ended it').to.include(`/${b.rne}/connexion/`);
      await signIn(page, hand);
      await page.goto(a.url('/autres-comptes/'));
      expect(await text(page)).to.include('À prouver de nouveau');
      await press(page, hand, `#prouver-${theirs.accountId}`);
      await byLabel(page, hand);
      await page.goto(a.url('/fil/'));
      expect(await text(page))
        .to.include('Sortie au lavoir')
        .and.not.include('à relier');
      await context.close();
    });
});
