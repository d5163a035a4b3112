import {
  choices,
  date,
  hidden,
  type InputOf,
  invalid,
  isId,
  missing,
  page,
  type Reply,
  redirect,
  text,
  tick,
  time,
  type Visit,
} from '@preau/core';
import { byMonth, type Event, events, shown, today, yearBegins } from './events.ts';
import { AUDIENCE, audienceInWords, HOME } from './words.ts';

export const eventForm = {
  title: text('Titre', { max: 120 }),
  firstDay: date('Jour'),
  lastDay: date('Dernier jour', { optional: true, hint: 'Seulement si cela dure plusieurs jours.' }),
  starts: time('Heure de début', { optional: true, hint: 'Sans heure : toute la journée.' }),
  ends: time('Heure de fin', { optional: true }),
  place: text('Lieu', { optional: true, max: 120 }),
  audience: choices('Qui le voit dans son Espace', AUDIENCE),
  onPage: tick('Sur la page établissement', { hint: 'Tout le monde le voit, sans se connecter.' }),
};
type Input = InputOf<typeof eventForm>;
export const oneForm = { id: hidden() };
export const undoForm = { id: hidden(), version: hidden() };

/** Communication > Agenda (N-01): what is to come by month, then what is past, the last first. */
export async function showDesk(visit: Visit): Promise<Reply> {
  const all: Event[] = await events(visit.db);
  const line = (one: Event) => ({
    ...shown(one),
    path: `${HOME}${one.id}`,
    audience: audienceInWords(one.audience),
    onPage: one.on_page,
  });
  const coming = all.filter((one) => one.last_day >= today(visit));
  const past = all.filter((one) => one.last_day < today(visit)).toReversed();
  return page(
    'agenda/gestion',
    { coming: byMonth(coming.map(line)), past: byMonth(past.map(line)), total: past.length },
    'agenda/_gestion',
  );
}

export const showNew = (): Reply =>
  page('agenda/nouveau', {}, undefined, { form: { audience: Object.keys(AUDIENCE) } });

export async function add(visit: Visit<Input>): Promise<Reply> {
  const { db, input, now } = visit;
  const wrong = wrongIn(visit);
  if (wrong) return invalid(wrong);
  const [{ id }] = await db('agenda_events')
    .insert({ ...rowOf(input), made_at: now, changed_at: now })
    .returning('id');
  return redirect(HOME, {
    text: `« ${input.title} » est dans l’agenda.`,
    undo: { to: `${HOME}retirer`, values: { id } },
  });
}

const eventOf = ({ db, params }: Pick<Visit, 'db' | 'params'>, hold = false): Promise<Event | undefined> => {
  const query = events(db).where({ id: params.id });
  return (hold ? query.forUpdate() : query).first();
};

export const eventVersion = async (visit: Visit, hold: boolean) => (await eventOf(visit, hold))?.version ?? null;

export async function showOne(visit: Visit): Promise<Reply> {
  const one = await eventOf(visit);
  if (!one) return missing();
  const { id, title, starts, ends, place, audience } = one;
  const lastDay = one.last_day === one.first_day ? null : one.last_day;
  const form = { title, firstDay: one.first_day, lastDay, starts, ends, place, audience, onPage: one.on_page };
  return page('agenda/modifier', { id, title }, undefined, { form });
}

export async function save(visit: Visit<Input>): Promise<Reply> {
  const { db, input, now } = visit;
  const one = await eventOf(visit as Visit, true);
  if (!one) return missing();
  const wrong = wrongIn(visit, one.first_day);
  if (wrong) return invalid(wrong);
  const { title, first_day, last_day, starts, ends, place, audience, on_page } = one;
  const version = one.version + 1;
  const before = JSON.stringify({ title, first_day, last_day, starts, ends, place, audience, on_page });
  await db('agenda_events')
    .where({ id: one.id })
    .update({ ...rowOf(input), changed_at: now, version, before });
  return redirect(HOME, {
    text: `« ${input.title} » est changé.`,
    undo: { to: `${HOME}reprendre`, values: { id: one.id, version: String(version) } },
  });
}

/** Takes the last change back, unless another came since. */
export async function takeBack({ db, input, now }: Visit<InputOf<typeof undoForm>>): Promise<Reply> {
  if (!isId(input.id)) return missing();
  const one = await events(db).where({ id: input.id }).forUpdate().first('before', 'version');
  if (!one?.before || String(one.version) !== input.version)
    return redirect(HOME, 'Cet événement a changé depuis : rien n’est annulé.');
  await db('agenda_events')
    .where({ id: input.id })
    .update({ ...one.before, changed_at: now, version: one.version + 1, before: null });
  return redirect(HOME, `« ${one.before.title} » est comme avant.`);
}

export async function remove({ db, input, now }: Visit<InputOf<typeof oneForm>>): Promise<Reply> {
  if (!isId(input.id)) return missing();
  const [gone] = await events(db).clearOrder().where({ id: input.id }).update({ removed_at: now }).returning('title');
  if (!gone) return redirect(HOME, 'Cet événement n’est plus dans l’agenda.');
  return redirect(HOME, {
    text: `« ${gone.title} » est retiré de l’agenda.`,
    undo: { to: `${HOME}remettre`, values: { id: input.id } },
  });
}

export async function bringBack({ db, input, now }: Visit<InputOf<typeof oneForm>>): Promise<Reply> {
  if (!isId(input.id)) return missing();
  const [back] = await db('agenda_events')
    .where({ id: input.id })
    .whereNotNull('removed_at')
    .update({ removed_at: null, changed_at: now })
    .returning('title');
  return redirect(HOME, back ? `« ${back.title} » est de nouveau dans l’agenda.` : undefined);
}

const rowOf = ({ title, firstDay, lastDay, starts, ends, place, audience, onPage }: Input) => ({
  title,
  first_day: firstDay,
  last_day: lastDay ?? firstDay,
  starts,
  ends,
  place,
  audience,
  on_page: onPage,
});

/** What no field can see by itself. @param was the day it stands on: an old one may stay there. */
function wrongIn({ input, ...visit }: Visit<Input>, was?: string): Record<string, string> | null {
  const { firstDay, lastDay, starts, ends, audience, onPage } = input;
  const until = lastDay ?? firstDay;
  const [first, last] = [yearBegins(visit, 1), yearBegins(visit, -3)];
  if ((firstDay < first && firstDay !== was) || firstDay >= last) return { firstDay: YEAR };
  if (until < firstDay) return { lastDay: 'Le dernier jour vient après le premier.' };
  if (until >= last) return { lastDay: YEAR };
  if (ends && !starts) return { starts: 'Écrivez aussi l’heure de début.' };
  if (starts && !ends && until > firstDay)
    return { ends: 'Sur plusieurs jours, écrivez aussi l’heure de fin, ou aucune heure.' };
  if (starts && ends && until === firstDay && ends <= starts) return { ends: 'La fin vient après le début.' };
  if (!audience.length && !onPage)
    return { audience: 'Personne ne le verrait : cochez au moins un choix, ou « Sur la page établissement ».' };
  return null;
}
const YEAR = 'Vérifiez l’année : l’agenda va de l’an dernier à dans deux ans.';
