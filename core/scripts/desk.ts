import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import type { CommandDesk } from '../plugin/contract.ts';

/** What a module's command works with. The server's code is loaded, and the database opened, only for a school. */
export const deskOf = (config: Readonly<Config>): CommandDesk => ({
  now: new Date(),
  print: (text) => console.log(text),
  async file(path) {
    try {
      return await readFile(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? 'il n’existe pas' : code === 'EISDIR' ? 'c’est un dossier' : code;
      throw new Error(`Le fichier ${path} ne peut pas être lu : ${why}.`);
    }
  },
  async readSchool(rne, read) {
    const { readSchool } = await import('./read-school.ts');
    return readSchool(config, rne, read);
  },
});
