import type { Knex } from 'knex';

/** Names of the migrations a database has run: `core/0001_schools`. */
export const migrationsDone = (owner: Knex): Promise<string[]> => owner('knex_migrations').orderBy('id').pluck('name');

const byModule = (names: string[]) => {
  const modules = new Map<string, Set<string>>();
  for (const name of names) {
    const module = name.split('/')[0] as string;
    modules.set(module, (modules.get(module) ?? new Set()).add(name));
  }
  return modules;
};

/**
 * Data enter tables of the very shape they left: a migration between the two would be skipped without a word.
 * A module more on this side is an empty table, and no hindrance.
 * @throws Error in French which says which side is behind.
 */
export function refuseOtherVersion(theirs: string[], here: string[]): void {
  const ours = byModule(here);
  for (const [module, names] of byModule(theirs)) {
    const mine = ours.get(module);
    if (!mine)
      throw new Error(
        `Le module ${module} a des données dans ce dossier, mais n’est pas installé ici : installez-le, lancez npm run preau -- migrate, puis recommencez.`,
      );
    const newer = [...names].find((name) => !mine.has(name));
    if (newer)
      throw new Error(
        `Ces données viennent d’un Préau plus récent que celui-ci (${newer}) : mettez celui-ci à jour, puis recommencez.`,
      );
    const older = [...mine].find((name) => !names.has(name));
    if (older)
      throw new Error(
        `Ces données viennent d’un Préau plus ancien que celui-ci (il n’a pas ${older}) : remettez-les dans la même version, puis mettez-la à jour.`,
      );
  }
}
