import { expect } from 'chai';
import { BIRTH } from '../testing/keys.ts';
import { type Client, PASSWORD } from '../testing.ts';
import { informed, labelOf, type TwoSchools, twoSchools } from './samples/two-schools.test.ts';

const HOME = '/espace/parents/accueil/';

describe('one feed over all the schools of a human (P3)', () => {
  let two: TwoSchools;
  let client: Client;
  before(async () => {
    two = await twoSchools();
    const { a, b, mine, theirs } = two;
    client = await a.asAccount(mine.accountId, 'espace');
    expect((await client.get(HOME)).text, 'nothing to say to whoever has one school').to.not.include('autres écoles<');
    const code = await labelOf(b, theirs);
    const birth = BIRTH.split('-').reverse().join('/');
    await client.post(`/autres-comptes/enfant/${b.rne}/code`, { code, birth });
    await informed(a, mine, 'Photo de classe');
    await informed(b, theirs, 'Sortie au lavoir', true);
    await informed(b, theirs, 'Menus de décembre');
    await informed(b, { ...theirs, guardianId: b.people.parents.personId, childId: b.childId }, 'Pour un autre');
  });
  after(() => two.close());

  const order = (text: string, words: string[]) => words.map((word) => text.indexOf(word));

  it('C-20 C-27 C-28 shows what is asked first, then what is new, each with the child’s first name and the school', async () => {
    const { text } = await client.get('/fil/');
    const places = order(text, ['À faire', 'Sortie au lavoir', 'Aujourd’hui', 'Photo de classe']);
    expect(places).to.deep.equal(places.toSorted((x, y) => x - y));
    expect(places[0]).to.be.greaterThan(-1);
    expect(text).to.include('Menus de décembre').and.include('École du Lavoir').and.include('École des Glycines');
    expect(text).to.include('Mila 1').and.include('Yanis').and.include('À signer');
    expect(text, 'the wall between families stands there too').to.not.include('Pour un autre');
  });

  it('C-20 the home of the Espace counts what waits elsewhere and shows the first of it', async () => {
    const { text } = await client.get(HOME);
    expect(text).to.include('Dans mes autres écoles').and.include('1 chose à faire').and.include('1 nouveauté');
    expect(text).to.include('Sortie au lavoir').and.include('Ajouter un enfant d’une autre école');
  });

  it('C-21 one button opens an item where it is, under the account it was sent to', async () => {
    const { a, b, mine, theirs } = two;
    const mover = await a.asAccount(mine.accountId, 'espace');
    const { text } = await mover.get('/fil/');
    const form = text.slice(text.lastIndexOf('<form', text.indexOf('name="vers"')));
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form)?.[1] ?? '';
    const fields = Object.fromEntries(['account', 'place', 'school', 'vers'].map((name) => [name, value(name)]));
    expect(fields).to.include({ account: theirs.accountId, place: 'parents', school: b.rne });
    const moved = await mover.post('/autres-comptes/ouvrir', fields);
    expect(moved.location).to.match(new RegExp(`^/${b.rne}/espace/parents/infos/lire/`));
    const item = await b.as('visiteur').get(moved.location as string, { Cookie: mover.cookie });
    expect([item.status, item.text.includes('Sortie au lavoir')]).to.deep.equal([200, true]);
    const back = await b.as('visiteur').get('/fil/', { Cookie: mover.cookie });
    expect(back.text, 'the feed is the same from there').to.include('Photo de classe').and.include('Sortie au lavoir');
  });

  it('F11-05 what a school does not publish, or a module it has stopped, has left the feed', async () => {
    const { b } = two;
    const texts = async () => (await client.get('/fil/')).text + (await client.get(HOME)).text;
    await b.db((db) => db('published').insert({ name: 'parents:infos.informations', on: false }));
    expect(await texts()).to.not.include('Sortie au lavoir');
    await b.db((db) => db('published').delete());
    await b.house.house.app('school_plugins').insert({ school_id: b.id, plugin: 'infos', on: false });
    expect(await texts()).to.not.include('Sortie au lavoir');
    await b.house.house.app('school_plugins').where({ school_id: b.id }).delete();
    await b.db((db) => db('published').insert({ name: 'parents', on: false }));
    expect(await texts()).to.not.include('Sortie au lavoir');
    await b.db((db) => db('published').delete());
    expect(await texts()).to.include('Sortie au lavoir');
  });

  it('S18-11 a link to a child that is restricted takes what is about him out of the feed', async () => {
    const { b, theirs } = two;
    const restrict = (day: string | null) =>
      b.db((db) => db('guardian_links').where({ guardian_id: theirs.guardianId }).update({ restricted_on: day }));
    await restrict('2026-01-01');
    expect((await client.get('/fil/')).text).to.not.include('Sortie au lavoir');
    await restrict(null);
  });

  it('P3 a director sees his own school only; of another, what is sent to an account of his own there', async () => {
    const { a, b, mine } = two;
    const director = a.as('direction');
    const pages = ['/gestion/accueil/', '/fil/', `/gestion/ressources/responsables/${mine.guardianId}`];
    for (const path of pages) expect((await director.get(path)).text, path).to.not.include('Lavoir');
    const theirs = await b.as('direction').get('/fil/');
    expect(theirs.text).to.not.include('Glycines').and.not.include('Photo de classe');
    const linked = await a.asAccount(a.people.direction.accountId, 'administration');
    const there = `/autres-comptes/enfant/${b.rne}`;
    const asked = await linked.post(there, { login: b.people.parents.login, password: PASSWORD });
    const ticket = /name="ticket" value="([^"]+)"/.exec(asked.text)?.[1] as string;
    await linked.post(`${there}/confirmer`, { ticket });
    const { text } = await linked.get('/fil/');
    expect(text).to.include('Pour un autre').and.not.include('Sortie au lavoir').and.not.include('Menus de décembre');
  });
});
