import { readdirSync } from 'node:fs';
import type { Problem } from '@preau/core';
import { expect } from 'chai';
import { recogniseLayout } from './layouts.ts';
import { readTable } from './read.ts';
import { bytesOf, expected, FOLDER, tableOf } from './samples.test.ts';

function refusalOf(bytes: Uint8Array): Problem {
  const table = readTable(bytes);
  if (!('refused' in table)) throw new Error('the file was read');
  return table.refused;
}

describe('onde-import: reading a file', () => {
  describe('samples', () => {
    it('each sample has an expected outcome and each outcome a sample', () => {
      // The files of cases (B06…) stand here too.
      const files = readdirSync(FOLDER).filter((file) => /^(?:v\d|eleves|responsables).*\.csv$/.test(file));
      expect(Object.keys(expected).sort()).to.deep.equal(files.sort());
    });

    it('F04-03 eleves.csv: windows-1252, semicolons, 22 columns, 30 lines', () => {
      const table = tableOf('eleves.csv');
      expect(table.encoding).to.equal('windows-1252');
      expect(table.separator).to.equal(';');
      expect(table.header).to.have.length(22);
      expect(table.rows.map((row) => row.line)).to.deep.equal(Array.from({ length: 30 }, (_, i) => i + 2));
      expect(table.remarks).to.deep.equal([]);
    });

    it('v02 and v03: the same in UTF-8, with a byte order mark or not', () => {
      for (const number of ['v02', 'v03']) {
        const table = tableOf(number);
        expect(table.encoding).to.equal('utf-8');
        expect(table.header).to.deep.equal(tableOf('eleves.csv').header);
        expect(table.rows).to.deep.equal(tableOf('eleves.csv').rows);
      }
    });

    it('v04: commas are found, and told', () => {
      const table = tableOf('v04');
      expect(table.separator).to.equal(',');
      expect(table.rows).to.deep.equal(tableOf('eleves.csv').rows);
      expect(table.remarks[0]?.message).to.include('virgules');
    });

    it('v09: a cut file is refused, with the line of the open quote', () => {
      const problem = refusalOf(bytesOf('v09'));
      expect(problem.line).to.equal(13);
      expect(problem.message).to.include('coupé').and.include('ligne 13').and.include('Rien n’est importé');
    });

    it('v12: an empty file is refused', () => {
      expect(refusalOf(bytesOf('v12')).message).to.match(/^Ce fichier est vide/);
    });

    it('v13: a header alone is refused, and changes nobody', () => {
      expect(refusalOf(bytesOf('v13')).message)
        .to.include('aucun élève')
        .and.include('Rien n’est changé');
    });

    it('F04-08 v14: an Excel workbook named .csv is refused in words', () => {
      expect(refusalOf(bytesOf('v14')).message)
        .to.include('classeur Excel')
        .and.include('CSV');
    });

    it('v16: œ, ’ and – of windows-1252 are exact', () => {
      const table = tableOf('v16');
      expect(table.rows[0]?.cells.slice(0, 7)).to.include('CŒURDEROY').and.include('2 rue de l’Œuvre – bât. 1');
      expect(JSON.stringify(table)).not.to.match(/[\u0080-\u009F]/);
    });

    it('v17: Excel’s « Texte Unicode » reads as v05', () => {
      const table = tableOf('v17');
      expect([table.encoding, table.separator]).to.deep.equal(['utf-16le', '\t']);
      expect(table.rows).to.deep.equal(tableOf('v05').rows);
    });

    it('F04-08 v26: a web page says that the ONDE session had expired', () => {
      expect(refusalOf(bytesOf('v26')).message).to.include('session ONDE avait expiré');
    });

    it('v27: blank lines and lines of separators are left out', () => {
      expect(tableOf('v27').rows.map((row) => row.line)).to.deep.equal([2, 3, 4, 5, 6]);
    });

    it('v28: lines ended by CR alone', () => {
      expect(tableOf('v28').rows).to.deep.equal(tableOf('eleves.csv').rows);
    });

    it('F04-16 v36: a free spreadsheet is read, and the column matching is offered', () => {
      const table = tableOf('v36');
      expect(table.rows).to.have.length(3);
      const found = recogniseLayout(table, 'eleves');
      expect(found).to.include({ reason: 'unknown-layout', kind: null });
      expect('message' in found && found.message).to.include('Indiquez à quoi correspond chaque colonne');
    });
  });
});
