import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { audit } from '../audit.ts';
import { archiveEntries, standingStill } from '../operate/leave.ts';
import { withHouse } from '../operate/open-house.ts';
import { OPERATOR } from '../operate/operator.ts';
import { migrationsDone } from '../operate/version.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { normaliseRne } from '../tenancy/rne.ts';
import { archiveOf } from '../web/zip.ts';
import type { Run } from './command.ts';
import { installedScreens } from './installed.ts';

/** `school:leave`: the whole school as an archive anybody can read; it goes on living here until it is removed. */
export const leave: Run = async ({ words: [typed = ''], options: { to } }, config) => {
  if (!to) throw new Error('Dites où, par exemple --to /srv/departs/0301674G.zip');
  const rne = normaliseRne(typed);
  const installed = await installedScreens(config);
  await withHouse(config, async ({ owner, store }) => {
    const school = await owner('schools').where({ rne }).first('id', 'rne', 'name');
    if (!school) throw new Error(`Aucune école ${rne} n’est connue ici.`);
    const migrations = await migrationsDone(owner);
    const now = new Date();
    const work = `${to}.en-cours`;
    try {
      const counts = await standingStill(owner, school.id, async (db) => {
        const entries = await archiveEntries(db, { school, store, installed, migrations, now, reached: () => {} });
        let lost = '';
        const { stream } = archiveOf(entries, (error, path) => {
          lost = `${path} : ${error.message}`;
        });
        await pipeline(stream, createWriteStream(work, { mode: 0o600 })).catch((error) => {
          throw lost ? new Error(`L’archive n’a pas pu être faite (${lost}).`, { cause: error }) : error;
        });
        return entries.length;
      });
      await rename(work, to);
      await inSchool(owner, school.id, (db) => audit(db, now, OPERATOR, 'Toute l’école emportée'));
      console.log(`${rne} « ${school.name} » : ${counts} entrées dans ${to}. L’école vit toujours ici.`);
    } finally {
      await rm(work, { force: true });
    }
  });
};
