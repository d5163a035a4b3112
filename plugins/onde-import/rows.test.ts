import { expect } from 'chai';
import { summarisePupils } from './rows.ts';
import { expected, guardiansOf, pupilsOf, sample } from './samples.test.ts';

describe('onde-import: reading lines', () => {
  describe('samples of pupils', () => {
    for (const [number, how] of [
      ['eleves.csv', 'as ONDE gives it'],
      ['v02', 'UTF-8 with a mark'],
      ['v03', 'UTF-8 without a mark'],
      ['v04', 'commas'],
      ['v05', 'saved again by Excel'],
      ['v17', 'UTF-16 and tabs'],
      ['v18', 'the older BE1D layout'],
      ['v23', 'an untidy header'],
      ['v28', 'lines ended by CR'],
    ] as const) {
      it(`F04-06 F04-10 ${number}: 30 pupils, 3 classes, 4 levels in classes, 1 without class (${how})`, () => {
        const reading = pupilsOf(number);
        expect(summarisePupils(reading.pupils)).to.deep.equal(expected[sample(number)]?.counts);
        expect(reading).to.deep.include({ refused: [], doubtful: [], errors: [], repeated: [], rows: 30 });
      });
    }

    it('v02, v03, v04, v23 and v28 give the same pupils as eleves.csv', () => {
      const whole = pupilsOf('eleves.csv').pupils;
      for (const number of ['v02', 'v03', 'v04', 'v23', 'v28'])
        expect(pupilsOf(number).pupils, number).to.deep.equal(whole);
    });

    it('eleves.csv: names, addresses, INE and class as written', () => {
      const { pupils: list } = pupilsOf('eleves.csv');
      expect(list.find((pupil) => pupil.lastName === 'LE GOFF')?.addresses).to.deep.equal([
        { lines: ['Lieu-dit Le Moulin; bât. B'], postcode: '01250', city: "L'ABERGEMENT-INVENTÉ", country: 'FRANCE' },
      ]);
      expect(list.find((pupil) => pupil.lastName === 'PÉREZ')?.ine).to.equal('0123456789A');
      expect(list.find((pupil) => pupil.firstName === 'Sacha')).to.include({
        lastName: 'MOREAU',
        usedName: 'PETIT',
        sex: 'F',
      });
      expect(list.find((pupil) => pupil.firstName === 'Jean-Baptiste')?.addresses).to.have.length(2);
      expect(list[0]).to.include({
        classOndeId: '410001',
        cycle: 'CYCLE II',
        attestation: true,
        associations: false,
        photo: true,
      });
      expect(list.at(-1)).to.include({ lastName: 'ZIDOUN', classLabel: null, classOndeId: null, level: 'CE2' });
    });

    it('v05: lost zeros come back in France only, and each is told', () => {
      const { pupils: list, warnings } = pupilsOf('v05');
      expect(list.map((pupil) => pupil.addresses)).to.deep.equal(
        pupilsOf('eleves.csv').pupils.map((pupil) => pupil.addresses),
      );
      expect(list.find((pupil) => pupil.lastName === 'QUENTIN')?.addresses[0]?.postcode).to.equal('1200');
      expect(warnings).to.have.length(31);
      expect(warnings[0]).to.include({ line: 2, column: 'Cp1', value: '1000' });
      expect(list[0]?.birthDate).to.equal('2019-02-14');
    });

    it('F04-08 v08: an unknown or empty level is refused on its line; ULIS and UPE2A are kept and told', () => {
      const { pupils: list, refused, warnings, rows } = pupilsOf('v08');
      expect(rows).to.equal(7);
      expect(list.map((pupil) => [pupil.level, pupil.levelKnown])).to.deep.equal([
        ['CP', true],
        ['ULIS', false],
        ['UPE2A', false],
        ['TPS', true],
      ]);
      expect(refused.map((line) => line.line)).to.deep.equal([3, 4, 8]);
      expect(refused[0]?.problems[0]).to.include({ line: 3, column: 'Niveau', value: 'CE3' });
      expect(refused[1]?.problems[0]?.message).to.include('MOYENNE SECTION').and.include('Attendu');
      expect(warnings.map((warning) => warning.line)).to.deep.equal([5, 6]);
    });

    it('F04-11 v10: a line twice counts once, an INE twice is refused on both, Zoé and ZOE are asked about', () => {
      const { pupils: list, refused, doubtful, repeated } = pupilsOf('v10');
      expect(list.map((pupil) => pupil.line)).to.deep.equal([2, 6]);
      expect(repeated).to.deep.equal([4]);
      expect(refused.map((line) => line.line)).to.deep.equal([3, 5]);
      expect(refused[0]?.problems[0]?.message)
        .to.include('120000002AB')
        .and.include('ligne 5')
        .and.include('BENALI Inès');
      expect(refused[1]?.problems[0]?.message)
        .to.include('120000002AB')
        .and.include('ligne 3')
        .and.include('ABADIE Hugo');
      expect(doubtful.map((doubt) => [doubt.row.line, doubt.sameAs.line])).to.deep.equal([[7, 6]]);
    });

    it('F04-08 v15: days that do not exist, future and far ones are refused on their line, never moved', () => {
      const { pupils: list, refused, errors } = pupilsOf('v15');
      expect(list.map((pupil) => pupil.firstName)).to.deep.equal(['Lucas']);
      expect(refused.map((line) => line.line)).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9]);
      expect(refused[1]?.cells).to.deep.equal({
        lastName: 'ABADIE',
        firstName: 'Hugo',
        birthDate: '31/02/2019',
        usedFirstName: '',
        sex: 'M',
        classLabel: '2 Cours élémentaire 1',
      });
      const words = [
        'n’existe pas',
        'n’existe pas',
        'n’existe pas',
        'avenir',
        'plus de 20 ans',
        'manque',
        'n’existe pas',
        'pas une date',
      ];
      words.forEach((word, i) => {
        expect(errors[i]?.message)
          .to.include(word)
          .and.include(`Ligne ${i + 2}, colonne`);
      });
    });

    it('v16: CŒURDEROY keeps its letter', () => {
      expect(pupilsOf('v16').pupils.map((pupil) => pupil.lastName)).to.deep.equal(['CŒURDEROY', 'ABADIE']);
    });

    it('v18: no INE in the file is told once; H is a boy', () => {
      const { pupils: list, warnings } = pupilsOf('v18');
      expect(warnings.map((warning) => warning.line)).to.deep.equal([null]);
      expect(list[1]).to.include({
        firstName: 'Hugo',
        sex: 'M',
        ine: null,
        classLabel: '2 Cours élémentaire 1',
        photo: true,
      });
    });

    it('v22: formulas and tags are text like any other', () => {
      expect(pupilsOf('v22').pupils.map((pupil) => pupil.lastName)).to.deep.equal([
        '=HYPERLINK("http://exemple.invalid")',
        '<script>alert(1)</script>',
        '+33600000000',
        '@SOMME(A1)',
        "O'BRIEN",
      ]);
    });

    it('v27: 5 pupils and not a word about blank lines or empty columns', () => {
      const { pupils: list, errors, warnings } = pupilsOf('v27');
      expect(list).to.have.length(5);
      expect([...errors, ...warnings]).to.deep.equal([]);
    });
  });

  describe('samples of guardians', () => {
    it('F04-13 responsables.csv: 28 persons, 38 children, no phantom', () => {
      const reading = guardiansOf('responsables.csv');
      expect(reading).to.include({ rows: 28, links: 38 });
      expect(reading.guardians).to.have.length(28);
      expect([...reading.errors, ...reading.warnings]).to.deep.equal([]);
      expect(reading.guardians[2]).to.deep.include({
        title: 'Mme',
        lastName: 'HADDAD',
        usedName: 'BENALI',
        mobile: '0600000003',
      });
      expect(reading.guardians[20]).to.include({ lastName: 'QUENTIN', mobile: '+41790000021' });
    });

    it('v34: rows filled up to the header’s length name no more children', () => {
      expect(guardiansOf('v34').guardians).to.deep.equal(guardiansOf('responsables.csv').guardians);
    });

    it('v33: the 2021 columns, by name', () => {
      const reading = guardiansOf('v33');
      expect(reading).to.include({ rows: 28, links: 38 });
      expect(reading.guardians[0]).to.include({ addressSharing: true, email: 'claire.abadie@exemple.fr' });
      expect(reading.guardians[0]?.children.map((child) => child.birthDate)).to.deep.equal([
        '2019-02-14',
        '2017-06-30',
        '2015-02-20',
      ]);
    });
  });
});
