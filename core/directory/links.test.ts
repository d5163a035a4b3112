import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

const versionIn = (text: string) => /name="_version" value="([^"]*)"/.exec(text)?.[1] ?? '';
const causeIn = (text: string) => /name="cause" value="([^"]+)"/.exec(text)?.[1] ?? '';
const RESTRICTION = { day: '2020-01-06', reason: 'Ordonnance du juge', by: 'Mme BRAUD, directrice' };

describe('the link of a guardian with a pupil', () => {
  let school: TestSchool;
  let home: string;
  let link: string;
  beforeEach(async () => {
    school = await openSchool();
    home = `/gestion/ressources/eleves/${school.childId}`;
    link = `${home}/responsables/${school.people.parents.personId}`;
  });
  afterEach(() => school.close());

  const direction = () => school.as('direction');
  const row = () => school.db((db) => db('guardian_links').first());
  async function post(at: string, fields: Record<string, string>) {
    const page = await direction().get(at);
    return direction().post(at, { _version: versionIn(page.text), ...fields });
  }
  const card = async () => (await direction().get(home)).text;
  const espace = () => school.as('parents').get(`/espace/parents/accueil/enfants/${school.childId}`);

  it('DESIGN 17 begins unknown, and holds type, parental authority, access and informations', async () => {
    expect((await direction().get(`${link}/lien`)).text)
      .to.include('<option value="inconnu" selected>Inconnu</option>')
      .and.include('<option value="inconnu" selected>Inconnue</option>');
    await post(`${link}/lien`, { type: 'père', authority: 'non', access: 'on' });
    const { type, authority, access, receives } = await row();
    expect({ type, authority, access, receives }).to.deep.equal({
      type: 'père',
      authority: 'non',
      access: true,
      receives: false,
    });
    expect(await card())
      .to.include('Sans autorité parentale')
      .and.include('Sans informations')
      .and.include('autorité parentale : non');
    expect((await espace()).status, 'authority alone closes nothing').to.equal(200);
    await post(`${link}/lien`, { type: 'père', authority: 'oui', receives: 'on' });
    expect((await espace()).status, 'without access').to.equal(404);
    const wrong = await post(`${link}/lien`, { type: 'cousin', authority: 'oui' });
    expect([wrong.status, wrong.text.includes('Choisissez « Lien avec l’enfant »')]).to.deep.equal([422, true]);
  });

  it('S18-18 tells the second of two editors of a link', async () => {
    const opened = versionIn((await direction().get(`${link}/lien`)).text);
    await post(`${link}/lien`, { type: 'mère', authority: 'oui', access: 'on', receives: 'on' });
    const second = await direction().post(`${link}/lien`, { type: 'père', authority: 'oui', _version: opened });
    expect(second.status).to.equal(422);
    expect(second.text)
      .to.include('Enregistré entre-temps : « Mère ».')
      .and.include('Enregistré entre-temps : « coché ».');
    expect((await row()).type).to.equal('mère');
  });

  it('« Restreindre » says what closes, wants date, reason and who decided, and closes at the next request', async () => {
    const ask = (await direction().get(`${link}/restreindre`)).text;
    expect(ask).to.include('M. LEROY ne verra plus Mila LEROY').and.include('L’autre responsable n’en voit rien');
    for (const missing of ['day', 'reason', 'by'] as const)
      expect((await post(`${link}/restreindre`, { ...RESTRICTION, [missing]: '' })).status, missing).to.equal(422);
    expect((await post(`${link}/restreindre`, { ...RESTRICTION, day: '2999-01-01' })).status).to.equal(422);
    expect((await espace()).status).to.equal(200);
    expect((await post(`${link}/restreindre`, RESTRICTION)).status).to.equal(303);
    expect((await espace()).status).to.equal(404);
    expect((await school.as('parents').get('/espace/parents/accueil/')).text)
      .to.include('Aucun enfant n’est rattaché')
      .and.not.include('Mila');
    expect((await school.as('parents').get(`/espace/parents/accueil/classes/${school.classId}`)).status).to.equal(404);
    expect(
      (await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`)).text,
    ).not.to.include('LEROY Paul');
    expect(await card())
      .to.include('Restreint depuis le 06/01/2020')
      .and.include('restreint depuis le 06/01/2020');
    expect((await direction().get(`${link}/lien`)).text)
      .to.include('Ordonnance du juge')
      .and.include('Mme BRAUD, directrice');
    const acts = () =>
      school.db((db) => db('audit_log').whereLike('act', '%estr%').orderBy('at').select('act', 'about'));
    expect(await acts()).to.deep.equal([{ act: 'Lien de responsable restreint', about: 'LEROY Paul pour LEROY Mila' }]);
    expect((await direction().post(`${link}/lever`)).status).to.equal(303);
    expect((await espace()).status).to.equal(200);
    expect((await acts()).map((one) => one.act)).to.deep.equal(['Lien de responsable restreint', 'Restriction levée']);
  });

  it('a restricted link is not detached: an import would bring it back open', async () => {
    await post(`${link}/restreindre`, RESTRICTION);
    await direction().post(`${link}/detacher`);
    expect(await card()).to.include('Détaché, il reviendrait ouvert au prochain import');
    expect((await row()).restricted_on).to.equal('2020-01-06');
  });

  it('detaches, and « Annuler » brings the link back as it was', async () => {
    await post(`${link}/lien`, { type: 'père', authority: 'oui', access: 'on' });
    await direction().post(`${link}/detacher`);
    expect((await espace()).status).to.equal(404);
    const text = await card();
    expect(text).to.include('n’est plus rattaché');
    expect(
      (await direction().post(`${home}/annuler`, { cause: causeIn(text) })).status,
      'not with the pupil’s',
    ).to.equal(404);
    expect((await direction().post(`${home}/responsables/annuler`, { cause: causeIn(text) })).status).to.equal(303);
    expect((await espace()).status).to.equal(200);
    const { type, authority, receives } = await row();
    expect({ type, authority, receives }).to.deep.equal({ type: 'père', authority: 'oui', receives: false });
  });

  it('adds a guardian of the directory, found by name without JavaScript, and takes it back', async () => {
    const other = await school.db(
      async (db) =>
        (
          await db('people')
            .insert({
              kind: 'guardian',
              civility: 'Mme',
              last_name: 'ÉTIENNE',
              first_name: 'Zoé',
              search: 'etienne zoe',
            })
            .returning('id')
        )[0].id,
    );
    const found = (await direction().get(`${home}/responsables?q=etien`)).text;
    expect(found).to.include('ÉTIENNE Zoé').and.include('Aucun enfant rattaché').and.not.include('LEROY Paul');
    expect((await direction().get(`${home}/responsables?q=leroy`)).text).to.include('Déjà responsable');
    await direction().post(`${home}/responsables/ajouter`, { guardian: other });
    const text = await card();
    expect(text).to.include('Mme ÉTIENNE est maintenant responsable de Mila LEROY');
    await direction().post(`${home}/responsables/annuler`, { cause: causeIn(text) });
    expect(await school.db((db) => db('guardian_links'))).to.have.length(1);
    for (const odd of ['x', school.childId, school.people.enseignants.personId, '00000000-0000-4000-8000-000000000000'])
      expect((await direction().post(`${home}/responsables/ajouter`, { guardian: odd })).status, odd).to.equal(404);
    for (const odd of ['%25', '_', "'", '%F0%9F%98%80'])
      expect((await direction().get(`${home}/responsables?q=${odd}`)).status).to.equal(200);
  });

  it('creates a guardian with a login, and asks before making a second of the same name', async () => {
    const fields = { civility: 'Mme', lastName: 'Noël', firstName: 'Ève', email: '', phoneMobile: '06 00 00 00 09' };
    expect((await direction().post(`${home}/responsables`, fields)).status).to.equal(303);
    expect(await card())
      .to.include('NOËL Ève')
      .and.include('Identifiant : ENOEL');
    const twin = await direction().post(`${home}/responsables`, fields);
    expect([twin.status, twin.text.includes('est déjà dans l’annuaire')]).to.deep.equal([422, true]);
    expect((await direction().post(`${home}/responsables`, { ...fields, other: 'on' })).status).to.equal(303);
    expect(await school.db((db) => db('people').where({ last_name: 'NOËL' }))).to.have.length(2);
    const wrong = await direction().post(`${home}/responsables`, { ...fields, email: 'pas une adresse' });
    expect([wrong.status, wrong.text.includes('nom@domaine.fr')]).to.deep.equal([422, true]);
  });

  it('two who are not linked have no link page', async () => {
    for (const who of [school.people.enseignants.personId, '00000000-0000-4000-8000-000000000000', 'x']) {
      for (const act of ['lien', 'restreindre'])
        expect((await direction().get(`${home}/responsables/${who}/${act}`)).status).to.equal(404);
      expect((await direction().post(`${home}/responsables/${who}/detacher`)).status).to.equal(404);
      expect((await direction().post(`${home}/responsables/${who}/lever`)).status).to.equal(404);
    }
  });

  it('corrects a guardian’s identity from his card, and warns a second editor', async () => {
    const own = `/gestion/ressources/responsables/${school.people.parents.personId}`;
    const opened = versionIn((await direction().get(`${own}/modifier`)).text);
    const fields = { civility: 'M.', lastName: 'Leroy', usedName: '', firstName: 'Paul', email: 'paul@exemple.fr' };
    expect((await direction().post(`${own}/modifier`, { ...fields, _version: opened })).status).to.equal(303);
    expect((await direction().get(own)).text)
      .to.include('mailto:paul@exemple.fr')
      .and.include('E-mail</strong>');
    const late = await direction().post(`${own}/modifier`, { ...fields, email: '', _version: opened });
    expect([late.status, late.text.includes('« paul@exemple.fr »')], 'S18-18').to.deep.equal([422, true]);
    expect((await post(`${own}/modifier`, { ...fields, email: 'x' })).status).to.equal(422);
    expect((await post(`${own}/modifier`, { ...fields, civility: 'Roi' })).status).to.equal(422);
  });
});

describe('acceptance 3: a restricted parent', () => {
  const sample = (name: string) =>
    new File(
      [new Uint8Array(readFileSync(path.join(import.meta.dirname, '../../plugins/onde-import/samples', name)))],
      name,
    );

  it('DESIGN 17 has a 404 on the child’s pages, is in no list, and stays so after the same files are imported again', async () => {
    const school = await openSchool({ plugins: ['onde-import'] });
    await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
    const direction = school.as('direction');
    const importFile = async (screen: string, name: string) => {
      const chosen = await direction.post(`/gestion/onde-import/${screen}`, { file: sample(name) });
      expect(chosen.status).to.equal(303);
      expect((await direction.post(chosen.location as string, { sure: '1' })).status).to.equal(303);
    };
    await importFile('eleves', 'eleves.csv');
    await importFile('responsables', 'responsables.csv');
    const [claire] = await school.db((db) =>
      db('people').where({ last_name: 'ABADIE', first_name: 'Claire' }).select('id'),
    );
    const links = await school.db((db) =>
      db('guardian_links')
        .where({ guardian_id: claire.id })
        .join('people', 'people.id', 'pupil_id')
        .orderBy('search')
        .select('pupil_id', 'first_name'),
    );
    expect(links).to.have.length(3);
    const account = await school.db(async (db) => {
      await db('accounts').where({ person_id: claire.id }).update({ state: 'active' });
      return db('accounts').where({ person_id: claire.id }).first('id');
    });
    const parent = await school.asAccount(account.id, 'espace');
    const [child, sibling] = links as [{ pupil_id: string; first_name: string }, { pupil_id: string }];
    const page = `/espace/parents/accueil/enfants/${child.pupil_id}`;
    expect((await parent.get(page)).status).to.equal(200);

    const restrict = `/gestion/ressources/eleves/${child.pupil_id}/responsables/${claire.id}/restreindre`;
    const form = await direction.get(restrict);
    await direction.post(restrict, { ...RESTRICTION, _version: versionIn(form.text) });

    const closed = async (when: string) => {
      expect((await parent.get(page)).status, when).to.equal(404);
      const home = (await parent.get('/espace/parents/accueil/')).text;
      expect(home, when).not.to.include(child.pupil_id);
      expect(home, when).to.include(sibling.pupil_id);
      const other = (await parent.get(`/espace/parents/accueil/enfants/${sibling.pupil_id}`)).text;
      expect(other, when).not.to.include(child.pupil_id);
      expect((await parent.get(`/aide/recherche?q=${child.first_name}`)).text, when).not.to.include(child.pupil_id);
    };
    await closed('at the next request');
    await importFile('eleves', 'eleves.csv');
    await importFile('responsables', 'responsables.csv');
    await closed('after the same files again');
    const frank = await school.db((db) =>
      db('guardian_links')
        .where({ pupil_id: child.pupil_id })
        .whereNot({ guardian_id: claire.id })
        .first('restricted_on'),
    );
    expect(frank.restricted_on, 'the other parent').to.equal(null);
    await school.close();
  });
});
