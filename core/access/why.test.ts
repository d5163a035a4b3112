import { expect } from 'chai';
import { openSchool, type Role, type TestSchool } from '../testing.ts';

describe('« Pourquoi ? » (C-34)', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  const page = async (role: Role, as: Role = 'direction') =>
    (await school.as(as).get(`/gestion/profils/pourquoi/${school.people[role].personId}`)).text;
  /** « Oui » or « Non » before a title, with its reason and its link. */
  function answer(text: string, title: string): { open: string; because: string; link: string | null } {
    const item = text.split('<li class="answer">').find((one) => one.includes(`<strong>${title}</strong>`)) ?? '';
    return {
      open: /<\/svg>(Oui|Non)</.exec(item)?.[1] ?? 'absent',
      because: /<span class="quiet">([^<]*)/.exec(item)?.[1] ?? '',
      link: /<a href="([^"]+)"/.exec(item.split('</li>')[0] ?? '')?.[1] ?? null,
    };
  }
  const account = (role: Role, values: object) =>
    school.db((db) => db('accounts').where({ id: school.people[role].accountId }).update(values));

  it('says whether a person may sign in, and why not', async () => {
    const signIn = async () => answer(await page('quotidienne'), 'Se connecter');
    expect(await signIn()).to.include({ open: 'Oui', because: 'Avec son propre mot de passe.' });
    await account('quotidienne', { state: 'suspended' });
    expect(await signIn()).to.include({ open: 'Non', because: 'Son compte est suspendu.' });
    await account('quotidienne', { state: 'active', valid_until: new Date('2020-01-01') });
    expect((await signIn()).because).to.include('arrivé à sa fin');
    await account('quotidienne', {
      state: 'provisional',
      valid_until: null,
      secret_expires_at: new Date('2020-01-01'),
    });
    expect((await signIn()).because).to.include('Son mot de passe provisoire n’est plus bon');
    await account('quotidienne', { secret_expires_at: new Date('2090-01-01') });
    expect(await signIn()).to.include({ open: 'Oui' });
    await school.db((db) => db('accounts').where({ id: school.people.quotidienne.accountId }).delete());
    expect((await signIn()).because).to.equal('Cette personne n’a pas de compte.');
  });

  it('says for each right whether the mode or the profile gives it, with a link to the setting', async () => {
    const secretary = await page('quotidienne');
    const profile = await school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).first('id'));
    expect(answer(secretary, 'Voir les élèves')).to.deep.equal({
      open: 'Oui',
      because: 'Par le profil « Vie scolaire ».',
      link: `/${school.rne}/gestion/profils/${profile.id}`,
    });
    expect(answer(secretary, 'Saisir les menus')).to.include({
      open: 'Non',
      because: 'Le profil « Vie scolaire » n’a pas ce droit.',
    });
    expect(answer(await page('direction'), 'Saisir les menus').because).to.equal('Par le mode Administration.');
    expect(answer(await page('enseignants'), 'Saisir les menus').because).to.include('n’ouvre que son Espace');
  });

  it('agrees with what the doors do, for every role and every right', async () => {
    const routes = school.house.house.modules.routes.filter(
      (one) =>
        one.method === 'get' &&
        one.area === 'admin' &&
        !one.path.includes(':') &&
        one.allow !== 'signed-in' &&
        one.plugin !== 'console',
    );
    const labels = school.house.house.modules;
    for (const role of ['direction', 'quotidienne', 'mairie'] as const) {
      const text = await page(role);
      for (const route of routes.filter((one) => one.path !== '/panne')) {
        const { status } = await school.as(role).get(`/gestion/${route.plugin}${route.path}`);
        const [plugin = '', key = ''] = route.allow.split('.');
        const title = (labels.plugin(plugin)?.permissions?.[key] ?? '').split(' > ').slice(1).join(' &gt; ');
        expect(answer(text, title).open, `${role} ${route.plugin}${route.path}`).to.equal(
          status === 403 ? 'Non' : 'Oui',
        );
      }
    }
  });

  it('says of each Espace and rubric why it is closed: function, not published, no pupils, module off', async () => {
    expect(answer(await page('parents'), 'Espace Parents').open).to.equal('Oui');
    expect(answer(await page('parents'), 'Espace Enseignants').because).to.include('pas celui de sa fonction');
    expect(answer(await page('parents'), 'Menus').open).to.equal('Oui');
    await school.db((db) => db('published').insert({ name: 'parents:cantine.menus', on: false }));
    expect(answer(await page('parents'), 'Menus').because).to.include('ne publie pas cette rubrique');
    await school.db((db) => db('published').insert({ name: 'parents', on: false }));
    expect(answer(await page('parents'), 'Espace Parents').because).to.include('ne publie pas cet Espace');
    await school.db((db) => db('carer_pupils').delete());
    expect(answer(await page('accompagnants'), 'Espace Accompagnants').because).to.include(
      'Aucun élève ne lui est affecté',
    );
    await school.db((db) => db('school_plugins').insert({ school_id: school.id, plugin: 'cantine', on: false }));
    const text = await page('parents');
    expect(answer(text, 'Menus').open).to.equal('absent');
    expect(text).to.match(/Fermés pour tout le monde[^<]*Menus de la cantine/);
  });

  it('DESIGN 17 says child by child whether a guardian’s link opens the Espace', async () => {
    const child = async () => answer(await page('parents'), 'LEROY Mila');
    expect(await child()).to.include({ open: 'Oui' });
    await school.db((db) => db('guardian_links').update({ restricted_on: '2026-01-06' }));
    expect(await child()).to.deep.equal({
      open: 'Non',
      because: 'Son lien avec cet enfant est restreint depuis le 06/01/2026.',
      link: `/${school.rne}/gestion/ressources/eleves/${school.childId}/responsables/${school.people.parents.personId}/lien`,
    });
    await school.db((db) => db('guardian_links').update({ restricted_on: null, access: false }));
    expect((await child()).because).to.include('n’ouvre pas l’Espace');
    await school.db(async (db) => {
      await db('guardian_links').update({ access: true });
      await db('people').where({ id: school.childId }).update({ left_on: '2026-01-06' });
    });
    expect((await child()).because).to.include('a quitté l’école');
  });

  it('is linked from the card of each person', async () => {
    for (const [path, role] of [
      ['ressources/eleves', 'eleves'],
      ['ressources/responsables', 'parents'],
      ['personnels/professeurs', 'enseignants'],
      ['personnels/personnels', 'quotidienne'],
    ] as const) {
      const { personId } = school.people[role];
      const card = await school.as('direction').get(`/gestion/${path}/${personId}`);
      expect(card.text, path).to.include(`/gestion/profils/pourquoi/${personId}"`);
      expect(answer(await page(role), 'Administration école/mairie').link, path).to.equal(
        `/${school.rne}/gestion/${path}/${personId}`,
      );
    }
  });

  it('links a setting only for whom may open it, and shows a family only to whom may see families', async () => {
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Mairie' })
        .update({ permissions: ['profils.why'] }),
    );
    const text = await page('quotidienne', 'mairie');
    expect(answer(text, 'Voir les élèves')).to.include({ open: 'Oui', link: null });
    for (const role of ['parents', 'eleves'] as const)
      expect(await page(role, 'mairie')).to.include('Cette page n’existe pas');
    const other = await openSchool();
    expect(
      (await other.as('direction').get(`/gestion/profils/pourquoi/${school.people.parents.personId}`)).status,
    ).to.equal(404);
    await other.close();
  });
});
