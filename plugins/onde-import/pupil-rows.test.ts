import { expect } from 'chai';
import { recogniseLayout } from './layouts.ts';
import { type PupilReading, readPupils } from './rows.ts';
import { TODAY, tableFrom } from './samples.test.ts';

const HEADER = 'Nom élève;Prénom élève;Date naissance;Sexe;INE;Cp1;Commune1;Pays1;Niveau;Libellé classe';
function pupils(...lines: string[]): PupilReading {
  const table = tableFrom(HEADER, ...lines);
  const found = recogniseLayout(table, 'eleves');
  if (!('kind' in found) || found.kind !== 'eleves' || 'reason' in found) throw new Error('not pupils');
  return readPupils(table, found.columns, TODAY);
}

describe('onde-import: reading pupils', () => {
  describe('pupils', () => {
    it('F04-11 keeps twins and DEVAUX / DEVAUX BAPTISTA apart', () => {
      const reading = pupils(
        'DEBARBOUILLE;Léa;2018-01-01;F;;;;;CP;A',
        'DEBARBOUILLE;Thibaut;2018-01-01;M;;;;;CP;A',
        'DEVAUX;Zoé;2018-01-01;F;;;;;CP;A',
        'DEVAUX BAPTISTA;Zoé;2018-01-01;F;;;;;CP;A',
      );
      expect(reading.pupils).to.have.length(4);
      expect(reading.doubtful).to.deep.equal([]);
    });

    it('same names, same day, two INE: two pupils, and a word', () => {
      const reading = pupils(
        'MARTIN;Lucas;2018-03-12;M;120000011AL;;;;CP;A',
        'MARTIN;Lucas;2018-03-12;M;120000012AM;;;;CP;A',
      );
      expect(reading.pupils).to.have.length(2);
      expect(reading.warnings.map((warning) => warning.line)).to.deep.equal([3]);
    });

    it('an INE of another shape is kept, and told', () => {
      const reading = pupils('MARTIN;Lucas;2018-03-12;M;123456789A;;;;CP;A');
      expect(reading.pupils[0]?.ine).to.equal('123456789A');
      expect(reading.warnings[0]?.message).to.include('11 signes').and.include('zéro de tête');
    });

    it('reads every way of writing the sex, and tells another', () => {
      const sexes = ['F', '2', 'fille', 'M', 'H', 'g', '1', '', 'Z'];
      const reading = pupils(...sexes.map((sex, i) => `N${i};P${i};2018-03-12;${sex};;;;;CP;A`));
      expect(reading.pupils.map((pupil) => pupil.sex)).to.deep.equal(['F', 'F', 'F', 'M', 'M', 'M', 'M', null, null]);
      expect(reading.warnings.map((warning) => warning.value)).to.deep.equal(['Z']);
    });

    it('a line without names is refused, the others are read', () => {
      const reading = pupils(
        ';Lucas;2018-03-12;M;;;;;CP;A',
        'MARTIN;;12-03-18;M;;;;;;A',
        'MARTIN;Léa;12/3/2018;F;;;;;cp;A',
      );
      expect(reading.refused.map((line) => line.problems.map((problem) => problem.column))).to.deep.equal([
        ['Nom élève'],
        ['Prénom élève', 'Date naissance', 'Niveau'],
      ]);
      expect(reading.errors[2]?.message).to.include('deux chiffres');
      expect(reading.pupils.map((pupil) => [pupil.birthDate, pupil.level])).to.deep.equal([['2018-03-12', 'CP']]);
    });

    it('an INE shared with a line refused for its date is refused too', () => {
      const reading = pupils('MARTIN;Lucas;2018-03-12;M;120000011AL;;;;CP;A', 'DURAND;Zoé;;F;120000011AL;;;;CP;A');
      expect(reading.pupils).to.deep.equal([]);
    });

    it('« en attente » is no INE, and two of them are not one pupil', () => {
      const reading = pupils(
        'MARTIN;Lucas;2018-03-12;M;En attente;;;;CP;A',
        'DURAND;Zoé;2018-03-12;F;En attente;;;;CP;A',
        'PETIT;Léo;2018-03-12;M;1,2E+10;;;;CP;A',
        'BLANC;Léa;2018-03-12;F;-;;;;CP;A',
      );
      expect(reading.pupils.map((pupil) => pupil.ine)).to.deep.equal([null, null, null, null]);
      expect(reading.warnings.map((warning) => warning.line)).to.deep.equal([2, 3, 4]);
    });

    it('F04-08 reads a date with spaces, another dash or an apostrophe, and guesses no serial number', () => {
      const dates = ['14 / 02 / 2019', "'14/02/2019", '14‑02‑2019', '2019-02-14T00:00:00', '43510', '14 février 2019'];
      const reading = pupils(...dates.map((date, i) => `N${i};P;${date};F;;;;;CP;A`));
      expect(reading.pupils.map((pupil) => pupil.birthDate)).to.deep.equal(Array(4).fill('2019-02-14'));
      expect(reading.errors.map((error) => error.line)).to.deep.equal([6, 7]);
      expect(reading.errors[0]?.message).to.include('date de tableur');
    });

    it('F04-10 keeps schemes written in any way, and maps no words to a level', () => {
      const levels = ['ce 2', 'C.E.2', 'ULIS école', 'CLIS 1', 'Cours élémentaire 2ème année', 'CE1/CE2', '6e'];
      const reading = pupils(...levels.map((level, i) => `N${i};P;2018-03-12;F;;;;;${level};A`));
      expect(reading.pupils.map((pupil) => pupil.level)).to.deep.equal(['CE2', 'CE2', 'ULIS', 'CLIS']);
      expect(reading.errors.map((error) => error.line)).to.deep.equal([6, 7, 8]);
    });

    it('writes a French postcode alike, and leaves a foreign one', () => {
      const typed = ['01 000', '1000', 'F-01000', '01000.0'].map(
        (code, i) => `N${i};P;2018-03-12;F;;${code};B;FRANCE;CP;A`,
      );
      const reading = pupils(
        ...typed,
        'X;P;2018-03-12;F;;1200;GENÈVE;SUISSE;CP;A',
        'Y;P;2018-03-12;F;;0100;B;FRANCE;CP;A',
      );
      expect(reading.pupils.map((pupil) => pupil.addresses[0]?.postcode)).to.deep.equal([
        ...Array(4).fill('01000'),
        '1200',
        '0100',
      ]);
      expect(reading.warnings.map((warning) => warning.line)).to.deep.equal([3, 7]);
    });

    it('a name of signs only is none, and one with a lost accent is told', () => {
      const reading = pupils('-;Léa;2018-03-12;F;;;;;CP;A', 'MARTIN;?lodie;2018-03-12;F;;;;;CP;A');
      expect(reading.errors[0]).to.include({ line: 2, column: 'Nom élève' });
      expect(reading.warnings[0]).to.include({ line: 3, column: 'Prénom élève', value: '?lodie' });
    });

    it('« Sans classe » is no class (F04-10)', () => {
      const reading = pupils('A;P;2018-03-12;F;;;;;CP;Sans classe', 'B;P;2018-03-12;F;;;;;CP;-');
      expect(reading.pupils.map((pupil) => pupil.classLabel)).to.deep.equal([null, null]);
    });

    it('a line longer than the header is told: a separator may stand inside a value (fact 21)', () => {
      const reading = pupils('A;P;2018-03-12;F;;;;;CP;A;;', 'B;P;2018-03-12;F;;;;;CP;A;reste');
      expect(reading.warnings.map((warning) => [warning.line, warning.value])).to.deep.equal([[3, 'reste']]);
    });

    it('leaves out totals, a header that comes again, and organisations (fact 16)', () => {
      const reading = pupils(
        'A;P;2018-03-12;F;;;;;CP;A',
        HEADER,
        'B;P;2018-03-12;F;;;;;CP;A',
        'Total;2',
        'Extraction du 25/11/2025',
        ';Intitulé;Adresse Organisme',
        ';Foyer des Lilas;1 rue X',
      );
      expect(reading).to.deep.include({ rows: 2, errors: [] });
      expect(reading.warnings.map((warning) => warning.line).sort((a, b) => Number(a) - Number(b))).to.deep.equal([
        3, 5, 6, 7,
      ]);
    });

    it('a last line of one name is a pupil whose data are missing, not a closing line', () => {
      expect(pupils('A;P;2018-03-12;F;;;;;CP;A', 'DUPONT').refused.map((line) => line.line)).to.deep.equal([3]);
    });

    it('completes a class from its number or its label, and says when one number has two labels', () => {
      const table = tableFrom(
        'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Identifiant classe;Etat',
        'A;P;2018-03-12;CP;CP A;1;',
        'B;P;2018-03-12;CP;;1;',
        'C;P;2018-03-12;CP;cp a;;',
        'D;P;2018-03-12;CP;CE1;2;',
        'E;P;2018-03-12;CP;CE1 B;2;Radié',
        'F;P;2018-03-12;CP;;9;',
      );
      const found = recogniseLayout(table, 'eleves');
      if (!('columns' in found) || found.kind !== 'eleves') throw new Error('not pupils');
      const reading = readPupils(table, found.columns, TODAY);
      expect(reading.pupils.map((pupil) => [pupil.classLabel, pupil.classOndeId])).to.deep.equal([
        ['CP A', '1'],
        ['CP A', '1'],
        ['cp a', '1'],
        ['CE1', '2'],
        ['CE1 B', '2'],
        [null, null],
      ]);
      const told = reading.warnings.filter((warning) => warning.line !== null);
      expect(told.map((warning) => [warning.line, warning.column])).to.deep.equal([
        [3, 'Libellé classe'],
        [6, 'Etat'],
        [6, 'Libellé classe'],
      ]);
    });
  });
});
