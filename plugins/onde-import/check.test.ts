import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CommandDesk } from '@preau/core';
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import type { CheckReport } from './check-report.ts';
import { check } from './check-run.ts';
import { expected, FOLDER, TODAY } from './samples.test.ts';

const at = (name: string) => path.join(FOLDER, name);
const noSchool: CommandDesk['readSchool'] = () => {
  throw new Error('a school was opened');
};

/** Runs the command's own function. @returns what it printed. */
async function run(
  file: string,
  options: Record<string, string>,
  flags: Record<string, boolean> = {},
  readSchool = noSchool,
): Promise<string> {
  const printed: string[] = [];
  const desk: CommandDesk = {
    now: new Date(`${TODAY}T08:00:00Z`),
    print: (text) => printed.push(text),
    file: readFile,
    readSchool,
  };
  await check({ words: [file], options, flags }, desk);
  expect(printed).to.have.length(1);
  return printed[0] as string;
}

const report = async (...args: Parameters<typeof run>): Promise<CheckReport> => {
  const [file, options, flags, readSchool] = args;
  return JSON.parse(await run(file, options, { json: true, ...flags }, readSchool));
};

const ORDER =
  'verdict kind layout encoding separator rows people classes levelGroups withoutClass withoutIne links linked pending new changed same absent errors warnings';

