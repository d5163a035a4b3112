import { french } from '@preau/core';
import { expect } from 'chai';
import { proposeColumns, readFree } from './mapping.ts';
import { TODAY, tableFrom, tableOf } from './samples.test.ts';

describe('onde-import: a spreadsheet with columns of its own', () => {
  it('F04-16 v36: 3 pupils, 2 guardians, phones written alike', () => {
    const table = tableOf('v36');
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    if ('refused' in reading) throw new Error(reading.refused.message);
    expect(
      reading.pupils.pupils.map((pupil) => [
        pupil.lastName,
        pupil.firstName,
        pupil.birthDate,
        pupil.level,
        pupil.classLabel,
      ]),
    ).to.deep.equal([
      ['ABADIE', 'Élodie', '2019-02-14', 'CP', 'CP A'],
      ['CHEVALIER', 'Zoé', '2019-11-11', 'CP', 'CP A'],
      ['MARTIN', 'Lucas', '2018-03-12', 'CE1', 'CE1'],
    ]);
    expect(
      reading.guardians.guardians.map((guardian) => [
        guardian.title,
        guardian.firstName,
        guardian.lastName,
        guardian.mobile,
      ]),
    ).to.deep.equal([
      ['Mme', 'Claire', 'ABADIE', '0600000001'],
      [null, 'Isabelle', 'MARTIN', '0600000012'],
    ]);
    expect([...reading.pupils.warnings, ...reading.guardians.warnings]).to.deep.equal([]);
  });

  it('proposes columns by what schools call them', () => {
    const header = [
      'Nom de l’élève',
      'Prénom(s)',
      'Date de naissance de l’enfant',
      'S (G/F)',
      'Classe',
      'Responsable 1 nom',
      'Prénom du responsable 1',
      'E-mail',
      'Tél. mobile',
      'Nom du père',
      'Adresse mail père',
      'Téléphone portable responsable légal 2',
      'Code postal',
      'Cantine',
    ];
    expect(proposeColumns(header)).to.deep.equal({
      lastName: 0,
      firstName: 1,
      birthDate: 2,
      sex: 3,
      classLabel: 4,
      'guardian1.lastName': 5,
      'guardian1.firstName': 6,
      'guardian1.email': 7,
      'guardian1.mobile': 8,
      'guardian2.lastName': 9,
      'guardian2.email': 10,
      'guardian2.mobile': 11,
      postcode: 12,
    });
  });

  it('F04-13 a parent of two pupils is one person', () => {
    const table = tableFrom(
      'Nom;Prénom;Né(e) le;Parent 1;E-mail',
      'ABADIE;Hugo;30/06/2017;Claire ABADIE;c@exemple.fr',
      'ABADIE;Ugo;20/02/2015;Claire ABADIE;c@exemple.fr',
    );
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    if ('refused' in reading) throw new Error(reading.refused.message);
    expect(
      reading.guardians.guardians.map((guardian) => guardian.children.map((child) => child.firstName)),
    ).to.deep.equal([['Hugo', 'Ugo']]);
    expect(reading.pupils.pupils.map((pupil) => pupil.level)).to.deep.equal([null, null]);
  });

  it('asks for the columns it cannot do without', () => {
    const table = tableFrom('Nom;Classe', 'ABADIE;CP');
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    expect('refused' in reading && reading.refused.message).to.include('le prénom, la date de naissance');
  });

  it('says when a parent has an e-mail and no name, and when names are parted by guess', () => {
    const table = tableFrom('Nom;Prénom;Né(e) le;E-mail;Parent 2', 'ABADIE;Hugo;30/06/2017;c@exemple.fr;Claire Abadie');
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    if ('refused' in reading) throw new Error(reading.refused.message);
    expect(reading.guardians.warnings.map((warning) => warning.message)).to.deep.equal([
      french('Aucune colonne ne donne le nom du responsable 1 : ses coordonnées ne sont pas reprises.'),
      french('Ligne 2, colonne « Parent 2 » : lu « Claire Abadie » : prénom Claire, nom Abadie. Vérifiez.'),
    ]);
  });

  it('F04-16 both names of a pupil in one column are parted by their capitals, and never guessed', () => {
    const table = tableFrom(
      'Nom et prénom;Né(e) le',
      'ABADIE Élodie;14/02/2019',
      'Maëlys DE LA FONTAINE;08/04/2019',
      'Abadie Hugo;30/06/2017',
    );
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    if ('refused' in reading) throw new Error(reading.refused.message);
    expect(reading.pupils.pupils.map((pupil) => [pupil.lastName, pupil.firstName])).to.deep.equal([
      ['ABADIE', 'Élodie'],
      ['DE LA FONTAINE', 'Maëlys'],
    ]);
    expect(reading.pupils.errors[0]).to.include({ line: 4, column: 'Nom et prénom' });
  });

  it('« M. et Mme ABADIE » is one guardian without a first name, and told', () => {
    const table = tableFrom('Nom;Prénom;Né(e) le;Parents', 'ABADIE;Hugo;30/06/2017;M. et Mme ABADIE', 'Total;1;;');
    const reading = readFree(table, proposeColumns(table.header), TODAY);
    if ('refused' in reading) throw new Error(reading.refused.message);
    expect(reading.guardians.guardians).to.have.length(1);
    expect(reading.guardians.guardians[0]).to.include({ title: null, lastName: 'ABADIE', firstName: null });
    expect(reading.guardians.warnings[0]?.message).to.include('deux personnes');
  });
});
