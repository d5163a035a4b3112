import { expect } from 'chai';
import { type ListSchool, names, openListSchool, PUPILS } from '../testing/lists.ts';
import { openSchool } from '../testing.ts';

describe('a list on the screen (N-09, F04-17)', () => {
  let school: ListSchool;
  let direction: ListSchool['direction'];
  let classes: ListSchool['classes'];
  let pupils: ListSchool['pupils'];
  let show: ListSchool['show'];
  before(async () => {
    school = await openListSchool();
    ({ direction, classes, pupils, show } = school);
  });
  after(() => school.close());

  describe('sort', () => {
    it('S18-08 sorts by columns of the list, and hears no other name', async () => {
      expect(names(await show())).to.deep.equal([
        'Adam ABADIE',
        'Zoé ABADIE',
        'Maël ÉTIENNE',
        'Mila LEROY',
        'Inès NOËL',
      ]);
      expect(names(await show('?tri=birth_date'))[0], 'the oldest first').to.equal('Zoé ABADIE');
      expect(names(await show('?tri=-birth_date'))[0], 'then the youngest; without a date comes last').to.equal(
        'Adam ABADIE',
      );
      expect(names(await show('?tri=-birth_date')).at(-1)).to.equal('Inès NOËL');
      for (const odd of [
        'password_hash',
        'people.last_name',
        'login',
        'constructor',
        '__proto__',
        'toString',
        '-',
        'last_name desc; drop table people',
        "');--",
      ])
        expect(names(await show(`?tri=${encodeURIComponent(odd)}`)), odd).to.deep.equal(names(await show()));
      for (const odd of ['password_hash', 'constructor', '__proto__', 'id', 'login'])
        expect(
          (await direction.post(`${PUPILS}/modifier/${odd}`, { id: pupils.Zoé, was: '', value: 'x' })).status,
          odd,
        ).to.equal(404);
      for (const odd of ['constructor', '__proto__', 'search'])
        expect(names(await show(`?groupe=${odd}&classe=${odd}&modifier=${pupils.Zoé}.${odd}`)), odd).to.have.length(5);
    });

    it('says in the heading which way, and turns it at the next click', async () => {
      expect(await show()).to.match(/aria-sort="ascending"><a id="tri-last_name" href="[^"]*tri&#x3D;-last_name"/);
      const down = await show('?tri=-last_name');
      expect(down).to.match(/aria-sort="descending"><a id="tri-last_name" href="[^"]*tri&#x3D;last_name"/);
      expect(names(down)).to.deep.equal(names(await show()).reverse());
    });

    it('sorts by a class, with those who have none last, and keeps filter and group', async () => {
      const sorted = await show('?tri=-class');
      expect(names(sorted)[0]).to.match(/ÉTIENNE|ABADIE/);
      expect(names(sorted).at(-1)).to.equal('Inès NOËL');
      const kept = await show('?tri=-birth_date&q=abadie&groupe=classe');
      expect(names(kept)).to.deep.equal(['Zoé ABADIE', 'Adam ABADIE']);
      expect(kept).to.include('name="tri" value="-birth_date"').and.include('name="groupe" value="classe"');
      expect(kept).to.include('tri&#x3D;birth_date&amp;groupe&#x3D;classe');
    });
  });

  describe('filter and group', () => {
    it('counts in words, and each active filter is a chip that takes itself away', async () => {
      expect(await show()).to.match(/id="liste-compte"[^>]*>5 élèves</);
      const found = await show(`?q=abadie&classe=${classes['CP A']}`);
      expect(names(found)).to.deep.equal(['Adam ABADIE']);
      expect(found).to.match(/id="liste-compte"[^>]*>1 élève sur 5</);
      expect(found).to.match(new RegExp(`id="sans-q" href="/${school.rne}${PUPILS}\\?classe&#x3D;${classes['CP A']}"`));
      expect(found).to.match(new RegExp(`id="sans-classe" href="/${school.rne}${PUPILS}\\?q&#x3D;abadie"`));
      expect(names(await show('?classe=sans'))).to.deep.equal(['Inès NOËL']);
      expect(names(await show('?niveau=CP'))).to.deep.equal(['Adam ABADIE', 'Maël ÉTIENNE']);
    });

    it('says the next step when there is nothing', async () => {
      const none = await show('?q=zzz');
      expect(none).to.include('Aucun élève ne répond à « zzz »').and.include('Enlever tous les filtres');
      const empty = await openSchool({ people: false });
      const account = await empty.db(async (db) => {
        const [{ id }] = await db('people')
          .insert({ kind: 'staff', genre: 'direction', last_name: 'A', first_name: 'B', search: 'a b' })
          .returning('id');
        return (
          await db('accounts')
            .insert({ person_id: id, login: 'AB', mode: 'administration', state: 'active' })
            .returning('id')
        )[0].id;
      });
      const first = await empty.asAccount(account, 'administration');
      expect((await first.get('/gestion/ressources/classes')).text)
        .to.include('Aucune classe pour l’instant')
        .and.include('Importer depuis ONDE');
      await empty.close();
    });

    it('groups by class, each with its name and how many it has over all pages', async () => {
      const grouped = await show('?groupe=classe');
      const heads = [...grouped.matchAll(/<tr class="group">.*?colspan="\d+">(.*?) <small class="quiet">(.*?)</g)];
      expect(heads.map(([, label, size]) => `${label} ${size}`)).to.deep.equal([
        'CE1 Jonquilles 1 élève',
        'CM2 1 élève',
        'CP A 2 élèves',
        'Sans classe 1 élève',
      ]);
      expect(names(grouped)).to.deep.equal(['Mila LEROY', 'Zoé ABADIE', 'Adam ABADIE', 'Maël ÉTIENNE', 'Inès NOËL']);
    });
  });

  describe('who may what', () => {
    it('shows a reader neither creation line nor cells nor acts that write, and refuses their addresses', async () => {
      const mairie = school.as('mairie');
      const page = (await mairie.get(PUPILS)).text;
      expect(names(page)).to.have.length(5);
      expect(page).to.include('Exporter la sélection').and.not.include('tr class="make"');
      expect(page).not.to.include('class="cell').and.not.include('Placer').and.not.include('Prêter');
      expect((await mairie.get(`${PUPILS}?modifier=${pupils.Zoé}.first_name`)).text).not.to.include('class="editing"');
      for (const act of ['creer', 'placer', 'ranger', 'annuler', 'modifier/first_name'])
        expect((await mairie.post(`${PUPILS}/${act}`, { last_name: 'A', first_name: 'B' })).status, act).to.equal(403);
      expect((await mairie.post(`${PUPILS}/exporter`, { id: [pupils.Zoé] })).status).to.equal(200);
      const daily = (await school.as('quotidienne').get(PUPILS)).text;
      expect(daily, 'Vie scolaire keeps the directory').to.include('tr class="make"');
    });
  });
});
