import { expect } from 'chai';
import type { Espace } from '../plugin/contract.ts';
import { openSchool, PASSWORD, type TestSchool } from '../testing.ts';

describe('the Espaces of the team', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  const enter = (login: string) =>
    school.as('visiteur').post('/connexion/', { mode: 'espace', login, password: PASSWORD, vers: '', suite: '' });

  it('F06-15 open for teachers, accompagnants, périscolaire, mairie and direction, and each says what it is', async () => {
    const SAID: Partial<Record<Espace, string>> = {
      direction: 'Pour gérer l’école',
      enseignants: 'Mes classes',
      accompagnants: 'Mes élèves',
      periscolaire: 'pour la cantine, la garderie et les études',
      mairie: 'adresse à la commune',
    };
    for (const [espace, said] of Object.entries(SAID) as [Espace, string][]) {
      const role = espace as 'direction' | 'mairie';
      const person = school.people[role];
      const moved = await enter(person.login);
      expect(moved.location, espace).to.equal(`/${school.rne}/espace/${espace}/accueil/`);
      const client = await school.asAccount(person.accountId, 'espace');
      const { status, text } = await client.get(`/espace/${espace}/accueil/`);
      expect([status, text.includes(said)], espace).to.deep.equal([200, true]);
    }
  });

  it('F08-5 refuses the Espace Accompagnants without pupils, at the sign-in and at the next request, with the reason', async () => {
    const carer = school.as('accompagnants');
    expect((await carer.get('/espace/accompagnants/accueil/')).status).to.equal(200);
    await school.db((db) => db('carer_pupils').delete());
    const shut = await carer.get('/espace/accompagnants/accueil/');
    expect(shut.status).to.equal(403);
    expect(shut.text).to.include('Aucun élève ne vous est affecté. L’Espace Accompagnants s’ouvre dès que l’école');
    const door = await enter(school.people.accompagnants.login);
    expect(door.status).to.equal(422);
    expect(door.text).to.include('Aucun élève ne vous est affecté');
    const wrong = await school.as('visiteur').post('/connexion/', {
      mode: 'espace',
      login: school.people.accompagnants.login,
      password: 'x',
      vers: '',
      suite: '',
    });
    expect(wrong.text, 'said to whoever has the password').not.to.include('Aucun élève');
  });

  it('S18-13 a temporary account that is over does not sign in', async () => {
    const { accountId, login } = school.people.periscolaire;
    await school.db((db) =>
      db('accounts')
        .where({ id: accountId })
        .update({ valid_until: new Date('2020-01-01') }),
    );
    expect((await enter(login)).text).to.include('ne vont pas ensemble');
  });

  describe('what a teacher sees of families (Configuration > Espace Enseignants)', () => {
    beforeEach(() =>
      school.db(async (db) => {
        const { personId } = school.people.parents;
        await db('people').where({ id: personId }).update({ phone_mobile: '06 00 00 00 01', email: 'paul@exemple.fr' });
        await db('addresses').insert({
          person_id: personId,
          rank: 1,
          lines: '4 rue des Lilas\nBât. B',
          postcode: '01000',
          city: 'Bourg',
        });
        await db('contacts').insert({ pupil_id: school.childId, name: 'Odette LEROY', phone: '06 00 00 00 03' });
      }),
    );

    const seen = async () => {
      const told = { phones: 0, emails: 0, addresses: 0 };
      for (const page of [`classes/${school.classId}`, `enfants/${school.childId}`]) {
        const { text } = await school.as('enseignants').get(`/espace/enseignants/accueil/${page}`);
        expect(text).to.include('LEROY Paul').and.include('Odette LEROY');
        told.phones += text.split('href="tel:').length - 1;
        told.emails += text.split('href="mailto:paul').length - 1;
        told.addresses += text.split('4 rue des Lilas, Bât. B, 01000 Bourg').length - 1;
      }
      return told;
    };
    const choose = (values: Record<string, string>) =>
      school.as('direction').post('/gestion/espaces-web/enseignants/familles', values);

    it('is telephones and e-mails at first, without where families live', async () => {
      expect(await seen()).to.deep.equal({ phones: 4, emails: 2, addresses: 0 });
      const { text } = await school.as('direction').get('/gestion/espaces-web/enseignants/familles');
      expect(text)
        .to.match(/name="phones" value="on" checked/)
        .and.not.match(/name="addresses" value="on" checked/);
    });

    it('is what the director chooses, at the next page', async () => {
      expect((await choose({ addresses: 'on' })).status).to.equal(303);
      expect(await seen()).to.deep.equal({ phones: 0, emails: 0, addresses: 2 });
      await choose({ phones: 'on' });
      expect(await seen()).to.deep.equal({ phones: 4, emails: 0, addresses: 0 });
      const line = await school.db((db) =>
        db('audit_log').where({ act: 'Ce que voient les professeurs changé' }).first('about'),
      );
      expect(line.about).to.include('Les adresses postales des responsables : oui');
    });

    it('S18-01 is chosen by whoever has the right only', async () => {
      expect((await school.as('quotidienne').post('/gestion/espaces-web/enseignants/familles', {})).status).to.equal(
        403,
      );
    });
  });
});
