import { openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import { addDocument, addPupil, GESTION, give, later, NOW, states } from './samples/two-families.test.ts';

describe('looking through deposits in a browser', function () {
  this.timeout(90_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  it('F17-11 the whole queue is done by keyboard alone, and a letter typed in a field decides nothing', async () => {
    const direction = school.as('direction');
    const document = await addDocument(school, 'Assurance');
    const by = { id: school.people.parents.personId, name: 'Paul Leroy' };
    const sendings: string[] = [];
    for (const at of [0, 1, 2, 3]) {
      const pupil = await addPupil(school, school.classId, { lastName: 'LEROY', firstName: `Tom ${at}` });
      sendings.push(await give(school, document, { pupils: [pupil], by, at: later(at - 10) }));
    }
    const { page, context } = await openPage(1280);
    await direction.get('/compte/');
    const [name = '', value = ''] = direction.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(`${GESTION}/${document}/revoir`));
    expect(await violations(page, 'revoir')).to.deep.equal([]);
    const press = (key: 'a' | 's' | 'ArrowLeft' | '3') =>
      Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
    const heading = () => page.$eval('.head p', (p) => p.textContent);
    await press('a');
    expect(await heading()).to.equal('Dépôt 2 sur 4 à revoir.');
    await press('s');
    expect(await heading()).to.equal('Dépôt 3 sur 4 à revoir.');
    await press('ArrowLeft');
    expect(await heading()).to.equal('Dépôt 2 sur 4 à revoir.');
    // The keys of the reasons sleep until the reasons are shown.
    await page.keyboard.press('3');
    await page.keyboard.press('r');
    await page.type('#deciding-words', 'a s 3');
    expect(await page.$eval('#deciding-words', (input) => (input as HTMLInputElement).value)).to.equal('a s 3');
    await page.keyboard.press('Escape');
    expect(await page.$eval('#refaire', (details) => (details as HTMLDetailsElement).open)).to.equal(false);
    await page.keyboard.press('r');
    await press('3');
    expect(await heading()).to.equal('Dépôt 3 sur 4 à revoir.');
    // Whoever dictates switches the letters off, and finds them off on the next page.
    await page.click('#raccourcis');
    await page.keyboard.press('a');
    await Promise.all([page.waitForNavigation(), page.click('#accepter')]);
    expect(await page.$eval('#raccourcis', (box) => (box as HTMLInputElement).checked)).to.equal(false);
    await context.close();
    const all = await Promise.all(sendings.map((id) => states(school, id)));
    expect(all.flat()).to.deep.equal(['accepted', 'redo', 'accepted', 'deposited']);
    const row = await school.db((db) => db('collecte_deposits').where({ sending_id: sendings[1] }).first());
    expect(row.reason).to.equal('mauvais document');
  });
});
