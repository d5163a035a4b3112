import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkPlugins } from '../plugin/check.ts';
import type { Run } from './command.ts';
import { installedScreens } from './installed.ts';
import { pluginFiles } from './plugin-files.ts';

/** Room for `_entries` and the names of its constraints in PostgreSQL's 63 characters. */
const LONGEST = 30;

/** `plugin:new`: writes the folder of a new module, complete, with one test that waits for its author. */
export const newPlugin: Run = async ({ words: [name = ''], options }, config) => {
  if (name.length > LONGEST) throw new Error(`Le nom « ${name} » est trop long : ${LONGEST} caractères au plus.`);
  const made = { plugin: { name, title: name, privacy: [] }, folder: null, core: false };
  checkPlugins([made]);
  const title = (options.title ?? spoken(name)).trim().replaceAll("'", '’');
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ’(),.:!?«»-]{0,59}$/u.test(title))
    throw new Error(`Le titre « ${title} » ne convient pas : des lettres, des chiffres et des espaces, 60 au plus.`);
  const folder = path.resolve(options.into ?? path.join(config.root, 'plugins'), name);
  if (existsSync(folder)) throw new Error(`Le dossier ${folder} existe déjà.`);
  // The same refusals as at start, before a file is written.
  checkPlugins([...(await installedScreens(config)), made]);
  const files = pluginFiles(name, title);
  for (const [file, text] of Object.entries(files)) {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  console.log(
    [
      `Le module « ${title} » est dans ${folder} :`,
      ...Object.keys(files).map((file) => `  ${file}`),
      'Un de ses tests échoue exprès (npm test) : écrivez-y ce que votre module promet.',
    ].join('\n'),
  );
};

/** sortie-scolaire -> Sortie scolaire */
const spoken = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`.replaceAll('-', ' ');
