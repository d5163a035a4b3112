import { expect } from 'chai';
import { type Client, openSchool, type TestSchool } from '../testing.ts';

const PARTS = [
  'Installation',
  'Construction de la base',
  'Personnalisation',
  'Envoi des identifiants',
  'Premières communications',
  'Assistance',
];

describe('the start-up checklist on the home of Gestion', () => {
  let school: TestSchool;
  let director: Client;
  before(async () => {
    school = await openSchool();
    director = school.as('direction');
  });
  after(() => school.close());

  const home = async (client = director) => (await client.get('/gestion/accueil/')).text;
  const words = (html: string) => /(\d+ sur \d+ faites?)/.exec(html)?.[1];
  /** Number, state and what else stands in each sheet. */
  const sheets = (html: string) =>
    [...html.matchAll(/<div class="module"( aria-current="step")?>.*?<\/span><\/div><\/div>/gs)].flatMap(
      ([all, next]) => {
        const number = /Fiche <\/span>(\d+)/.exec(all)?.[1];
        const state = />(Fait|À faire|La suivante|À lire)</.exec(all)?.[1];
        return number ? [{ number: Number(number), state, next: !!next, all }] : [];
      },
    );
  const state = (html: string, number: number) => sheets(html).find((one) => one.number === number)?.state;

  it('I-06 holds the guide’s eighteen sheets in its six parts, each with its state, its screen and its help (I-07)', async () => {
    const html = await home();
    expect(sheets(html).map(({ number }) => number)).to.deep.equal(Array.from({ length: 18 }, (_, n) => n + 1));
    const parts = [...html.matchAll(/<h3 class="as-h3">([^<]+)<\/h3>/g)].map(([, title]) => title as string);
    expect(parts.slice(0, 6)).to.deep.equal(PARTS);
    const pages = new Set<string>();
    for (const { all, number, state } of sheets(html)) {
      expect(state, `${number}`).to.be.oneOf(['Fait', 'À faire', 'La suivante', 'À lire']);
      const links = [...all.matchAll(/href="([^"#]+)/g)].map(([, href]) => href as string);
      expect(
        links.map((href) => href.includes('/aide/')),
        `screen and help of ${number}`,
      ).to.include(true);
      for (const href of links) pages.add(href);
    }
    await Promise.all(
      [...pages].map(async (href) => expect((await director.get(href)).status, href).to.be.lessThan(400)),
    );
    const next = sheets(html).filter((one) => one.next);
    expect(next.map((one) => one.number)).to.deep.equal([9]);
    expect(html).to.match(/id="suivante" href="[^"]*email-accounts/);
  });

  it('I-06 computes each state from the data: what is done is never ticked, what is taken back is to do again; a finished part folds', async () => {
    const before = await home();
    expect([4, 5, 6, 7, 8, 12, 14].map((number) => state(before, number))).to.deep.equal([
      ...['Fait', 'Fait', 'Fait', 'Fait', 'Fait'],
      ...['À faire', 'À faire'],
    ]);
    expect(state(before, 18)).to.equal('À lire');
    const open = (html: string) =>
      [...html.matchAll(/<details class="fold"( open)?><summary>.*?<h3 class="as-h3">([^<]+)</gs)].filter(
        ([, on]) => on,
      );
    expect(
      open(before)
        .map(([, , title]) => title)
        .slice(0, 3),
    ).to.deep.equal(PARTS.slice(2, 5));
    const count = Number(words(before)?.split(' ')[0]);
    const carried = await school.db((db) => db('carer_pupils'));
    await school.db((db) => db('carer_pupils').delete());
    const less = await home();
    expect([state(less, 8), words(less)]).to.deep.equal(['La suivante', `${count - 1} sur 18 faites`]);
    await school.db((db) => db('carer_pupils').insert(carried));
    await school.db((db) => db('published').insert({ name: 'eleves', on: false }));
    expect([state(await home(), 11), words(await home())]).to.deep.equal(['Fait', `${count + 1} sur 18 faites`]);
    await school.db((db) => db('published').delete());
  });

  it('I-06 a module that is off has taken its sheet with it, and nobody is told of steps he may not do', async () => {
    const { app } = school.house.house;
    await app('school_plugins').insert({ school_id: school.id, plugin: 'casier', on: false });
    const without = await home();
    expect(state(without, 16)).to.equal(undefined);
    expect(words(without)).to.include('sur 17');
    await app('school_plugins').where({ school_id: school.id, plugin: 'casier' }).delete();
    for (const role of ['mairie', 'quotidienne'] as const) {
      const html = await home(school.as(role));
      expect(html, role).not.to.include('/gestion/email-accounts/').and.not.include('Envoyer les identifiants');
    }
    expect(words(await home(school.as('mairie')))).to.equal(undefined);
  });

  it('I-06 « Masquer » comes once the identifiants have gone out, is one’s own, and is taken back', async () => {
    expect(await home()).not.to.include('id="masquer"');
    await school.db((db) =>
      db('account_keys').insert({
        ...{ account_id: school.people.parents.accountId, made_by: school.people.direction.accountId },
        ...{ way: 'print', token_hash: Buffer.from('étiquette'), made_at: new Date(), expires_at: new Date() },
      }),
    );
    expect(await home()).to.include('id="masquer"');
    const hidden = await director.post('/gestion/accueil/mise-en-route', { away: '1' });
    expect([hidden.status, hidden.location]).to.deep.equal([303, `/${school.rne}/gestion/accueil/`]);
    const away = await home();
    expect(words(away)).to.equal(undefined);
    expect(away).to.include('id="afficher"').and.include('Deux adresses à donner');
    await director.post('/gestion/accueil/mise-en-route', { away: '' });
    expect(words(await home())).to.include('sur 18');
  });

  const OFFERED = 'id="etape-suivante"';
  const offered = async (client: Client) => (await client.get('/gestion/accueil/')).text.includes(OFFERED);
  const next = async (client = director) => {
    const { status, location } = await client.get('/gestion/accueil/suite');
    return [status, location];
  };

  it('I-06 « Étape suivante », in every screen of Gestion, leads to the first step not done, and is put away with the checklist', async () => {
    for (const screen of ['/gestion/ressources/eleves', '/gestion/configuration/modules'])
      expect((await director.get(screen)).text, screen).to.include(OFFERED);
    expect(await next()).to.deep.equal([303, `/${school.rne}/gestion/email-accounts/etablissement/nouveau`]);
    expect(await home())
      .to.include('Étape suivante : Paramétrer l’envoi d’e-mails')
      .and.include('Voir le tutoriel');
    expect(await offered(school.as('mairie')), 'who has no step').to.equal(false);
    expect((await school.as('parents').get('/espace/parents/accueil/')).text).not.to.include(OFFERED);
    await director.post('/gestion/accueil/mise-en-route', { away: '1' });
    expect(await offered(director)).to.equal(false);
    await director.post('/gestion/accueil/mise-en-route', { away: '' });
    expect(await offered(director)).to.equal(true);
  });

  it('I-06 when nothing is left « Étape suivante » leads once to Assistance, and goes until something is to do again', async () => {
    const some = await openSchool({ plugins: ['personnels'] });
    const boss = some.as('direction');
    expect(await offered(boss)).to.equal(true);
    await some.db((db) => db('published').insert({ name: 'etablissement', on: true }));
    expect((await next(boss))[1], 'a public page is no Espace').to.match(/gestion\/espaces-web\/$/);
    await some.db((db) => db('published').insert({ name: 'eleves', on: false }));
    expect((await next(boss))[1]).to.match(/gestion\/assistance\/$/);
    expect(await offered(boss)).to.equal(false);
    await some.db((db) => db('carer_pupils').delete());
    expect(await offered(boss), 'found by the home').to.equal(false);
    expect((await boss.get('/gestion/ressources/eleves')).text).to.include(OFFERED);
    await some.close();
  });
});
