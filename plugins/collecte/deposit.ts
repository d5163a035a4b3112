import type { Attached, Transaction, Work } from '@preau/core';
import type { CollectedDocument } from './documents.ts';
import { forgetDecision, forgetWhoIsDone } from './notify.ts';
import { aboutOf } from './words.ts';

/** What comes at once for one document: from a family, or taken in by the school in its place. */
export interface NewSending {
  document: Pick<CollectedDocument, 'id'>;
  /** Brothers and sisters may share one sending; whoever calls has checked that the document is asked of each. */
  pupilIds: string[];
  by: { personId: string | null; name: string; school?: boolean };
  files?: Attached | null;
  paper?: boolean;
  word?: string | null;
  validUntil?: string | null;
  /** What the school takes in itself may need no second look. */
  state?: 'deposited' | 'accepted';
}

/**
 * Writes a sending. It replaces what the same person (or the school) had deposited for these pupils, which stays as
 * history; another parent's stays as it is (case B42). Families are no longer told that it is missing.
 * @returns the sending's id.
 */
export async function deposit(
  work: Pick<Work, 'db' | 'now' | 'services' | 'school'>,
  sending: NewSending,
): Promise<string> {
  const { db, now, services } = work;
  const { document, pupilIds, by, files, paper = false, word = null, validUntil = null } = sending;
  const accepted = sending.state === 'accepted';
  await holdPupils(db, pupilIds);
  const same = db('collecte_sendings').select('id').where({ document_id: document.id });
  if (by.school) same.where({ by_school: true });
  else same.where({ by_school: false, person_id: by.personId });
  const replaced: { sending_id: string }[] = await db('collecte_deposits')
    .where({ document_id: document.id })
    .whereIn('pupil_id', pupilIds)
    .whereIn('sending_id', same)
    .whereNull('replaced_at')
    .update({ replaced_at: now })
    .returning('sending_id');
  const [{ id }] = await db('collecte_sendings')
    .insert({
      document_id: document.id,
      person_id: by.personId,
      by_name: by.name,
      by_school: by.school ?? false,
      paper,
      word,
      valid_until: validUntil,
      at: now,
    })
    .returning('id');
  await db('collecte_deposits').insert(
    pupilIds.map((pupil_id) => ({
      sending_id: id,
      document_id: document.id,
      pupil_id,
      ...(accepted ? { state: 'accepted', decided_at: now, decided_by: by.name } : {}),
    })),
  );
  if (files) await services.files.keep(files, { about: aboutOf({ id }) });
  for (const sending of new Set(replaced.map((one) => one.sending_id))) await forgetDecision(work, document, sending);
  await forgetWhoIsDone(work, document, pupilIds);
  return id;
}

/** What families do at once for one child comes one after the other, so that one deposit of each stands. */
export const holdPupils = (db: Transaction, pupilIds: string[]) =>
  db('people').whereIn('id', pupilIds).orderBy('id').forNoKeyUpdate().select('id');
