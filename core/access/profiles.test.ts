import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

const HOME = '/gestion/profils/';

describe('Ressources > Personnels > Profils d’autorisations', () => {
  let school: TestSchool;
  let daily: string;
  let hall: string;
  beforeEach(async () => {
    school = await openSchool();
    const rows = await school.db((db) => db('profiles').select('id', 'name'));
    daily = rows.find((one) => one.name === 'Vie scolaire').id;
    hall = rows.find((one) => one.name === 'Mairie').id;
  });
  afterEach(() => school.close());

  const director = () => school.as('direction');
  const rights = (id: string): Promise<string[]> =>
    school.db(async (db) => (await db('profiles').where({ id }).first('permissions')).permissions);
  const ticks = (keys: string[]) => Object.fromEntries(keys.map((key) => [`permissions.${key}`, 'on']));
  /** Gives the secretary's profile a right the director ticks for her. */
  const give = async (...keys: string[]) =>
    school.db(async (db) =>
      db('profiles')
        .where({ id: daily })
        .update({ permissions: [...(await rights(daily)), ...keys] }),
    );

  it('F06-07 F07-2 has « Vie scolaire » and « Mairie » from the start, with how many people and rights', async () => {
    const { text } = await director().get(HOME);
    expect(text).to.include('Vie scolaire').and.include('Mairie').and.include('1 personne');
    expect(text).to.match(/aria-current="page"[^>]*>Personnels</);
    const nav = text.slice(text.indexOf('aria-label="Sous-onglets"'), text.indexOf('id="contenu"'));
    const subs = [...nav.slice(0, nav.indexOf('</nav>')).matchAll(/>([^<>]+)<\/a>/g)].map(([, title]) => title);
    expect(subs).to.deep.equal(['Classes', 'Élèves', 'Responsables', 'Professeurs', 'Personnels']);
    expect(nav.indexOf('>Liste<'), 'the list first, then its profiles')
      .to.be.greaterThan(0)
      .and.lessThan(nav.indexOf('>Profils d’autorisations<'));
  });

  it('F06-08 creates a profile, which permits nothing until something is ticked', async () => {
    const made = await director().post(HOME, { name: 'Profil 1' });
    expect(made.status).to.equal(303);
    const id = made.location?.split('/').pop() as string;
    expect(await rights(id)).to.deep.equal([]);
    const twice = await director().post(HOME, { name: 'Profil 1' });
    expect(twice.status).to.equal(422);
    expect(twice.text).to.include('Un profil porte déjà ce nom');
  });

  it('F06-10 shows the rights of the modules that are on, by category, with the counts in words', async () => {
    const { text } = await director().get(HOME + daily);
    const categories = [...text.matchAll(/<strong>([^<]+)<\/strong><span class="push" data-words>([^<]+)/g)].map(
      ([, title, words]) => [title, words],
    );
    expect(categories.map(([title]) => title).slice(0, 2)).to.deep.equal(['Généralités', 'Élèves']);
    expect(categories[0]?.[1]).to.match(/^Aucun sur \d+$/);
    expect(categories[1]?.[1]).to.match(/^En partie : 6 sur \d+$/);
    expect(text).to.include('Saisir les menus');
    await school.db((db) => db('school_plugins').insert({ school_id: school.id, plugin: 'cantine', on: false }));
    expect((await director().get(HOME + daily)).text).not.to.include('Saisir les menus');
  });

  it('F06-10 keeps the rights of a module that is off for the day it is on again', async () => {
    await give('cantine.edit');
    await school.db((db) => db('school_plugins').insert({ school_id: school.id, plugin: 'cantine', on: false }));
    await director().post(HOME + daily, { name: 'Vie scolaire', ...ticks(['ressources.pupils-read']) });
    expect(await rights(daily)).to.deep.equal(['cantine.edit', 'ressources.pupils-read']);
  });

  it('F06-09 searches in the tree without JavaScript and loses no tick, found or not', async () => {
    const query = new URLSearchParams({ name: 'Autre nom', q: 'menus', 'permissions.potager.plant': 'on' });
    const { text } = await director().get(`${HOME}${daily}?${query}`);
    expect(text).to.include('1 autorisation trouvée').and.include('value="Autre nom"');
    expect(text).to.include('id="droit-cantine.edit"').and.not.include('id="droit-potager.plant"');
    expect(text).to.include('<input type="hidden" name="permissions.potager.plant" value="on">');
    // Unticked on the page before the search: it does not come back by itself.
    expect(text).not.to.match(/name="permissions\.ressources\.pupils-read" value="on"/);
    const none = await director().get(`${HOME}${daily}?name=x&q=zzz`);
    expect(none.text).to.include('Aucune autorisation ne contient « zzz »');
  });

  it('ticks and unticks a whole category without JavaScript, and says what is not saved yet', async () => {
    const all = await director().get(`${HOME}${daily}?name=Vie+scolaire&tout=%C3%89l%C3%A8ves`);
    expect(all.text).to.match(/<strong>Élèves<\/strong><span class="push" data-words>Tous cochés : \d+/);
    expect(all.text).to.include('Pas encore enregistré : coché ici');
    const none = await director().get(`${HOME}${daily}?name=Vie+scolaire&rien=%C3%89l%C3%A8ves`);
    expect(none.text).to.match(/<strong>Élèves<\/strong><span class="push" data-words>Aucun sur \d+/);
    expect(await rights(daily), 'nothing is saved by looking').to.have.length(6);
  });

  it('F06-11 B52 a change works at the next request of whoever has the profile: page and menu', async () => {
    const secretary = school.as('quotidienne');
    expect((await secretary.get('/gestion/cantine/')).status).to.equal(403);
    const before = await rights(daily);
    const saved = await director().post(HOME + daily, { name: 'Vie scolaire', ...ticks([...before, 'cantine.edit']) });
    expect(saved.status).to.equal(303);
    expect((await secretary.get('/gestion/cantine/')).status).to.equal(200);
    expect((await director().get(saved.location as string)).text).to.include('Il vaut dès maintenant pour 1 personne.');
    await director().post(HOME + daily, { name: 'Vie scolaire', ...ticks(before) });
    expect((await secretary.get('/gestion/cantine/')).status).to.equal(403);
    expect((await secretary.get('/gestion/accueil/')).text).not.to.include('/gestion/cantine/');
  });

  it('writes in the journal what was added and what was taken away', async () => {
    await director().post(HOME + hall, { name: 'Commune', ...ticks(['cantine.edit']) });
    const lines = await school.db((db) => db('audit_log').where({ act: 'Profil modifié' }).pluck('about'));
    expect(lines[0])
      .to.include('Mairie, renommé Commune')
      .and.include('ajouté : Services périscolaires > Saisir les menus')
      .and.include('retiré : Élèves > Voir les classes');
  });

  it('copies a profile under a name of its own', async () => {
    for (const name of ['Vie scolaire (copie)', 'Vie scolaire (copie 2)']) {
      const made = await director().post(`${HOME}${daily}/copier`);
      const id = made.location?.split('/').pop() as string;
      expect(await rights(id)).to.deep.equal(await rights(daily));
      expect((await school.db((db) => db('profiles').where({ id }).first('name'))).name).to.equal(name);
    }
  });

  it('deletes a profile that nobody has, and says why not when somebody has it', async () => {
    await director().post(`${HOME}${daily}/supprimer`);
    expect((await director().get(HOME)).text).to.include(
      '« Vie scolaire » n’est pas supprimé : 1 personne l’a. Donnez-leur d’abord un autre profil.',
    );
    await school.db((db) => db('accounts').where({ profile_id: hall }).update({ profile_id: daily }));
    await director().post(`${HOME}${hall}/supprimer`);
    expect((await director().get(HOME)).text).to.include('Le profil « Mairie » est supprimé.');
    expect(await school.db((db) => db('profiles').pluck('name'))).to.deep.equal(['Vie scolaire']);
  });

  it('S18-18 tells the second of two editors, with what he ticked still there', async () => {
    const opened = (await director().get(HOME + daily)).text;
    const version = /name="_version" value="(\d+)"/.exec(opened)?.[1] as string;
    await director().post(HOME + daily, { name: 'Vie scolaire', ...ticks(['potager.look']) });
    const second = await director().post(HOME + daily, {
      name: 'Vie scolaire',
      _version: version,
      ...ticks(['cantine.edit']),
    });
    expect(second.status).to.equal(422);
    expect(second.text).to.include('Quelqu’un d’autre a enregistré').and.include('Pas encore enregistré : décoché ici');
    expect(second.text).to.match(/id="droit-cantine\.edit"[^>]* checked/);
    expect(await rights(daily)).to.deep.equal(['potager.look']);
  });

  it('S18-18 keeps the version it began with through a search', async () => {
    const { text } = await director().get(`${HOME}${daily}?name=x&q=menus&_version=41`);
    expect(text).to.include('name="_version" value="41"');
  });

  it('S18-14 lets nobody give or take a right he does not have himself', async () => {
    await give('profils.edit');
    const secretary = school.as('quotidienne');
    const page = await secretary.get(HOME + hall);
    expect(page.text).to.match(/id="droit-cantine\.edit"[^>]* disabled/);
    expect(page.text).to.include('Vous ne l’avez pas : vous ne pouvez ni le donner ni le retirer');
    const own = await secretary.post(HOME + daily, {
      name: 'Vie scolaire',
      ...ticks(['profils.edit', 'cantine.edit']),
    });
    expect(own.status).to.equal(422);
    expect(own.text).to.include('Vous n’avez pas vous-même ce droit');
    await school.db((db) =>
      db('profiles')
        .where({ id: hall })
        .update({ permissions: ['cantine.edit'] }),
    );
    await secretary.post(HOME + hall, { name: 'Mairie', ...ticks(['ressources.pupils-read']) });
    expect(await rights(hall), 'what she lacks stays').to.deep.equal(['cantine.edit', 'ressources.pupils-read']);
    await secretary.post(`${HOME}${hall}/copier`);
    expect(await school.db((db) => db('profiles').pluck('name'))).to.have.members(['Vie scolaire', 'Mairie']);
  });

  it('S18-01 is open to whoever has the right, and to nobody of another school', async () => {
    expect((await school.as('quotidienne').get(HOME)).status).to.equal(403);
    expect((await school.as('enseignants').get(HOME)).status).to.equal(403);
    const other = await openSchool();
    expect((await other.as('direction').get(HOME + daily)).status).to.equal(404);
    expect((await other.as('direction').post(HOME + daily, { name: 'X' })).status).to.equal(404);
    await other.close();
  });
});
