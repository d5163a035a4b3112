import { expect } from 'chai';
import { hashing } from '../auth/passwords.ts';
import { openSchool, PASSWORD, type TestSchool } from '../testing.ts';

const shownIn = (text: string) => /<p class="secret num"[^>]*>([^<]+)</.exec(text)?.[1] ?? null;

describe('a provisional password on a card', () => {
  let school: TestSchool;
  let guardian: string;
  let page: string;
  let login: string;
  beforeEach(async () => {
    school = await openSchool();
    await school.as('direction').post(`/gestion/ressources/eleves/${school.childId}/responsables`, {
      civility: 'Mme',
      lastName: 'NOËL',
      firstName: 'Ève',
    });
    const row = await school.db((db) =>
      db('accounts').join('people', 'people.id', 'person_id').where({ last_name: 'NOËL' }).first('person_id', 'login'),
    );
    guardian = row.person_id;
    login = row.login;
    page = `/gestion/ressources/responsables/${guardian}/compte`;
  });
  afterEach(() => school.close());

  const direction = () => school.as('direction');
  const acts = () =>
    school.db((db) => db('audit_log').whereLike('act', '%ot de passe%').orderBy('at').select('act', 'about'));
  const secret = async () =>
    shownIn((await direction().post(`${page}/afficher`, { password: PASSWORD })).text) as string;
  const signIn = (password: string) =>
    school.as('visiteur').post('/connexion/', { mode: 'espace', login, password, vers: '', suite: '' });

  it('C-26 is masked on the card, and nowhere in the page', async () => {
    const kept = await secret();
    for (const path of [`/gestion/ressources/responsables/${guardian}`, page, '/gestion/ressources/responsables']) {
      const { text } = await direction().get(path);
      expect(text, path).not.to.include(kept);
    }
    expect((await direction().get(`/gestion/ressources/responsables/${guardian}`)).text)
      .to.include('••••••••••')
      .and.include(`href="/${school.rne}${page}"`);
  });

  it('DESIGN 17 « Afficher » asks one’s own password again, shows the secret on that answer only, and is logged', async () => {
    const answer = await direction().post(`${page}/afficher`, { password: PASSWORD });
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('cache-control')).to.include('no-store');
    expect(shownIn(answer.text)).to.match(/^[a-zA-Z2-9]{10}$/);
    expect(shownIn((await direction().get(page)).text)).to.equal(null);
    expect(await acts()).to.deep.equal([{ act: 'Mot de passe provisoire affiché', about: `NOËL Ève (${login})` }]);
    expect((await signIn(shownIn(answer.text) as string)).location).to.include('/compte/mot-de-passe');
  });

  it('a wrong password is said beside the field, 422, and shows and logs nothing', async () => {
    for (const password of ['', 'Pas le bon 1']) {
      const answer = await direction().post(`${page}/afficher`, { password });
      expect([answer.status, shownIn(answer.text)]).to.deep.equal([422, null]);
    }
    const { text } = await direction().post(`${page}/afficher`, { password: 'Pas le bon 1' });
    expect(text).to.include('Ce n’est pas votre mot de passe actuel.').and.include('aria-invalid="true"');
    expect(await acts()).to.deep.equal([]);
  });

  it('S18-06 the tries are limited as at the sign-in, whatever is typed afterwards', async () => {
    for (let n = 0; n < 10; n++) await direction().post(`${page}/afficher`, { password: `Faux ${n}` });
    const before = hashing.calls;
    const answer = await direction().post(`${page}/afficher`, { password: PASSWORD });
    expect([answer.status, answer.text.includes('Trop d’essais')]).to.deep.equal([422, true]);
    expect(hashing.calls, 'nothing is evaluated').to.equal(before);
  });

  it('DESIGN 17 an expired secret is renewed by one click for 90 days; the old one opens nothing', async () => {
    const old = await secret();
    expect((await direction().post(`${page}/renouveler`)).status, 'not yet').to.equal(303);
    expect(await secret(), 'a good one stays').to.equal(old);
    await school.db((db) =>
      db('accounts')
        .where({ person_id: guardian })
        .update({ secret_expires_at: new Date(Date.now() - 1000) }),
    );
    expect((await direction().get(page)).text)
      .to.include('Sa durée est passée')
      .and.include('Renouveler');
    expect(await secret(), 'an expired one is not shown').to.equal(null);
    await direction().post(`${page}/renouveler`);
    const fresh = await secret();
    expect(fresh).to.match(/^[a-zA-Z2-9]{10}$/);
    expect(fresh).not.to.equal(old);
    expect((await signIn(old)).status).to.equal(422);
    expect((await signIn(fresh)).status).to.equal(303);
    const { secret_expires_at } = await school.db((db) =>
      db('accounts').where({ person_id: guardian }).first('secret_expires_at'),
    );
    expect(Math.round((secret_expires_at - Date.now()) / 86_400_000)).to.equal(90);
  });

  it('says « Compte déjà ouvert » of a password the person has chosen, as of one that was never needed (C-22), and shows nothing', async () => {
    const own = `/gestion/ressources/responsables/${school.people.parents.personId}`;
    const said = async () => {
      const pages = await Promise.all([own, `${own}/compte`].map((path) => direction().get(path)));
      for (const { text } of pages) expect(text).to.include('Compte déjà ouvert').and.not.include('ersonnalisé');
    };
    await said();
    const { id } = await school.db((db) => db('accounts').where({ person_id: school.people.parents.personId }).first());
    const { password_hash } = await school.db((db) => db('accounts').where({ id }).first('password_hash'));
    await school.db((db) => db('accounts').where({ id }).update({ password_hash: null }));
    await said();
    await school.db((db) => db('accounts').where({ id }).update({ password_hash }));
    const answer = await direction().post(`${own}/compte/afficher`, { password: PASSWORD });
    expect([answer.status, shownIn(answer.text)]).to.deep.equal([200, null]);
    expect(await acts()).to.deep.equal([]);
  });

  it('« Réinitialiser » asks first, then draws a new secret, ends all sessions and is logged', async () => {
    const own = `/gestion/ressources/eleves/${school.childId}/compte`;
    const pupil = school.as('eleves');
    expect((await pupil.get('/espace/eleves/accueil/')).status).to.equal(200);
    const ask = (await direction().get(`${own}/reinitialiser`)).text;
    expect(ask).to.include('Toutes les connexions ouvertes se ferment').and.include('Ne rien changer');
    expect((await pupil.get('/espace/eleves/accueil/')).status, 'asking does nothing').to.equal(200);
    await direction().post(`${own}/reinitialiser`);
    expect((await pupil.get('/espace/eleves/accueil/')).location).to.include('/connexion/');
    const row = await school.db((db) => db('accounts').where({ person_id: school.childId }).first());
    expect([row.state, row.password_hash]).to.deep.equal(['provisional', null]);
    expect(shownIn((await direction().post(`${own}/afficher`, { password: PASSWORD })).text)).to.have.length(10);
    expect((await acts()).map((one) => one.act)).to.deep.equal([
      'Mot de passe réinitialisé',
      'Mot de passe provisoire affiché',
    ]);
  });

  it('S18-14 hands out no sign-in of Gestion, of the team, or of another school', async () => {
    const { direction: chief, enseignants, quotidienne } = school.people;
    for (const { personId } of [chief, enseignants, quotidienne])
      for (const base of ['responsables', 'eleves']) {
        const path = `/gestion/ressources/${base}/${personId}/compte`;
        expect((await direction().get(path)).status).to.equal(404);
        expect((await direction().post(`${path}/afficher`, { password: PASSWORD })).status).to.equal(404);
        for (const act of ['renouveler', 'reinitialiser'])
          expect((await direction().post(`${path}/${act}`)).status).to.equal(404);
      }
    await school.db((db) => db('accounts').where({ person_id: guardian }).update({ mode: 'administration' }));
    expect(
      (await direction().post(`${page}/afficher`, { password: PASSWORD })).status,
      'a guardian who directs',
    ).to.equal(404);
    expect((await direction().post(`${page}/reinitialiser`)).status).to.equal(404);
    await school.db((db) => db('accounts').where({ person_id: guardian }).update({ mode: 'espace' }));
    const other = await openSchool();
    expect((await other.as('direction').post(`${page}/afficher`, { password: PASSWORD })).status).to.equal(404);
    await other.close();
  });

  it('a suspended account is not woken up by a reset', async () => {
    await school.db((db) => db('accounts').where({ person_id: guardian }).update({ state: 'suspended' }));
    expect((await direction().get(page)).status).to.equal(200);
    expect((await direction().post(`${page}/reinitialiser`)).status).to.equal(404);
    expect((await direction().post(`${page}/renouveler`)).status).to.equal(303);
    const { state } = await school.db((db) => db('accounts').where({ person_id: guardian }).first('state'));
    expect(state).to.equal('suspended');
  });

  it('F06-07 neither « Vie scolaire » nor « Mairie » has this right at the opening', async () => {
    for (const role of ['quotidienne', 'mairie'] as const) {
      expect((await school.as(role).get(page)).status, role).to.equal(403);
      expect((await school.as(role).post(`${page}/afficher`, { password: PASSWORD })).status, role).to.equal(403);
    }
    const card = (await school.as('quotidienne').get(`/gestion/ressources/responsables/${guardian}`)).text;
    expect(card).to.include(login).and.not.include('/compte"');
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['ressources.secrets'] }),
    );
    expect((await school.as('quotidienne').get(page)).status, 'without the right to the card').to.equal(404);
  });
});
