import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parseRows } from './csv-rows.ts';

describe('tables of spreadsheets', () => {
  it('parts any text as csv-parse does, when each cell is quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ';', ',', '\n', ' ', '\t') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(';')).join('\n');
        const wanted = parse(text, {
          delimiter: ';',
          record_delimiter: '\n',
          relax_column_count: true,
        }) as string[][];
        const parsed = parseRows(text, ';');
        expect('rows' in parsed && parsed.rows.map((row) => row.cells)).to.deep.equal(
          wanted.filter((cells) => cells.some((one) => one.trim() !== '')),
        );
      }),
    );
  });
});
