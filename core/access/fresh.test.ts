import { expect } from 'chai';
import { openTestHouse } from '../testing/houses.ts';
import { type Client, openSchool, PASSWORD, type TestSchool } from '../testing.ts';

/** The house's clock moves, so this house is nobody else's. */
describe('« Confirmez que c’est bien vous » (S18-14)', () => {
  let school: TestSchool;
  let profile: string;
  const at = (minutes: number) => school.house.setNow(new Date(Date.UTC(2026, 10, 25, 8, minutes)));

  before(async () => {
    school = await openSchool({ house: await openTestHouse() });
    profile = await school.db(async (db) => (await db('profiles').where({ name: 'Mairie' }).first('id')).id);
  });

  const director = (): Promise<Client> => school.asAccount(school.people.direction.accountId, 'administration');
  const save = (client: Client, fields: Record<string, string> = {}) =>
    client.post(`/gestion/profils/${profile}`, { name: 'Mairie', 'permissions.cantine.edit': 'on', ...fields });
  const rights = () =>
    school.db(async (db) => (await db('profiles').where({ id: profile }).first('permissions')).permissions as string[]);

  it('asks nothing within ten minutes of the sign-in', async () => {
    at(0);
    const client = await director();
    at(9);
    expect((await save(client)).status).to.equal(303);
    expect(await rights()).to.include('cantine.edit');
  });

  it('asks the password after ten minutes, keeps what was typed, and does it once the password is right', async () => {
    at(0);
    const client = await director();
    at(10);
    const asked = await save(client, { name: 'Mairie de Bourg' });
    expect(asked.status).to.equal(422);
    expect(asked.text)
      .to.include('<h1>Confirmez que c’est bien vous</h1>')
      .and.include('name="name" value="Mairie de Bourg"')
      .and.include('name="permissions.cantine.edit" value="on"');
    const wrong = await save(client, { name: 'Mairie de Bourg', _proof: 'pas celui-là' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('Ce n’est pas votre mot de passe').and.not.include('pas celui-là');
    const done = await save(client, { name: 'Mairie de Bourg', _proof: PASSWORD });
    expect(done.status).to.equal(303);
    expect(done.location).to.include(profile);
    at(19);
    expect((await save(client, { name: 'Mairie' })).status, 'fresh again').to.equal(303);
  });

  it('says what is wrong in the form before it asks for anything', async () => {
    at(0);
    const client = await director();
    at(20);
    const answer = await save(client, { name: '' });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('Remplissez « Nom du profil »').and.not.include('Confirmez que c’est');
  });

  it('lets no list leave the house as a spreadsheet without the password again', async () => {
    at(0);
    const client = await director();
    for (const list of ['eleves', 'responsables', 'classes', `classes/${school.classId}/liste`]) {
      at(5);
      expect((await client.get(`/gestion/ressources/${list}.csv`)).status, list).to.equal(200);
      at(10);
      const asked = await client.get(`/gestion/ressources/${list}.csv`);
      expect([asked.status, asked.location?.includes('/confirmation/')], list).to.deep.equal([303, true]);
    }
  });

  it('takes the place of the page when htmx sent the form', async () => {
    at(0);
    const client = await director();
    at(20);
    const answer = await client.post(
      `/gestion/profils/${profile}`,
      { name: 'Mairie' },
      { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
    );
    expect(answer.headers.get('HX-Retarget')).to.equal('#contenu');
    expect(answer.text).to.include('Confirmez que c’est bien vous').and.not.include('<html');
  });

  it('stands before an export too, and leads on to it', async () => {
    at(0);
    const client = await director();
    expect((await client.get('/gestion/potager/carnet')).text).to.include('radis');
    at(20);
    const led = await client.get('/gestion/potager/carnet');
    expect(led.status).to.equal(303);
    expect(led.location).to.include('/confirmation/?vers=');
    const vers = new URLSearchParams(led.location?.split('?')[1]).get('vers') as string;
    expect((await client.get(led.location as string)).text).to.include('Confirmez que c’est bien vous');
    expect((await client.post('/confirmation/', { password: 'faux', vers })).status).to.equal(422);
    const on = await client.post('/confirmation/', { password: PASSWORD, vers });
    expect(on.location).to.equal(`/${school.rne}/gestion/potager/carnet`);
    expect((await client.get(on.location as string)).text).to.include('radis');
    const away = await client.post('/confirmation/', { password: PASSWORD, vers: 'https://ailleurs.exemple/' });
    expect(away.location).to.equal(`/${school.rne}/accueil/`);
  });

  it('limits the tries as at the sign-in', async () => {
    at(30);
    const client = await school.asAccount(school.people.direction.accountId, 'administration');
    at(45);
    let last = '';
    for (let n = 0; n < 11; n += 1) last = (await save(client, { _proof: `faux ${n}` })).text;
    expect(last).to.include('Trop d’essais');
    expect((await save(client, { _proof: PASSWORD })).status, 'the right one comes too late').to.equal(422);
  });
});
