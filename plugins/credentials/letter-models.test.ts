import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const HOME = '/gestion/credentials/courriers';

describe('letters: their models (F13-1, F13-2)', () => {
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
    await direction.get(HOME);
  });
  after(() => school.close());

  const row = (title: string) => school.db((db) => db('credentials_letters').where({ title }).first());
  const pathOf = async (title: string) => `${HOME}/${(await row(title)).id}`;
  const version = (text: string) => /name="_version" value="(\d+)"/.exec(text)?.[1] ?? '';
  const typed = { title: 'Réunion', subject: 'Réunion du [Nom de l’école]', body: 'Bonjour [Prénom] [NOM],' };

  it('F13-1 stand under Communication > Courriers et Documents > Modèles, with those of the guide from the start', async () => {
    const { location } = await direction.get(HOME);
    const { text } = await direction.get(location as string);
    for (const word of ['Communication', 'Courriers et Documents', 'Modèles']) expect(text).to.include(word);
    for (const who of ['professeurs', 'personnels', 'responsables', 'élèves'])
      expect(text).to.include(`>Connexion des ${who}</a>`);
    expect(text).to.match(/aria-current="page">Connexion des professeurs/);
  });

  it('F13-2 each says what Préau is for, the login, the password, the address, the link, and whom to call', async () => {
    for (const { subject, body } of await school.db((db) => db('credentials_letters').select('subject', 'body'))) {
      expect(subject).to.include('[Nom de l’école]');
      for (const word of ['Identifiant de connexion', 'Mot de passe', 'Adresse de connexion', 'Téléphone de l’école'])
        expect(body).to.include(`[${word}]`);
      expect(body).to.match(/^\[Lien de connexion\]$/m);
    }
  });

  it('F13-2 the content at right is changed, and both variables are there to be put in', async () => {
    const path = await pathOf('Connexion des personnels');
    const { text } = await direction.get(path);
    expect(text).to.include('data-insert="[Identifiant de connexion]"').and.include('data-insert="[Mot de passe]"');
    const fields = {
      title: 'Connexion des personnels',
      subject: 'Vos accès',
      body: 'Votre login : [Identifiant de connexion]',
    };
    const answer = await direction.post(path, { ...fields, _version: version(text) });
    expect(answer.status, 'without JavaScript').to.equal(303);
    expect(await row('Connexion des personnels')).to.include({ ...fields, version: 2 });
  });

  it('F13-2 goes back to its first text by one button, and « Annuler » takes that back', async () => {
    const path = await pathOf('Connexion des personnels');
    await direction.post(`${path}/origine`);
    expect((await row('Connexion des personnels')).body).to.include('[Mot de passe]');
    const { text } = await direction.get(path);
    expect(text).to.include('a de nouveau son texte d’origine').and.not.include('id="origine"');
    await direction.post(path, { title: 'Connexion des personnels', subject: 'Vos accès', body: 'Bonjour' });
    expect((await row('Connexion des personnels')).subject).to.equal('Vos accès');
    await direction.post(`${path}/origine`);
  });

  it('a word in brackets that is no variable is told beside the field, and the text is kept (422)', async () => {
    const wrong = { ...typed, body: 'Voici [Mot de pase] et [NOM].' };
    const answer = await direction.post(`${HOME}/nouveau`, wrong);
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('[Mot de pase] n’est pas une variable').and.include('Voici [Mot de pase] et [NOM].');
    expect(await row('Réunion')).to.equal(undefined);
    const empty = await direction.post(`${HOME}/nouveau`, { ...typed, subject: '' });
    expect(empty.status).to.equal(422);
    expect(empty.text).to.include('Remplissez « Objet ».').and.include('Bonjour [Prénom] [NOM],');
  });

  it('the school adds its own, duplicates and deletes it; two never have one title', async () => {
    const { location } = await direction.post(`${HOME}/nouveau`, typed);
    const path = (location as string).replace(`/${school.rne}`, '');
    expect((await direction.post(`${HOME}/nouveau`, typed)).text).to.include('Un autre modèle a déjà ce titre.');
    for (const title of ['Réunion (copie)', 'Réunion (copie 2)']) {
      await direction.post(`${path}/dupliquer`);
      expect(await row(title)).to.include({ subject: typed.subject, body: typed.body, kind: null });
    }
    await direction.post(`${path}/supprimer`);
    expect(await row('Réunion')).to.equal(undefined);
    expect((await direction.get(await pathOf('Réunion (copie)'))).text).to.include(
      'Le modèle « Réunion » est supprimé.',
    );
    await direction.post(`${HOME}/nouveau`, typed);
    expect((await row('Réunion')).body, '« Annuler »').to.equal(typed.body);
  });

  it('those of the house are not deleted', async () => {
    const path = await pathOf('Connexion des professeurs');
    expect((await direction.post(`${path}/supprimer`)).status).to.equal(404);
    expect((await direction.get(path)).text).to.not.include('id="supprimer"');
  });

  it('of two editors the second is told, and nothing is overwritten', async () => {
    const path = await pathOf('Connexion des élèves');
    const seen = version((await direction.get(path)).text);
    const send = (subject: string) =>
      direction.post(path, { title: 'Connexion des élèves', subject, body: 'Bonjour', _version: seen });
    expect((await send('Le premier')).status).to.equal(303);
    const late = await send('Le second');
    expect(late.status).to.equal(422);
    expect(late.text).to.include('Enregistré entre-temps : « Le premier ».').and.include('value="Le second"');
    expect((await row('Connexion des élèves')).subject).to.equal('Le premier');
  });

  it('are read with the right to hand out, changed with the right to change models (403)', async () => {
    await allow(['credentials.hand-out']);
    const path = await pathOf('Connexion des professeurs');
    const { status, text } = await school.as('quotidienne').get(path);
    expect(status).to.equal(200);
    expect(text).to.include('[Mot de passe]').and.not.include('<textarea');
    for (const act of ['', '/dupliquer', '/supprimer', '/origine'])
      expect((await school.as('quotidienne').post(path + act, typed)).status, act).to.equal(403);
    await allow([]);
    expect((await school.as('quotidienne').get(path)).status).to.equal(403);
    for (const role of ['parents', 'enseignants', 'eleves', 'mairie'] as const)
      expect((await school.as(role).get(path)).status, role).to.equal(403);
  });

  it('stay in their school, and go with their module (404)', async () => {
    const path = await pathOf('Connexion des professeurs');
    const other = await openSchool({ plugins: ['personnels'] });
    expect((await other.as('direction').get(HOME)).status, 'module off').to.equal(404);
    await other.close();
    const third = await openSchool();
    expect((await third.as('direction').get(path)).status, 'another school').to.equal(404);
    await third.close();
  });

  const allow = (permissions: string[]) =>
    school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions }));
});
