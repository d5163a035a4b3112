import {
  BIRTH,
  HANDS,
  newFamilies,
  openPage,
  openPdf,
  openSchool,
  PASSWORD,
  type TestSchool,
} from '@preau/core/testing';

import { expect } from 'chai';

type Page = Awaited<ReturnType<typeof openPage>>['page'];
const TEACHERS = '/gestion/personnels/professeurs';
const GUARDIANS = '/gestion/ressources/responsables';
const hand = HANDS[0] as (typeof HANDS)[number];
const words = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));

/** Issue 5, acceptance 1: after this every person has his key, on paper or by mail. */
describe('everyone his key, in a browser', function () {
  this.timeout(180_000);
  let school: TestSchool;
  let page: Page;
  let close: () => Promise<void>;
  before(async () => {
    school = await openSchool();
    for (const [first_name, email] of [
      ['Jeanne', 'jeanne@exemple.fr'],
      ['Rémy', 'remy@exemple.fr'],
    ] as const) {
      await school.as('direction').post(`${TEACHERS}/creer`, { last_name: 'Martin', first_name });
      await school.db((db) => db('people').where({ first_name }).update({ email }));
    }
    await newFamilies(school, 28);
    const opened = await openPage(1280);
    page = opened.page;
    close = () => opened.context.close();
    const client = await school.asAccount(school.people.direction.accountId, 'administration');
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await opened.context.setCookie({ name, value, domain: 'localhost', path: '/' });
  });
  after(async () => {
    school.house.setNow(null);
    await close();
    await school.close();
  });
  const mails = () => school.house.mailbox.messages;

  it('F09-10 F13-7 a school account is verified by the code its mailbox received, and teachers get their credentials from it', async () => {
    await page.goto(school.url('/gestion/email-accounts/'));
    await hand.press(page, '#ajouter-0');
    await page.$$eval('[name=label], [name=address]', (fields) => {
      for (const field of fields as HTMLInputElement[]) field.value = '';
    });
    await hand.fill(page, '[name=label]', 'Secrétariat');
    await hand.fill(page, '[name=address]', 'secretariat@ecole.test');
    await hand.press(page, '#suivant');
    await school.runJobs();
    const code = /\b\d{6}\b/.exec(mails().find((one) => one.to.includes('secretariat@ecole.test'))?.text ?? '')?.[0];
    await hand.fill(page, '[name=code]', code as string);
    await hand.press(page, '#verifier');
    await hand.fill(page, '[name=_proof]', PASSWORD);
    await hand.press(page, '#securiser');
    await hand.press(page, '#valider');

    await page.goto(school.url(TEACHERS));
    for (const name of ['Jeanne MARTIN', 'Rémy MARTIN']) await hand.tick(page, `[aria-label="Sélectionner ${name}"]`);
    await hand.press(page, '#acte-credentials-courrier');
    await page.click('#imprimer-mailer');
    await page.waitForSelector('#fenetre[open] #form-mail');
    const account = await page.$eval(
      '[name=sender]',
      (select) => [...(select as HTMLSelectElement).options].find((one) => one.text.includes('Secrétariat'))?.value,
    );
    await page.select('[name=sender]', account as string);
    await hand.press(page, '#envoyer');
    expect(await words(page)).to.include('2 e-mails partent dans une minute');
    school.house.setNow(new Date(Date.now() + 61_000));
    await school.runJobs();
    for (const [address, first] of [
      ['jeanne@exemple.fr', 'Jeanne'],
      ['remy@exemple.fr', 'Rémy'],
    ] as const) {
      const mine = mails().filter((one) => one.to.includes(address));
      expect(mine, address).to.have.length(1);
      expect(mine[0]?.raw).to.match(/^Reply-To:.*secretariat@ecole\.test/im);
      const { login } = await school.db((db) =>
        db('accounts').join('people', 'people.id', 'person_id').where({ first_name: first }).first('login'),
      );
      expect(mine[0]?.text).to.include(login);
      const secret = /\b(?=\w*[A-Z])(?=\w*[a-z])(?=\w*\d)[A-Za-z2-9]{10}\b/.exec(mine[0]?.text ?? '')?.[0] as string;
      const entered = await school
        .as('visiteur')
        .post('/connexion/', { mode: 'espace', login, password: secret, vers: '', suite: '' });
      expect(entered.status, `${first} enters with what he received`).to.equal(303);
    }
    school.house.setNow(null);
  });

  it('F12-01 to F12-11 28 guardians get labels; each QR code read from the PDF opens that guardian and no other', async () => {
    await page.goto(school.url(`${GUARDIANS}?q=leoti`));
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await hand.press(page, '#acte-credentials-etiquettes');
    expect(await words(page)).to.include('28 étiquettes sur 2 feuilles');
    await Promise.all([page.waitForNavigation(), page.click('#generer')]);
    await school.runJobs();
    await page.reload();
    const path = new URL(await page.$eval('#fichier', (link) => (link as HTMLAnchorElement).href)).pathname;
    const cookie = (await page.browserContext().cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
    const answer = await fetch(school.house.origin + path, { headers: { Cookie: cookie } });
    expect(answer.headers.get('content-type')).to.equal('application/pdf');
    const pdf = openPdf(Buffer.from(await answer.arrayBuffer()));
    const read = (await Promise.all(Array.from({ length: pdf.pages }, (_, at) => pdf.codes(at, 150)))).flat();
    expect(read).to.have.length(28);
    const seen = new Set<string>();
    for (const { text } of read) {
      const door = new URL(text).pathname;
      const shown = await school.as('visiteur').get(door);
      const named = [...new Set(shown.text.match(/Sophie \d+ LEOTI/g))];
      expect(named, door).to.have.length(1);
      seen.add(named[0] as string);
      const entered = await school.as('visiteur').post(door, { birth: BIRTH });
      expect(entered.status).to.equal(303);
    }
    expect(seen.size).to.equal(28);
    const opened = await school.db((db) => db('account_keys').whereNotNull('used_at').distinct('account_id'));
    expect(opened).to.have.length(28);
  });
});
