import { expect } from 'chai';
import { flash, type ListSchool, names, openListSchool, PUPILS, rowIds, undoCause } from '../testing/lists.ts';

const HTMX = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

describe('a list one writes in (N-09, F04-17)', () => {
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

  describe('the creation line', () => {
    it('F04-17 makes a pupil with his login, shows him first, and takes him back at once', async () => {
      const page = await send(`${PUPILS}/creer`, {
        last_name: 'Œuvrard',
        first_name: 'Élise',
        birth_date: '2018-02-03',
        class: classes.CM2,
      });
      expect(names(page)[0], 'below the line, wherever the alphabet puts him').to.equal('Élise ŒUVRARD');
      expect(page).to.include('CM2').and.include('03/02/2018');
      expect(flash(page)).to.equal('ŒUVRARD Élise est dans la liste. Identifiant : EOEUVRARD.');
      expect(page, 'ready for the next').to.match(/id="make-last_name"[^>]*autofocus/);
      const made = await school.db((db) => db('people').where({ last_name: 'ŒUVRARD' }).first());
      expect(made).to.include({ kind: 'pupil', created_by: 'Karine BRAUD', search: 'oeuvrard elise' });
      const again = await send(`${PUPILS}/annuler`, { cause: undoCause(page) });
      expect(flash(again)).to.equal('C’est annulé.');
      expect(names(again)).not.to.include('Élise ŒUVRARD');
      expect(await school.db((db) => db('accounts').where({ login: 'EOEUVRARD' }).first())).to.equal(undefined);
    });

    it('says beside the field what is missing, and keeps what was typed', async () => {
      const answer = await direction.post(`${PUPILS}/creer?q=abadie`, {
        last_name: 'DUPONT',
        first_name: '',
        birth_date: '31/02/2018',
      });
      expect(answer.status).to.equal(422);
      expect(answer.text).to.include('Remplissez « Prénom ».').and.include('Cette date n’existe pas');
      expect(answer.text).to.match(/id="make-last_name"[^>]*value="DUPONT"/);
      expect(answer.text).to.match(/id="make-first_name"[^>]*aria-invalid="true"[^>]*autofocus/);
      expect(answer.text, 'the filter stays').to.include('id="sans-q"');
      const wrong = await direction.post(`${PUPILS}/creer`, {
        last_name: 'A',
        first_name: 'B',
        class: pupils.Zoé,
      });
      expect([wrong.status, wrong.text.includes('Choisissez dans la liste.')]).to.deep.equal([422, true]);
    });

    it('makes one pupil of a form sent twice', async () => {
      const fields = { _key: crypto.randomUUID(), last_name: 'JUMEAU', first_name: 'Paul' };
      await send(`${PUPILS}/creer`, fields);
      const page = await send(`${PUPILS}/creer`, fields);
      expect(names(page).filter((one) => one === 'Paul JUMEAU')).to.have.length(1);
      await school.db((db) => db('people').where({ last_name: 'JUMEAU' }).delete());
    });

    it('F04-17 makes guardians and classes too; two classes of a year are not called alike', async () => {
      const page = await send('/gestion/ressources/responsables/creer', {
        civility: 'Mme',
        last_name: 'Noël',
        first_name: 'Aude',
        email: 'aude@exemple.fr',
      });
      expect(names(page)[0]).to.equal('Aude NOËL');
      expect(page).to.include('ANOEL').and.include('aude@exemple.fr');
      const made = await send('/gestion/ressources/classes/creer', { label: 'Grande section' });
      expect(flash(made)).to.equal('La classe Grande section est dans la liste.');
      const twice = await direction.post('/gestion/ressources/classes/creer', { label: 'grande  SECTION' });
      expect([twice.status, twice.text.includes('Une classe de cette année porte déjà ce nom.')]).to.deep.equal([
        422,
        true,
      ]);
      const gone = await send('/gestion/ressources/classes/annuler', { cause: undoCause(made) });
      expect(gone).not.to.include('Grande section');
    });

    it('takes back only what the list itself did', async () => {
      for (const cause of ['', 'onde-import:1', 'ressources.guardians:1', `${crypto.randomUUID()}`])
        expect((await direction.post(`${PUPILS}/annuler`, { cause })).status, cause).to.equal(404);
    });
  });

  describe('a cell edited where it stands', () => {
    const edit = (key: string, fields: Record<string, string>, query = '') =>
      direction.post(`${PUPILS}/modifier/${key}?modifier=${fields.id}.${key}${query}`, fields);

    it('N-09 opens by a link, saves, and comes back to where one was', async () => {
      const id = pupils.Maël;
      const page = await show('?q=etienne');
      expect(page).to.include('Modifier la classe de Maël ÉTIENNE : CP A (Niveau CP)');
      expect(page).to.include(`href="/${school.rne}${PUPILS}?q&#x3D;etienne&amp;modifier&#x3D;${id}.class"`);
      const open = await show(`?q=etienne&modifier=${id}.class`);
      expect(open).to.match(new RegExp(`<select class="in" id="c-${id}-class"[^>]*autofocus`));
      const saved = await edit('class', { id, was: classes['CP A'], value: classes.CM2 }, '&q=etienne');
      expect([saved.status, saved.location]).to.deep.equal([303, `/${school.rne}${PUPILS}?q=etienne`]);
      expect(await show('?q=etienne')).to.include('CM2 (Niveau CP)');
      const told = await school.db((db) => db('people_history').where({ person_id: id, field: 'place' }).first());
      expect(told.who).to.equal('Karine BRAUD');
      await edit('class', { id, was: classes.CM2, value: classes['CP A'] });
    });

    it('swaps its row alone with htmx', async () => {
      const id = pupils.Maël;
      const row = await direction.get(`${PUPILS}?modifier=${id}.first_name&ligne=${id}`, HTMX);
      expect(rowIds(row.text)).to.deep.equal([id]);
      expect(row.text).to.match(new RegExp(`<input class="in" id="c-${id}-first_name" name="value" value="Maël"`));
      const saved = await direction.post(
        `${PUPILS}/modifier/first_name?modifier=${id}.first_name&ligne=1`,
        { id, was: 'Maël', value: 'Maëlle' },
        { ...HTMX, 'HX-Current-URL': school.url(PUPILS) },
      );
      expect([saved.status, saved.location]).to.deep.equal([303, `/${school.rne}${PUPILS}?ligne=${id}`]);
      expect((await direction.get(`${PUPILS}?ligne=${id}`, HTMX)).text).to.include('>Maëlle</a>');
      await edit('first_name', { id, was: 'Maëlle', value: 'Maël' });
      // Opened by hand, such an address is a page all the same.
      expect((await direction.get(`${PUPILS}?ligne=${id}`)).text)
        .to.include('<html')
        .and.include('Toute la liste');
      expect((await direction.get(`${PUPILS}?ligne=zzz`)).status).to.equal(200);
    });

    it('S18-18 the second of two editors is told both values, and nothing is overwritten', async () => {
      const id = pupils.Zoé;
      expect((await edit('birth_date', { id, was: '2016-05-01', value: '2016-05-02' })).status).to.equal(303);
      const second = await edit('birth_date', { id, was: '2016-05-01', value: '2016-06-01' });
      expect(second.status).to.equal(422);
      expect(second.text).to.include('elle contient maintenant « 02/05/2016 ». Vous aviez mis « 01/06/2016 ».');
      expect(second.text, 'what was typed is still there').to.match(/name="value" value="2016-06-01"/);
      expect(second.text, 'and is saved knowingly at the next press').to.include('name="was" value="2016-05-02"');
      const { birth_date } = await school.db((db) => db('people').where({ id }).first('birth_date'));
      expect(birth_date).to.equal('2016-05-02');
      const moved = await edit('class', { id, was: classes['CP A'], value: '' });
      expect([moved.status, moved.text.includes('elle contient maintenant « CM2 »')]).to.deep.equal([422, true]);
      expect(
        (await edit('first_name', { id, was: 'Zoé', value: 'Zoée' })).status,
        'another cell of the same row is no quarrel',
      ).to.equal(303);
      await edit('first_name', { id, was: 'Zoée', value: 'Zoé' });
      expect((await edit('birth_date', { id, was: '2016-05-02', value: '2016-05-01' })).status).to.equal(303);
    });

    it('refuses what the field refuses, and rows that are not of the list', async () => {
      const id = pupils.Zoé;
      const wrong = await edit('birth_date', { id, was: '2016-05-01', value: '31/02/2016' });
      expect([wrong.status, wrong.text.includes('Cette date n’existe pas')]).to.deep.equal([422, true]);
      const other = await edit('class', { id, was: classes.CM2, value: pupils.Adam });
      expect([other.status, other.text.includes('Choisissez dans la liste')]).to.deep.equal([422, true]);
      for (const stranger of [school.people.parents.personId, crypto.randomUUID(), 'zzz', ''])
        expect((await edit('first_name', { id: stranger, was: 'Paul', value: 'X' })).status, stranger).to.equal(404);
    });

    it('keeps a class’s name unlike the others, and writes down its change', async () => {
      const path = '/gestion/ressources/classes/modifier/label';
      const id = classes.CM2;
      const alike = await direction.post(`${path}?modifier=${id}.label`, { id, was: 'CM2', value: 'cp a' });
      expect([alike.status, alike.text.includes('porte déjà ce nom')]).to.deep.equal([422, true]);
      expect((await direction.post(path, { id, was: 'CM2', value: 'CM2 bis' })).status).to.equal(303);
      const told = await school.db((db) => db('people_history').where({ class_id: id, field: 'label' }).first());
      expect(told).to.include({ who: 'Karine BRAUD', before: 'CM2', after: 'CM2 bis' });
      await direction.post(path, { id, was: 'CM2 bis', value: 'CM2' });
    });
  });
});
