import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Tokens, tokensOf } from '../looks/pairs.ts';
import { checkThemeName, readThemes } from '../views/themes.ts';
import type { Run } from './command.ts';

/** The tokens most themes change first; the others are those of the theme it extends. */
const TOKENS = [
  'ground',
  'surface',
  'sunken',
  'brand',
  'brand-2',
  'on-brand',
  'on-brand-2',
  'action',
  'action-2',
  'on-action',
  'soft',
  'on-soft',
  'link',
  'spot',
  'on-spot',
];

/** `theme:new`: writes the folder of a new theme, whose colours are those of the one it extends until its author changes them. */
export const newTheme: Run = async ({ words: [name = ''], options }, config) => {
  const home = path.resolve(options.into ?? path.join(config.root, 'themes'));
  const themes = readThemes(path.join(config.root, 'themes'));
  const title = (options.title ?? name).trim().replaceAll("'", '’');
  checkThemeName(name);
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ’-]{0,29}$/u.test(title))
    throw new Error(`Le titre « ${title} » ne convient pas : des lettres, des chiffres et des espaces, 30 au plus.`);
  const parent = themes.get(options.extends ?? 'base');
  if (!parent)
    throw new Error(
      `Le thème « ${options.extends} » n’existe pas. Ceux-ci existent : ${[...themes.keys()].join(', ')}.`,
    );
  const folder = path.join(home, name);
  if (existsSync(folder)) throw new Error(`Le dossier ${folder} existe déjà.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'theme.json'), `{ "title": "${title}", "extends": "${parent.name}" }\n`);
  writeFileSync(path.join(folder, 'theme.css'), cssOf(name, tokensOf(parent, themes)));
  console.log(
    [
      `Le thème « ${title} » est dans ${folder}.`,
      'Changez les couleurs de theme.css : la première est celle de jour, la seconde celle de nuit.',
      'npm test -- themes/contrast.test.ts vérifie que chaque mot se lit ; un Espace le porte dès le prochain démarrage.',
    ].join('\n'),
  );
};

function cssOf(name: string, colours: Tokens): string {
  const lines = TOKENS.map((token) => {
    const pair = colours[token];
    if (!pair) throw new Error(`Aucun thème ne dit la couleur --${token}.`);
    return `    --${token}: light-dark(${pair.join(', ')});`;
  });
  return `@layer tokens {\n  [data-theme="${name}"] {\n${lines.join('\n')}\n  }\n}\n`;
}
