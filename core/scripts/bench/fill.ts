import type { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { benchFiles } from './families.ts';
import { keepAlive, open, submit } from './load.ts';
import { type BenchSchool, makeSchool } from './school.ts';
import type { Stage } from './stage.ts';

/** What the director waited for: from the file chosen to the preview shown, from « Importer » to the report shown. */
export interface ImportTimes {
  preview: number;
  write: number;
}

export interface Filled {
  school: BenchSchool;
  pupils: ImportTimes;
  guardians: ImportTimes;
}

const filled = new Map<number, Promise<Filled>>();

/** The school of so many pupils that all measures share, filled once. */
export function schoolOf(stage: Stage, pupils: number, guardians: number): Promise<Filled> {
  let found = filled.get(pupils);
  if (!found) {
    found = fill(stage, pupils, guardians).then(async (school) => {
      // What autovacuum does a minute later; without it the first pages would be planned blindly.
      await stage.admin.raw('vacuum analyze');
      return school;
    });
    filled.set(pupils, found);
  }
  return found;
}

/** A fresh school filled as its director would: both ONDE files over HTTP, credentials included. */
export async function fill(stage: Stage, pupils: number, guardians: number): Promise<Filled> {
  const school = await makeSchool(stage);
  return { school, ...(await importBoth(stage, school, pupils, guardians)) };
}

/** Imports both files; a second time they are the same to the byte. */
export async function importBoth(
  stage: Stage,
  school: BenchSchool,
  pupils: number,
  guardians: number,
): Promise<{ pupils: ImportTimes; guardians: ImportTimes }> {
  const files = benchFiles(pupils, guardians, school.year);
  const agent = keepAlive();
  try {
    return {
      pupils: await importFile(stage, school, agent, 'eleves', files.pupils),
      guardians: await importFile(stage, school, agent, 'responsables', files.guardians),
    };
  } finally {
    agent.destroy();
  }
}

async function importFile(
  { origin }: Stage,
  { rne, cookie }: BenchSchool,
  agent: Agent,
  screen: 'eleves' | 'responsables',
  bytes: Buffer,
): Promise<ImportTimes> {
  const at = (path: string) => ({ origin, path, cookie });
  const form = new FormData();
  form.append('file', new File([new Uint8Array(bytes)], 'CSVExtraction.csv', { type: 'text/csv' }));
  const read = await submit(at(`/${rne}/gestion/onde-import/${screen}`), agent, form);
  const shown = await open(at(read.to), agent);
  const written = await submit(at(read.to), agent, new URLSearchParams({ sure: '1' }));
  const began = performance.now();
  // A large import runs as a job: the page tells how far it is until the report is there.
  for (;;) {
    const { body } = await open(at(written.to), agent);
    if (!body.includes('id="avancement"')) break;
    await setTimeout(50);
  }
  return { preview: read.ms + shown.ms, write: written.ms + performance.now() - began };
}

export const totalOf = ({ pupils, guardians }: Pick<Filled, 'pupils' | 'guardians'>): number =>
  pupils.preview + pupils.write + guardians.preview + guardians.write;
