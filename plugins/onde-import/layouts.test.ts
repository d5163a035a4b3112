import { french } from '@preau/core';
import { expect } from 'chai';
import { recogniseLayout } from './layouts.ts';
import { readTable } from './read.ts';
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

    it('F04-08 a file cut in its last line is refused, with quotes or without', () => {
      const lines = [HEADER, LINE, LINE.replace('Élodie', 'Hugo'), 'ABADIE;Ugo;2015-02-20'];
      const cut = readTable(new TextEncoder().encode(lines.join('\n')));
      expect('header' in cut && recogniseLayout(cut, 'eleves')).to.include({ reason: 'cut', line: 4 });
      const whole = readTable(new TextEncoder().encode(lines.slice(0, 3).join('\n')));
      expect('header' in whole && recogniseLayout(whole, 'eleves')).to.include({ layout: 'onde' });
    });

    it('guardians’ lines are of any length, so theirs is cut when it ends inside a child', () => {
      const head = 'Nom responsable;Prénom responsable;Nom de famille enfant;Prénom enfant;Classes enfants';
      const twice = `${head};Nom de famille enfant;Prénom enfant;Classes enfants`;
      const read = (last: string) => {
        const text = [twice, 'A;B;C;D;E;F;G;H', 'A;B;C;D;E', last].join('\n');
        const table = readTable(new TextEncoder().encode(text));
        return 'header' in table && recogniseLayout(table, 'responsables');
      };
      expect(read('A;B;C;D;E;F')).to.include({ reason: 'cut', line: 4 });
      expect(read('A;B;C;D;E')).to.include({ layout: 'onde-2017' });
      expect(read('A;B')).to.include({ layout: 'onde-2017' });
    });

    it('F04-08 guardians without the columns of their children are refused: they could never be linked', () => {
      const without = (heading: string) =>
        recogniseLayout(
          tableFrom(
            ['Nom responsable', 'Nom de famille enfant', 'Prénom enfant'].filter((one) => one !== heading).join(';'),
            'A;B',
          ),
          'responsables',
        );
      expect(without('Prénom enfant')).to.include({ reason: 'missing-column', column: 'Prénom enfant' });
      expect(without('Nom de famille enfant')).to.include({ column: 'Nom de famille enfant' });
    });

    it('reads the children of a line beyond a header that names one (fact 27)', () => {
      const table = tableFrom(
        'Nom responsable;Prénom responsable;Nom de famille enfant;Prénom enfant;Classes enfants',
        'ABADIE;Claire;ABADIE;Élodie;A;ABADIE;Hugo;B;ABADIE;Ugo;C',
      );
      const found = recogniseLayout(table, 'responsables');
      expect('columns' in found && found.columns.children.map((group) => group.firstName)).to.deep.equal([3, 6, 9]);
    });

    it('takes « … enfant.1 », as some tools number what is repeated', () => {
      const table = tableFrom(
        'Nom responsable;Nom de famille enfant;Prénom enfant;Nom de famille enfant.1;Prénom enfant.1',
        'ABADIE;ABADIE;Élodie;ABADIE;Hugo',
      );
      const found = recogniseLayout(table, 'responsables');
      expect('columns' in found && found.columns.children).to.have.length(2);
    });
  });
});
