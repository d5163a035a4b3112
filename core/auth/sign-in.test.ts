import { expect } from 'chai';
import { passwordRules } from '../public/password-rules.ts';
import { openSchool, PASSWORD, type TestSchool } from '../testing.ts';
import { hashing } from './passwords.ts';

const enter = (
  school: TestSchool,
  login: string,
  password: string,
  mode = 'espace',
  more: Record<string, string> = {},
) => school.as('visiteur').post('/connexion/', { login, password, mode, vers: '', suite: '', ...more });

describe('sign-in', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  it('F02-03 I-03 opens each person’s own Espace, and nobody else’s', async () => {
    const answer = await enter(school, school.people.parents.login, PASSWORD);
    expect(answer.status).to.equal(303);
    expect(answer.location).to.equal(`/${school.rne}/espace/parents/accueil/`);
    expect((await school.as('parents').get('/espace/enseignants/accueil/')).status).to.equal(403);
    expect((await school.as('parents').get('/gestion/accueil/')).status).to.equal(403);
  });

  it('I-02 opens the management side to the director and to the secretary, by their rights', async () => {
    expect((await enter(school, school.people.direction.login, PASSWORD, 'administration')).location).to.equal(
      `/${school.rne}/gestion/accueil/`,
    );
    expect((await enter(school, school.people.quotidienne.login, PASSWORD, 'quotidienne')).location).to.equal(
      `/${school.rne}/gestion/accueil/`,
    );
    expect((await school.as('quotidienne').get('/gestion/ressources/eleves')).status).to.equal(200);
    expect((await school.as('quotidienne').get('/gestion/configuration/modules')).status).to.equal(403);
  });

  it('F02-02 refuses Administration to someone with Gestion quotidienne only, and says why', async () => {
    const answer = await enter(school, school.people.quotidienne.login, PASSWORD, 'administration');
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('Votre compte ouvre la Gestion quotidienne');
    expect(answer.text).to.include(`value="${school.people.quotidienne.login}"`);
  });

  it('a director who chose « Mon Espace » is not let into Gestion by that session', async () => {
    const client = await school.asAccount(school.people.direction.accountId, 'espace');
    expect((await client.get('/gestion/ressources/eleves')).status).to.equal(403);
    expect((await client.get('/espace/direction/accueil/')).status).to.equal(200);
  });

  it('B10 forgives what a phone adds around a login, and nothing inside it', async () => {
    await school.db((db) => db('accounts').where({ id: school.people.parents.accountId }).update({ login: 'SLEOTIN' }));
    for (const typed of [
      'sleotin',
      'Sleotin',
      ' SLEOTIN',
      'SLEOTIN ',
      'SLEOTIN\u00A0',
      '\u200BSLEOTIN',
      'SLEOTIN\n',
      'ＳＬＥＯＴＩＮ',
    ])
      expect((await enter(school, typed, PASSWORD)).status, JSON.stringify(typed)).to.equal(303);
    for (const typed of ['SLEOTIN2', 'SLE OTIN', '', '%'])
      expect((await enter(school, typed, PASSWORD)).status, JSON.stringify(typed)).to.equal(422);
    for (const password of [` ${PASSWORD}`, `${PASSWORD} `, PASSWORD.toLowerCase()])
      expect((await enter(school, 'SLEOTIN', password)).status).to.equal(422);
    expect((await school.as('visiteur').get('/connexion/')).text).to.match(/name="login"[^>]*autocapitalize="none"/);
  });

  it('S18-07 an unknown, a suspended, a provisional and a real account get the same answer for the same single hash', async () => {
    const other = await openSchool();
    await other.db(async (db) => {
      await db('accounts').where({ id: other.people.parents.accountId }).update({ state: 'suspended' });
      await db('accounts')
        .where({ id: other.people.eleves.accountId })
        .update({ state: 'provisional', password_hash: null });
    });
    const answers = [];
    for (const login of [
      other.people.enseignants.login,
      other.people.parents.login,
      other.people.eleves.login,
      'INCONNU999',
    ]) {
      const before = hashing.calls;
      const answer = await enter(other, login, 'Pas le bon 1');
      expect(hashing.calls - before, login).to.equal(1);
      answers.push({
        status: answer.status,
        text: answer.text.replaceAll(login, '…').replace(/value="[0-9a-f-]{36}"/g, ''),
      });
    }
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect((await enter(other, other.people.parents.login, PASSWORD)).status).to.equal(422);
    await other.close();
  });

  it('S18-06 evaluates at most ten guesses of an account in a quarter of an hour, and no pupil locks the director out', async () => {
    const other = await openSchool();
    const login = other.people.direction.login;
    // The director has signed in from this device before.
    const known = other.as('visiteur');
    expect(
      (await known.post('/connexion/', { login, password: PASSWORD, mode: 'administration', vers: '', suite: '' }))
        .status,
    ).to.equal(303);
    await known.get('/connexion/sortie');
    const before = hashing.calls;
    for (let n = 0; n < 14; n++) {
      // A stranger: no device of his is remembered between two tries.
      await fetch(other.url('/connexion/'), {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Sec-Fetch-Site': 'same-origin' },
        body: new URLSearchParams({ login, password: `Essai ${n}`, mode: 'administration', vers: '', suite: '' }),
      });
    }
    expect(hashing.calls - before, 'strangers have seven of the ten').to.equal(7);
    const stranger = await fetch(other.url('/connexion/'), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams({ login, password: PASSWORD, mode: 'administration', vers: '', suite: '' }),
    });
    expect(stranger.status).to.equal(422);
    expect(await stranger.text()).to.include('Trop d’essais');
    expect(
      (await known.post('/connexion/', { login, password: PASSWORD, mode: 'administration', vers: '', suite: '' }))
        .status,
      'own device',
    ).to.equal(303);
    await other.close();
  });

  it('S18-09 comes back to the page that was asked, inside this school only', async () => {
    const asked = await school.as('visiteur').get('/espace/enseignants/accueil/');
    expect(asked.status).to.equal(303);
    expect(asked.location).to.equal(
      `/${school.rne}/connexion/?vers=${encodeURIComponent(`/${school.rne}/espace/enseignants/accueil/`)}`,
    );
    const { login } = school.people.enseignants;
    expect(
      (await enter(school, login, PASSWORD, 'espace', { vers: `/${school.rne}/espace/enseignants/accueil/` })).location,
    ).to.equal(`/${school.rne}/espace/enseignants/accueil/`);
    for (const vers of [
      '//mechant.exemple/',
      'https://mechant.exemple/',
      `/${school.rne}/../autre`,
      `/${school.rne}\\mechant`,
      '/0000000A/gestion/',
    ])
      expect((await enter(school, login, PASSWORD, 'espace', { vers })).location, vers).to.equal(
        `/${school.rne}/espace/enseignants/accueil/`,
      );
  });

  it('signs out for good: the old cookie opens nothing', async () => {
    const client = await school.asAccount(school.people.enseignants.accountId, 'espace');
    expect((await client.get('/espace/enseignants/accueil/')).status).to.equal(200);
    const { cookie } = client;
    expect((await client.post('/connexion/sortie')).location).to.equal(`/${school.rne}/connexion/`);
    expect((await school.as('visiteur').get('/espace/enseignants/accueil/', { Cookie: cookie })).status).to.equal(303);
  });

  it('S18-13 rights taken away and accounts suspended work at the next request', async () => {
    const other = await openSchool();
    const client = await other.asAccount(other.people.quotidienne.accountId, 'quotidienne');
    expect((await client.get('/gestion/ressources/eleves')).status).to.equal(200);
    await other.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions: [] }));
    expect((await client.get('/gestion/ressources/eleves')).status).to.equal(403);
    await other.db((db) => db('accounts').where({ id: other.people.quotidienne.accountId }).update({ mode: 'espace' }));
    expect((await client.get('/gestion/accueil/')).status).to.equal(303);
    const parent = await other.asAccount(other.people.parents.accountId, 'espace');
    await other.db((db) => db('accounts').where({ id: other.people.parents.accountId }).update({ state: 'suspended' }));
    expect((await parent.get('/espace/parents/accueil/')).status).to.equal(303);
    await other.close();
  });

  it('a session of one school is a visitor’s at another', async () => {
    const other = await openSchool();
    const client = await school.asAccount(school.people.direction.accountId, 'administration');
    await client.get('/gestion/accueil/');
    expect((await other.as('visiteur').get('/gestion/accueil/', { Cookie: client.cookie })).status).to.equal(303);
    await other.close();
  });

  it('ends after its idle time and its absolute time', async () => {
    const { house } = school;
    const now = new Date();
    const client = await school.asAccount(school.people.direction.accountId, 'administration');
    expect((await client.get('/gestion/accueil/')).status).to.equal(200);
    house.setNow(new Date(now.getTime() + 121 * 60_000));
    expect((await client.get('/gestion/accueil/')).status, 'two hours without a visit').to.equal(303);
    house.setNow(null);
    const busy = await school.asAccount(school.people.direction.accountId, 'administration');
    for (let hour = 1; hour <= 11; hour++) {
      house.setNow(new Date(now.getTime() + hour * 3_600_000));
      expect((await busy.get('/gestion/accueil/')).status).to.equal(200);
    }
    house.setNow(new Date(now.getTime() + 12.1 * 3_600_000));
    expect((await busy.get('/gestion/accueil/')).status, 'twelve hours').to.equal(303);
    house.setNow(null);
  });

  it('B53 an ended session sends htmx to the sign-in page as a whole, and gives what was typed back to the same account only', async () => {
    const other = await openSchool({ plugins: ['potager'] });
    const { house } = other;
    const client = await other.asAccount(other.people.direction.accountId, 'administration');
    await client.get('/gestion/potager/');
    house.setNow(new Date(Date.now() + 3 * 3_600_000));
    const htmx = await client.post(
      '/gestion/potager/',
      { name: 'long message' },
      {
        'HX-Request': 'true',
        'HX-Request-Type': 'partial',
        'HX-Target': 'ul#plants',
        'HX-Current-URL': other.url('/gestion/potager/'),
      },
    );
    expect(htmx.status).to.equal(401);
    expect(htmx.text).to.equal('');
    expect(htmx.headers.get('hx-redirect')).to.equal(
      `/${other.rne}/connexion/?vers=${encodeURIComponent(`/${other.rne}/gestion/potager/`)}`,
    );

    const plain = await client.post('/gestion/potager/', { name: 'long message' });
    expect(plain.status).to.equal(401);
    expect(plain.text).to.include('ce que vous aviez écrit est gardé');
    const suite = /name="suite" value="([^"]+)"/.exec(plain.text)?.[1] ?? '';
    const back = await enter(other, other.people.direction.login, PASSWORD, 'administration', { suite });
    expect(back.status).to.equal(200);
    expect(back.text).to.include('long message');
    expect(back.text).to.include(`action="/${other.rne}/gestion/potager/"`);
    const stranger = await enter(other, other.people.quotidienne.login, PASSWORD, 'quotidienne', { suite });
    expect(stranger.status).to.equal(303);
    expect(stranger.text).not.to.include('long message');
    house.setNow(null);
    await other.close();
  });
});

