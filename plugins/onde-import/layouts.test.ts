import { expect } from 'chai';
import { recogniseLayout } from './layouts.ts';
import { french } from './problem.ts';
import { tableFrom, tableOf } from './samples.test.ts';

const HEADER = 'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe';
const LINE = 'ABADIE;Élodie;2019-02-14;CP;Les Acacias';

describe('onde-import: layouts', () => {
  describe('recognising the layout', () => {
    it('F04-08 v01: the guardians’ file given as pupils is refused and says so', () => {
      const found = recogniseLayout(tableOf('v01'), 'eleves');
      expect(found).to.include({ reason: 'wrong-kind', kind: 'responsables' });
      expect('message' in found && found.message)
        .to.include('ressemble à l’extraction des responsables')
        .and.include(french('« Importer des responsables »'));
    });

    it('F04-08 v35: the pupils’ file given as guardians is refused and says so', () => {
      const found = recogniseLayout(tableOf('v35'), 'responsables');
      expect(found).to.include({ reason: 'wrong-kind', kind: 'eleves' });
      expect('message' in found && found.message).to.include('ressemble à l’extraction des élèves');
    });

    it('F04-08 v07: the missing column is named in ONDE’s words', () => {
      const found = recogniseLayout(tableOf('v07'), 'eleves');
      expect(found).to.include({ reason: 'missing-column', column: 'Date naissance' });
      expect('message' in found && found.message).to.include(french('la colonne « Date naissance » manque'));
    });

    it('v23: two marks, no-break spaces and capitals in the header do not matter', () => {
      const found = recogniseLayout(tableOf('v23'), 'eleves');
      expect(found).to.deep.equal(recogniseLayout(tableOf('eleves.csv'), 'eleves'));
    });

    it('names each known layout', () => {
      const names = ['eleves.csv', 'v18', 'responsables.csv', 'v33'].map((number) => {
        const found = recogniseLayout(tableOf(number));
        return 'layout' in found ? `${found.kind} ${found.layout}` : found.message;
      });
      expect(names).to.deep.equal(['eleves onde', 'eleves be1d', 'responsables onde-2017', 'responsables onde-2021']);
    });

    it('lists the columns it does not read, but not those ONDE is known to add', () => {
      const found = recogniseLayout(tableFrom(`${HEADER};Etat;Couleur préférée`, `${LINE};Admis;bleu`));
      expect('remarks' in found && found.remarks.map((remark) => remark.message)).to.deep.equal([
        french('1 colonne non reprise : « Couleur préférée ».'),
      ]);
    });

    it('takes columns by name, wherever they are, with either apostrophe', () => {
      const found = recogniseLayout(
        tableFrom(
          'Libellé classe;NIVEAU;Nom d’usage élève;date  naissance;prenom eleve;Nom Élève',
          'A;CP;;2019-02-14;Léa;DUPONT',
        ),
      );
      expect('columns' in found && found.columns.fields).to.deep.equal({
        classLabel: 0,
        level: 1,
        usedName: 2,
        birthDate: 3,
        firstName: 4,
        lastName: 5,
      });
    });

    it('groups children by place, and accepts numbers (fact 27)', () => {
      const plain =
        'Nom responsable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Nom de famille enfant;Prénom enfant;Nom d’usage enfant;Prénom enfant';
      const found = recogniseLayout(tableFrom(plain, 'ABADIE;;;;;;;'));
      expect('columns' in found && found.columns.children).to.deep.equal([
        { usedName: 1, lastName: 2, firstName: 3 },
        { lastName: 4, firstName: 5 },
        { usedName: 6, firstName: 7 },
      ]);
      const numbered = recogniseLayout(
        tableFrom(
          'Nom responsable;Nom de famille enfant 1;Nom de famille enfant 2;Prénom enfant 1;Prénom enfant 2',
          'ABADIE;;;;',
        ),
      );
      expect('columns' in numbered && numbered.columns.children).to.deep.equal([
        { lastName: 1, firstName: 3 },
        { lastName: 2, firstName: 4 },
      ]);
    });
  });
});
