import { expect } from 'chai';
import { absentPupils, diffPupil, type KnownGuardian, linkChildren, matchGuardians, matchPupils } from './match.ts';
import { CLAIRE, known, row } from './people.test.ts';
import { expected, guardiansOf, pupilsOf, sample, schoolOf } from './samples.test.ts';

function outcomes(links: { outcome: string }[]): Record<string, number> {
  const count = { linked: 0, pending: 0, unknown: 0 } as Record<string, number>;
  for (const link of links) count[link.outcome] = (count[link.outcome] ?? 0) + 1;
  return count;
}

describe('onde-import: matching', () => {
  describe('samples', () => {
    for (const number of ['v20', 'v21']) {
      it(`F04-15 ${number} after eleves.csv: new, changed, same and absent as expected`, () => {
        const school = schoolOf('eleves.csv');
        const reading = pupilsOf(number);
        const matches = matchPupils(reading.pupils, school);
        const found = matches.filter((match) => match.match === 'same');
        const changed = found.filter(
          (match) => diffPupil(match.row, school.find((pupil) => pupil.id === match.known)!).length > 0,
        );
        expect({
          rows: reading.rows,
          new: matches.filter((match) => match.match === 'new').length,
          changed: changed.length,
          same: found.length - changed.length,
          absent: absentPupils(matches, school, reading).absent.length,
        }).to.deep.equal(expected[sample(number)]?.matches);
      });
    }

    it('F04-15 v20: Aïcha gets a class, Côme is renamed, Zoé gets an INE, Adèle changes level', () => {
      const school = schoolOf('eleves.csv');
      const diffs = matchPupils(pupilsOf('v20').pupils, school).flatMap((match) => {
        const before = school.find((pupil) => pupil.id === match.known);
        const changes = before ? diffPupil(match.row, before) : [];
        return changes.length > 0
          ? [[match.row.firstName, changes.map((change) => [change.field, change.before, change.after])]]
          : [];
      });
      expect(Object.fromEntries(diffs)).to.deep.equal({
        Zoé: [['ine', null, '120000006AF']],
        Côme: [['lastName', 'SÂLMON', 'SALMON-ROY']],
        Adèle: [
          ['cycle', 'CYCLE II', 'CYCLE III'],
          ['level', 'CE2', 'CM1'],
        ],
        Aïcha: [
          ['classLabel', null, '3 Cours Élémentaire 2 - Cours moyen 1'],
          ['classOndeId', null, '410003'],
        ],
      });
    });

    it('v20: two pupils are proposed as left, none is deleted', () => {
      const school = schoolOf('eleves.csv');
      const { absent, partial, message } = absentPupils(matchPupils(pupilsOf('v20').pupils, school), school);
      expect(absent).to.deep.equal(['ROUSSEAU Emma 2016-03-03', 'VANDEN BROECK Wouter 2015-01-01']);
      expect(partial).to.equal(false);
      expect(message).to.include('2 élèves').and.include('rien n’est supprimé');
    });

    it('F04-15 v21: a single class is a partial file, and nobody has left (fact 22)', () => {
      const school = schoolOf('eleves.csv');
      const absences = absentPupils(matchPupils(pupilsOf('v21').pupils, school), school);
      expect(absences).to.deep.include({ absent: [], partial: true, otherSchool: false });
      expect(absences.message).to.include('partie des classes').and.include('21 élèves');
    });

    it('F04-15 the same file again changes nothing, in any encoding or layout', () => {
      const school = schoolOf('eleves.csv');
      for (const number of ['eleves.csv', 'v05', 'v17', 'v18']) {
        const matches = matchPupils(pupilsOf(number).pupils, school);
        expect(
          matches.map((match) => match.known),
          number,
        ).to.deep.equal(school.map((pupil) => pupil.id));
        expect(
          matches.flatMap((match, i) => diffPupil(match.row, school[i]!)),
          number,
        ).to.deep.equal([]);
      }
    });

    for (const [number, how] of [
      ['responsables.csv', '36 children linked, the two MARTIN Lucas pending'],
      ['v31', 'an unknown child is listed, class and case do not matter'],
      ['v33', 'the birth date decides all 38'],
      ['v34', 'the same as responsables.csv'],
    ] as const) {
      it(`F04-13 ${number} after eleves.csv: ${how}`, () => {
        const reading = guardiansOf(number);
        const links = linkChildren(reading.guardians, schoolOf('eleves.csv'));
        expect({ rows: reading.rows, links: reading.links, ...outcomes(links) }).to.deep.equal(
          expected[sample(number)]?.links,
        );
      });
    }

    it('F04-13 responsables.csv: both MARTIN Lucas are offered, none is chosen', () => {
      const links = linkChildren(guardiansOf('responsables.csv').guardians, schoolOf('eleves.csv'));
      for (const link of links) {
        if (link.outcome === 'pending')
          expect(link.candidates).to.deep.equal(['MARTIN Lucas 2018-03-12', 'MARTIN Lucas 2018-10-05']);
      }
    });

    it('v33: each parent gets his own MARTIN Lucas', () => {
      const links = linkChildren(guardiansOf('v33').guardians, schoolOf('eleves.csv')).filter(
        (link) => link.row.lastName === 'MARTIN',
      );
      expect(links.map((link) => [link.row.firstName, 'pupilId' in link && link.pupilId])).to.deep.equal([
        ['Isabelle', 'MARTIN Lucas 2018-03-12'],
        ['Pascal', 'MARTIN Lucas 2018-10-05'],
      ]);
    });

    it('v31: INCONNU Tom is named, with his guardian and line; DUPONT Léa and rousseau EMMA are found', () => {
      const links = linkChildren(guardiansOf('v31').guardians, schoolOf('eleves.csv'));
      const unknown = links.find((link) => link.outcome === 'unknown');
      expect(unknown && 'message' in unknown && unknown.message)
        .to.include('Ligne 3')
        .and.include('Tom INCONNU')
        .and.include('Paule INCONNU');
      expect(links.slice(-2).map((link) => 'pupilId' in link && link.pupilId)).to.deep.equal([
        'DUPONT Léa 2019-05-17',
        'ROUSSEAU Emma 2016-03-03',
      ]);
    });

    it('F04-14 guardians before pupils: every child is unknown, and the words say what to do', () => {
      const links = linkChildren(guardiansOf('responsables.csv').guardians, []);
      expect(outcomes(links)).to.deep.equal({ linked: 0, pending: 0, unknown: 38 });
      expect(links[0] && 'message' in links[0] && links[0].message).to.include('Importez d’abord les élèves');
    });

    it('F04-15 the same guardians again are the same persons', () => {
      const { guardians } = guardiansOf('responsables.csv');
      const school: KnownGuardian[] = guardians.map((guardian, i) => ({ ...guardian, id: `g${i}` }));
      expect(matchGuardians(guardiansOf('v33').guardians, school).map((match) => match.known)).to.deep.equal(
        school.map((guardian) => guardian.id),
      );
    });
  });

  it('10,000 pupils and 15,000 guardians find their own, and nobody else', function () {
    this.timeout(20_000);
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      row({
        line: i,
        lastName: `NOM${i % 700}`,
        firstName: `P${i}`,
        birthDate: `201${i % 8}-0${1 + (i % 9)}-1${i % 10}`,
      }),
    );
    const school = rows.map((pupil, i) =>
      known(`p${i}`, { ...pupil, lastName: i % 5 === 0 ? `${pupil.lastName}X` : pupil.lastName }),
    );
    const guardians = Array.from({ length: 15_000 }, (_, i) => ({
      ...CLAIRE,
      line: i,
      lastName: `NOM${i % 700}`,
      mobile: `06${i}`,
      children: [
        {
          position: 1,
          line: i,
          lastName: `NOM${i % 700}`,
          usedName: null,
          firstName: `P${i % 10_000}`,
          birthDate: null,
          classLabel: null,
        },
      ],
    }));
    const matches = matchPupils(rows, school);
    expect(absentPupils(matches, school).absent).to.deep.equal([]);
    const links = linkChildren(guardians, school);
    const same = matchGuardians(
      guardians,
      guardians.map((guardian, i) => ({ ...guardian, id: `g${i}` })),
      links,
    );
    expect(same.filter((match, i) => match.known === `g${i}`)).to.have.length(15_000);
    expect(matches.filter((match) => match.match === 'same')).to.have.length(8000);
  });
});
