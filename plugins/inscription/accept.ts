import {
  audit,
  capitals,
  type InputOf,
  invalid,
  LEVELS,
  missing,
  page,
  type Reply,
  record,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { peopleOf, type Someone } from './alike.ts';
import { nameOf } from './decide.ts';
import { enter } from './enter.ts';
import { write } from './letters.ts';
import { causeOf, childOf, type EnrolRequest, move, requestOf } from './requests.ts';
import { papersOf, readForm } from './school-form.ts';
import { calledName, DECIDABLE, DESK, yearInWords } from './words.ts';

export const acceptForm = {
  firstName: text('Prénom dans l’annuaire', { max: 100, autocomplete: 'off' }),
  level: text('Niveau', { max: 4 }),
  classId: text('Classe', { max: 40, optional: true }),
  who: record(),
};
type Input = InputOf<typeof acceptForm>;
const NEW = 'nouvelle';

const classesOf = (visit: Visit, { year }: EnrolRequest): Promise<{ id: string; label: string }[]> =>
  visit.db('classes').where({ year }).orderBy('search').select('id', 'label');

/** Who enters the directory, who is there already (« c’est elle »), and in which class. */
export async function showAccept(visit: Visit): Promise<Reply> {
  const request = await requestOf(visit);
  if (!request) return missing();
  const home = `${DESK}/${request.id}`;
  if (!DECIDABLE.includes(request.state)) return redirect(home);
  const typed = (visit.input ?? {}) as Record<string, string | undefined>;
  const chosen = (field: string, value: string, first = '') => (typed[field] ?? first) === value;
  const people = await peopleOf(visit, request);
  return page(
    'inscription/accepter',
    {
      called: childOf(request),
      home,
      year: yearInWords(request.year),
      coming: request.year > visit.services.people.year,
      levels: LEVELS.map((one) => ({ ...one, selected: chosen('level', one.value, request.level) })),
      classes: [
        { value: '', label: 'Sans classe pour l’instant', selected: chosen('classId', '') },
        ...(await classesOf(visit, request)).map(({ id, label }) => ({
          value: id,
          label,
          selected: chosen('classId', id),
        })),
      ],
      people: people.map((one) => ({
        ...one,
        radio: `who.${one.key}`,
        known: one.alike.length > 0,
        pupil: one.key === 'child',
        alike: one.alike.map((other) => ({ ...other, chosen: chosen(`who.${one.key}`, other.id) })),
        fresh: chosen(`who.${one.key}`, NEW),
      })),
    },
    undefined,
    { form: { firstName: calledName(request.first_names) } },
  );
}

/** Whom each person of the request is: the id of somebody who was offered, or null for a new one. */
function decided(people: Someone[], who: Record<string, string>): Map<string, string | null> | { undecided: string } {
  const ids = new Map<string, string | null>();
  for (const { key, name, alike } of people) {
    const chosen = alike.length ? who[key] : NEW;
    const known = alike.find((one) => one.id === chosen);
    if (!known && chosen !== NEW) return { undecided: name };
    ids.set(key, known?.id ?? null);
  }
  return ids;
}

export async function accept(visit: Visit<Input>, request: EnrolRequest): Promise<Reply> {
  const { db, now, input } = visit;
  const inside = visit as Visit;
  const level = LEVELS.find((one) => one.value === input.level)?.value;
  if (!level) return invalid({ level: 'Choisissez un niveau dans la liste.' });
  const classId = input.classId ?? null;
  if (classId && !(await classesOf(inside, request)).some((one) => one.id === classId))
    return invalid({ classId: 'Choisissez une classe dans la liste.' });
  const ids = decided(await peopleOf(inside, request), input.who);
  if ('undecided' in ids)
    return invalid({ who: `Dites si ${ids.undecided} est déjà dans l’annuaire ou une nouvelle personne.` });
  const pupilId = await enter(inside, request, { ids, firstName: input.firstName, level, classId });
  const mailingId = await tellAccepted(inside, request);
  await move(
    inside,
    request,
    { kind: 'accepted', by: nameOf(visit) },
    { state: 'accepted', closed_at: now, pupil_id: pupilId, mailing_id: mailingId },
  );
  await audit(db, now, visit, 'Inscription : demande acceptée', childOf(request));
  const home = `${DESK}/${request.id}`;
  return redirect(home, {
    text: `${input.firstName} ${capitals(request.last_name)} est dans l’annuaire. La famille est prévenue dans une minute.`,
    undo: { to: `${home}/annuler`, values: { sure: '1' } },
  });
}

async function tellAccepted(visit: Visit, request: EnrolRequest): Promise<string> {
  const form = await readForm(visit.db, { year: request.year });
  const papers = form ? papersOf(form) : [];
  const bring = papers.length ? `\n\nÀ apporter à l’école :\n${papers.map((one) => `- ${one}`).join('\n')}` : '';
  return write(visit, request, {
    title: 'Inscription : demande acceptée',
    subject: `Demande d’inscription acceptée, ${visit.school.name}`,
    text: `L’école accepte votre demande pour ${childOf(request)}, année scolaire ${yearInWords(request.year)}.${bring}

Vos identifiants pour suivre la vie de l’école vous seront remis par l’école.`,
    recall: true,
  });
}

/** Takes the acceptance back: the directory is as before, save what somebody has touched since; the family is told if it knew. */
export async function undoAccept(visit: Visit<{ sure: string }>, request: EnrolRequest): Promise<Reply> {
  const { services, db, now } = visit;
  const { kept } = await services.register.undo(causeOf(request));
  const called = request.mailing_id ? await services.outbox.cancel(request.mailing_id) : 0;
  await move(
    visit,
    request,
    { kind: 'undone', by: nameOf(visit) },
    { state: 'sent', closed_at: null, pupil_id: null, mailing_id: null },
  );
  if (!called)
    await write(visit, request, {
      title: 'Inscription : demande de nouveau étudiée',
      subject: `Votre demande d’inscription, ${visit.school.name}`,
      text: `L’école étudie de nouveau votre demande pour ${childOf(request)} : son acceptation est annulée. Vous recevrez sa réponse par e-mail.`,
    });
  await audit(db, now, visit, 'Inscription : acceptation annulée', childOf(request));
  const words = kept.map(({ who, what }) => `${who} reste dans l’annuaire : ${what}.`);
  return redirect(`${DESK}/${request.id}`, ['L’inscription est annulée.', ...words].join(' '));
}
