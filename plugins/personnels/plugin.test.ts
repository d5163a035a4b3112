import { openSchool, openTestHouse, PASSWORD, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const TEACHERS = '/gestion/personnels/professeurs';
const STAFF = '/gestion/personnels/personnels';
const words = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\s+/g, ' ');

describe('teachers and staff', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool({ plugins: ['personnels'] });
  });
  afterEach(() => school.close());

  const person = (where: object) => school.db((db) => db('people').where(where).first());
  const accountOf = (personId: string) => school.db((db) => db('accounts').where({ person_id: personId }).first());
  const journal = (act: string) => school.db((db) => db('audit_log').where({ act }));
  /** What a browser sends, then the page it is led to. */
  async function send(path: string, fields: Record<string, string | string[]> = {}): Promise<string> {
    const answer = await school.as('direction').post(path, fields);
    expect(answer.status, `${path} ${words(answer.text).slice(0, 400)}`).to.equal(303);
    return (await school.as('direction').get(answer.location as string)).text;
  }
  /** A session in Gestion quotidienne with these permissions. */
  async function daily(...permissions: string[]) {
    const { accountId } = school.people.quotidienne;
    await school.db(async (db) => {
      const { profile_id } = await db('accounts').where({ id: accountId }).first('profile_id');
      await db('profiles').where({ id: profile_id }).update({ permissions });
    });
    return school.asAccount(accountId, 'quotidienne');
  }

  describe('Ressources > Professeurs', () => {
    it('F05-2 F05-3 the creation line makes the teacher, his login and a masked password at once', async () => {
      const text = await send(`${TEACHERS}/creer`, { last_name: 'Müller', first_name: 'Jeanne' });
      expect(words(text)).to.include('MÜLLER Jeanne est dans la liste. Identifiant : JMULLER.');
      const made = await person({ last_name: 'MÜLLER' });
      const account = await accountOf(made.id);
      expect(account).to.include({ login: 'JMULLER', state: 'provisional', mode: 'espace' });
      const secret = school.house.house.secrets.open('provisional', account.secret_sealed) as string;
      expect((await school.as('direction').get(`${TEACHERS}/${made.id}`)).text).not.to.include(secret);
      expect((await school.as('direction').get(TEACHERS)).text).not.to.include(secret);
    });

    it('F05-2 F05-4 F05-6 F05-7 the creation line takes civilité, address and mobile too; one the school does not have is refused', async () => {
      const fields = { last_name: 'Sorel', first_name: 'Agnès', email: 'agnes.sorel@exemple.fr', phone_mobile: '0612' };
      const other = await school.as('direction').post(`${TEACHERS}/creer`, { ...fields, civility: 'Dr' });
      expect(other.status).to.equal(422);
      expect(other.text).to.match(/id="make-email"[^>]*value="agnes.sorel@exemple.fr"/);
      await send(`${TEACHERS}/creer`, { ...fields, civility: 'Mme' });
      expect(await person({ last_name: 'SOREL' })).to.include({
        civility: 'Mme',
        email: 'agnes.sorel@exemple.fr',
        phone_mobile: '0612',
      });
      expect((await school.as('direction').get(`${TEACHERS}?q=sorel`)).text).to.include('agnes.sorel@exemple.fr');
    });

    it('F05-4 F05-8 F05-9 civilité and classes are edited in the list; a class nobody knows is refused with the list', async () => {
      const id = school.people.enseignants.personId;
      await send(`${TEACHERS}/modifier/civility`, { id, was: 'Mme', value: 'Mlle' });
      expect((await person({ id })).civility).to.equal('Mlle');
      const other = await school
        .as('direction')
        .post(`${TEACHERS}/modifier/civility`, { id, was: 'Mlle', value: 'Dr' });
      expect(other.status).to.equal(422);
      const wrong = await school
        .as('direction')
        .post(`${TEACHERS}/modifier/classes?modifier=${id}.classes`, { id, was: 'CE1 Jonquilles', value: 'CM9' });
      expect(wrong.status).to.equal(422);
      expect(words(wrong.text)).to.include('Aucune classe ne s’appelle « CM9 ». Écrivez');
      const text = await send(`${TEACHERS}/modifier/classes`, { id, was: 'CE1 Jonquilles', value: '' });
      expect(words(text)).to.include('Aucune classe');
      await send(`${TEACHERS}/${id}/classes`, { classes: school.classId });
      expect(await school.db((db) => db('class_teachers').where({ teacher_id: id }))).to.have.length(1);
      expect(
        await school.db((db) => db('people_history').where({ field: 'teacher' })),
        'told in the class’s history',
      ).to.have.length(2);
    });

    it('F06-13 the civilité of a staff member is edited in his list as a teacher’s is', async () => {
      const id = school.people.mairie.personId;
      const open = (await school.as('direction').get(`${STAFF}?modifier=${id}.civility`)).text;
      expect(open).to.match(/<select[^>]*name="value"/);
      await send(`${STAFF}/modifier/civility`, { id, was: 'M.', value: 'Mme' });
      expect((await person({ id })).civility).to.equal('Mme');
    });

    it('F07-3 « … » beside the profile leads to the profiles, where his own « Mairie » is edited', async () => {
      const id = school.people.mairie.personId;
      const mode = (await school.as('direction').get(`${STAFF}/${id}/mode`)).text;
      const link = /<a class="btn" href="([^"]+)" aria-label="Détail des autorisations en mode gestion">…<\/a>/.exec(
        mode,
      )?.[1];
      const profiles = (await school.as('direction').get(link as string)).text;
      const mairie = /href="([^"]+\/gestion\/profils\/[0-9a-f-]{36})"[^>]*>Mairie</.exec(profiles)?.[1] as string;
      const saved = await school.as('direction').post(mairie, { name: 'Mairie', 'permissions.personnels.read': 'on' });
      expect(saved.status).to.equal(303);
      const row = await school.db((db) => db('profiles').where({ name: 'Mairie' }).first('permissions'));
      expect(row.permissions).to.include('personnels.read');
      expect(mairie, 'the one he has').to.include((await accountOf(id)).profile_id);
    });

    it('F05-5 F05-6 F05-7 the card shows the list at its side and edits address and mobile, telling a second editor', async () => {
      const id = school.people.enseignants.personId;
      const card = await school.as('direction').get(`${TEACHERS}/${id}`);
      expect(words(card.text)).to.include('Identité').and.include('Communication').and.include('Tous les professeurs');
      const page = (await school.as('direction').get(`${TEACHERS}/${id}/modifier`)).text;
      const version = /name="_version" value="([^"]+)"/.exec(page)?.[1] as string;
      const fields = {
        civility: 'Mme',
        lastName: 'KRUG',
        firstName: 'Anne-Sophie',
        email: 'as.krug@exemple.fr',
        phoneMobile: '06 00 00 00 01',
      };
      await send(`${TEACHERS}/${id}/modifier`, { ...fields, _version: version });
      expect(await person({ id })).to.include({ email: 'as.krug@exemple.fr', phone_mobile: '06 00 00 00 01' });
      const late = await school
        .as('direction')
        .post(`${TEACHERS}/${id}/modifier`, { ...fields, email: 'autre@exemple.fr', _version: version });
      expect(late.status).to.equal(422);
      expect(words((await school.as('direction').get(`${TEACHERS}/${id}`)).text))
        .to.include('as.krug@exemple.fr')
        .and.include('par Karine BRAUD');
      const bad = await school
        .as('direction')
        .post(`${TEACHERS}/${id}/modifier`, { ...fields, email: 'pas une adresse' });
      expect(bad.status).to.equal(422);
    });
  });

  describe('Ressources > Personnels', () => {
    async function create(last: string, first: string): Promise<{ id: string; next: string }> {
      const answer = await school.as('direction').post(`${STAFF}/creer`, { last_name: last, first_name: first });
      expect(answer.status).to.equal(303);
      return { id: (await person({ last_name: last.toLocaleUpperCase('fr') })).id, next: answer.location as string };
    }

    it('F06-01 F06-02 F06-03 F06-05 F06-14 the windows of function and mode follow, and the list tells all of it', async () => {
      const { id, next } = await create('Roche', 'Lina');
      const window = (await school.as('direction').get(next)).text;
      for (const told of [
        'AESH',
        'Animateur',
        'ATSEM',
        'AVS',
        'Directeur',
        'Directrice',
        'Mairie',
        'Secrétaire',
        'Aucune',
        'Cadre de Direction',
      ])
        expect(words(window)).to.include(told);
      const chosen = await school
        .as('direction')
        .post(`${STAFF}/${id}/fonction`, { label: 'Secrétaire', genre: '', suite: '1' });
      expect(chosen.location).to.include(`${STAFF}/${id}/mode?suite=1`);
      const mode = (await school.as('direction').get(chosen.location as string)).text;
      expect(mode)
        .to.match(/value="quotidienne"[^>]*checked/)
        .and.to.match(/selected>Vie scolaire/);
      const profile = /value="([0-9a-f-]{36})"[^>]*selected>Vie scolaire/.exec(mode)?.[1] as string;
      const list = await send(`${STAFF}/${id}/mode`, { mode: 'quotidienne', profile, suite: '1' });
      expect(words(list)).to.include('ROCHE Lina : Secrétaire, Gestion quotidienne, profil Vie scolaire.');
      const row = words(/<tr id="r-[^"]+"(?:(?!<\/tr>)[\s\S])*ROCHE[\s\S]*?<\/tr>/.exec(list)?.[0] ?? '');
      expect(row)
        .to.include('Secrétaire')
        .and.include('Administratif')
        .and.include('LROCHE')
        .and.include('••••••••')
        .and.include('Non autorisé');
      expect(await accountOf(id)).to.include({ mode: 'quotidienne', profile_id: profile });
    });

    it('F06-02 F06-05 F07-2 F08-1 a function chosen in the creation line leads to the window after it', async () => {
      const made = async (fields: Record<string, string>) => {
        const answer = await school.as('direction').post(`${STAFF}/creer`, { first_name: 'Alix', ...fields });
        const row = await person({ last_name: (fields.last_name as string).toUpperCase() });
        return { status: answer.status, location: answer.location, row };
      };
      const hall = await made({ last_name: 'Renard', civility: 'M.', job_title: 'Mairie' });
      expect(hall.row).to.include({ civility: 'M.', job_title: 'Mairie', genre: 'mairie' });
      expect(hall.location).to.include(`${STAFF}/${hall.row.id}/mode?suite=1`);
      const carer = await made({ last_name: 'Fleury', job_title: 'AVS' });
      expect(carer.location).to.include(`${STAFF}/${carer.row.id}/eleves?suite=1`);
      const unknown = await made({ last_name: 'Personne', job_title: 'Astronaute' });
      expect(unknown).to.include({ status: 422, row: undefined });
      const below = await daily('personnels.read', 'personnels.write');
      const raised = { last_name: 'Haute', first_name: 'Alix', job_title: 'Directrice' };
      expect((await below.post(`${STAFF}/creer`, raised)).status, 'a director').to.equal(422);
      expect(await person({ last_name: 'HAUTE' })).to.equal(undefined);
    });

    it('F06-04 a function of one’s own comes with its genre; it cannot go while somebody has it', async () => {
      const { id } = await create('Petit', 'Noé');
      await send(`${STAFF}/${id}/fonction`, { label: '', fresh: 'Bibliothécaire', genre: 'periscolaire', suite: '' });
      expect(await person({ id })).to.include({ job_title: 'Bibliothécaire', genre: 'periscolaire' });
      const row = await school.db((db) => db('personnels_functions').where({ label: 'Bibliothécaire' }).first());
      await send('/gestion/personnels/fonctions/modifier/genre', {
        id: row.id,
        was: 'periscolaire',
        value: 'administratif',
      });
      await send('/gestion/personnels/fonctions/modifier/label', {
        id: row.id,
        was: 'Bibliothécaire',
        value: 'Documentaliste',
      });
      expect(await person({ id }), 'who has it follows').to.include({
        job_title: 'Documentaliste',
        genre: 'administratif',
      });
      const gone = await send('/gestion/personnels/fonctions/supprimer', { id: row.id, dit: 'sûr 1' });
      expect(words(gone)).to.include('1 servent encore et restent');
      await send(`${STAFF}/${id}/fonction`, { label: '', genre: '', suite: '' });
      await send('/gestion/personnels/fonctions/supprimer', { id: row.id, dit: 'sûr 1' });
      expect(await school.db((db) => db('personnels_functions').where({ id: row.id }))).to.have.length(0);
    });

    it('F05-4 a civilité of one’s own serves in the lists; whoever bears it follows its new name', async () => {
      await school.as('direction').get('/gestion/personnels/civilites');
      await send('/gestion/personnels/civilites/creer', { abbreviation: 'Dr', label: 'Docteur' });
      const { personId: id } = school.people.quotidienne;
      await send(`${STAFF}/modifier/civility`, { id, was: 'Mme', value: 'Dr' });
      const row = await school.db((db) => db('personnels_civilities').where({ abbreviation: 'Dr' }).first());
      await send('/gestion/personnels/civilites/modifier/abbreviation', { id: row.id, was: 'Dr', value: 'Dre' });
      expect((await person({ id })).civility).to.equal('Dre');
      const twice = await school
        .as('direction')
        .post('/gestion/personnels/civilites/creer', { abbreviation: 'Dre', label: 'Docteure' });
      expect(twice.status).to.equal(422);
    });

    it('F08-1 F08-3 F08-4 F08-5 F08-6 an accompagnant has no mode to choose, his pupils open his Espace and nobody else', async () => {
      const { id } = await create('Braud', 'Karen');
      const chosen = await school
        .as('direction')
        .post(`${STAFF}/${id}/fonction`, { label: 'AESH', genre: '', suite: '1' });
      expect(chosen.location).to.include('/eleves?suite=1');
      expect((await school.as('direction').get(`${STAFF}/${id}/mode`)).status, 'no mode window').to.equal(404);
      expect(words((await school.as('direction').get(chosen.location as string)).text))
        .to.include('CE1 Jonquilles')
        .and.include('LEROY Mila (CE1)');
      const account = await accountOf(id);
      await school.db((db) => db('accounts').where({ id: account.id }).update({ state: 'active', next_step: null }));
      const karen = await school.asAccount(account.id, 'espace');
      const shut = await karen.get('/espace/accompagnants/accueil/');
      expect(shut.status).to.equal(403);
      expect(words(shut.text)).to.include('Aucun élève ne vous est affecté');
      await send(`${STAFF}/${id}/eleves`, { pupils: [school.childId, school.people.parents.personId], suite: '' });
      expect(
        await school.db((db) => db('carer_pupils').where({ carer_id: id }).pluck('pupil_id')),
        'pupils only',
      ).to.deep.equal([school.childId]);
      expect((await karen.get('/espace/accompagnants/accueil/')).text).to.include('Mila');
      const card = words((await school.as('direction').get(`${STAFF}/${id}`)).text);
      expect(card)
        .to.include('Préférences de contact')
        .and.include('Connexion Espace Accompagnants')
        .and.include('Élèves pris en charge');
      await send(`${STAFF}/${id}/eleves`, { suite: '' });
      expect((await karen.get('/espace/accompagnants/accueil/')).status).to.equal(403);
    });

    it('S17 a temporary account says its last day in the list, that day included, then that it is over', async () => {
      const { personId: id } = school.people.periscolaire;
      await send(`${STAFF}/${id}/duree`, { until: '2099-06-30' });
      expect(words((await school.as('direction').get(STAFF)).text)).to.include('Jusqu’au 30/06/2099');
      await send(`${STAFF}/${id}/duree`, { until: '2020-01-31' });
      expect(words((await school.as('direction').get(STAFF)).text)).to.include('Terminé le 31/01/2020');
      expect(words((await school.as('direction').get(`${STAFF}/${id}`)).text)).to.include(
        'Terminée depuis le 31/01/2020',
      );
      await send(`${STAFF}/${id}/duree`, { until: '' });
      expect((await accountOf(id)).valid_until).to.equal(null);
      expect((await school.as('direction').post(`${STAFF}/${id}/duree`, { until: '2026-02-31' })).status).to.equal(422);
    });
  });

  describe('rights', () => {
    it('S18-14 suspends at once, ends the sessions, and opens again', async () => {
      const { personId: id, accountId } = school.people.quotidienne;
      const samia = await school.asAccount(accountId, 'quotidienne');
      expect((await samia.get('/gestion/accueil/')).status).to.equal(200);
      await send(`${STAFF}/${id}/suspendre`);
      expect((await samia.get('/gestion/accueil/')).status).to.equal(303);
      await send(`${STAFF}/${id}/retablir`);
      expect((await accountOf(id)).state).to.equal('active');
    });

    it('S18-15 the last administrator can neither lose his mode, nor be suspended or removed', async () => {
      const { personId: id } = school.people.direction;
      const kept = await school.as('direction').post(`${STAFF}/${id}/mode`, { mode: 'espace', suite: '' });
      expect(kept.status).to.equal(422);
      expect((await school.as('direction').post(`${STAFF}/${id}/suspendre`)).status).to.equal(403);
      expect((await school.as('direction').post(`${STAFF}/${id}/retirer`)).status).to.equal(403);
      expect(await accountOf(id)).to.include({ mode: 'administration', state: 'active' });
    });

    it('S18-15 in Gestion quotidienne nobody gives more than he has, takes over an account, nor raises himself', async () => {
      const client = await daily('personnels.read', 'personnels.write', 'personnels.rights');
      const own = school.people.quotidienne;
      const director = school.people.direction;
      const raise = await client.post(`${STAFF}/${own.personId}/mode`, { mode: 'administration', suite: '' });
      expect(raise.status).to.equal(422);
      expect((await accountOf(own.personId)).mode).to.equal('quotidienne');
      const lower = await client.post(`${STAFF}/${director.personId}/suspendre`);
      expect(lower.status).to.equal(403);
      const turn = await client.post(`${STAFF}/${director.personId}/modifier`, {
        lastName: 'BRAUD',
        firstName: 'Karine',
        email: 'moi@exemple.fr',
      });
      expect(turn.status, 'the way back to a forgotten password').to.equal(422);
      const post = await client.post(`${STAFF}/${own.personId}/fonction`, {
        label: 'Directrice',
        genre: '',
        suite: '',
      });
      expect(post.status).to.equal(422);
      const other = `${STAFF}/${school.people.periscolaire.personId}/fonction`;
      expect((await client.post(other, { label: 'Directeur', genre: '', suite: '' })).status, 'a director').to.equal(
        422,
      );
      expect((await client.post(other, { label: 'ATSEM', genre: '', suite: '' })).status).to.equal(303);
      const blind = await client.get(`${STAFF}/${school.people.accompagnants.personId}/eleves`);
      expect(blind.status, 'pupils are shown to those who may see them').to.equal(403);
      for (const one of [director, school.people.periscolaire])
        for (const act of ['afficher', 'renouveler', 'reinitialiser'])
          expect(
            (await client.post(`${STAFF}/${one.personId}/compte/${act}`, { _proof: PASSWORD })).status,
            act,
          ).to.equal(403);
      expect(await journal('Mot de passe provisoire affiché')).to.have.length(0);
      expect((await accountOf(director.personId)).state).to.equal('active');
    });

    it('the provisional password is shown in Administration, noted, and drawn anew', async () => {
      await send(`${STAFF}/creer`, { last_name: 'Roche', first_name: 'Lina' });
      const { id } = await person({ last_name: 'ROCHE' });
      const account = await accountOf(id);
      const secret = school.house.house.secrets.open('provisional', account.secret_sealed) as string;
      const asked = await school.as('direction').post(`${STAFF}/${id}/compte/afficher`);
      expect(asked.status, 'one’s own password, at each « Afficher »').to.equal(422);
      expect(asked.text).to.include('Confirmez que c’est bien vous').and.not.include(secret);
      const shown = await school.as('direction').post(`${STAFF}/${id}/compte/afficher`, { _proof: PASSWORD });
      expect(shown.text).to.include(secret);
      expect(await journal('Mot de passe provisoire affiché')).to.have.length(1);
      await send(`${STAFF}/${id}/compte/reinitialiser`);
      expect((await accountOf(id)).secret_hmac.equals(account.secret_hmac)).to.equal(false);
      expect(await journal('Mot de passe réinitialisé')).to.have.length(1);
      const own = `${STAFF}/${school.people.direction.personId}/compte/reinitialiser`;
      expect((await school.as('direction').post(own)).status, 'not one’s own').to.equal(403);
    });

    it('S18-14 whatever touches rights or a secret asks one’s own password after ten minutes', async () => {
      const late = await openSchool({ plugins: ['personnels'], house: await openTestHouse() });
      const at = (minutes: number) => late.house.setNow(new Date(Date.UTC(2026, 10, 25, 8, minutes)));
      at(0);
      const director = await late.asAccount(late.people.direction.accountId, 'administration');
      await director.post(`${STAFF}/creer`, { last_name: 'Roche', first_name: 'Lina' });
      const { id } = await late.db((db) => db('people').where({ last_name: 'ROCHE' }).first('id'));
      const { secret_sealed } = await late.db((db) => db('accounts').where({ person_id: id }).first('secret_sealed'));
      const secret = late.house.house.secrets.open('provisional', secret_sealed) as string;
      at(11);
      for (const act of ['compte/afficher', 'compte/reinitialiser', 'suspendre', 'retirer', 'remettre']) {
        const asked = await director.post(`${STAFF}/${id}/${act}`);
        expect(asked.status, act).to.equal(422);
        expect(asked.text).to.include('Confirmez que c’est bien vous').and.not.include(secret);
      }
      const wrong = await director.post(`${STAFF}/${id}/compte/afficher`, { _proof: 'autre chose' });
      expect(wrong.text).not.to.include(secret);
      const shown = await director.post(`${STAFF}/${id}/compte/afficher`, { _proof: PASSWORD });
      expect(shown.text).to.include(secret);
    });
  });

  describe('departure', () => {
    it('somebody leaves when nothing holds him, his account closes, and « Annuler » brings both back', async () => {
      const { personId: id } = school.people.enseignants;
      const held = await school.as('direction').post(`${TEACHERS}/${id}/retirer`);
      expect(held.status).to.equal(403);
      expect(words(held.text)).to.include('Retirez-lui d’abord ses classes : CE1 Jonquilles.');
      await send(`${TEACHERS}/${id}/classes`);
      const list = await send(`${TEACHERS}/${id}/retirer`);
      expect(words(list)).to.include('KRUG Anne-Sophie n’est plus dans l’équipe');
      expect(list).not.to.include(`r-${id}`);
      expect((await school.as('direction').get(`${TEACHERS}?presence=partis`)).text).to.include(`r-${id}`);
      expect((await accountOf(id)).state).to.equal('suspended');
      await send(`${TEACHERS}/${id}/remettre`);
      expect((await person({ id })).left_on).to.equal(null);
      expect((await accountOf(id)).state).to.equal('active');
    });

    it('coming back leaves an account shut that was suspended before', async () => {
      const { personId: id } = school.people.periscolaire;
      await send(`${STAFF}/${id}/suspendre`);
      await send(`${STAFF}/${id}/retirer`);
      await send(`${STAFF}/${id}/remettre`);
      expect((await accountOf(id)).state).to.equal('suspended');
    });
  });

  it('S18-01 Vie scolaire and Mairie open nothing of it until the director says so; read opens no writing', async () => {
    for (const role of ['quotidienne', 'mairie'] as const) {
      const answer = await school.as(role).get(STAFF);
      expect(answer.status).to.equal(403);
    }
    const client = await daily('personnels.read');
    expect((await client.get(STAFF)).status).to.equal(200);
    expect((await client.get(STAFF)).text).not.to.include('id="make-last_name"');
    expect((await client.post(`${STAFF}/creer`, { last_name: 'A', first_name: 'B' })).status).to.equal(403);
    expect((await client.get('/gestion/personnels/importer')).status).to.equal(403);
  });

  it('is not there in a school that has switched it off, nor open to the people of another school', async () => {
    const other = await openSchool({ plugins: ['onde-import'] });
    expect((await other.as('direction').get(STAFF)).status).to.equal(404);
    const id = school.people.quotidienne.personId;
    const foreign = await openSchool({ plugins: ['personnels'] });
    expect((await foreign.as('direction').get(`${STAFF}/${id}`)).status).to.equal(404);
    expect((await foreign.as('direction').post(`${STAFF}/${id}/suspendre`)).status).to.equal(404);
    await other.close();
    await foreign.close();
  });

  it('a pupil or a guardian is no member of the team, whatever the address says', async () => {
    for (const id of [school.childId, school.people.parents.personId])
      for (const path of [STAFF, TEACHERS])
        for (const page of ['', '/modifier', '/mode', '/compte'])
          expect((await school.as('direction').get(`${path}/${id}${page}`)).status).to.equal(404);
  });
});
