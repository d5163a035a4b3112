import type { Knex } from 'knex';
import { enterSchool } from '../tenancy/in-school.ts';

interface Known {
  id: string;
  rne: string;
}

/**
 * A school at work gives way to no file, unless whoever asks has typed its RNE.
 * @throws Error in French naming the school.
 */
export async function refuseLiving(owner: Knex, schools: Known[], replace: string[]): Promise<void> {
  for (const { id, rne } of schools) {
    const here: (Known & { name: string }) | undefined = await owner('schools').where({ id }).orWhere({ rne }).first();
    if (!here) continue;
    if (here.id !== id || here.rne !== rne)
      throw new Error(
        `Une autre école vit déjà ici sous ce numéro ou cet identifiant (${here.rne}, « ${here.name} ») : rien n’est changé.`,
      );
    if (!replace.includes(rne))
      throw new Error(
        `L’école ${rne} (« ${here.name} ») vit déjà ici. Pour mettre la sauvegarde à sa place et perdre ce qu’elle a fait depuis, ajoutez --replace ${rne}`,
      );
  }
}

/** All of a house comes back where nothing else lives: what is not in it would be lost, or half joined to it. */
export async function refuseNeighbours(owner: Knex, schools: Known[]): Promise<void> {
  const others: string[] = await owner('schools')
    .whereNotIn(
      'id',
      schools.map(({ id }) => id),
    )
    .pluck('rne');
  if (others.length)
    throw new Error(
      `Ici vivent aussi des écoles qui ne sont pas dans cette sauvegarde (${others.join(', ')}) : restaurez école par école.`,
    );
}

/** Takes a school away with all its rows, inside an open transaction. */
export async function removeSchool(db: Knex.Transaction, { id }: Known): Promise<void> {
  await enterSchool(db, id);
  await db('schools').where({ id }).delete();
}
