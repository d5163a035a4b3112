import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestHouse } from './houses.ts';

/** How a test runs `npm run preau --` on a house: `execFile(command.program, [...command.words, 'backup'], command.run)`. */
export function commandOf(house: TestHouse) {
  const { secret } = JSON.parse(process.env.PREAU_TEST_DATABASE as string);
  return {
    program: process.execPath,
    words: ['--no-warnings', 'core/scripts/cli.ts'],
    run: {
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: {
        ...process.env,
        DATABASE_URL: house.urls.app,
        DATABASE_DOOR_URL: house.urls.door,
        DATABASE_OWNER_URL: house.urls.owner,
        PREAU_SECRET: secret,
        PREAU_URL: house.origin,
        FILES_URL: pathToFileURL(house.house.config.filesFolder).href,
      },
    },
  };
}
