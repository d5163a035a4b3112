import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FEATURES, type Priority } from './features.ts';

/** A row of the guide that no title cites. */
export interface Absent {
  id: string;
  priority: Priority;
  statement: string;
}

/** Full titles of the tests of a house, as mocha itself collects them: a title made by a function counts, a skipped test does not. */
export async function testTitles(root: string): Promise<string[]> {
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  if (!existsSync(mocha)) throw new Error('Mocha manque : cette commande sert aux développeurs, après npm ci.');
  const { spec, ignore } = JSON.parse(readFileSync(path.join(root, '.mocharc.json'), 'utf8'));
  const folder = mkdtempSync(path.join(tmpdir(), 'preau-titles-'));
  const output = path.join(folder, 'titles.json');
  try {
    const options = ['--no-config', '--dry-run', '--exit', '--reporter', 'json', '--reporter-option'];
    const ignored = (ignore as string[]).flatMap((one) => ['--ignore', one]);
    const line = [mocha, ...options, `output=${output}`, ...ignored, ...spec];
    await promisify(execFile)(process.execPath, ['--no-warnings', ...line], { cwd: root });
    const { passes } = JSON.parse(readFileSync(output, 'utf8')) as { passes: { fullTitle: string }[] };
    return passes.map((one) => one.fullTitle);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ids a title cites; « F13-3 to F13-7 » cites all five. */
export function idsIn(title: string): string[] {
  return [...title.matchAll(/\b([FIN]\d*)-(\d+)(?: to \1-(\d+))?/g)].flatMap(([, part, first = '', last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, at) => `${part}-${String(Number(first) + at).padStart(first.length, '0')}`,
    ),
  );
}

/** Rows of the guide that stand in none of these titles. */
export function absentFrom(titles: string[]): Absent[] {
  const cited = new Set(titles.flatMap(idsIn));
  return FEATURES.filter(([id]) => !cited.has(id)).map(([id, priority, statement]) => ({ id, priority, statement }));
}
