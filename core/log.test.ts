import { Writable } from 'node:stream';
import { expect } from 'chai';
import pino from 'pino';
import { connect } from './database/connect.ts';
import { REDACTED } from './house.ts';
import { openTestHouse } from './testing/houses.ts';
import { openSchool, PASSWORD } from './testing.ts';

describe('logs', () => {
  it('S18-12 hold no password, no code, no cookie, no name, even when a visit fails', async () => {
    let written = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written += chunk;
        done();
      },
    });
    const house = await openTestHouse({ log: pino({ level: 'trace', redact: REDACTED }, stream) });
    const school = await openSchool({ house });
    await school.as('visiteur').post('/connexion/', {
      login: school.people.parents.login,
      password: 'Un secret tapé 1',
      mode: 'espace',
      vers: '',
      suite: '',
    });
    await school.as('visiteur').post('/connexion/', {
      login: school.people.direction.login,
      password: PASSWORD,
      mode: 'administration',
      vers: '',
      suite: '',
    });
    const client = school.as('direction');
    const failed = await client.get('/gestion/potager/panne?mot=MOTSECRET');
    expect(failed.status).to.equal(500);
    expect((await client.post('/gestion/potager/', { name: 'ortie' })).status).to.equal(500);
    // A link or a label opens something by its address alone: without their tables the visits fail.
    await school.db((db) => db('published').insert({ name: 'inscription', on: true }));
    const owner = connect(house.urls.owner, { max: 1 });
    for (const table of ['account_keys', 'inscription_links', 'reset_links'])
      await owner.schema.renameTable(table, `${table}_gone`);
    await owner.destroy();
    for (const path of ['/c/CODESECRET', '/inscription/demande/CODESECRET', '/connexion/nouveau/CODESECRET'])
      expect((await school.as('visiteur').get(path)).status, path).to.equal(500);
    for (const path of ['/c/…', '/inscription/demande/…', '/connexion/nouveau/…'])
      expect(written).to.include(`"path":"/${school.rne}${path}"`);
    expect(written, 'the failure is logged, with its reference')
      .to.include('la bêche est cassée')
      .and.include(/référence[^<]*<strong class="num">(\w+)</.exec(failed.text)?.[1] ?? 'aucune');
    for (const secret of [
      'Un secret tapé 1',
      PASSWORD,
      'MOTSECRET',
      'CODESECRET',
      client.cookie.split('=')[1] as string,
      'LEROY',
      'argon2id',
    ])
      expect(written).not.to.include(secret);
  });

  it('S18-12 blank what is named like a secret', () => {
    let written = '';
    const log = pino(
      { redact: REDACTED },
      {
        write: (line: string) => {
          written += line;
        },
      },
    );
    log.info({ body: { password: 'un', code: 'deux', token: 'trois' }, req: { headers: { cookie: 'quatre' } } });
    expect(written)
      .to.include('Redacted')
      .and.not.match(/un"|deux|trois|quatre/);
  });
});
