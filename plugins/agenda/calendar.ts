import { randomBytes } from 'node:crypto';
import {
  audit,
  counted,
  file,
  forbidden,
  missing,
  page,
  type Reply,
  redirect,
  type Visit,
  type Work,
} from '@preau/core';
import { type Event, forAnyone, forEspaces, yearBegins } from './events.ts';
import { icsOf } from './ics.ts';
import { homeOf, READ } from './words.ts';

/** What sealed or hashed tokens are for. */
const PURPOSE = 'agenda.calendar';
export const SECRET_PATH = '/calendrier/:token/agenda.ics';
export const PUBLIC_PATH = '/etablissement.ics';
const here = ({ espace }: Pick<Visit, 'espace'>) => `${homeOf(espace)}/calendrier`;

/** « S’abonner dans mon calendrier » (P15) is the person's own: neither who looks as him nor a closed option opens it. */
const own =
  (act: (visit: Visit) => Promise<Reply>) =>
  (visit: Visit): Promise<Reply> | Reply => {
    if (visit.options.calendar === false || !visit.person) return missing();
    if (visit.account?.viewing) return forbidden('Contenu masqué : cette adresse est à cette personne seule.');
    return act(visit);
  };

const rowOf = ({ db, person }: Visit) => db('agenda_calendars').where({ person_id: person?.id });

export const showCalendar = own(async (visit) => {
  const { services, espace } = visit;
  const row = await rowOf(visit).first('token_sealed');
  const token = row && services.vault.open(PURPOSE, row.token_sealed);
  const address = token ? services.visitors.address(`/agenda${SECRET_PATH.replace(':token', token)}`) : null;
  const webcal = address?.replace(/^https?:/, 'webcal:');
  return page('agenda/calendrier', { address, webcal, path: here(visit), agenda: `${homeOf(espace)}/` });
});

/** Makes the address, or another in its place: the one before opens nothing any more. */
export const makeAddress = own(async (visit) => {
  const { db, now, services, person } = visit;
  const token = randomBytes(32).toString('base64url');
  const kept = {
    token_hmac: services.vault.hmac(PURPOSE, token),
    token_sealed: services.vault.seal(PURPOSE, token),
    made_at: now,
  };
  await db('agenda_calendars')
    .insert({ ...kept, person_id: person?.id })
    .onConflict(['school_id', 'person_id'])
    .merge(kept);
  await audit(db, now, visit, 'Agenda : adresse de calendrier créée');
  return redirect(here(visit), 'Votre adresse est prête. L’ancienne, s’il y en avait une, ne s’ouvre plus.');
});

export const withdrawAddress = own(async (visit) => {
  if (await rowOf(visit).delete()) await audit(visit.db, visit.now, visit, 'Agenda : adresse de calendrier retirée');
  return redirect(here(visit), 'Votre adresse est retirée : elle ne s’ouvre plus.');
});

/**
 * The private calendar, without a session: what its person would read now, and nothing once his account or the rubric is
 * closed. A calendar that asks all the time waits.
 */
export async function serveOwn({ step, services, params }: Visit): Promise<Reply> {
  const token_hmac = services.vault.hmac(PURPOSE, params.token ?? '');
  const found = await step(({ db }) => db('agenda_calendars').where({ token_hmac }).first('id', 'person_id'));
  if (!found) return missing();
  const minutes = await services.visitors.wait('form', `agenda ${found.id}`);
  if (minutes) return slower(minutes);
  const body = await step((work) => ownCalendar(work, found.person_id));
  return body ? calendarFile(body) : missing();
}

async function ownCalendar(work: Work, personId: string): Promise<string | null> {
  const homes = await work.services.visitors.homesOf(personId, READ);
  const espaces = homes.filter(({ options }) => options.calendar !== false).map(({ espace }) => espace);
  return espaces.length ? write(work, forEspaces(work.db, espaces)) : null;
}

/** Public events only, while the page of the school is published. */
export const servePublic = async (visit: Visit): Promise<Reply> =>
  calendarFile(await write(visit, forAnyone(visit.db)));

async function write(work: Pick<Work, 'now' | 'school'>, query: ReturnType<typeof forAnyone>): Promise<string> {
  const list: Event[] = await query.where('last_day', '>=', yearBegins(work));
  return icsOf(`Agenda, ${work.school.name}`, work.school.timezone, list);
}

const calendarFile = (body: string): Reply => file('agenda.ics', 'text/calendar; charset=utf-8', body);
const slower = (minutes: number): Reply => ({
  ...file(
    'agenda.txt',
    'text/plain; charset=utf-8',
    `Trop de lectures. Recommencez dans ${counted(minutes, 'minute')}.`,
  ),
  status: 429,
});
