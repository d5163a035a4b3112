import { expect } from 'chai';
import { absentPupils, diffPupil, type KnownPupil, matchPupils, normaliseName, type PupilMatch } from './match.ts';
import { known, row } from './people.test.ts';
import type { PupilRow } from './rows.ts';
import { pupilsOf, schoolOf } from './samples.test.ts';

function one(pupil: PupilRow, ...school: KnownPupil[]): PupilMatch {
  const [match] = matchPupils([pupil], school);
  if (!match) throw new Error('no match');
  return match;
}

describe('onde-import: matching pupils', () => {
  describe('names', () => {
    it('F04-11 folds accents, case, ligatures, hyphens and apostrophes', () => {
      expect(normaliseName('Cœurderoy')).to.equal('COEURDEROY');
      expect(normaliseName('D’Alméida')).to.equal(normaliseName("D'ALMEIDA"));
      expect(normaliseName('Jean-Baptiste')).to.equal(normaliseName('jean  baptiste'));
      expect(normaliseName('e\u0301')).to.equal('E');
      expect(normaliseName('DEVAUX')).not.to.equal(normaliseName('DEVAUX BAPTISTA'));
      expect(normaliseName('--')).not.to.equal(normaliseName('..'));
    });
  });

  describe('pupils', () => {
    it('INE and birth date agree: the same, be the name changed', () => {
      const school = known('p', { ine: '120000011AL', lastName: 'DURAND' });
      expect(one(row({ ine: '120000011AL' }), school)).to.include({ match: 'same', known: 'p' });
    });

    it('INE agrees, both names are others: asked', () => {
      const school = known('p', { ine: '120000011AL', lastName: 'DURAND', firstName: 'Emma' });
      expect(one(row({ ine: '120000011AL' }), school)).to.deep.include({ match: 'ask', candidates: ['p'] });
    });

    it('INE agrees, the birth date does not: asked (fact 6)', () => {
      const school = known('p', { ine: '120000011AL', birthDate: '2018-03-13' });
      expect(one(row({ ine: '120000011AL' }), school)).to.deep.include({ match: 'ask', candidates: ['p'] });
    });

    it('an empty INE is never a key (fact 7)', () => {
      expect(one(row(), known('p', { lastName: 'DURAND', firstName: 'Emma' })).match).to.equal('new');
    });

    it('without INE: one of that name and day is the same, two are asked', () => {
      expect(one(row({ ine: '120000011AL' }), known('p'))).to.include({ match: 'same', known: 'p' });
      expect(one(row(), known('p', { ine: '120000011AL' }))).to.include({ match: 'same', known: 'p' });
      expect(one(row(), known('p'), known('q'))).to.deep.include({ match: 'ask', candidates: ['p', 'q'] });
    });

    it('same names and day, another INE: asked', () => {
      expect(one(row({ ine: '120000011AL' }), known('p', { ine: '120000012AM' })).match).to.equal('ask');
    });

    it('same day and close names: asked; a twin is not a look-alike', () => {
      expect(one(row({ lastName: 'MARTEN' }), known('p')).match).to.equal('ask');
      expect(one(row({ lastName: 'Lucas', firstName: 'MARTIN' }), known('p')).match).to.equal('ask');
      expect(one(row({ firstName: 'Louise' }), known('p')).match).to.equal('new');
      expect(one(row({ firstName: 'Léa' }), known('p', { firstName: 'Léo' })).match).to.equal('new');
    });

    it('same names, a date one slip apart: asked; another date: a namesake', () => {
      expect(one(row(), known('p', { birthDate: '2018-12-03' })).match).to.equal('ask');
      expect(one(row(), known('p', { birthDate: '2016-10-05' })).match).to.equal('new');
    });

    it('a pupil found by another line is not a look-alike', () => {
      const matches = matchPupils([row(), row({ line: 3, lastName: 'MARTEN' })], [known('p')]);
      expect(matches.map((match) => match.match)).to.deep.equal(['same', 'new']);
    });

    it('two lines for one known pupil are both asked', () => {
      const matches = matchPupils([row(), row({ line: 3 })], [known('p')]);
      expect(matches.map((match) => match.match)).to.deep.equal(['ask', 'ask']);
    });

    it('a pupil whose line was refused is not taken for one who left', () => {
      const school = schoolOf('eleves.csv');
      const reading = pupilsOf('eleves.csv');
      const [gone, ...rest] = reading.pupils;
      const cells = {
        lastName: gone!.lastName,
        firstName: gone!.firstName,
        birthDate: '',
        usedFirstName: '',
        sex: '',
        classLabel: '',
      };
      const matches = matchPupils(rest, school);
      expect(absentPupils(matches, school).absent).to.have.length(1);
      expect(
        absentPupils(matches, school, { refused: [{ line: 2, cells, problems: [] }], doubtful: [] }).absent,
      ).to.deep.equal([]);
    });

    it('another school’s file is told, and nobody has left', () => {
      const strangers = pupilsOf('eleves.csv').pupils.map((pupil, i) => ({
        ...pupil,
        lastName: `AUTRE${i}`,
        ine: null,
        birthDate: '2014-01-01',
        classLabel: 'Z',
        classOndeId: '9',
      }));
      const school = schoolOf('eleves.csv');
      expect(absentPupils(matchPupils(strangers, school), school)).to.deep.include({ absent: [], otherSchool: true });
    });

    it('an empty cell erases a class, not an INE', () => {
      const before = known('p', { ine: '120000011AL', classOndeId: '41' });
      expect(diffPupil(row({ classLabel: null }), before).map((change) => change.field)).to.deep.equal([
        'classLabel',
        'classOndeId',
      ]);
      expect(diffPupil(row({ classLabel: null }), before, { fields: {}, children: [] })).to.deep.equal([]);
    });
  });
});
