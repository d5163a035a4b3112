import type { Visit } from '../plugin/contract.ts';
import type { Turn } from './turns.ts';

/** The other administrators of the school hear of it. */
export async function tellOthers(
  { db, services, person }: Visit,
  { id }: Pick<Turn, 'id'>,
  title: string,
  part = '',
): Promise<void> {
  const others: string[] = await db('accounts')
    .where({ mode: 'administration' })
    .whereNot({ state: 'suspended' })
    .whereNot({ person_id: person?.id ?? '' })
    .pluck('person_id');
  await services.notices.tell(
    others.map((personId) => ({
      personId,
      category: 'annee.suite',
      about: `annee:${id}${part}`,
      title,
      path: `/annee/rapport/${id}`,
    })),
  );
}
