import { type CommandDesk, type CommandLine, dayIn } from '@preau/core';
import { type CheckOptions, checkFile } from './check.ts';
import { type CheckKind, inFrench } from './check-report.ts';

/** A file says nothing of where its school is. */
const TIMEZONE = 'Europe/Paris';

/** `onde:check`: says what a file is and what importing it would do. Writes nothing; opens no database without --school. */
export async function check({ words: [path = ''], options, flags }: CommandLine, desk: CommandDesk): Promise<void> {
  const { kind, eleves, school: rne } = options;
  if (kind !== 'eleves' && kind !== 'responsables' && kind !== 'tableur')
    throw new Error(`Dites ce qu’est le fichier : --kind eleves, --kind responsables ou --kind tableur.`);
  if (kind !== 'responsables' && eleves !== undefined && rne !== undefined)
    throw new Error('Comparez des élèves à une école (--school) ou à un fichier (--eleves), pas aux deux.');
  const asked: Omit<CheckOptions, 'today' | 'school'> = {
    kind: kind satisfies CheckKind,
    file: await desk.file(path),
    eleves: eleves === undefined ? null : await desk.file(eleves),
    people: flags.people === true,
  };
  const report =
    rne === undefined
      ? await checkFile({ ...asked, today: dayIn(desk.now, TIMEZONE), school: null })
      : await desk.readSchool(rne, (work) =>
          checkFile({ ...asked, today: dayIn(work.now, work.school.timezone), school: work }),
        );
  desk.print(flags.json ? JSON.stringify(report) : inFrench(report));
}
