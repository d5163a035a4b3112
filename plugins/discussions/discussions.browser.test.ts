import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HANDS, type Hand, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import type { Page, SerializedAXNode } from 'puppeteer';

const GESTION = '/gestion/discussions/';
const TEACHERS = '/espace/enseignants/discussions/';
const PARENTS = '/espace/parents/discussions/';
const TUESDAY = '2026-11-24';

/** Both people of this fiche hold a phone. */
const ON_A_PHONE: Hand[] = HANDS.map((hand) => ({
  ...hand,
  name: hand.name.replace('1280', '360'),
  width: 360,
  // Away from the bar at the foot of the phone, as one would scroll.
  async press(page, selector) {
    await page.$eval(selector, (one) => one.scrollIntoView({ block: 'center' }));
    await hand.press(page, selector);
  },
}));

describe('discussions in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let minute = 0;
  const file = path.join(tmpdir(), `mot-${process.pid}.txt`);
  before(async () => {
    writeFileSync(file, 'Mot du médecin');
    school = await openSchool({ plugins: ['discussions'] });
    school.house.setNow(new Date(`${TUESDAY}T09:00:00Z`));
    // Mila has another guardian; another class has one of its own.
    await school.db(async (db) => {
      const { year } = await db('class_places').first('year');
      const [gs] = await db('classes').insert({ year, label: 'GS Coquelicots', search: 'gs' }).returning('id');
      const [pupil] = await db('people')
        .insert({ kind: 'pupil', last_name: 'OKAFOR', first_name: 'Zoé', search: 'okafor zoe' })
        .returning('id');
      await db('class_places').insert({ pupil_id: pupil.id, class_id: gs.id, year, level: 'GS' });
      for (const [name, child] of [
        ['NAVARRO', school.childId],
        ['OKAFOR', pupil.id],
      ]) {
        const [one] = await db('people')
          .insert({ kind: 'guardian', last_name: name, first_name: 'Inès', search: `${name} ines`.toLowerCase() })
          .returning('id');
        await db('guardian_links').insert({ guardian_id: one.id, pupil_id: child });
      }
    });
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const later = () => {
    minute += 1;
    school.house.setNow(new Date(new Date(`${TUESDAY}T09:00:00Z`).getTime() + minute * 60_000));
  };
  async function signedIn(role: 'direction' | 'enseignants' | 'parents', hand: Hand): Promise<Page> {
    const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
    const client = school.as(role);
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    return page;
  }
  const close = (page: Page) => page.browserContext().close();
  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));
  const ready = async (page: Page, hand: Hand) => {
    if (hand.javascript) await page.waitForSelector('#form-body[contenteditable=true]');
  };
  /** Writes in the editor, or in the plain field that stands for it. */
  async function say(page: Page, hand: Hand, words: string): Promise<void> {
    await ready(page, hand);
    await page.$eval('#form-body', (zone) => zone.scrollIntoView({ block: 'center' }));
    await hand.fill(page, '#form-body', words);
  }
  /** Opens the groups above a box, then ticks it. */
  async function tickPerson(page: Page, hand: Hand, personId: string): Promise<void> {
    const box = `input[name=to][value="${personId}"]`;
    await openAbove(page, hand, box);
    await hand.tick(page, `[id="${await page.$eval(box, (one) => one.id)}"]`);
  }
  async function openAbove(page: Page, hand: Hand, selector: string): Promise<void> {
    const closed = () =>
      page.$eval(selector, (one) => {
        const shut = [];
        for (let up = one.closest('details'); up; up = up.parentElement?.closest('details') ?? null)
          if (!up.open) shut.unshift(up.querySelector('summary')?.id ?? '');
        return shut[0];
      });
    for (let id = await closed(); id; id = await closed()) await hand.tick(page, `[id="${id}"]`);
  }
  async function begin(role: 'direction' | 'enseignants' | 'parents', home: string, to: string[], send = true) {
    const client = school.as(role);
    const words = { subject: 'Demande de rendez-vous', body: 'Bonjour, pouvons-nous nous voir ?' };
    const made = await client.post(`${home}nouvelle`, { ...words, act: 'choisir' });
    const id = /discussions\/([0-9a-f-]{36})\//.exec(made.location as string)?.[1] as string;
    await client.post(`${home}${id}/destinataires`, { to, par: 'classe', resp: 'tous', act: '' });
    if (send) await client.post(`${home}${id}/brouillon`, { ...words, act: 'envoyer' });
    return id;
  }

  for (const hand of ON_A_PHONE)
    it(`F15-1 F15-2 F15-3 F15-5 F15-6 F15-7 a parent and a teacher talk, from both phones, ${hand.name}`, async () => {
      later();
      const subject = `Rendez-vous ${hand.name}`;
      const parent = await signedIn('parents', hand);
      await parent.goto(school.url(PARENTS));
      await hand.press(parent, '#nouvelle');
      await ready(parent, hand);
      await hand.fill(parent, '#form-subject', subject);
      await say(parent, hand, 'Bonjour, pouvons-nous nous voir ?');
      await hand.press(parent, '#choisir');
      await tickPerson(parent, hand, school.people.enseignants.personId);
      if (hand.javascript) expect(await text(parent)).to.include('1 professeur');
      await hand.press(parent, '#choisir');
      expect(await text(parent))
        .to.include('1 personne : 1 professeur')
        .and.include('Anne-Sophie KRUG');
      await ready(parent, hand);
      await hand.press(parent, '#envoyer');
      expect(await parent.$eval('body', (body) => body.innerText)).to.include('Le message est envoyé à 1');
      expect(await text(parent)).to.include('pouvons-nous nous voir');

      later();
      const teacher = await signedIn('enseignants', hand);
      await teacher.goto(school.url(TEACHERS));
      expect(await text(teacher)).to.include('1 nouveau message');
      const address = new URL(parent.url()).pathname.split('/').pop();
      await hand.press(teacher, `main a[href$="${address}"]`);
      expect(await text(teacher)).to.include('pouvons-nous nous voir');
      // Read, once the page says so.
      if (hand.javascript) await teacher.waitForNetworkIdle({ idleTime: 100 });
      else await hand.press(teacher, '#marquer-lu');
      const read = await school.db((db) =>
        db('discussions_members')
          .where({ thread_id: address as string, person_id: school.people.enseignants.personId })
          .first('read_at'),
      );
      expect(read.read_at).to.be.instanceOf(Date);
      await say(teacher, hand, 'Oui, mardi à 17 h.');
      await hand.choose(teacher, '#form-files', file);
      await hand.press(teacher, '#repondre');
      expect(await text(teacher))
        .to.include('Oui, mardi à 17 h.')
        .and.include(path.basename(file));

      later();
      if (hand.javascript) {
        // Half an answer is there: what comes in leaves it alone.
        await say(parent, hand, 'Merci');
        await parent.$eval('#fil', (zone) => zone.dispatchEvent(new CustomEvent('poll')));
        await parent.waitForFunction(() => document.querySelector('#fil')?.textContent?.includes('mardi à 17'));
        expect(await parent.$eval('#form-body', (zone) => zone.textContent)).to.equal('Merci');
      } else await parent.reload();
      expect(await text(parent))
        .to.include('Oui, mardi à 17 h.')
        .and.include(path.basename(file));
      await close(parent);
      await close(teacher);
    });

  it('new messages come by themselves every 15 s while somebody looks, and each is said to be read', async () => {
    later();
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const page = await signedIn('parents', { ...(HANDS[0] as Hand), width: 360 });
    await page.evaluateOnNewDocument(() => {
      const plain = window.setInterval.bind(window);
      const clock = (act: () => void, every: number) => {
        if (every === 15_000) Object.assign(window, { tick: act });
        return every === 15_000 ? 0 : plain(act, every);
      };
      Object.assign(window, { setInterval: clock });
    });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const tick = () => page.evaluate(() => (window as unknown as { tick: () => void }).tick());
    const look = (state: string) =>
      page.evaluate(
        (seen) => Object.defineProperty(document, 'visibilityState', { value: seen, writable: true }),
        state,
      );
    const unread = async () =>
      Number(
        (
          await school.db((db) =>
            db('notices')
              .where({ person_id: school.people.parents.personId })
              .whereLike('about', `discussions:${id}:%`)
              .whereNull('read_at')
              .count()
              .first(),
          )
        )?.count,
      );
    await page.goto(school.url(PARENTS + id), { waitUntil: 'networkidle0' });
    expect(await unread()).to.equal(0);
    await look('hidden');
    asked.length = 0;
    await tick();
    expect(asked).to.deep.equal([]);
    await look('visible');
    for (const words of ['Un premier mot', 'Un second mot']) {
      later();
      await school.as('enseignants').post(TEACHERS + id, { body: words });
      expect(await unread()).to.equal(1);
      await tick();
      await page.waitForFunction((said) => document.querySelector('#fil')?.textContent?.includes(said), {}, words);
      await page.waitForNetworkIdle({ idleTime: 100 });
      expect(await unread(), words).to.equal(0);
    }
    await close(page);
  });

  for (const hand of HANDS)
    it(`F14-03 F14-04 F15-4 C-26 the picker: whole groups, other groupings, a search that keeps ticks, ${hand.name}`, async () => {
      later();
      const page = await signedIn('direction', hand);
      const id = await begin('direction', GESTION, [], false);
      await page.goto(school.url(`${GESTION}${id}/destinataires`));
      const press = async (button: string) => {
        await openAbove(page, hand, button);
        await (hand.javascript ? hand.tick(page, button) : hand.press(page, button));
      };
      await press(`[id="tout-guardians:${school.classId}"]`);
      const words = (await text(page)).replace(/\u00a0/g, ' ');
      expect(words).to.include('2 responsables de 1 élève').and.include('2 sur 3 cochés');
      await press(`[id="rien-guardians:${school.classId}"]`);
      await tickPerson(page, hand, school.people.parents.personId);
      for (const [par, group] of [
        ['niveau', 'CE1'],
        ['nom', 'L'],
        ['fonction', 'L'],
        ['classe', 'CE1 Jonquilles'],
      ] as const) {
        await page.select('#par', par);
        await hand.press(page, '#montrer');
        expect(await page.$eval('[data-picker]', (tree) => tree.textContent)).to.include(group);
        expect(await text(page), par).to.include('1 responsable de 1 élève');
      }
      // C-26: the other guardian of the same child is offered, never taken by itself.
      expect(await text(page)).to.include('Pour 1 élève, un responsable n’est pas coché');
      await hand.press(page, '#autres');
      expect(await text(page)).to.include('2 responsables de 1 élève');
      await hand.fill(page, '#q', 'krug');
      await hand.press(page, '#montrer');
      expect(await page.$$('input[name=to]')).to.have.length(1);
      await tickPerson(page, hand, school.people.enseignants.personId);
      await hand.press(page, '#choisir');
      expect(await text(page))
        .to.include('3 personnes : ')
        .and.include('2 responsables de 1 élève')
        .and.include('1 professeur');
      await close(page);
    });

  it('C-01 a screen reader hears whom each box and each group is, and the count as it changes', async () => {
    const page = await signedIn('direction', HANDS[0] as Hand);
    const id = await begin('direction', GESTION, [], false);
    await page.goto(school.url(`${GESTION}${id}/destinataires`));
    const heard = async (role: string) => {
      const names: string[] = [];
      const walk = (node: SerializedAXNode | null) => {
        if (node?.role === role) names.push((node.name ?? '').replace(/\s+/g, ' ').trim());
        for (const child of node?.children ?? []) walk(child);
      };
      walk(await page.accessibility.snapshot({ interestingOnly: false }));
      return names;
    };
    expect(await heard('checkbox')).to.include('LEROY Paul Mila, CE1 Jonquilles, sans e-mail');
    const buttons = await heard('button');
    expect(buttons).to.include('Tout cocher : CE1 Jonquilles').and.include('Rien : CE1 Jonquilles');
    expect(await page.$eval('#resume', (zone) => zone.getAttribute('aria-live'))).to.equal('polite');
    const told = () => page.$eval('#resume', (zone) => (zone as HTMLElement).innerText.replace(/\s+/g, ' '));
    expect(await told())
      .to.include('0 personne')
      .and.include('Cochez au moins une personne');
    await page.click(`input[name=to][value="${school.people.parents.personId}"]`);
    expect(await told())
      .to.include('1 personne')
      .and.not.include('Cochez au moins');
    await close(page);
  });

  // At 1280 px the list of core/views/axe.browser.test.ts looks at them.
  it('C-01 every page is right for a screen reader and does not scroll sideways, at 360 px', async function () {
    const width = 360;
    this.timeout(240_000);
    const { parents, enseignants } = school.people;
    const sent = await begin('direction', GESTION, [parents.personId, enseignants.personId]);
    const waiting = await begin('direction', GESTION, [parents.personId], false);
    const mine = await begin('parents', PARENTS, [enseignants.personId], false);
    later();
    const answer = new File(['Un mot'], 'mot.txt', { type: 'text/plain' });
    await school.as('parents').post(PARENTS + sent, { body: 'Voici', files: answer });
    await school.as('parents').post(`${PARENTS}${sent}/signaler`, { reason: 'Ton déplacé' });
    const [other] = await school.db((db) => db('people').where({ last_name: 'OKAFOR', kind: 'guardian' }).pluck('id'));
    await school.as('direction').post(`${GESTION}${sent}/ajouter`, { to: other, par: 'nom', resp: 'tous' });
    const { id: report } = await school.db((db) => db('discussions_reports').where({ thread_id: sent }).first('id'));
    await school.as('direction').post('/gestion/communication/coupure', { scope: 'carer', reason: 'compte volé' });
    const said: string[] = [];
    const look = async (role: 'direction' | 'parents', paths: string[]) => {
      const page = await signedIn(role, { ...(HANDS[0] as Hand), width });
      for (const one of paths) {
        await page.goto(school.url(one));
        said.push(...(await violations(page, `${width} ${one}`)));
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
          said.push(`${width} ${one} scrolls sideways`);
      }
      await close(page);
    };
    const thread = [`${sent}`, `${sent}/ajouter`, `${sent}/inviter`, `${sent}/signaler`];
    await look('direction', [
      ...['', ...thread, `${waiting}/brouillon`, `${waiting}/destinataires`].map((one) => GESTION + one),
      ...['signalements', `signalements/${report}`].map((one) => GESTION + one),
      '/gestion/communication/regles',
      '/gestion/communication/coupure',
    ]);
    await look(
      'parents',
      ['', ...thread, `${mine}/brouillon`, `${mine}/destinataires`].map((one) => PARENTS + one),
    );
    expect(said).to.deep.equal([]);
  });
});
