import { named } from '../operate/named.ts';
import { withHouse } from '../operate/open-house.ts';
import { type Restored, restore } from '../operate/restore.ts';
import type { Run } from './command.ts';

/** `restore`: brings a backup back, whole or one school of it; a school at work gives way only when its RNE is typed. */
export const bringBack: Run = async ({ words: [typed], options: { from, replace } }, config) => {
  if (!from) throw new Error('Dites laquelle, par exemple --from /srv/sauvegardes/preau/preau-2026-11-25T02-00-00');
  const restored = await withHouse(config, (house) =>
    restore(house, {
      from,
      rne: typed && named(typed),
      replace: replace?.split(',').map(named),
      now: new Date(),
    }),
  );
  console.log(wordsOf(restored).join('\n'));
};

function wordsOf({ made, schools, shut, otherSecret }: Restored): string[] {
  return [
    ...schools.flatMap(({ rne, name, rows, files, lost, renewed }) => [
      `${rne} « ${name} » : ${rows} lignes et ${files} fichiers relus, égaux à ceux de la sauvegarde.`,
      ...(lost.length ? [`  ${lost.length} fichiers manquaient déjà le jour de la sauvegarde.`] : []),
      ...(renewed
        ? [`  ${renewed} mots de passe provisoires sont nouveaux : imprimez de nouveau les étiquettes.`]
        : []),
    ]),
    ...shut.map((name) => `« ${name} » ne s’ouvre plus à sa mairie : rouvrez-la dans Configuration > Mairie.`),
    ...(otherSecret ? [OTHER_SECRET] : []),
    `Restauré tel que c’était le ${new Date(made).toLocaleString('fr-FR', { dateStyle: 'long', timeStyle: 'short' })}. Chacun se reconnecte.`,
  ];
}

const OTHER_SECRET =
  'PREAU_SECRET n’est pas celui d’alors : les mots de passe des comptes e-mail des écoles (serveur d’envoi à soi) sont à saisir de nouveau, les messages en attente et les étiquettes prêtes sont perdus. Les mots de passe choisis par les personnes restent.';
