import { backup, dropOld } from '../operate/backup.ts';
import type { SavedSchool } from '../operate/manifest.ts';
import { named } from '../operate/named.ts';
import { withHouse } from '../operate/open-house.ts';
import type { Run } from './command.ts';

/** `backup`: one school or the whole house into a dated folder; `--keep 30` removes those older than thirty days. */
export const backUp: Run = async ({ words: [typed], options: { to, keep } }, config) => {
  if (!to) throw new Error('Dites où, par exemple --to /srv/sauvegardes/preau');
  const days = keep === undefined ? null : Number(keep);
  if (days !== null && !(Number.isInteger(days) && days > 0)) throw new Error('--keep demande un nombre de jours.');
  const now = new Date();
  const rne = typed && named(typed);
  const { folder, manifest } = await withHouse(config, (house) => backup(house, { to, rne, now }));
  for (const school of manifest.schools) console.log(told(school));
  if (!manifest.schools.length) console.log('Aucune école ne vit encore ici.');
  console.log(`Sauvegarde faite : ${folder}`);
  if (days !== null) {
    const gone = await dropOld(to, days, now);
    if (gone)
      console.log(`${gone} ${gone === 1 ? 'sauvegarde retirée' : 'sauvegardes retirées'}, de plus de ${days} jours.`);
  }
};

const told = ({ rne, name, tables, files, lost }: SavedSchool): string => {
  const rows = Object.values(tables).reduce((sum, one) => sum + one.rows, 0);
  const missing = lost.length ? `. Attention : ${lost.length} n’étaient plus sur le serveur` : '';
  return `${rne} « ${name} » : ${Object.keys(tables).length} tables, ${rows} lignes, ${files.rows} fichiers${missing}.`;
};
