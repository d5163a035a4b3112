import { expect } from 'chai';
import { type Answer, type Client, openSchool, type TestSchool } from '../testing.ts';

const WRITTEN = { wanted: 'Imprimer les étiquettes du CP', happened: 'La page reste blanche', phone: '' };
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

describe('the assistance', () => {
  let school: TestSchool;
  let director: Client;
  let parent: Client;
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    [director, parent] = [school.as('direction'), school.as('parents')];
    await school.db((db) =>
      db('people').where({ id: school.people.direction.personId }).update({ email: 'karine.braud@exemple.fr' }),
    );
  });
  after(() => school.close());

  const hidden = (page: Answer, name: string) =>
    new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(page.text)?.[1] ?? '';
  const plain = (text: string) =>
    text
      .replace(/<[^>]+>|\s+/g, ' ')
      .replace(/ +/g, ' ')
      .replaceAll('&gt;', '>');
  const sent = async () => {
    await school.runJobs();
    return school.house.mailbox.messages.filter((one) => one.raw.includes(school.rne) || one.text.includes(school.rne));
  };

  it('F18-5 F03-5 is a button of every screen: the team finds the operator’s e-mail, telephone and hours, a family those of its school', async () => {
    expect((await director.get('/gestion/accueil/')).text).to.include(`href="/${school.rne}/gestion/assistance/"`);
    for (const path of ['/espace/parents/accueil/', '/espace/parents/accueil/plus'])
      expect((await parent.get(path)).text).to.include(`href="/${school.rne}/assistance/"`);
    const team = (await director.get('/gestion/assistance/')).text;
    expect(team).to.include('Commune de Bourg-Fictif').and.include('mailto:donnees@exemple.fr');
    expect(team).to.include('tel:0400000000').and.include('de 8 h à 17 h');
    const family = (await parent.get('/assistance/')).text;
    expect(family).to.include(`mailto:ecole-${school.rne.toLowerCase()}@exemple.fr`).and.include('tel:0474000000');
    expect(family).not.to.include('donnees@exemple.fr').and.not.include('tel:0400000000');
    expect((await parent.get('/aide/assistance')).location).to.equal(`/${school.rne}/assistance/`);
  });

  it('F18-5 leads who cannot sign in to the telephone of his school, and offers him no form', async () => {
    const visitor = school.as('visiteur');
    expect((await visitor.get('/connexion/')).text).to.include(`href="/${school.rne}/assistance/"`);
    const page = (await visitor.get('/assistance/')).text;
    expect(page).to.include('tel:0474000000').and.include('nouveau mot de passe provisoire');
    expect(page).not.to.include('Écrire à l’assistance');
    expect((await visitor.post('/assistance/', WRITTEN)).location).to.include('/connexion/');
    expect(await sent()).to.deep.equal([]);
  });

  it('F18-5 a message tells the screen, the browser and the version, as its writer reads before sending; answers come to him, and a copy; twice pressed it leaves once', async () => {
    const from = `/${school.rne}/gestion/ressources/eleves/${school.childId}?q=LEROY`;
    const page = await director.get('/gestion/assistance/', {
      Referer: school.house.origin + from,
      'User-Agent': FIREFOX,
    });
    for (const told of ['Ressources > Élèves', '/gestion/ressources/eleves/…', 'Firefox 128, Windows', '0.1.0'])
      expect(plain(page.text)).to.include(told);
    for (const kept of [school.childId, 'q=LEROY']) expect(page.text).not.to.include(kept);
    expect(page.text).to.include('karine.braud@exemple.fr').and.not.include('type="password"');
    const fields = { ...WRITTEN, screen: hidden(page, 'screen'), _key: hidden(page, '_key') };
    expect(fields._key).to.have.length.greaterThan(10);
    for (let press = 0; press < 2; press++) {
      const done = await director.post('/gestion/assistance/', fields, { 'User-Agent': FIREFOX });
      expect([done.status, done.location]).to.deep.equal([303, `/${school.rne}/gestion/assistance/`]);
    }
    expect((await director.get('/gestion/assistance/')).text).to.include('Votre message est parti');
    const [copy, message, ...more] = (await sent())
      .toSorted((a, b) => (a.subject < b.subject ? 1 : -1))
      .reverse()
      .reverse();
    expect(more).to.deep.equal([]);
    const [toOperator, toWriter] = [copy, message].sort((a) => (a?.to.includes('donnees@exemple.fr') ? -1 : 1));
    expect(toOperator?.to).to.deep.equal(['donnees@exemple.fr']);
    expect(toOperator?.raw).to.match(/^Reply-To: .*karine\.braud@exemple\.fr/m);
    for (const told of ['Imprimer les étiquettes du CP', 'La page reste blanche', 'Ressources > Élèves', 'Firefox 128'])
      expect(toOperator?.text).to.include(told);
    expect(toWriter?.to).to.deep.equal(['karine.braud@exemple.fr']);
    expect(toWriter?.text).to.include('Voici la copie').and.include('La page reste blanche');
  });

  it('F18-5 whoever has no e-mail address is asked for a telephone, and what was typed is still there', async () => {
    const refused = await parent.post('/assistance/', { ...WRITTEN, screen: '/espace/parents/infos/' });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include('donnez un numéro où vous rappeler').and.include(WRITTEN.happened);
    expect(plain(refused.text)).to.include('/espace/parents/infos');
    expect((await parent.post('/assistance/', { ...WRITTEN, phone: '06', screen: '' })).text).to.include(
      'un numéro de téléphone entier',
    );
    expect((await parent.post('/assistance/', { ...WRITTEN, wanted: '', screen: '' })).status).to.equal(422);
    expect((await parent.post('/assistance/', { ...WRITTEN, phone: '06 00 00 00 01', screen: '' })).status).to.equal(
      303,
    );
    const [message] = (await sent()).filter((one) => one.to.some((to) => to.startsWith('ecole-')));
    expect(message?.text).to.include('Paul LEROY').and.include('06 00 00 00 01');
  });

  it('S18-06 five messages in a quarter of an hour, then the telephone', async () => {
    const fields = { ...WRITTEN, phone: '06 00 00 00 01', screen: '' };
    let last = await parent.post('/assistance/', fields);
    for (let more = 0; more < 5 && last.status === 303; more++) last = await parent.post('/assistance/', fields);
    expect(last.status).to.equal(422);
    expect(last.text).to.include('ou appelez le 04 74 00 00 00');
  });

  it('C-03 each school has its accessibility statement, in the footer of every page: state, what is not accessible and what to do, whom to turn to', async () => {
    const link = new RegExp(`<a href="/${school.rne}/accessibilite">Accessibilité\\s: partiellement conforme</a>`);
    for (const page of [
      await director.get('/gestion/accueil/'),
      await parent.get('/espace/parents/accueil/'),
      await school.as('visiteur').get('/connexion/'),
    ])
      expect(page.text).to.match(link);
    const own = (await school.as('visiteur').get('/accessibilite')).text;
    for (const told of [
      'partiellement conforme',
      'RGAA',
      'Aucun audit',
      'Documents joints',
      'Défenseur des droits',
      'tel:0474000000',
      'donnees@exemple.fr',
      'Chromium',
    ])
      expect(own).to.include(told);
    const house = await (await fetch(`${school.house.origin}/accessibilite`)).text();
    expect(house)
      .to.include('Commune de Bourg-Fictif')
      .and.include('Défenseur des droits')
      .and.not.include('tel:0474000000');
  });
});