describe('first sign-in', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  /** A parent with a label in hand. */
  async function newcomer() {
    return school.db(async (db) => {
      const { container, house } = school.house;
      const { rows } = await house.app.raw('select door(?, null) as told', [school.rne]);
      const services = container.services(rows[0].told.school, db, house.clock());
      const [personId] = await services.register.add('guardian', [{ lastName: 'LEOTI', firstName: 'Sophie' }]);
      const [account] = await services.accounts.create([
        { personId: personId as string, kind: 'guardian', firstName: 'Sophie', lastName: 'LEOTI' },
      ]);
      const row = await db('accounts').where({ person_id: personId }).first('secret_sealed');
      return {
        login: account?.login as string,
        secret: house.secrets.open('provisional', row.secret_sealed) as string,
      };
    });
  }

  it('F02-04 B12 leads every address to the personalisation page until it is done', async () => {
    const { login, secret } = await newcomer();
    const client = school.as('visiteur');
    const page = `/${school.rne}/compte/mot-de-passe`;
    expect(
      (
        await client.post('/connexion/', {
          login,
          password: secret,
          mode: 'espace',
          vers: `/${school.rne}/compte/`,
          suite: '',
        })
      ).location,
    ).to.equal(page);
    for (const path of [
      '/espace/parents',
      '/espace/parents/accueil/',
      '/compte/',
      '/gestion/accueil/',
      '/accueil/',
      '/aide/recherche?q=x',
      '/etablissement/../espace/parents/accueil/',
    ]) {
      const answer = await client.get(path);
      if (answer.status !== 404) expect(answer.location, path).to.equal(page);
    }
    const fragment = await client.get('/espace/parents/accueil/', {
      'HX-Request': 'true',
      'HX-Request-Type': 'partial',
    });
    expect([fragment.status, fragment.headers.get('hx-redirect')]).to.deep.equal([401, page]);
    expect(
      (await client.post('/compte/', { current: secret, password: 'Abcdefgh1', again: 'Abcdefgh1' })).location,
    ).to.equal(page);
    const own = await client.get('/compte/mot-de-passe');
    expect(own.status).to.equal(200);
    for (const [, asset] of own.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g))
      expect((await client.get(asset as string)).status, asset).to.equal(200);
    expect((await client.get('/aide/')).status).to.equal(200);
    expect((await client.post('/connexion/sortie')).location).to.equal(`/${school.rne}/connexion/`);
  });

  it('F02-05 F02-06 F02-07 F02-08 F02-09 F02-10 F02-11 F02-12 lists every rule, points out in text those unmet, and keeps nothing of a refused password', async () => {
    const { login, secret } = await newcomer();
    const client = school.as('visiteur');
    await client.post('/connexion/', { login, password: secret, mode: 'espace', vers: '', suite: '' });
    const shown = await client.get('/compte/mot-de-passe');
    for (const rule of [
      'contenir au moins 8 caractères',
      'contenir au moins un caractère numérique',
      'contenir au moins une lettre',
      'mélanger des minuscules et des majuscules',
      'être différent du nom et de l’identifiant',
      'être différent du mot de passe actuel',
    ])
      expect(shown.text).to.include(rule);
    for (const [password, again, missing] of [
      ['Abcde12', 'Abcde12', 'contenir au moins 8 caractères'],
      ['Abcdefgh', 'Abcdefgh', 'il manque un chiffre'],
      ['12345678', '12345678', 'il manque une lettre'],
      ['cerf-volant2', 'cerf-volant2', 'il manque une majuscule'],
      ['CERF-VOLANT2', 'CERF-VOLANT2', 'il manque une minuscule'],
      ['Leoti2026', 'Leoti2026', 'il contient LEOTI'],
      [secret, secret, 'c’est le même'],
      ['Motdepasse1', 'Motdepasse1', 'parmi les premiers que l’on essaie'],
      ['Cerf-volant2', 'Cerf-volant3', 'Les deux saisies ne sont pas les mêmes'],
    ] as const) {
      const answer = await client.post('/compte/mot-de-passe', { password, again });
      expect(answer.status, password).to.equal(422);
      expect(answer.text, password).to.include(missing);
      expect(answer.text).not.to.include(`value="${password}"`);
      expect(answer.text).to.include('aria-invalid="true"');
    }
    const done = await client.post('/compte/mot-de-passe', { password: 'Kiwi-bl7', again: 'Kiwi-bl7' });
    expect(done.location, '8 characters are accepted').to.equal(`/${school.rne}/compte/securite`);
    const kept = await school.db((db) => db('accounts').where({ login }).first());
    expect([kept.state, kept.secret_hmac, kept.secret_sealed]).to.deep.equal(['active', null, null]);
    expect((await enter(school, login, secret)).status, 'the label’s password is dead').to.equal(422);
    expect((await enter(school, login, 'Kiwi-bl7')).status).to.equal(303);
  });

  it('a provisional secret that has expired opens nothing', async () => {
    const { login, secret } = await newcomer();
    await school.db((db) =>
      db('accounts')
        .where({ login })
        .update({ secret_expires_at: new Date(Date.now() - 1000) }),
    );
    expect((await enter(school, login, secret)).status).to.equal(422);
  });

  it('« Mon compte »: one’s own change of password ends the other sessions, a failed one ends none', async () => {
    const { accountId, login } = school.people.enseignants;
    const [here, phone] = [await school.asAccount(accountId, 'espace'), await school.asAccount(accountId, 'espace')];
    for (const client of [here, phone]) expect((await client.get('/compte/')).status).to.equal(200);
    expect(
      (await here.post('/compte/', { current: 'faux', password: 'Toboggan-77', again: 'Toboggan-77' })).status,
    ).to.equal(422);
    expect((await phone.get('/compte/')).status).to.equal(200);
    expect(
      (await here.post('/compte/', { current: PASSWORD, password: 'Toboggan-77', again: 'Toboggan-77' })).status,
    ).to.equal(303);
    expect((await here.get('/compte/')).text).to.include('1 autre connexion fermée');
    expect((await phone.get('/compte/')).status).to.equal(303);
    expect((await enter(school, login, 'Toboggan-77')).status).to.equal(303);
  });

  it('« Mon compte » lists the sessions and closes one of them', async () => {
    const { accountId } = school.people.enseignants;
    const [here, phone] = [await school.asAccount(accountId, 'espace'), await school.asAccount(accountId, 'espace')];
    await phone.get('/compte/');
    const page = (await here.get('/compte/')).text;
    const handles = [...page.matchAll(/name="handle" value="([0-9a-f-]{36})"/g)].map(([, handle]) => handle as string);
    expect(handles).to.have.length(2);
    const mine = /Cet appareil[\s\S]*?value="([0-9a-f-]{36})"/.exec(page)?.[1];
    await here.post('/compte/sessions', { handle: handles.find((one) => one !== mine) as string });
    expect((await phone.get('/compte/')).status).to.equal(303);
    expect((await here.get('/compte/')).status).to.equal(200);
  });
});

describe('password rules', () => {
  it('F02-09 C: every provisional secret would pass the rules a person must follow', async () => {
    const { newSecret } = await import('../secret.ts');
    const seen = new Set<string>();
    for (let n = 0; n < 10_000; n++) {
      const secret = newSecret();
      seen.add(secret);
      expect(secret).to.match(/^[^0OoIl1|]{10}$/);
      expect(
        passwordRules(secret, secret, { login: 'SLEOTI', lastName: 'LEOTI', firstName: 'Samia', current: null }).filter(
          (rule) => !rule.met,
        ),
      ).to.deep.equal([]);
    }
    expect(seen.size).to.equal(10_000);
  });
});
