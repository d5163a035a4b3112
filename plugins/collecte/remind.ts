import { childrenInWords, dayIn, firstMoment, forbidden, page, type Reply, redirect, type Visit } from '@preau/core';
import { deskOf } from './document.ts';
import { asked, type CollectedDocument, sightOf } from './documents.ts';
import { familiesIn } from './families.ts';
import { DUE, familiesOf, tellMissing } from './notify.ts';
import { isOver } from './words.ts';

interface Left {
  pupil_id: string;
  name: string;
  label: string | null;
}

/** Pupils whose document is still to come and whose family has heard nothing of it today. */
async function leftOf(visit: Visit, document: CollectedDocument): Promise<{ left: Left[]; today: number }> {
  const { db, now, school } = visit;
  const { pupilIds } = await sightOf(visit);
  const rows: (Left & { reminded: boolean })[] = await db
    .from(asked(visit))
    .join('people as p', 'p.id', 'asked.pupil_id')
    .leftJoin('classes as c', 'c.id', 'asked.class_id')
    .where('asked.document_id', document.id)
    .whereIn('asked.state', DUE)
    .modify((query) => pupilIds && query.whereIn('asked.pupil_id', pupilIds))
    .orderBy('p.search')
    .select(
      'asked.pupil_id',
      'c.label',
      db.raw("coalesce(p.used_first_name, p.first_name) || ' ' || coalesce(p.used_name, p.last_name) as name"),
      db.raw(
        'exists (select 1 from collecte_reminders r where r.document_id = asked.document_id and r.pupil_id = asked.pupil_id and r.at >= ?) as reminded',
        [firstMoment(dayIn(now, school.timezone), school.timezone)],
      ),
    );
  const left = rows.filter((one) => !one.reminded);
  return { left, today: rows.length - left.length };
}

/** Whom « Relancer » would reach (E-C): said before anything leaves. */
export async function reminding(visit: Visit, document: CollectedDocument) {
  const { left, today } = await leftOf(visit, document);
  const guardians = await familiesOf(
    visit,
    left.map((one) => one.pupil_id),
  );
  const reached = new Set(guardians.flatMap((one) => one.children.map((child) => child.pupilId)));
  return {
    guardians,
    families: familiesIn(guardians),
    pupils: left.filter((one) => reached.has(one.pupil_id)),
    alone: left.filter((one) => !reached.has(one.pupil_id)),
    today,
  };
}

export async function askRemind(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const { guardians, families, pupils, alone, today } = await reminding(visit, document);
  const data = {
    title: document.title,
    families,
    guardians: guardians.map((one) => ({
      name: [one.civility, one.lastName, one.firstName].filter(Boolean).join(' '),
      children: childrenInWords(one),
      email: one.email !== null,
    })),
    pupils: pupils.length,
    withoutEmail: guardians.filter((one) => !one.email).length,
    alone: alone.map((one) => (one.label ? `${one.name} (${one.label})` : one.name)).join(', '),
    today,
    closed: document.deposit === 'none' || isOver(document, visit),
    back: deskOf(visit, document),
  };
  return { ...page('collecte/relancer', data, 'collecte/_relancer'), window: true };
}

/** Once a day and family: who was told today, by hand or by the night, is left in peace. */
export async function remind(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const { db, now, school, person, services } = visit;
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  const { families, pupils } = await reminding(visit, document);
  const back = deskOf(visit, document);
  if (!families) return redirect(back, 'Ces familles ont déjà été relancées aujourd’hui. Aucun rappel n’est parti.');
  const today = dayIn(now, school.timezone);
  await tellMissing(
    visit,
    document,
    pupils.map((one) => one.pupil_id),
    { part: `relance-${today}`, before: 'Rappel : ' },
  );
  await db('collecte_reminders').insert(
    pupils.map(({ pupil_id }) => ({
      document_id: document.id,
      pupil_id,
      kind: 'by-hand',
      by_name: `${person?.firstName} ${person?.lastName}`,
      at: now,
    })),
  );
  return redirect(
    back,
    `${families} ${families < 2 ? 'famille relancée' : 'familles relancées'} : le rappel part, aux heures où chacun peut le recevoir.`,
  );
}
