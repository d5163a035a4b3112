import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { hashing } from '../auth/passwords.ts';
import type { Services } from '../plugin/contract.ts';
import { passwordRules } from '../public/password-rules.ts';
import { newSecret } from '../secret.ts';
import { openSchool, type TestSchool } from '../testing.ts';

const read = (name: string) => JSON.parse(readFileSync(path.join(import.meta.dirname, name), 'utf8'));
interface Name {
  prenom: string;
  nom: string;
}

describe('accounts: logins and provisional secrets (DESIGN 17)', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  /** What a plugin does: people and their accounts, in one transaction. */
  const create = (names: Name[]) =>
    school.db(async (db) => {
      const { container, house } = school.house;
      const told = { id: school.id, timezone: 'Europe/Paris' } as never;
      const { register, accounts }: Services = container.services(told, db, house.clock());
      const ids = await register.add(
        'teacher',
        names.map((one) => ({ firstName: one.prenom, lastName: one.nom })),
      );
      const made = await accounts.create(
        names.map((one, at) => ({
          personId: ids[at] as string,
          kind: 'teacher',
          firstName: one.prenom,
          lastName: one.nom,
        })),
      );
      return made.map((one) => one.login);
    });
  const secretOf = (login: string) =>
    school.db(async (db) => {
      const row = await db('accounts').where({ login }).first('secret_sealed');
      return school.house.house.secrets.open('provisional', row.secret_sealed) as string;
    });

  it('B07 any name in any script gets a login of capitals and digits, unique, never empty, always the same', async () => {
    const { names, exact }: { names: Name[]; exact: Record<string, string> } = read('b07-noms-non-latins.json');
    const logins = await create(names);
    for (const [at, login] of logins.entries())
      expect(login, JSON.stringify(names[at])).to.match(/^[A-Z][A-Z0-9]{1,29}$/);
    expect(new Set(logins).size).to.equal(names.length);
    const other = await create(
      Object.keys(exact).map((who) => ({ prenom: who.split(' ')[0] as string, nom: who.split(' ')[1] as string })),
    );
    // Those who are in both lists are homonyms of themselves, and numbered.
    expect(other.map((login) => login.replace(/\d+$/, ''))).to.deep.equal(Object.values(exact));
  });

  it('B08 twenty people of one name created at once by four connections: twenty logins, no breakdown', async () => {
    const { person, expect: wanted } = read('b08-course-meme-nom.json');
    const rounds = await Promise.all(Array.from({ length: 20 }, () => create([person])));
    const logins = rounds.flat();
    expect(logins).to.have.length(wanted.created);
    expect(new Set(logins).size).to.equal(wanted.distinctLogins);
    for (const login of logins) expect(login).to.match(new RegExp(wanted.pattern));
  });

  it('B09 apostrophes and particles: the login printed is the login accepted, for each of four people', async () => {
    const { names }: { names: Name[] } = read('b09-particules.json');
    for (const login of await create(names)) {
      expect(login).to.match(/^[A-Z0-9]+$/);
      const answer = await school.as('visiteur').post('/connexion/', {
        mode: 'espace',
        login: login.toLowerCase(),
        password: await secretOf(login),
      });
      expect([answer.status, answer.location?.includes('/compte/')], login).to.deep.equal([303, true]);
    }
  });

  it('acceptance 2: creating 900 accounts with their secrets calls argon2 0 times', async () => {
    const before = hashing.calls;
    const logins = await create(Array.from({ length: 900 }, (_, at) => ({ prenom: 'Camille', nom: `Durand ${at}` })));
    expect(new Set(logins).size).to.equal(900);
    expect(await secretOf(logins[899] as string)).to.have.length(10);
    expect(hashing.calls - before).to.equal(0);
  });

  it('B11 ten thousand secrets hold none of the letters that are misread, meet the rules, and never repeat', () => {
    const { generate, forbidden } = read('b11-mots-de-passe-ambigus.json');
    const secrets = new Set<string>();
    for (let n = 0; n < generate; n += 1) {
      const secret = newSecret();
      secrets.add(secret);
      expect(
        [...secret].some((letter) => forbidden.includes(letter)),
        secret,
      ).to.equal(false);
      const rules = passwordRules(secret, secret, {
        login: 'SLEOTI',
        lastName: 'LEOTI',
        firstName: 'Samia',
        current: null,
      });
      expect(
        rules.every((rule) => rule.met),
        `${secret} ${JSON.stringify(rules)}`,
      ).to.equal(true);
    }
    expect(secrets.size).to.equal(generate);
  });
});
