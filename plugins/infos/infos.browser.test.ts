import { HANDS, type Hand, openPage, openPdf, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import type { Page } from 'puppeteer';
import {
  type Cast,
  choose,
  draft,
  GESTION,
  idIn,
  later,
  NOW,
  published,
  twoClasses,
} from './samples/two-classes.test.ts';

describe('informations in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let cast: Cast;
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    school.house.setNow(NOW);
    cast = await twoClasses(school);
    // Grâce writes to nobody in this journey: two guardians, one a class.
    await school.db((db) =>
      db('guardian_links').where({ guardian_id: cast.grace.personId }).whereNot({ pupil_id: cast.zoe }).delete(),
    );
    await school.db((db) => db('guardian_links').where({ guardian_id: cast.claire.personId }).delete());
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  async function signedIn(role: 'direction' | 'parents', hand: Hand): Promise<Page> {
    const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
    const client = school.as(role);
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    return page;
  }
  /** A whole group, as one presses « Tout cocher ». */
  async function tickGroup(page: Page, hand: Hand, group: string): Promise<void> {
    const button = `[id="tout-guardians:${group}"]`;
    // A closed group opens first.
    for (const summary of ['genre-guardians', `groupe-guardians:${group}`])
      if (!(await page.$eval(`[id="${summary}"]`, (one) => one.closest('details')?.open)))
        await hand.tick(page, `[id="${summary}"]`);
    await (hand.javascript ? hand.tick(page, button) : hand.press(page, button));
  }
  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));

  it('every page of an item is right for a screen reader, and does not scroll sideways, at 360 px (C-01)', async () => {
    const to = [school.people.parents.personId, cast.grace.personId];
    const direction = school.as('direction');
    const waiting = await draft(direction, GESTION, { title: 'Brouillon' }, to);
    const sent = await published(direction, GESTION, { title: 'Accord', receipt: 'sign' }, to);
    const survey = idIn(
      await direction.post(`${GESTION}/nouveau-sondage`, { title: 'Où ?', publish: 'on', to: '2026-12-10' }),
    );
    await direction.post(`${GESTION}/${survey}/questions`, { title: 'Où ?', kind: 'many', options: 'Ici\nLà' });
    const questions = await direction.get(`${GESTION}/${survey}/questions`);
    expect(questions.status).to.equal(200);
    await choose(direction, GESTION, survey, to);
    await direction.post(`${GESTION}/${survey}/publier`, { sure: '' });
    school.house.setNow(later(2));
    const said: string[] = [];
    const look = async (role: 'direction' | 'parents', paths: string[]) => {
      const page = await signedIn(role, { ...(HANDS[0] as Hand), width: 360 });
      for (const path of paths) {
        await page.goto(school.url(path));
        said.push(...(await violations(page, path)));
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
          said.push(`${path} scrolls sideways`);
      }
      await page.browserContext().close();
    };
    const desk = (id: string, ...pages: string[]) => pages.map((one) => `${GESTION}/${id}${one}`);
    await look('direction', [
      ...desk(waiting, '', '/destinataires', '/publier'),
      ...desk(sent, '', '/retours', '/modifier', '/retirer'),
      ...desk(survey, '', '/resultats'),
    ]);
    const read = '/espace/parents/infos';
    await look('parents', [`${read}/`, `${read}/lire/${sent}`, `${read}/lire/${survey}`, '/espace/parents/accueil/']);
    expect(said).to.deep.equal([]);
  });

  for (const hand of HANDS) {
    it(`F14-03 F15-4 an information to two classes: one guardian signs, the other is reminded and gets a paper slip, ${hand.name}`, async () => {
      const title = `Sortie ${hand.name}`;
      const desk = await signedIn('direction', hand);
      await desk.goto(school.url(`${GESTION}/nouvelle`));
      if (hand.javascript) await desk.waitForSelector('#form-body[contenteditable=true]');
      await hand.fill(desk, '#form-title', title);
      await hand.fill(desk, '#form-body', 'Départ à 8 h 45.');
      await desk.select('#form-receipt', 'sign');
      await hand.press(desk, '#suite');
      for (const group of [school.classId, cast.gs]) await tickGroup(desk, hand, group);
      expect(await text(desk))
        .to.include('2 personnes')
        .and.include('2 responsables de 2 élèves');
      await hand.press(desk, '#choisir');
      expect(await text(desk)).to.include('2 personnes vont la recevoir');
      await hand.press(desk, '#publier');
      const path = new URL(desk.url()).pathname;
      school.house.setNow(later(2));

      const phone = await signedIn('parents', hand);
      await phone.goto(school.url('/espace/parents/accueil/'));
      const address = `/espace/parents/infos/lire/${path.split('/').pop()}`;
      await hand.press(phone, `.do a[href$="${address}"]`);
      if (hand.javascript)
        await phone.waitForFunction(() => document.querySelector('#lecture')?.textContent?.includes('Lu.'));
      else await hand.press(phone, '#lu');
      expect(await text(phone))
        .to.include('Lu. L’école le voit.')
        .and.include('pour Mila (CE1 Jonquilles)');
      await hand.fill(phone, '#signing-name', 'Paul Leroy');
      await hand.press(phone, '#signer');
      expect(await text(phone))
        .to.include('Paul Leroy a signé')
        .and.include('conforme');

      await desk.goto(`${desk.url().split('?')[0]}/retours`);
      expect(await text(desk))
        .to.include('Signé par 1 sur 2')
        .and.include('Pas lu');
      await hand.press(desk, '#relancer');
      const told = await school.db((db) =>
        db('notices')
          .where({ about: `infos:${path.split('/').pop()}:rappel-1` })
          .pluck('person_id'),
      );
      expect(told).to.deep.equal([cast.grace.personId]);
      const slips = await desk.$eval('#mots', (link) => (link as HTMLAnchorElement).href);
      const answer = await fetch(slips, { headers: { Cookie: school.as('direction').cookie } });
      const paper = openPdf(Buffer.from(await answer.arrayBuffer())).text(0);
      expect(paper).to.include('OKAFOR Grâce').and.not.include('LEROY');
      for (const page of [desk, phone]) await page.browserContext().close();
    });

    it(`F14-15 a survey asked, answered and read, ${hand.name}`, async () => {
      const desk = await signedIn('direction', hand);
      await desk.goto(school.url(`${GESTION}/nouveau-sondage`));
      await hand.fill(desk, '#form-title', `La fête ${hand.name}`);
      await hand.press(desk, '#suite');
      await hand.fill(desk, '#form-title', 'Où ?');
      // Entrée begins a new line there; the value is put as a paste would.
      await desk.$eval('#form-options', (zone) => {
        (zone as HTMLTextAreaElement).value = 'La cour\nLe parc';
      });
      await hand.press(desk, '#ajouter');
      await hand.press(desk, '#suite');
      await tickGroup(desk, hand, school.classId);
      await hand.press(desk, '#choisir');
      await hand.press(desk, '#publier');
      const id = new URL(desk.url()).pathname.split('/').pop();
      school.house.setNow(later(2));
      const phone = await signedIn('parents', hand);
      await phone.goto(school.url(`/espace/parents/infos/lire/${id}`));
      if (hand.javascript)
        await phone.waitForFunction(() => document.querySelector('#lecture')?.textContent?.includes('Lu.'));
      await hand.tick(phone, '[name^="answers."][value="1"]');
      await hand.press(phone, '#repondre');
      expect(await text(phone)).to.include('Changer ma réponse');
      await desk.goto(school.url(`${GESTION}/${id}/resultats`));
      expect(await text(desk)).to.match(/Le parc 1 100 % LEROY Paul/);
      for (const page of [desk, phone]) await page.browserContext().close();
    });
  }
});
