import { expect } from 'chai';
import { CORE_LISTS } from '../plugin/check.ts';
import { flash, type ListSchool, names, openListSchool, PUPILS, rowIds, undoCause } from '../testing/lists.ts';
import { openSchool } from '../testing.ts';

describe('selection and acts of a list (N-09)', () => {
  let school: ListSchool;
  let direction: ListSchool['direction'];
  let classes: ListSchool['classes'];
  let pupils: ListSchool['pupils'];
  let show: ListSchool['show'];
  let send: ListSchool['send'];
  before(async () => {
    school = await openListSchool();
    ({ direction, classes, pupils, show, send } = school);
  });
  after(() => school.close());

  describe('selection and acts', () => {
    it('N-09 does at once what the button said of so many, and takes it back', async () => {
      const page = await send(`${PUPILS}/ranger`, { id: [pupils.Zoé, pupils.Adam], dit: '2' });
      expect(flash(page)).to.equal('2 élèves sont rangés parmi les anciens élèves.');
      expect(names(page)).not.to.include('Zoé ABADIE');
      expect(names(await show('?presence=anciens'))).to.deep.equal(['Adam ABADIE', 'Zoé ABADIE']);
      expect(await show('?presence=anciens')).to.include('Remettre la sélection parmi les présents');
      const back = await send(`${PUPILS}/annuler`, { cause: undoCause(page) });
      expect(names(back)).to.include('Zoé ABADIE').and.include('Adam ABADIE');
    });

    it('tells first who is meant when nobody has said how many, or the number has changed', async () => {
      for (const dit of ['', '3', 'zzz']) {
        const page = await direction.post(`${PUPILS}/ranger`, {
          id: [pupils.Zoé, pupils.Adam],
          dit,
        });
        expect(page.status).to.equal(200);
        expect(page.text)
          .to.include('<h1>Ranger 2 élèves parmi les anciens élèves</h1>')
          .and.include('Adam ABADIE, Zoé ABADIE');
      }
      expect(names(await show())).to.have.length(5);
      const sure = await send(`${PUPILS}/ranger`, { id: [pupils.Zoé], dit: 'sûr 1' });
      await send(`${PUPILS}/annuler`, { cause: undoCause(sure) });
    });

    it('asks for the class, keeps each one’s level, and takes it back', async () => {
      const ask = await direction.post(`${PUPILS}/placer`, {
        id: [pupils.Zoé, pupils.Inès],
        dit: '2',
      });
      expect(ask.text).to.include('<h1>Placer 2 élèves dans une classe</h1>').and.include('>CP A</option>');
      const none = await direction.post(`${PUPILS}/placer`, { id: [pupils.Zoé], dit: 'sûr 1', choisi: '' });
      expect([none.status, none.text.includes('Choisissez « Classe ».')]).to.deep.equal([422, true]);
      const page = await send(`${PUPILS}/placer`, {
        id: [pupils.Zoé, pupils.Inès],
        dit: 'sûr 2',
        choisi: classes['CP A'],
      });
      expect(flash(page)).to.equal('2 élèves sont maintenant en CP A.');
      expect(page).to.include('CP A (Niveau CM2)');
      const back = await send(`${PUPILS}/annuler`, { cause: undoCause(page) });
      expect(back).to.include('CM2 (Niveau CM2)');
      expect(names(await show('?classe=sans'))).to.deep.equal(['Inès NOËL']);
    });

    it('means by « Tout » all that match the filter, over all pages, save those unticked', async () => {
      await school.db((db) =>
        db('people').insert(
          Array.from({ length: 230 }, (_, n) => ({
            kind: 'pupil',
            last_name: `FOULE ${String(n).padStart(3, '0')}`,
            first_name: 'Noé',
            search: `foule ${String(n).padStart(3, '0')} noe`,
          })),
        ),
      );
      const page = await show('?q=foule&page=2');
      expect(rowIds(page)).to.have.length(100);
      expect(page).to.include('data-found="230"').and.include('formaction="');
      const sheet = await direction.post(`${PUPILS}/exporter?q=foule`, { tout: 'on', sauf: rowIds(page).slice(0, 2) });
      expect(sheet.text.trim().split('\r\n')).to.have.length(229);
      const moved = await send(`${PUPILS}/ranger?q=foule`, { tout: 'on', dit: '230' });
      expect(flash(moved)).to.equal('230 élèves sont rangés parmi les anciens élèves.');
      expect(names(await show())).to.have.length(5);
      await school.db((db) => db('people').whereLike('last_name', 'FOULE%').delete());
    });

    it('hears only ids that are in the list', async () => {
      const others = [school.people.parents.personId, school.people.direction.personId, crypto.randomUUID(), 'zzz', ''];
      const page = await send(`${PUPILS}/ranger`, { id: others, dit: '5' });
      expect(flash(page)).to.include('Cochez d’abord').and.include('Rien n’a été fait');
      const left = await school.db((db) => db('people').whereNotNull('left_on'));
      expect(left).to.have.length(0);
      const stranger = await openSchool();
      await send(`${PUPILS}/ranger`, { id: [stranger.childId], dit: '1' });
      const child = await stranger.db((db) => db('people').where({ id: stranger.childId }).first('left_on'));
      expect(child.left_on).to.equal(null);
      await stranger.close();
    });

    it('deletes classes only after asking, and only those without pupils', async () => {
      const path = '/gestion/ressources/classes';
      const made = await send(`${path}/creer`, { label: 'Vide' });
      const [id] = rowIds(made);
      const ids = [id as string, classes.CM2];
      const ask = await direction.post(`${path}/supprimer`, { id: ids, dit: '2' });
      expect(ask.text).to.include('<h1>Supprimer 2 classes</h1>').and.include('btn bad').and.include('CM2, Vide');
      const done = await send(`${path}/supprimer`, { id: ids, dit: 'sûr 2' });
      expect(flash(done)).to.equal('1 classe supprimée. 1 classe avec des élèves reste.');
      expect(done).to.include('CM2').and.not.include('>Vide</a>');
      const line = await school.db((db) => db('audit_log').where({ act: 'Classes supprimées' }).first());
      expect(line).to.include({ who: 'Karine BRAUD', about: 'Vide' });
    });

    it('gives what is shown as a spreadsheet, formulas defused, and writes down who took it', async () => {
      await school.db((db) => db('people').where({ id: pupils.Adam }).update({ first_name: '=1+1' }));
      const sheet = await direction.get(`${PUPILS}.csv?q=abadie&tri=birth_date`);
      expect(sheet.headers.get('content-disposition')).to.include('.csv');
      expect(sheet.text).to.equal(
        'Nom;Prénom;Né(e) le;S;Classe;Identifiant;État du compte\r\n' +
          'ABADIE;Zoé;2016-05-01;;CM2 (Niveau CM2);;\r\n' +
          "ABADIE;'=1+1;2020-01-01;;CP A (Niveau CP);;\r\n",
      );
      const picked = await direction.post(`${PUPILS}/exporter`, { id: [pupils.Zoé] });
      expect(picked.text.trim().split('\r\n')).to.have.length(2);
      const line = await school.db((db) =>
        db('audit_log').where({ act: 'Liste exportée' }).orderBy('at', 'desc').first(),
      );
      expect(line).to.include({ who: 'Karine BRAUD', about: 'Élèves : 1 élève' });
      await school.db((db) => db('people').where({ id: pupils.Adam }).update({ first_name: 'Adam' }));
    });

    it('breaks on nothing that is sent', async () => {
      const odd: Record<string, string | string[]>[] = [
        {},
        { id: 'x' },
        { tout: 'on', sauf: 'x' },
        { id: ['a', 'b'], dit: '\0', choisi: '%' },
        { tout: 'on', dit: '5' },
      ];
      for (const fields of odd)
        for (const act of ['exporter', 'placer', 'ranger', 'reprendre', 'annuler', 'creer', 'modifier/class'])
          expect((await direction.post(`${PUPILS}/${act}?q=%25&tri='&page=-1`, fields)).status, act).to.be.lessThan(
            500,
          );
      await school.db((db) => db('people').update({ left_on: null }));
      for (const query of ['?page=1e9', '?page=-1', '?q=%00', '?modifier=.', '?nouveau=zzz', '?modifier=a.b.c&ligne='])
        expect((await direction.get(PUPILS + query)).status, query).to.be.lessThan(500);
    });
  });

  describe('in the hands of a module', () => {
    const PLANTS = '/gestion/potager/plants';

    it('is declared as data and works the same', async () => {
      const page = await send(`${PLANTS}/creer`, { name: 'radis' });
      expect(flash(page)).to.equal('radis est planté.');
      expect(page, 'no undo was declared').not.to.include('name="cause"');
      await send(`${PLANTS}/creer`, { name: 'poireau' });
      const twice = await direction.post(`${PLANTS}/creer`, { name: 'radis' });
      expect([twice.status, twice.text.includes('Ce plant est déjà là.')]).to.deep.equal([422, true]);
      const text = (await direction.get(`${PLANTS}?tri=-name`)).text;
      expect(names(text)).to.deep.equal(['radis', 'poireau']);
      const [id] = rowIds(text) as [string];
      const alike = await direction.post(`${PLANTS}/modifier/name?modifier=${id}.name`, {
        id,
        was: 'radis',
        value: 'poireau',
      });
      expect([alike.status, alike.text.includes('Ce plant est déjà là.')]).to.deep.equal([422, true]);
      const watered = await send(`${PLANTS}/arroser`, { id: [id], dit: '1' });
      expect(flash(watered)).to.equal('Arrosés : 1.');
      const grouped = (await direction.get(`${PLANTS}?groupe=arrosage`)).text;
      expect(grouped).to.include('À arroser').and.include('Arrosés');
      expect((await direction.get(`${PLANTS}.csv`)).text).to.equal('Plant;Arrosé\r\npoireau;Non\r\nradis;Oui\r\n');
    });

    it('knows by name the lists of the core to which modules add', async () => {
      await school.db(async (db) => {
        const { services } = school.house.container;
        const { lists } = services(
          { id: school.id, rne: school.rne, plugins: {}, published: {} } as never,
          db,
          new Date(),
        );
        for (const name of CORE_LISTS) expect(lists.get(name)?.name).to.equal(name);
      });
    });

    it('lets a module add an act to the list of another, which leaves with it', async () => {
      expect(await show())
        .to.include('Prêter des bottes à la sélection')
        .and.include('data-many="paires de bottes"');
      const lent = await send('/gestion/potager/bottes', {
        id: [pupils.Zoé, school.people.parents.personId],
      });
      expect(flash(lent)).to.equal('Paires de bottes prêtées : 1.');
      const all = await send('/gestion/potager/bottes?q=abadie', { tout: 'on' });
      expect(flash(all)).to.equal('Paires de bottes prêtées : 2.');
      const other = await openSchool({ plugins: [] });
      expect((await other.as('direction').get(PUPILS)).text).not.to.include('Prêter');
      await other.close();
    });
  });
});
