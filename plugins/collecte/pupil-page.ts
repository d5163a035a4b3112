import { missing, page, type Reply, type Visit } from '@preau/core';
import { deskOf } from './document.ts';
import { type Asked, asked } from './documents.ts';
import { type Scope, seen } from './scope.ts';
import { shown } from './sending-shown.ts';
import { nameOf, sendingsOf } from './sendings.ts';
import { REASON_BUTTONS } from './sitting.ts';
import { homeOf, limitInWords, stateMark } from './words.ts';

const REMINDERS: Record<string, string> = { week: '7 jours avant', day: 'la veille', 'by-hand': 'à la main' };

/** How this pupil stands with the document; undefined when it is not asked of him. */
export const askedOf = async (visit: Visit, documentId: string, pupilId: string): Promise<Asked | undefined> =>
  visit.db.from(asked(visit)).where({ document_id: documentId, pupil_id: pupilId }).first();

/** Who may take a document in for the school: whoever asks for it, or reads what comes. */
export const takesIn = ({ document, sight }: Scope): boolean => sight.manages(document) || sight.opens(document.id);

/** All that came of one pupil for one document, and what was decided (F17-11); files for those who were chosen (F17-14). */
export async function showPupil(visit: Visit): Promise<Reply> {
  const found = await seen(visit);
  if ('reply' in found) return found.reply;
  const { document, sight } = found;
  const pupil = visit.pupil as NonNullable<Visit['pupil']>;
  const line = await askedOf(visit, document.id, pupil.id);
  const all = (await sendingsOf(visit, found)).filter((one) =>
    one.deposits.some(({ pupil_id }) => pupil_id === pupil.id),
  );
  if (!line && !all.length) return missing();
  const opens = sight.opens(document.id);
  const list = (await shown(visit, all, document.id, opens)).map((one, at) => ({
    ...one,
    replaced: all[at]?.deposits.find(({ pupil_id }) => pupil_id === pupil.id)?.replaced_at !== null,
  }));
  const { class: label, birth } = await factsOf(visit, pupil);
  const reminders: { kind: string; by_name: string | null; at: Date }[] = await visit
    .db('collecte_reminders')
    .where({ document_id: document.id, pupil_id: pupil.id })
    .orderBy('at', 'desc');
  return page('collecte/eleve', {
    name: nameOf({ first_name: pupil.firstName, last_name: pupil.lastName }),
    pupil: pupil.id,
    className: label,
    birthDate: birth,
    title: document.title,
    limit: limitInWords(document),
    base: `${homeOf(visit)}/${document.id}`,
    list: deskOf(visit, document),
    recap: `${homeOf(visit)}/recapitulatif/${pupil.id}`,
    mark: line ? stateMark(line, document, visit) : { text: 'Pas demandé', icon: 'circle-slash', tone: '' },
    isAsked: !!line,
    any: all.length > 0,
    opens,
    takes: !!line && takesIn(found),
    asksValidity: document.asks_validity,
    wrong: visit.input !== null,
    current: list.filter((one) => !one.replaced).toReversed(),
    history: list.filter((one) => one.replaced).toReversed(),
    reasons: REASON_BUTTONS,
    reminders: reminders.map((one) => ({
      at: one.at,
      text: one.by_name ? `par ${one.by_name}` : (REMINDERS[one.kind] ?? ''),
    })),
  });
}

async function factsOf(
  { db }: Visit,
  pupil: NonNullable<Visit['pupil']>,
): Promise<{ class: string | null; birth: string | null }> {
  const person = await db('people').where({ id: pupil.id }).first('birth_date');
  const place = pupil.classId ? await db('classes').where({ id: pupil.classId }).first('label') : null;
  return { class: place?.label ?? null, birth: person?.birth_date ?? null };
}
