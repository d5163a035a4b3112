import { invalid, page, placeInWords, type Reply, redirect, type Transaction, type Visit } from '@preau/core';
import { causeOf } from './batch.ts';

interface Pending {
  id: string;
  batch_id: string;
  guardian_id: string;
  line: number;
  guardian_name: string;
  child_name: string;
  candidates: string[];
  message: string;
}

/** Links a file could not decide and nobody has decided since. */
export const openPending = (db: Transaction): Promise<Pending[]> =>
  db('onde_import_pending').whereNull('decided_at').orderBy(['guardian_name', 'line', 'id']);

/** « Liens en attente »: which pupil is meant, side by side, for the director to say. */
export async function showPending({ db, services }: Visit): Promise<Reply> {
  const open = await openPending(db);
  const known = new Map(open.length ? (await services.register.pupils()).map((one) => [one.id, one]) : []);
  const links = new Map(open.length ? (await services.register.guardians()).map((one) => [one.id, one.pupilIds]) : []);
  return page('onde-import/attente', {
    waiting: open.map((one) => ({
      id: one.id,
      guardian: one.guardian_name,
      child: one.child_name,
      message: one.message,
      choices: one.candidates.flatMap((id) => {
        const pupil = known.get(id);
        if (!pupil) return [];
        const linked = links.get(one.guardian_id)?.includes(id) ?? false;
        return [
          {
            id,
            linked,
            name: `${pupil.lastName} ${pupil.usedFirstName ?? pupil.firstName}`,
            birthDate: pupil.birthDate,
            place: placeInWords({ label: pupil.classLabel, level: pupil.level }),
            ine: pupil.ine,
          },
        ];
      }),
    })),
  });
}

/** Makes the links that were chosen; « Aucun des deux » is remembered too. The rest goes on waiting. */
export async function decidePending(visit: Visit<{ link: Record<string, string> }>): Promise<Reply> {
  const { db, services, input, now } = visit;
  const open = await openPending(db);
  const decided = open.flatMap((one) => {
    const answer = input.link[one.id];
    return answer === 'none' || one.candidates.includes(answer ?? '') ? [{ ...one, answer: answer as string }] : [];
  });
  if (!decided.length) return invalid({ link: 'Choisissez au moins un élève, ou « Aucun », puis enregistrez.' });
  let made = 0;
  // A link belongs to the import that asked for it, and goes with it.
  for (const one of decided.filter((pending) => pending.answer !== 'none'))
    made += await services.register
      .of({ cause: causeOf({ id: one.batch_id }) })
      .link([{ guardianId: one.guardian_id, pupilId: one.answer }]);
  await db('onde_import_pending')
    .whereIn(
      'id',
      decided.map((one) => one.id),
    )
    .update({ decided_at: now });
  const words = made === 1 ? '1 enfant est rattaché.' : `${made} enfants sont rattachés.`;
  const left = open.length - decided.length;
  return redirect(
    '/gestion/onde-import/attente',
    left ? `${words} ${left} ${left === 1 ? 'lien attend' : 'liens attendent'} encore.` : words,
  );
}
