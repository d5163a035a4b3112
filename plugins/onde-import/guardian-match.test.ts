import { expect } from 'chai';
import { type KnownGuardian, type KnownPupil, linkChildren, matchGuardians } from './match.ts';
import { CLAIRE, known } from './people.test.ts';

describe('onde-import: matching guardians', () => {
  describe('guardians', () => {
    const school: KnownGuardian = {
      id: 'g',
      lastName: 'Abadie',
      firstName: 'CLAIRE',
      email: 'claire@exemple.fr',
      mobile: '0600000001',
      pupilIds: ['p'],
    };

    it('same names and e-mail or mobile: the same', () => {
      expect(matchGuardians([{ ...CLAIRE, email: 'Claire@exemple.fr' }], [school])[0]).to.include({
        match: 'same',
        known: 'g',
      });
      expect(matchGuardians([{ ...CLAIRE, mobile: '0600000001' }], [school])[0]).to.include({
        match: 'same',
        known: 'g',
      });
      expect(
        matchGuardians([{ ...CLAIRE, lastName: 'HADDAD', usedName: 'ABADIE', mobile: '0600000001' }], [school])[0],
      ).to.include({ known: 'g' });
    });

    it('same names and a child in common: the same', () => {
      const child = {
        position: 1,
        line: 2,
        lastName: 'ABADIE',
        usedName: null,
        firstName: 'Hugo',
        birthDate: null,
        classLabel: null,
      };
      const guardian = { ...CLAIRE, children: [child] };
      const links = [{ row: guardian, child, outcome: 'linked' as const, pupilId: 'p' }];
      expect(matchGuardians([guardian], [school], links)[0]).to.include({ match: 'same', known: 'g' });
    });

    it('same names alone: new, with the namesake as a possible duplicate', () => {
      expect(matchGuardians([CLAIRE], [school])[0]).to.deep.include({ match: 'new', candidates: ['g'] });
    });

    it('a shared e-mail without the names is nobody known (fact 26)', () => {
      const [match] = matchGuardians([{ ...CLAIRE, firstName: 'Franck', email: 'claire@exemple.fr' }], [school]);
      expect(match).to.include({ match: 'new' });
      expect(match?.candidates).to.equal(undefined);
    });

    it('without first names the title tells the two parents of a house apart', () => {
      const [mme, m] = ['Mme', 'M.'].map((title) => ({
        ...school,
        id: title,
        title: title as 'Mme' | 'M.',
        firstName: '',
      })) as [KnownGuardian, KnownGuardian];
      const nameless = { ...CLAIRE, firstName: null, mobile: '0600000001' };
      expect(matchGuardians([{ ...nameless, title: 'M.' }], [mme, m])[0]).to.include({ match: 'same', known: 'M.' });
      expect(matchGuardians([{ ...nameless, title: null }], [mme, m])[0]).to.include({ match: 'ask' });
    });

    it('an export without first names asks instead of doubling', () => {
      expect(matchGuardians([{ ...CLAIRE, firstName: null, mobile: '0600000001' }], [school])[0]).to.deep.include({
        match: 'ask',
        candidates: ['g'],
      });
    });
  });

  describe('children', () => {
    const child = {
      position: 1,
      line: 2,
      lastName: 'MARTIN',
      usedName: null,
      firstName: 'Lucas',
      birthDate: null as string | null,
      classLabel: null as string | null,
    };
    const link = (changes: Partial<typeof child>, ...school: KnownPupil[]) =>
      linkChildren([{ ...CLAIRE, children: [{ ...child, ...changes }] }], school)[0];

    it('the class only breaks a tie', () => {
      expect(link({ classLabel: 'Z' }, known('p'))).to.include({ outcome: 'linked', pupilId: 'p' });
      expect(link({ classLabel: 'b' }, known('p'), known('q', { classLabel: 'B' }))).to.include({
        outcome: 'linked',
        pupilId: 'q',
      });
      expect(link({ classLabel: 'Z' }, known('p'), known('q'))).to.deep.include({
        outcome: 'pending',
        candidates: ['p', 'q'],
      });
    });

    it('another birth date is never a link', () => {
      expect(link({ birthDate: '2018-03-13' }, known('p'))).to.deep.include({ outcome: 'pending', candidates: ['p'] });
    });

    it('finds a child by the used name', () => {
      expect(link({ lastName: 'PETIT' }, known('p', { usedName: 'Petit' }))).to.include({
        outcome: 'linked',
        pupilId: 'p',
      });
    });

    it('a name a letter apart on the same day is offered, not linked', () => {
      expect(link({ lastName: 'MARTEN', birthDate: '2018-03-12' }, known('p'))).to.deep.include({
        outcome: 'pending',
        candidates: ['p'],
      });
    });
  });
});
