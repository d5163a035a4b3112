import { expect } from 'chai';
import fc from 'fast-check';
import { recogniseLayout } from './layouts.ts';
import { proposeColumns, readFree } from './mapping.ts';
import { absentPupils, linkChildren, matchGuardians, matchPupils } from './match.ts';
import { readTable } from './read.ts';
import { readGuardians, readPupils } from './rows.ts';
import { bytesOf, schoolOf, TODAY } from './samples.test.ts';

const SCHOOL = schoolOf('eleves.csv');

/** Runs a file through everything; each line read must end up somewhere, and each refusal must have words. */
function runThrough(bytes: Uint8Array): void {
  const table = readTable(bytes);
  if ('refused' in table) {
    expect(table.refused.message).to.not.equal('');
    return;
  }
  const free = readFree(table, proposeColumns(table.header), TODAY);
  if ('refused' in free) expect(free.refused.message).to.not.equal('');
  const found = recogniseLayout(table);
  if ('reason' in found) {
    expect(found.message).to.not.equal('');
    return;
  }
  if (found.kind === 'eleves') {
    const reading = readPupils(table, found.columns, TODAY);
    const { pupils, refused, doubtful, repeated, rows } = reading;
    expect(pupils.length + refused.length + doubtful.length + repeated.length).to.equal(rows);
    for (const pupil of pupils) expect(pupil.birthDate).to.match(/^20\d\d-\d\d-\d\d$/);
    absentPupils(matchPupils(pupils, SCHOOL), SCHOOL, reading);
    return;
  }
  const { guardians, refused, rows } = readGuardians(table, found.columns);
  expect(guardians.flatMap((guardian) => guardian.lines).length + refused.length).to.equal(rows);
  matchGuardians(guardians, [], linkChildren(guardians, SCHOOL));
}

describe('onde-import: whatever the bytes', () => {
  it('nothing throws on random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), runThrough), { numRuns: 500 });
  });

  it('nothing throws on random text in cells', function () {
    this.timeout(20_000);
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', ';', '\r', 'Nom élève', 'Prénom élève', '2019-02-14', 'constructor', '__proto__'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 8 }), (rows) =>
        runThrough(new TextEncoder().encode(rows.map((row) => row.join(';')).join('\n'))),
      ),
      { numRuns: 500 },
    );
  });

  for (const name of ['eleves.csv', 'responsables.csv', 'v33', 'v17', 'v36']) {
    it(`nothing throws on ${name} with bytes changed, cut out or put in`, function () {
      this.timeout(20_000);
      const bytes = bytesOf(name);
      const edit = fc.record({
        at: fc.nat({ max: bytes.length - 1 }),
        removed: fc.nat({ max: 40 }),
        added: fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          fc.constantFrom('"', ';', '\n', '\r', '";"', '\0').map((text) => new TextEncoder().encode(text)),
        ),
      });
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
          let changed: Uint8Array = bytes;
          for (const { at, removed, added } of edits) {
            changed = Uint8Array.from([...changed.subarray(0, at), ...added, ...changed.subarray(at + removed)]);
          }
          runThrough(changed);
        }),
        { numRuns: 150 },
      );
    });
  }
});
