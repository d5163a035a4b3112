import path from 'node:path';
import { expect } from 'chai';
import { absentFrom, idsIn, testTitles } from './cited.ts';
import { FEATURES } from './features.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

describe('the rows of the guide', () => {
  it('stand in the title of a test, each must row of them', async () => {
    const musts = absentFrom(await testTitles(PROJECT)).filter((row) => row.priority === 'M');
    expect(musts.map((row) => row.id)).to.deep.equal([]);
  });

  it('are read out of a title one by one and as a range', () => {
    expect(idsIn('F12-08 B17 I-04 F13-3 to F13-5 N-09 S18-03 P10 C-24 F11-6')).to.deep.equal([
      'F12-08',
      'I-04',
      'F13-3',
      'F13-4',
      'F13-5',
      'N-09',
      'F11-6',
    ]);
    expect(idsIn('F17-09 to F17-11')).to.deep.equal(['F17-09', 'F17-10', 'F17-11']);
  });

  it('are listed once each, and one that no title cites is named', () => {
    const ids = FEATURES.map(([id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const titles = ids.filter((id) => id !== 'F04-07');
    expect(absentFrom(titles).map((row) => row.id)).to.deep.equal(['F04-07']);
  });
});
