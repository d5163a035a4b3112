import { expect } from 'chai';
import { readEmail, readPhone } from './contact.ts';
import { recogniseLayout } from './layouts.ts';
import { type GuardianReading, readGuardians } from './rows.ts';
import { tableFrom } from './samples.test.ts';

const GUARDIAN =
  'Civilité Responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Courriel;Téléphone portable';
const CHILD = 'Nom de famille enfant;Prénom enfant;Classes enfants';

function guardians(...lines: string[]): GuardianReading {
  const table = tableFrom(`${GUARDIAN};${CHILD};${CHILD}`, ...lines);
  const found = recogniseLayout(table, 'responsables');
  if ('reason' in found || found.kind !== 'responsables') throw new Error('not guardians');
  return readGuardians(table, found.columns);
}

describe('onde-import: reading guardians', () => {
  describe('guardians', () => {
    const claire = 'MME;ABADIE;Claire;12 rue des Tilleuls;01000;BOURG FICTIF;claire.abadie@exemple.fr;0600000001';

    it('F04-13 one person on two lines is one, with all the children (fact 20)', () => {
      const reading = guardians(
        `${claire};ABADIE;Élodie;A`,
        'Mme;Abadie;CLAIRE;;;;Claire.Abadie@exemple.fr;;ABADIE;Hugo;B;ABADIE;Élodie;A',
      );
      expect(reading.guardians).to.have.length(1);
      expect(reading.guardians[0]?.lines).to.deep.equal([2, 3]);
      expect(reading.guardians[0]?.children.map((child) => child.firstName)).to.deep.equal(['Élodie', 'Hugo']);
      expect(reading.doubtful).to.deep.equal([]);
    });

    it('the same names alone stay two persons, and are told', () => {
      const reading = guardians(
        `${claire};ABADIE;Élodie;A`,
        'MME;ABADIE;Claire;3 place du Lac;01000;BOURG FICTIF;;0600000099;DURAND;Tom;B',
      );
      expect(reading.guardians).to.have.length(2);
      expect(reading.doubtful.map((doubt) => [doubt.row.line, doubt.sameAs.line])).to.deep.equal([[3, 2]]);
      expect(reading.warnings[0]?.line).to.equal(3);
    });

    it('a couple sharing one e-mail stays two persons (fact 26)', () => {
      expect(
        guardians(`${claire};ABADIE;Élodie;A`, `${claire.replace('Claire', 'Franck')};ABADIE;Élodie;A`).guardians,
      ).to.have.length(2);
    });

    it('stops at the block of organisations (fact 16)', () => {
      for (const block of ['Intitulé;Adresse Organisme', ';Intitulé;Adresse Organisme']) {
        const reading = guardians(`${claire};ABADIE;Élodie;A`, block, 'Foyer des Lilas;1 rue X');
        expect(reading).to.include({ rows: 1, organisationsFrom: 3 });
        expect(reading.warnings[0]?.message).to.include('organismes');
      }
    });

    it('a child’s wrong date costs the date, not the child (fact 18)', () => {
      const table = tableFrom(
        'Nom responsable;Prénom responsable;Nom de famille élève;Prénom élève;Date de naissance élève;Classes élèves',
        'ABADIE;Claire;ABADIE;Élodie;31/02/2019;A',
      );
      const found = recogniseLayout(table, 'responsables');
      if ('reason' in found || found.kind !== 'responsables') throw new Error('not guardians');
      const reading = readGuardians(table, found.columns);
      expect(reading.guardians[0]?.children[0]).to.include({ firstName: 'Élodie', birthDate: null });
      expect(reading.warnings[0]).to.include({ line: 2, column: 'Date de naissance élève', value: '31/02/2019' });
    });

    it('a guardian without a name is refused with its children; one without children is kept and told', () => {
      const reading = guardians('MME;;;;;;;0600000001;ABADIE;Élodie;A', 'MME;ABADIE;Claire;;;;;');
      expect(reading.refused[0]?.cells).to.include({ children: 'ABADIE Élodie' });
      expect(reading.guardians).to.have.length(1);
      expect(reading.warnings.at(-1)?.message).to.include('aucun élève');
    });
  });

  describe('names', () => {
    const names = (reading: GuardianReading) =>
      reading.guardians.map((one) => [one.title, one.firstName, one.lastName] as const);
    const child = ';;;;;ABADIE;Élodie;A';

    it('both names in the cell of the name are parted where capitals tell them, else kept as they are', () => {
      const reading = guardians(
        `;Mme Claire ABADIE;${child}`,
        `M.;DE LA FONTAINE Gilles;${child}`,
        `MME;de la Fontaine;${child}`,
        `MME;Marie Louise;${child}`,
      );
      expect(names(reading)).to.deep.equal([
        ['Mme', 'Claire', 'ABADIE'],
        ['M.', 'Gilles', 'DE LA FONTAINE'],
        ['Mme', null, 'de la Fontaine'],
        ['Mme', null, 'Marie Louise'],
      ]);
    });

    it('« M. et Mme » is told: no first name, title or second person is invented', () => {
      const reading = guardians(
        `;M. et Mme DUPONT;${child}`,
        `M. et Mme;BENALI;${child}`,
        `Mme/M.;HADDAD;Samira${child}`,
      );
      expect(names(reading).map(([title, , last]) => [title, last])).to.deep.equal([
        [null, 'DUPONT'],
        [null, 'BENALI'],
        [null, 'HADDAD'],
      ]);
      const told = reading.warnings.filter((warning) => warning.message.includes('deux personnes'));
      expect(told.map((warning) => warning.line)).to.deep.equal([2, 3, 4]);
    });

    it('without first names the two parents of a house stay two persons (fact 24)', () => {
      const house = 'ABADIE;;12 rue des Tilleuls;01000;BOURG FICTIF;claire@exemple.fr;;ABADIE;Élodie;A';
      const reading = guardians(`MME;${house}`, `M.;${house}`, `;${house}`);
      expect(reading.guardians).to.have.length(3);
      expect(guardians(`MME;${house}`, `MME;${house}`).guardians).to.have.length(1);
    });

    it('a child’s full name in one cell is parted by its capitals', () => {
      const table = tableFrom('Responsable;Enfant;Enfant', 'Mme Claire ABADIE;ABADIE Élodie;LE GOFF Yann');
      const found = recogniseLayout(table, 'responsables');
      if ('reason' in found || found.kind !== 'responsables') throw new Error('not guardians');
      const [claire] = readGuardians(table, found.columns).guardians;
      expect(claire?.children.map((one) => [one.lastName, one.firstName])).to.deep.equal([
        ['ABADIE', 'Élodie'],
        ['LE GOFF', 'Yann'],
      ]);
    });

    it('a child named on both lines of a guardian is one child', () => {
      const line = 'MME;ABADIE;Claire;;;;c@exemple.fr;;ABADIE;Élodie;A';
      expect(guardians(line, line)).to.include({ rows: 2, links: 1 });
    });

    it('totals and organisations in other words are no guardians (fact 16)', () => {
      for (const end of ['Total;1', 'Nombre de responsables : 1', 'Intitulé organisme;Adresse Organisme'])
        expect(guardians(`MME;ABADIE;Claire${child}`, end)).to.include({ rows: 1 });
    });
  });

  describe('phones and e-mails', () => {
    it('what is typed for want of a number or an address is left empty: it would prove two namesakes one', () => {
      for (const typed of ['néant', '-', '6,00E+08']) expect(readPhone(typed).value).to.equal(null);
      for (const typed of ['néant', '-', 'aucun', 'Non communiqué']) expect(readEmail(typed).value).to.equal(null);
      expect(readPhone("'0600000001").value).to.equal('0600000001');
      expect(readPhone('600000001.0').value).to.equal('0600000001');
    });

    it('writes French numbers as ten digits and leaves the others as typed', () => {
      const typed = [
        '06 00 00 00 12',
        '+33 6 00 00 00 12',
        '0033600000012',
        '+33 (0)6.00.00.00.12',
        '33600000012',
        '600000012',
      ];
      expect(typed.map((text) => readPhone(text).value)).to.deep.equal(Array(6).fill('0600000012'));
      expect(readPhone('+41 79 000 00 21')).to.deep.equal({ value: '+41 79 000 00 21', fault: null });
      expect(readPhone('').value).to.equal(null);
      expect(readPhone('600000012').fault).to.include('zéro de tête');
      expect(readPhone('06 00').value).to.equal('06 00');
      expect(readPhone('06 00').fault).to.include('dix chiffres');
    });

    it('offers what a malformed e-mail may mean, and changes nothing (fact 26)', () => {
      expect(readEmail('Claire.Abadie@exemple.fr')).to.deep.equal({ value: 'Claire.Abadie@exemple.fr', fault: null });
      for (const [typed, likely] of [
        ['claire@gmial.com', 'claire@gmail.com'],
        ['claire@gmail,com', 'claire@gmail.com'],
        ['claire @orange.fr', 'claire@orange.fr'],
        ['claire@wanadoo.f', 'claire@wanadoo.fr'],
        ['claire@hotmal.fr', 'claire@hotmail.fr'],
      ] as const) {
        expect(readEmail(typed).value).to.equal(typed);
        expect(readEmail(typed).fault).to.include(`« ${likely} »`);
      }
      expect(readEmail('claire').fault).to.include('pas une adresse e-mail complète');
      expect(readEmail('claire@mail.com').fault).to.equal(null);
    });
  });
});
