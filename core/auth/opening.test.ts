import { expect } from 'chai';
import { prepareSchool } from '../tenancy/prepare-school.ts';
import { openTestHouse, sharedHouse, type TestHouse } from '../testing.ts';

const FIELDS = {
  name: 'École du Lac',
  address: '1 rue du Lac',
  postcode: '74000',
  city: 'Lac-Fictif',
  email: 'lac@exemple.fr',
};

describe('opening a school', () => {
  let house: TestHouse;
  before(async () => {
    house = await sharedHouse();
  });
  const post = (path: string, fields: Record<string, string>) =>
    fetch(house.origin + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams(fields),
    });
  const director = { civility: 'Mme', lastName: 'LEOTI', firstName: 'Samia' };

  it('F01-2 refuses a malformed RNE and a wrong check letter, in words', async () => {
    for (const [rne, words] of [
      ['123', 'sept chiffres puis une lettre'],
      ['0999903A', 'La lettre ne va pas'],
      ['', 'Remplissez'],
      ['0999903I', 'La lettre ne va pas'],
    ] as const) {
      const answer = await post('/ouverture', { rne });
      expect(answer.status, rne).to.equal(422);
      expect(await answer.text(), rne).to.include(words);
    }
  });

  it('I-01 says whom to ask when the school is not prepared, and leads to it when it is', async () => {
    const answer = await post('/ouverture', { rne: '0301674G' });
    expect(answer.status).to.equal(422);
    expect(await answer.text())
      .to.include('Commune de Bourg-Fictif')
      .and.include('donnees@exemple.fr');
    await prepareSchool(house.house.app, house.house.secrets, { rne: '0000010L', ...FIELDS }, new Date());
    expect((await post('/ouverture', { rne: ' 0000010 l' })).headers.get('location')).to.equal('/0000010L/ouverture/');
    const early = await fetch(`${house.origin}/0000010L/connexion/`, { redirect: 'manual' });
    expect(early.headers.get('location'), 'nothing else of it opens').to.equal('/0000010L/ouverture/');
  });

  it('I-01 makes no director without the right three, five tries, then waits', async () => {
    const { id, login, code } = await prepareSchool(
      house.house.app,
      house.house.secrets,
      { rne: '0000011M', ...FIELDS },
      new Date(),
    );
    const attempts = [
      [login, 'Xx12345678'],
      ['ABCDEFGH', code],
      [login, ''],
      [login.slice(1), code],
      [code, login],
      [login, `${code}x`],
    ];
    for (const [one, two] of attempts)
      expect(
        (await post('/0000011M/ouverture/codes', { login: one as string, code: two as string, ...director })).status,
      ).to.equal(422);
    const late = await post('/0000011M/ouverture/codes', { login, code, ...director });
    expect(late.status).to.equal(422);
    expect(await late.text()).to.include('Cinq essais');
    expect((await house.house.app('schools').where({ id }).first('state')).state).to.equal('prepared');
  });

  it('F01-3 gives the two addresses at the end, with a QR code of the portal, and opens once', async () => {
    const { login, code } = await prepareSchool(
      house.house.app,
      house.house.secrets,
      { rne: '0000012N', ...FIELDS },
      new Date(),
    );
    const answer = await post('/0000012N/ouverture/codes', { login, code, ...director });
    expect(answer.status).to.equal(200);
    const page = await answer.text();
    expect(page)
      .to.include(`${house.origin}/0000012N/"`)
      .and.include(`${house.origin}/0000012N/gestion/accueil/`)
      .and.include('<svg')
      .and.include('SLEOTI');
    expect((await post('/0000012N/ouverture/codes', { login, code, ...director })).headers.get('location')).to.equal(
      '/0000012N/ouverture/',
    );
    await post('/0000012N/connexion/', {
      login: 'SLEOTI',
      password: code,
      mode: 'administration',
      vers: '',
      suite: '',
    }).then((again) =>
      expect(again.headers.get('location'), 'the code is the provisional password').to.equal(
        '/0000012N/compte/mot-de-passe',
      ),
    );
  });

  it('codes expire', async () => {
    const { login, code } = await prepareSchool(
      house.house.app,
      house.house.secrets,
      { rne: '0000013P', ...FIELDS },
      new Date(Date.now() - 31 * 86_400_000),
    );
    expect((await post('/0000013P/ouverture/codes', { login, code, ...director })).status).to.equal(422);
  });

  it('F02-01 shows the schools of this device as buttons outside of the demo, and all of them in it', async () => {
    const quiet = await openTestHouse({ env: { PREAU_DEMO: '0', PREAU_SECRET: 'a'.repeat(64) } });
    const { id } = await prepareSchool(
      quiet.house.app,
      quiet.house.secrets,
      { rne: '0000014R', ...FIELDS },
      new Date(),
    );
    await quiet.house.app('schools').where({ id }).update({ state: 'open' });
    expect(await (await fetch(`${quiet.origin}/`)).text()).not.to.include('École du Lac');
    const known = await fetch(`${quiet.origin}/`, { headers: { Cookie: `preau-appareil=${'0'.repeat(32)}.0000014R` } });
    expect(await known.text()).to.include('École du Lac');
    expect((await fetch(`${quiet.origin}/courrier`)).status, 'no mailbox page outside of the demo').to.equal(404);
  });
});
