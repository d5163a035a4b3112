import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { purgeLabels } from './label-models.ts';

const AT = '/gestion/credentials/etiquettes';
const OWN = { columns: '2', rows: '5', width: '99,1', height: '57', left: '4,7', top: '6', gapX: '2,5', gapY: '0' };
const TEXT = '[NOM] [Prénom]\nIdentifiant [Identifiant de connexion]\nMot de passe [Mot de passe]';

describe('models of labels', () => {
  let school: TestSchool;
  let desk: Client;
  beforeEach(async () => {
    school = await openSchool({ plugins: ['credentials'] });
    desk = school.as('direction');
    await desk.get(AT);
  });
  afterEach(() => school.close());

  const rows = () => school.db((db) => db('credentials_labels').whereNull('gone_at').orderBy('rank'));
  const home = async (at = 0) => `${AT}/modeles/${(await rows())[at].id}`;
  const content = { name: 'Rentrée', content: TEXT, qr: 'on' };

  it('F12-05 F12-06 are there from the start; the line of each opens it, by a double click or its link', async () => {
    const { text } = await desk.get(AT);
    for (const name of [
      'Connexion avec QR Code',
      'Connexion sans QR Code',
      'Connexion, gros caractères',
      'Connexion, une page par personne',
    ])
      expect(text).to.include(name);
    expect(text)
      .to.include('<tr data-open>')
      .and.include(await home())
      .and.include('credentials/labels.js');
    expect((await desk.get(await home())).text).to.include('[Identifiant de connexion]');
  });

  it('F12-07 saves a text with variables of the list, and refuses in words what would be printed as typed', async () => {
    const at = await home();
    expect((await desk.post(at, content)).status).to.equal(303);
    expect((await rows())[0]).to.include({ name: 'Rentrée', content: TEXT, qr: true, large: false });
    const wrong = await desk.post(at, { ...content, content: `${TEXT}\n[Mot de pase]` });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('[Mot de pase] n’est pas une variable').and.include('serait imprimé tel quel');
    const without = await desk.post(at, { ...content, content: '[NOM]' });
    expect(without.status).to.equal(422);
    expect(without.text).to.include('Ajoutez [Identifiant de connexion] et [Mot de passe]');
    const long = await desk.post(at, { ...content, content: `${TEXT}\n${'Une ligne de plus\n'.repeat(9)}` });
    expect(long.status).to.equal(422);
    expect(long.text).to.include('enlevez une ligne').and.include('Une ligne de plus');
    const twice = await desk.post(await home(1), content);
    expect(twice.status).to.equal(422);
    expect(twice.text).to.include('Un autre modèle porte déjà ce nom.');
    // Typed words are never compiled.
    await desk.post(at, { ...content, content: `${TEXT}\n{{school.name}} <b>` });
    expect((await desk.get(at)).text).to.include('{{school.name}} &lt;b&gt;');
  });

  it('F12-08 takes one’s own sizes in millimetres, and says beside the field what does not stand on A4', async () => {
    const at = `${await home()}/mise-en-page`;
    const own = { sheet: 'own', start: '3', ...OWN };
    expect((await desk.post(at, own)).status).to.equal(303);
    expect((await rows())[0]).to.deep.include({
      sheet: 'own',
      start: 3,
      own: { columns: 2, rows: 5, width: 99.1, height: 57, left: 4.7, top: 6, gapX: 2.5, gapY: 0 },
    });
    expect((await desk.get(at)).text)
      .to.include('value="99,1"')
      .and.include('Mes dimensions : 10 par feuille, 99,1 × 57 mm');
    for (const [changes, words] of [
      [{ columns: '3' }, 'la largeur fait 307 mm : une feuille A4 fait 210 mm'],
      [{ height: 'grand' }, 'Écrivez un nombre de 20 à 297.'],
      [{ width: '' }, 'Écrivez un nombre de 35 à 210.'],
      [{ start: '11' }, 'Cette planche a 10 étiquettes.'],
      [{ height: '20', width: '35' }, 'ne tient pas sur une étiquette de cette taille'],
    ] as [Record<string, string>, string][]) {
      const answer = await desk.post(at, { ...own, ...changes });
      expect(answer.status, words).to.equal(422);
      expect(answer.text).to.include(words).and.include('<details open>');
    }
    expect(
      (await desk.post(at, { sheet: 'L7159', start: '1' })).status,
      'sizes are read for one’s own sheet only',
    ).to.equal(303);
  });

  it('F12-08 F12-10 shows the model as it is saved, large letters only where they hold', async () => {
    const at = await home();
    const large = await desk.post(at, { ...content, large: 'on' });
    expect(large.status).to.equal(422);
    expect(large.text).to.include('Avery L7165');
    expect((await desk.post(`${at}/mise-en-page`, { sheet: 'L7165', start: '1' })).status).to.equal(303);
    expect((await desk.post(at, { ...content, large: 'on' })).status).to.equal(303);
    const picture = await desk.get(`${at}/apercu`);
    expect(picture.status).to.equal(200);
    expect(picture.headers.get('content-type')).to.equal('image/png');
  });

  it('F12-06 duplicates, deletes with « Annuler », and gives the house’s model back as it was', async () => {
    const at = await home();
    await desk.post(`${at}/dupliquer`);
    const copy = (await rows()).at(-1);
    expect(copy).to.include({ name: 'Connexion avec QR Code (copie)', origin: null });
    expect((await desk.post(`${at}/supprimer`)).status, 'the house’s own stay').to.equal(404);
    await desk.post(`${AT}/modeles/${copy.id}/supprimer`);
    expect((await rows()).map((one) => one.id)).not.to.include(copy.id);
    expect((await desk.get(AT)).text).to.include(`${AT}/modeles/${copy.id}/remettre`);
    await desk.post(`${AT}/modeles/${copy.id}/remettre`);
    expect((await rows()).map((one) => one.id)).to.include(copy.id);
    await desk.post(at, content);
    expect((await desk.get(at)).text).to.include('id="origine"');
    await desk.post(`${at}/origine`);
    expect((await rows())[0].content).to.include('[Enfants ou classe]');
    expect((await desk.get(at)).text, 'nothing is left to give back, whatever its name').not.to.include('id="origine"');
  });

  it('F12-06 « Dupliquer » pressed several times at once makes as many copies, each with a name of its own', async () => {
    const at = await home();
    const answers = await Promise.all(Array.from({ length: 4 }, () => desk.post(`${at}/dupliquer`)));
    expect(answers.map((one) => one.status)).to.deep.equal([303, 303, 303, 303]);
    expect((await rows()).slice(-4).map((one) => one.name)).to.have.members(
      ['', ' 2', ' 3', ' 4'].map((n) => `Connexion avec QR Code (copie${n})`),
    );
  });

  it('F12-06 a deleted model can be brought back for a day, then the night takes it away', async () => {
    const at = await home();
    await desk.post(`${at}/dupliquer`);
    const { id } = (await rows()).at(-1);
    await desk.post(`${AT}/modeles/${id}/supprimer`);
    const night = (hours: number) =>
      school.db((db) => purgeLabels({ db, now: new Date(Date.now() + hours * 3_600_000) } as never));
    const kept = () => school.db((db) => db('credentials_labels').pluck('id'));
    await night(23);
    expect(await kept()).to.include(id);
    await night(25);
    expect(await kept())
      .to.have.length(4)
      .and.not.include(id);
  });

  it('two editors: the second is told, and a profile without the right reads no model', async () => {
    const at = await home();
    const version = /name="_version" value="(\d+)"/.exec((await desk.get(at)).text)?.[1] as string;
    await desk.post(at, { ...content, _version: version });
    const late = await desk.post(at, { ...content, name: 'Autre', _version: version });
    expect(late.status).to.equal(422);
    expect(late.text).to.include('Quelqu’un d’autre a enregistré');
    expect((await school.as('quotidienne').get(at)).status).to.equal(403);
  });
});
