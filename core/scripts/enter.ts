import { enterHouse } from '../operate/enter.ts';
import { withHouse } from '../operate/open-house.ts';
import type { Run } from './command.ts';

/** `school:enter`: a school that left another server lives here; the secrets of its administrators are printed, once. */
export const enter: Run = async ({ words: [place = ''] }, config) => {
  const told = await withHouse(config, (house) => enterHouse(house, place, new Date()));
  console.log(
    [
      `${told.rne} « ${told.name} » vit ici : ${told.tables} tables, ${told.rows} lignes et ${told.files} fichiers, relus et égaux à ceux de l’archive.`,
      `${told.accounts} comptes ont un nouveau mot de passe provisoire. Ceux de l’administration, à donner en main propre :`,
      ...told.administrators.map(({ login, secret }) => `  ${login}  ${secret}`),
      'Les autres sont sur les étiquettes : Communication > Courriers et Documents.',
      `À saisir de nouveau : les mots de passe des comptes e-mail de l’école. Adresse : ${new URL(`/${told.rne}/`, config.url).href}`,
    ].join('\n'),
  );
};
