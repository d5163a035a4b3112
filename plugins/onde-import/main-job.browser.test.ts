import path from 'node:path';
import { HANDS, type Hand, openPage, openSchool, PASSWORD, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';

type Page = Awaited<ReturnType<typeof openPage>>['page'];
const sample = (name: string) => path.join(import.meta.dirname, 'samples', name);
const V20 = 'v20_eleves_reimport_en_cours_annee.csv';
const words = (page: Page, selector: string) =>
  page.$eval(selector, (element) => (element as HTMLElement).innerText.replace(/\s+/g, ' ').trim());

/** Issue 3, acceptance 1: the whole of it, by each of three hands. */
HANDS.forEach((hand) => {
  describe(`the main job, ${hand.name}`, function () {
    this.timeout(180_000);
    let school: TestSchool;
    before(async () => {
      school = await openSchool({ plugins: ['onde-import'] });
      await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
      await school.db((db) => db('classes').delete());
    });
    after(() => school.close());

    it('F04-04 F04-09 F04-15 F04-17 I-03 C-27 imports both files, decides what waits, imports again, undoes; Claire ABADIE finds her three children on a phone', async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await page.goto(school.url('/connexion/'));
      await page.$eval('input[value=administration]', (input) => (input as HTMLElement).focus());
      await page.keyboard.press('Space');
      await hand.fill(page, '[name=login]', school.people.direction.login);
      await hand.fill(page, '[name=password]', PASSWORD);
      await hand.press(page, 'form button.first');
      const report = await importFile(page, hand, '/eleves', 'eleves.csv', (tally) => {
        expect(tally).to.include('30 nouveaux élèves').and.include('0 élèves modifiés');
      });
      expect(report).to.include('Élèves créés 30').and.include('Classes concernées 3');
      await hand.press(page, 'main a.btn.first');
      expect(new URL(page.url()).pathname).to.include('/onde-import/responsables');
      const told = await importFile(page, hand, null, 'responsables.csv', (tally) => {
        expect(tally).to.include('28 nouveaux responsables').and.include('2 liens en attente');
      });
      expect(told).to.include('Responsables créés 28').and.include('Enfants rattachés 36').and.include('en attente 2');

      // Two pupils are called Lucas MARTIN: each parent is asked about, and nothing is guessed.
      await hand.press(page, '#trancher');
      const names = await page.$$eval('fieldset', (list) => list.map((one) => one.querySelector('input')?.name ?? ''));
      expect(names).to.have.length(2);
      if (hand === HANDS[0]) expect(await violations(page, 'attente')).to.deep.equal([]);
      for (const [at, name] of names.entries()) await hand.tick(page, `[id="l-${name.replace('link.', '')}-${at}"]`);
      await hand.press(page, '#enregistrer');
      expect(await words(page, '#contenu')).to.include('Aucun lien n’attend');
      expect(await school.db((db) => db('guardian_links'))).to.have.length(38);

      // A later file: 1 new, 4 changed, 24 the same, 2 absent; then back to where it was.
      const later = await importFile(page, hand, '/eleves', V20, (tally) => {
        expect(tally)
          .to.include('1 nouveaux élèves')
          .and.include('4 élèves modifiés')
          .and.include('2 absents du fichier')
          .and.include('24 identiques');
      });
      expect(later).to.include('Élèves créés 1').and.include('Modifiés 4').and.include('Inchangés 24');
      const salmon = () => school.db((db) => db('people').where('last_name', 'like', 'SALMON%').pluck('last_name'));
      expect(await salmon()).to.deep.equal(['SALMON-ROY']);
      await hand.tick(page, '#annuler summary');
      await hand.press(page, '#annuler-import');
      expect(await words(page, '#contenu'))
        .to.include('Cet import est annulé')
        .and.include('1 fiche retirée');
      expect(await salmon()).not.to.include('SALMON-ROY');
      expect(await school.db((db) => db('people').where({ kind: 'pupil' }))).to.have.length(30);
      await context.close();

      await claire(school, hand);
    });
  });
});

/** Chooses a file, looks at the preview, presses « Importer ». @returns the report's words. */
async function importFile(
  page: Page,
  hand: Hand,
  screen: string | null,
  name: string,
  look: (tally: string) => void,
): Promise<string> {
  if (screen) {
    const base = new URL(page.url());
    await page.goto(`${base.origin}/${base.pathname.split('/')[1]}/gestion/onde-import${screen}`);
  }
  await hand.choose(page, 'input[type=file]', sample(name));
  await hand.press(page, 'main form button.first');
  look(await words(page, '.tally'));
  // The screens that only an import has are looked at here.
  if (hand === HANDS[0]) expect(await violations(page, `aperçu ${name}`)).to.deep.equal([]);
  await hand.press(page, '#importer');
  expect(await words(page, 'h1')).to.equal('Rapport d’import');
  if (hand === HANDS[0]) expect(await violations(page, `rapport ${name}`)).to.deep.equal([]);
  return words(page, '#contenu');
}

/** The first family on a 360 px phone: first sign-in, home, exactly the three children, nobody else's. */
async function claire(school: TestSchool, hand: Hand): Promise<void> {
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
  const { page, context } = await openPage(360, { javascript: hand.javascript });
  await page.goto(school.url('/'));
  await hand.fill(page, '[name=login]', login.toLowerCase());
  await hand.fill(page, '[name=password]', secret);
  await hand.press(page, 'form button.first');
  await hand.fill(page, '[name=password]', 'Trois petits tours 3');
  await hand.fill(page, '[name=again]', 'Trois petits tours 3');
  await hand.press(page, 'form button.first');
  await hand.tick(page, '#mesure-none');
  await hand.press(page, 'form button.first');
  expect(new URL(page.url()).pathname).to.equal(`/${school.rne}/espace/parents/accueil/`);
  const children = await page.$$eval('.kids a span:last-child', (list) =>
    list.map((one) => one.firstChild?.textContent),
  );
  expect(children).to.deep.equal(['Tous', 'Élodie', 'Hugo', 'Ugo']);
  const seen = await words(page, 'body');
  expect(seen).to.include('1 Cours préparatoire').and.include('3 Cours Élémentaire 2 - Cours moyen 1');
  expect(seen, 'the school’s address').to.include('2 place du Préau');
  await hand.press(page, '.kids a:nth-child(3)');
  expect(await words(page, 'h1')).to.equal('Hugo ABADIE');
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'no sideways scroll').to.be.at.most(360);

  // Another family's child is a 404, by the address of one's own child's page.
  const own = new URL(page.url()).pathname;
  const stranger = await school.db((db) =>
    db('people').where({ last_name: 'CHEVALIER', first_name: 'Zoé' }).first('id'),
  );
  const answer = await page.goto(school.house.origin + own.replace(/[0-9a-f-]{36}/, stranger.id));
  expect(answer?.status()).to.equal(404);
  await context.close();
}
