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
  });
});
