import { auditDaily, dayInWords, isId, type RubricHome, type Visit } from '@preau/core';
import { sightOf } from './documents.ts';
import { GATHER, GIVE } from './words.ts';

/**
 * F17-14, S18-11: the files of a sending open for the parent who deposited it, while one of its children concerns him, and
 * for those chosen to read it (F17-08): a teacher for pupils of his own classes, others in Gestion. Each person’s opening
 * of somebody else’s child’s document is in the journal, once a day.
 */
export async function mayOpenFile(visit: Visit, id: string): Promise<boolean | RubricHome[]> {
  const { db, person, services, school } = visit;
  if (!isId(id) || !person) return false;
  const sending = await db('collecte_sendings as s')
    .join('collecte_documents as d', 'd.id', 's.document_id')
    .where({ 's.id': id })
    .first('s.*', 'd.title');
  if (!sending) return false;
  const pupils: { id: string; name: string }[] = await db('collecte_deposits as dep')
    .join('people as p', 'p.id', 'dep.pupil_id')
    .where({ 'dep.sending_id': id })
    .orderBy('p.search')
    .select(
      'p.id',
      db.raw("concat(coalesce(p.used_first_name, p.first_name), ' ', coalesce(p.used_name, p.last_name)) as name"),
    );
  const among = (ids: string[]) => pupils.some((one) => ids.includes(one.id));
  if (person.kind === 'guardian') {
    if (sending.person_id !== person.id || sending.by_school) return false;
    return among((await services.people.concerning(person)).map((one) => one.id)) && [{ rubric: GIVE }];
  }
  const sight = await sightOf(visit);
  if (!sight.opens(sending.document_id) || (sight.pupilIds && !among(sight.pupilIds))) return false;
  const names = pupils.map((one) => one.name).join(', ');
  await auditDaily(
    visit,
    'Document d’un élève ouvert',
    `${sending.title}, ${names}, déposé ${when(sending.at, school.timezone)}`,
  );
  return [{ rubric: GATHER }];
}

/** To the minute: two deposits for one child are two lines of the journal. */
const when = (at: Date, timeZone: string): string => {
  const [day = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    .format(at)
    .split(' ');
  return `le ${dayInWords(day)} à ${time.replace(':', ' h ')}`;
};
