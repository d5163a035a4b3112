import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

describe('around every screen', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  it('I-05 has the legal pages in its footer, signed in or not: operator, host, purposes, rights, accessibility', async () => {
    const pages = [
      (await school.as('visiteur').get('/connexion/')).text,
      (await school.as('direction').get('/gestion/accueil/')).text,
      (await school.as('parents').get('/espace/parents/accueil/')).text,
      (await school.as('visiteur').get('/rien')).text,
    ];
    for (const page of pages)
      for (const link of ['/mentions-legales', '/donnees-personnelles', '/accessibilite'])
        expect(page).to.match(new RegExp(`href="(/\\d{7}[A-Z])?${link}"`));
    const read = async (path: string) => (await fetch(school.house.origin + path)).text();
    expect(await read('/mentions-legales'))
      .to.include('Commune de Bourg-Fictif')
      .and.include('Hébergeur SAS, Lille, France');
    const data = await read('/donnees-personnelles');
    expect(data).to.include('Vos droits').and.include('Tenir l’annuaire de l’école').and.include('Jusqu’à un an après');
    expect(await read('/accessibilite')).to.include('RGAA');
  });

  it('F03-3 F03-4 keeps the tabs in the guide’s order, and leads to one screen by several ways', async () => {
    const page = (await school.as('direction').get('/gestion/ressources/eleves')).text;
    const tabs = /<nav class="onglets"[\s\S]*?<\/nav>/.exec(page)?.[0] ?? '';
    const order = [...tabs.matchAll(/>([^<]+)<\/a>/g)].map(([, title]) => title);
    expect(order).to.deep.equal(['Ressources', 'Périscolaire', 'Demandes', 'Communication', 'Espaces web']);
    for (const menu of ['Imports/Exports', 'Configuration', 'Assistance'])
      expect(page).to.include(`<span>${menu}</span>`);
    // The tab, the checklist of the home page and the loupe all lead to the import.
    const way = `/${school.rne}/gestion/onde-import/eleves`;
    for (const from of ['/gestion/accueil/', '/aide/recherche?q=importer', '/gestion/ressources/classes'])
      expect((await school.as('direction').get(from)).text, from).to.include(`href="${way}"`);
  });

  it('F04-01 F18-1 F18-2 I-07 links each screen to its own help page, and lists them all', async () => {
    const client = school.as('direction');
    for (const [screen, help] of [
      ['/gestion/onde-import/eleves', 'onde-import/eleves'],
      ['/gestion/ressources/classes', 'ressources/classes'],
      ['/gestion/configuration/modules', 'configuration/modules'],
      ['/compte/', 'compte/index'],
    ]) {
      expect((await client.get(screen as string)).text, screen).to.include(`href="/${school.rne}/aide/${help}"`);
      expect((await client.get(`/aide/${help}`)).status, help).to.equal(200);
      expect((await client.get('/gestion/aide/')).text).to.include(`/aide/${help}"`);
    }
    const steps = (await client.get('/aide/onde-import/eleves')).text;
    for (const words of [
      'LISTES &amp; DOCUMENTS',
      'Extractions',
      'Élèves de l’école ou leurs responsables',
      'Extraction des élèves - format CSV',
    ])
      expect(steps).to.include(words);
    const without = await openSchool({ plugins: [] });
    expect(
      (await without.as('direction').get('/aide/onde-import/eleves')).status,
      'help of a module that is off',
    ).to.equal(404);
    expect((await without.as('direction').get('/gestion/aide/')).text).not.to.include('onde-import');
    await without.close();
  });
});