describe('npm run preau -- onde:check', () => {
  for (const [name, facts] of Object.entries(expected)) {
    const kind = facts.import === 'any' ? 'eleves' : (facts.import.split(' ')[0] as string);
    it(`F04-08 ${name}: ${facts.verdict}, ${facts.outcome}`, async () => {
      const after = facts.import.includes('after') || name === 'responsables.csv';
      const told = await report(at(name), { kind, ...(after && { eleves: at('eleves.csv') }) });
      expect(Object.keys(told).join(' ')).to.equal(ORDER);
      expect(told.verdict).to.equal(facts.verdict === 'reject' ? 'reject' : 'accept');
      for (const one of [...told.errors, ...told.warnings])
        expect(Object.keys(one)).to.deep.equal(['line', 'column', 'message', 'value']);
      const { verdict, errors, warnings, ...counts } = told;
      expect({
        ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== null)),
        errors: errors.map((one) => one.line),
        warnings: warnings.map((one) => one.line),
      }).to.deep.equal(facts.check);
      if (verdict === 'reject') expect(errors[0]?.message).to.be.a('string').and.not.equal('');
    });
  }

  it('says why in words: what the file looks like, which column lacks, where it is cut', async () => {
    const why = async (name: string, kind: string) =>
      (await report(at(Object.keys(expected).find((file) => file.startsWith(name)) as string), { kind })).errors[0]
        ?.message;
    expect(await why('v01', 'eleves')).to.include('ressemble à l’extraction des responsables');
    expect(await why('v35', 'responsables')).to.include('ressemble à l’extraction des élèves');
    expect(await why('responsables', 'tableur')).to.include('ressemble à l’extraction des responsables');
    expect(await why('v07', 'eleves')).to.include('Date naissance');
    expect(await why('v09', 'eleves'))
      .to.include('coupé')
      .and.include('ligne 13');
    for (const kind of ['eleves', 'responsables', 'tableur']) {
      expect(await why('v12', kind)).to.include('vide');
      expect(await why('v14', kind)).to.include('classeur Excel');
      expect(await why('v26', kind)).to.include('session ONDE avait expiré');
    }
  });

  it('has no count where nothing was given to compare with', async () => {
    const told = await report(at('responsables.csv'), { kind: 'responsables' });
    expect(told).to.include({ people: 28, links: 38, linked: null, pending: null, new: null, absent: null });
  });

  it('tells the persons on demand, beside the count', async () => {
    const { people, persons } = await report(
      at('responsables.csv'),
      { kind: 'responsables', eleves: at('eleves.csv') },
      { people: true },
    );
    expect(people).to.equal(28);
    expect(persons?.[2]).to.deep.include({ line: 4, civility: 'Mme', lastName: 'HADDAD', usedName: 'BENALI' });
    expect(persons?.[11]?.children).to.deep.equal([
      {
        lastName: 'MARTIN',
        usedName: null,
        firstName: 'Lucas',
        birthDate: null,
        class: '2 Cours élémentaire 1',
        outcome: 'pending',
      },
    ]);
    const pupils = await report(at('eleves.csv'), { kind: 'eleves' }, { people: true });
    expect(pupils.persons?.[0]).to.deep.include({
      line: 2,
      lastName: 'ABADIE',
      firstName: 'Élodie',
      birthDate: '2019-02-14',
      ine: '120000001AA',
      class: '1 Cours préparatoire',
      level: 'CP',
    });
  });

  it('is plain French without --json', async () => {
    const text = await run(at('responsables.csv'), { kind: 'responsables', eleves: at('eleves.csv') });
    for (const line of [
      'Ce fichier peut être importé.',
      'Enfants cités\u00A0: 38',
      'rattachés\u00A0: 36',
      'à décider\u00A0: 2',
    ])
      expect(text).to.include(line);
    expect(await run(at('v12_vide.csv'), { kind: 'eleves' })).to.include('ne peut pas être importé');
  });

  it('refuses in one sentence what it cannot do', async () => {
    const refusal = (file: string, options: Record<string, string>) =>
      run(file, options).then(
        () => null,
        (error: Error) => error.message,
      );
    expect(await refusal(at('eleves.csv'), {})).to.include('--kind');
    expect(await refusal(at('eleves.csv'), { kind: 'profs' })).to.include('--kind');
    expect(await refusal(at('responsables.csv'), { kind: 'responsables', eleves: at('v12_vide.csv') })).to.include(
      '--eleves ne peut pas servir',
    );
    expect(await refusal(at('eleves.csv'), { kind: 'eleves', eleves: at('eleves.csv'), school: 'X' })).to.include(
      'pas aux deux',
    );
  });

  describe('compared with a school', () => {
    let school: TestSchool;
    before(async () => {
      school = await openSchool({ plugins: ['onde-import'], people: true });
      await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
      await school.db((db) => db('classes').delete());
    });
    after(() => school.close());

    /** The school's own transaction, in which the first write fails. */
    const inside: CommandDesk['readSchool'] = async (_rne, read) => {
      const { house, container } = school.house;
      return school.db(async (db) => {
        await db.raw('set transaction read only');
        const found = await db('schools').where({ id: school.id }).first();
        const now = house.clock();
        return read({ school: found, db, now, services: container.services(found, db, now) });
      });
    };

    async function importFile(screen: string, name: string): Promise<void> {
      const file = new File([new Uint8Array(readFileSync(at(name)))], name);
      const chosen = await school.as('direction').post(`/gestion/onde-import/${screen}`, { file });
      await school.as('direction').post(chosen.location as string, { sure: '1' });
    }

    it('F04-15 counts what an import would change, and writes nothing', async () => {
      const empty = await report(at('eleves.csv'), { kind: 'eleves', school: school.rne }, {}, inside);
      expect(empty).to.include({ new: 30, changed: 0, same: 0, absent: 0 });
      const ahead = { kind: 'responsables', school: school.rne, eleves: at('eleves.csv') };
      expect(await report(at('responsables.csv'), ahead, {}, inside)).to.include({ linked: 36, pending: 2, new: 28 });
      expect(await school.db((db) => db('people').where({ kind: 'pupil' }))).to.deep.equal([]);

      await importFile('eleves', 'eleves.csv');
      const again = await report(
        at('v20_eleves_reimport_en_cours_annee.csv'),
        { kind: 'eleves', school: school.rne },
        {},
        inside,
      );
      expect(again).to.include({ new: 1, changed: 4, same: 24, absent: 2 });
      const part = { kind: 'eleves', school: school.rne };
      expect(await report(at('v21_eleves_une_seule_classe.csv'), part, {}, inside)).to.include({ same: 9, absent: 0 });

      await importFile('responsables', 'responsables.csv');
      const guardians = { kind: 'responsables', school: school.rne };
      expect(await report(at('responsables.csv'), guardians, {}, inside)).to.include({
        new: 0,
        changed: 0,
        same: 28,
        linked: 36,
        pending: 2,
      });
    });
  });
});
