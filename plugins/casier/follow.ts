import {
  audit,
  counted,
  csv,
  forbidden,
  type Mark,
  missing,
  page,
  type Recipient,
  type Reply,
  redirect,
  type Transaction,
  type Visit,
} from '@preau/core';
import { type Deposit, isCallable, loadDeposit, mayLead, namesOf, stateOf } from './documents.ts';
import { aboutInWords, noticeOf, stillThere } from './send.ts';
import { aboutOf, FOLLOW, homeOf, myId, pageOf } from './words.ts';

interface Line {
  person_id: string;
  kind: 'guardians' | 'teachers' | 'staff';
  last_name: string;
  first_name: string;
  job: string | null;
  children: string | null;
  delivered_at: Date | null;
  opened_at: Date | null;
  last_opened_at: Date | null;
}
const KIND_NAMES = { guardians: 'Responsable', teachers: 'Professeur', staff: 'Personnel' };

/** Who received it, with the children it was about, in one question whatever their number. */
async function linesOf(db: Transaction, id: string, year: number): Promise<Line[]> {
  return db('casier_recipients as r')
    .join('people as p', 'p.id', 'r.person_id')
    .where('r.document_id', id)
    .orderBy('p.search')
    .select(
      'r.person_id',
      'r.kind',
      'r.delivered_at',
      'r.opened_at',
      'r.last_opened_at',
      'p.job_title as job',
      db.raw('coalesce(p.used_name, p.last_name) as last_name'),
      db.raw('coalesce(p.used_first_name, p.first_name) as first_name'),
      db.raw(
        `(select string_agg(coalesce(c.used_first_name, c.first_name) || coalesce(' (' || l.label || ')', ''), ', ' order by c.search)
          from casier_children k join people c on c.id = k.pupil_id
          left join class_places s on s.pupil_id = c.id and s.year = ? left join classes l on l.id = s.class_id
          where k.document_id = r.document_id and k.person_id = r.person_id) as children`,
        [year],
      ),
    );
}

/** Those who have not opened it and may still be told of it: neither gone nor restricted since. */
async function leftOf(visit: Visit, one: Deposit, lines: Line[]): Promise<Recipient[]> {
  if (one.past_year !== null) return [];
  const unopened = lines.filter((line) => !line.opened_at && line.delivered_at && line.delivered_at <= visit.now);
  return stillThere(
    visit,
    one,
    unopened.map((line) => line.person_id),
  );
}

/** « Ouvert par 12 sur 30 »: who and when. Its files show to its depositor only (F16-7). */
export async function followPage(visit: Visit, one: Deposit): Promise<Reply> {
  const { db, services, query } = visit;
  const lines = await linesOf(db, one.id, services.people.year);
  const mine = one.author_id === myId(visit);
  const opened = lines.filter((line) => line.opened_at).length;
  const left = one.state === 'sent' ? (await leftOf(visit, one, lines)).length : 0;
  const rest = query.get('etat') === 'reste';
  const names = await namesOf(visit, one.about);
  const nature = one.nature_id && (await db('casier_natures').where({ id: one.nature_id }).first('label'));
  return page('casier/depot', {
    home: homeOf(visit),
    path: pageOf(visit, one.id),
    here: mine ? pageOf(visit, one.id) : `${pageOf(visit, one.id)}/suivi`,
    title: one.title,
    nature: nature ? nature.label : null,
    author: mine ? 'vous' : one.author_name,
    at: one.sent_at,
    children: names(one.about),
    message: mine ? one.message : null,
    files: mine ? await services.files.of(aboutOf(one)) : [],
    mine,
    mark: stateOf(one),
    total: lines.length,
    opened,
    left,
    remind: `Relancer ${counted(left, 'personne')}`,
    reminders: one.reminders,
    lead: mayLead(visit, one),
    callable: isCallable(one, visit),
    waiting: one.state === 'to-approve',
    live: one.state === 'sent',
    sheet: !visit.espace && visit.can(FOLLOW) && one.by_school,
    rest,
    lines: lines
      .filter((line) => !rest || !line.opened_at)
      .map((line) => ({
        id: line.person_id,
        name: `${line.last_name} ${line.first_name}`,
        who: whoOf(line),
        mark: markOf(visit, line),
        first: line.opened_at,
        again: line.last_opened_at && line.last_opened_at > (line.opened_at as Date) ? line.last_opened_at : null,
      })),
  });
}

const whoOf = (line: Line): string => line.children ?? line.job ?? KIND_NAMES[line.kind];

function markOf({ now, services }: Visit, { opened_at, delivered_at }: Line): Mark {
  if (opened_at) return { text: 'Ouvert', icon: 'eye', tone: 'ok' };
  if (!delivered_at) return { text: 'Pas encore déposé', icon: 'clock', tone: '' };
  if (delivered_at > now)
    return { text: `Sera remis ${services.delivery.inWords(delivered_at)}`, icon: 'clock', tone: 'info' };
  return { text: 'Pas ouvert', icon: 'circle-dashed', tone: 'warn' };
}

/** The deposit of the address, for whoever follows from Gestion. */
async function followed(visit: Visit): Promise<Deposit | null> {
  const one = await loadDeposit(visit);
  return one?.by_school && (one.state === 'sent' || one.state === 'withdrawn') ? one : null;
}

export async function showFollow(visit: Visit): Promise<Reply> {
  const one = await followed(visit);
  return one ? followPage(visit, one) : missing();
}

/** « Relancer ceux qui n’ont pas ouvert »: exactly those; a button pressed twice tells them once. */
export async function remind(visit: Visit<{ after: string }>): Promise<Reply> {
  const { db, services, account, person, now, input } = visit;
  const one = await loadDeposit(visit, true);
  if (!one || !mayLead(visit, one)) return missing();
  if (one.state !== 'sent')
    return redirect(pageOf(visit, one.id), 'Il n’est dans aucun casier : aucun rappel n’est parti.');
  if (input.after !== String(one.reminders))
    return redirect(pageOf(visit, one.id), 'Un rappel vient de partir : ils ne sont pas prévenus deux fois.');
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  const left = await leftOf(visit, one, await linesOf(db, one.id, services.people.year));
  const about = await aboutInWords(visit, one);
  await services.notices.tell(left.map((each) => noticeOf(one, each, about, `rappel-${one.reminders + 1}`)));
  await db('casier_documents')
    .where({ id: one.id })
    .update({ reminders: one.reminders + 1 });
  await audit(
    db,
    now,
    { account, person },
    'Rappel d’un document déposé',
    `${one.title} : ${counted(left.length, 'personne')}`,
  );
  return redirect(
    pageOf(visit, one.id),
    `${counted(left.length, 'personne')} : le rappel part, aux heures où chacun peut le recevoir.`,
  );
}

export async function followCsv(visit: Visit): Promise<Reply> {
  const one = await followed(visit);
  if (!one) return missing();
  const { db, now, account, person, services, school } = visit;
  const lines = await linesOf(db, one.id, services.people.year);
  await audit(db, now, { account, person }, 'Suivi d’un document exporté', one.title);
  const moment = (at: Date | null) => (at ? at.toLocaleString('fr-FR', { timeZone: school.timezone }) : '');
  return csv(
    'suivi.csv',
    ['Nom', 'Prénom', 'Qui', 'Remis', 'Première ouverture', 'Dernière ouverture'],
    lines.map((line) => [
      line.last_name,
      line.first_name,
      whoOf(line),
      moment(line.delivered_at),
      moment(line.opened_at),
      moment(line.last_opened_at),
    ]),
  );
}
