import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { addressesIn, deskOf, HOME } from './samples/school-page.test.ts';

describe('the gallery of the Page établissement, and what it may never tell', () => {
  let school: TestSchool;
  let desk: ReturnType<typeof deskOf>;
  before(async () => {
    school = await openSchool({ rubrics: ['etablissement'] });
    desk = deskOf(school);
  });
  after(() => school.close());
  afterEach(() =>
    school.db(async (db) => {
      for (const table of ['photos', 'consents', 'elements']) await db(`etablissement_page_${table}`).delete();
    }),
  );
  const direction = () => school.as('direction');
  const visitor = () => school.as('visiteur');
  const page = async () => (await visitor().get('/')).text;
  const gallery = async () => (await direction().get(`${HOME}/galerie`)).text;

  it('F10-4 a photo is drawn again in two small sizes, without what the camera wrote, with its words for who does not see it', async () => {
    await desk.nobodyOn(await desk.photo('La marelle des CP', 'Peinte en juin'));
    expect(await page()).to.not.include('La marelle des CP');
    expect(await gallery()).to.include('Elle se prépare');
    await school.runJobs();
    const text = await page();
    expect(text).to.match(
      /<img src="([^"]+-petite\.jpg)"[^>]* width="64" height="48" loading="lazy"[^>]* alt="La marelle des CP">/,
    );
    expect(text).to.include('<figcaption>Peinte en juin</figcaption>');
    for (const size of ['petite', 'grande']) {
      const path = new RegExp(`[^" ]+-${size}\\.jpg`).exec(text)?.[0] as string;
      const { status, bytes, headers } = await visitor().get(path);
      expect(status).to.equal(200);
      for (const [name, value] of [
        ['content-type', 'image/jpeg'],
        ['x-robots-tag', 'noindex'],
        ['cache-control', 'private, max-age=300'],
      ] as const)
        expect(headers.get(name), name).to.equal(value);
      expect(bytes.includes('CANARI')).to.equal(false);
    }
    await desk.set('galerie', 'cacher', 'corps');
    const small = /[^" ]+-petite\.jpg/.exec(text)?.[0] as string;
    expect((await visitor().get(small)).status, 'unticked').to.equal(404);
  });

  it('F10-4 F10-7 a photo on which a child is recognised is shown only while each has a consent; a withdrawal counts at once and is told by name', async () => {
    const card = await desk.photo('Le pommier');
    await school.runJobs();
    const shown = async () => (await page()).includes('Le pommier');
    expect(await gallery()).to.include('Dites quels enfants');
    expect(await shown(), 'nothing told').to.equal(false);
    await desk.childrenOn(card, [school.childId]);
    expect(await gallery()).to.include('Sans autorisation en cours pour Mila LEROY');
    expect(await shown(), 'no consent').to.equal(false);
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['etablissement-page.edit'] }),
    );
    for (const path of [`${HOME}/galerie`, card])
      expect((await school.as('quotidienne').get(path)).text, 'without the right to see pupils')
        .to.include('Sans autorisation en cours pour un enfant')
        .and.not.include('LEROY');
    expect((await school.as('quotidienne').get(`${card}/enfants`)).status).to.equal(403);
    expect((await desk.consent(school.childId)).status).to.equal(303);
    expect(await shown(), 'consent').to.equal(true);
    expect(await page())
      .to.not.include('Mila')
      .and.not.include('LEROY');
    const picture = /[^" ]+-grande\.jpg/.exec(await page())?.[0] as string;
    expect((await visitor().get(picture)).status).to.equal(200);

    await desk.withdraw(school.childId);
    expect(await shown(), 'withdrawn').to.equal(false);
    expect((await visitor().get(picture)).status, 'its address, kept').to.equal(404);

    expect((await direction().get(card)).text).to.include('Sans autorisation en cours pour Mila LEROY');
    const told = (await direction().get(`${HOME}/autorisations/${school.childId}`)).text;
    expect(told)
      .to.include('Donnée par M. Paul Leroy le 02/09/2026')
      .and.include('retirée le')
      .and.include('Mme BRAUD');
    await desk.consent(school.childId);
    expect(await shown(), 'given again').to.equal(true);

    const gone = '11111111-1111-4111-8111-111111111111';
    await school.db((db) => db('etablissement_page_children').update({ pupil_id: gone }));
    expect(await shown(), 'a child the directory has lost').to.equal(false);
    expect(await gallery()).to.include('un enfant qui a quitté l’annuaire');
    const acts: string[] = await school.db((db) => db('audit_log').pluck('act'));
    expect(acts).to.include.members(['Autorisation photo enregistrée', 'Autorisation photo retirée']);
  });

  it('F10-4 photos are put in order, removed and put back; what is wrong is told beside its field', async () => {
    const cards = [await desk.photo('Première'), await desk.photo('Deuxième')];
    const ids = cards.map((card) => card.split('/').at(-1) as string);
    const act = (id: string | undefined, what: string) =>
      direction().post(`${HOME}/galerie/ordre`, { id: id ?? '', act: what });
    const inOrder = async () => [...(await gallery()).matchAll(/<strong>(\S+)<\/strong><\/a>/g)].map(([, alt]) => alt);
    await act(ids[1], 'monter');
    expect(await inOrder()).to.deep.equal(['Deuxième', 'Première']);
    await act(ids[1], 'retirer');
    expect(await gallery()).to.include('value="remettre"');
    expect(await inOrder()).to.deep.equal(['Première']);
    await act(ids[1], 'remettre');
    expect(await inOrder()).to.deep.equal(['Deuxième', 'Première']);
    expect((await act('x', 'remettre')).status).to.equal(404);

    const wrong = await direction().post(`${HOME}/galerie`, {
      files: new File(['bonjour'], 'a.txt'),
      alt: '',
      caption: '',
    });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('Remplissez « Ce que montre la photo »');
    const text = await direction().post(`${HOME}/galerie`, {
      files: new File(['bonjour'], 'a.txt'),
      alt: 'Un texte',
      caption: '',
    });
    expect(text.status).to.equal(422);
    expect(text.text).to.include('Choisissez une photo').and.include('value="Un texte"');
    for (const fields of [{}, { nobody: 'on', pupils: [school.childId] }])
      expect((await direction().post(`${cards[0]}/enfants`, fields as Record<string, string>)).status).to.equal(422);
    const early = await desk.consent(school.childId, { givenBy: 'M. Leroy', givenOn: '2090-01-01' });
    expect(early.status).to.equal(422);
    expect(early.text).to.include('n’est pas encore venu');
    for (const path of [`${HOME}/galerie`, `${HOME}/autorisations`, `${HOME}/autorisations/${school.childId}`])
      for (const role of ['parents', 'enseignants', 'mairie'] as const)
        expect((await school.as(role).get(path)).status, `${role} ${path}`).to.equal(403);
  });

  it('F10-7 nobody who walks through every link and file of the page, without a session, finds a name, an address, a telephone or a private word', async () => {
    await school.db(async (db) => {
      await db('people').update({
        last_name: db.raw("'CANARI-NOM ' || last_name"),
        used_first_name: 'Canari-Prenom',
        email: db.raw("'canari-' || substr(id::text, 1, 8) || '@exemple.fr'"),
        phone_mobile: '06 99 99 99 99',
      });
      await db('addresses').insert({ person_id: school.people.parents.personId, lines: 'Canari-Rue', rank: 1 });
    });
    await desk.information({ title: 'Kermesse', author_name: 'Canari-Auteur' });
    await desk.information({ title: 'Canari-privee', body: '<p>Canari-texte</p>', on_page: false });
    await desk.information({ title: 'Canari-brouillon', state: 'draft' });
    await desk.document('Plan.txt', 'Plan');
    await desk.nobodyOn(await desk.photo('La marelle'));
    await desk.childrenOn(await desk.photo('Canari-photo sans accord'), [school.childId]);
    await desk.childrenOn(await desk.photo('La fresque'), [school.childId]);
    await desk.consent(school.childId, { givenBy: 'Canari-Responsable', givenOn: '2026-09-02' });
    const [, held] = await school.db((db) => db('etablissement_page_photos').orderBy('position').pluck('id'));
    const unseen = '11111111-1111-4111-8111-111111111111';
    await school.db((db) => db('etablissement_page_children').insert({ photo_id: held, pupil_id: unseen }));
    await school.runJobs();

    const found: string[] = [];
    const met = new Set<string>();
    const ahead = ['/', '/accueil/', '/etablissement-page/'].map((path) => `/${school.rne}${path}`);
    for (let path = ahead.pop(); path; path = ahead.pop()) {
      // The mailbox of demo and tests is the house’s: it shows what other schools have sent.
      if (met.has(path) || path.startsWith('/courrier')) continue;
      met.add(path);
      const answer = await fetch(school.house.origin + path, { redirect: 'manual' });
      const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
      if (/canari|06 ?99 ?99|LEROY|KRUG|BRAUD/i.test(text)) found.push(path);
      ahead.push(...[answer.headers.get('location') ?? ''].filter((to) => to.startsWith('/')));
      expect(answer.status, path).to.be.below(500);
      // Help pages know no school: they are read, not walked through.
      if (!answer.headers.get('content-type')?.includes('html') || path.includes('/aide/')) continue;
      for (const address of addressesIn(text)) {
        const { origin, pathname, search } = new URL(address.replaceAll('&amp;', '&'), school.house.origin + path);
        if (origin === school.house.origin) ahead.push(pathname + search);
      }
    }
    expect(found).to.deep.equal([]);
    expect([...met].filter((path) => /-(petite|grande)\.jpg$/.test(path))).to.have.length(4);
    expect([...met].some((path) => path.includes('/fichiers/public/'))).to.equal(true);
    expect([...met].some((path) => path.includes('/infos/publiques/'))).to.equal(true);
    expect(met.size).to.be.greaterThan(20);
  });
});
