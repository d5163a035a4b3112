import { HANDS, openPage, openSchool, PASSWORD, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import type { Page } from 'puppeteer';

const HOME = '/gestion/email-accounts/';
const words = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));

describe('a school account, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['email-accounts'] });
  });
  after(() => school.close());

  async function codeFor(address: string): Promise<string> {
    await school.runJobs();
    const found = school.house.mailbox.messages.find((one) => one.to.includes(address));
    return /\b\d{6}\b/.exec(found?.text ?? '')?.[0] as string;
  }

  HANDS.forEach((hand, at) => {
    it(`F09-01 F09-03 F09-04 F09-05 F09-06 is added with the code read in its mailbox, ${hand.name}`, async () => {
      const address = `secretariat${at}@ecole.test`;
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      const client = await school.asAccount(school.people.direction.accountId, 'administration');
      await client.get('/compte/');
      const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
      await context.setCookie({ name, value, domain: 'localhost', path: '/' });
      const said: string[] = [];
      const look = async () => {
        if (at === 0) said.push(...(await violations(page, page.url())));
      };
      await page.goto(school.url(HOME));
      await look();
      await hand.press(page, '#ajouter-0');
      await page.$$eval('[name=label], [name=address]', (fields) => {
        for (const field of fields as HTMLInputElement[]) field.value = '';
      });
      await hand.fill(page, '[name=label]', `Secrétariat ${at}`);
      await hand.fill(page, '[name=address]', address);
      await hand.press(page, '#suivant');
      expect(await words(page))
        .to.include('Étape 3 : Vérification du code')
        .and.include(address);
      await look();
      await hand.fill(page, '[name=code]', await codeFor(address));
      await hand.press(page, '#verifier');
      expect(await words(page)).to.include('Étape 4 : Sécurisation du compte établissement');
      await look();
      await hand.fill(page, '[name=_proof]', PASSWORD);
      await hand.press(page, '#securiser');
      expect(await words(page)).to.include('Étape 5 : indiquez les personnels habilités');
      await look();
      await hand.tick(page, `#p-${school.people.enseignants.accountId}`);
      await hand.press(page, '#valider');
      expect(await words(page)).to.include(`2 personnes peuvent envoyer depuis « Secrétariat ${at} ».`);
      await look();
      const { id } = await school.db((db) => db('email_accounts_boxes').where({ address }).first('id'));
      for (const path of ['envoi', 'retirer', 'habilites', 'code']) {
        await page.goto(school.url(`${HOME}etablissement/${id}/${path}`));
        await look();
      }
      await page.goto(school.url(`${HOME}etablissement/${id}/envoi`));
      const shown = () => page.$eval('[name=host]', (field) => field.checkVisibility());
      expect(await shown(), 'the fields of a server follow the choice').to.equal(false);
      await hand.tick(page, '[name=way][value=own]');
      expect(await shown()).to.equal(true);
      await look();
      expect(said).to.deep.equal([]);
      await context.close();
    });
  });
});
