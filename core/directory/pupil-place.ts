import { frenchDay } from '../clock.ts';
import { date, type InputOf, text } from '../form/form.ts';
import { placeInWords } from '../people/history.ts';
import { get, invalid, page, post, type Reply, type Visit } from '../plugin/contract.ts';
import { done, newCause, PUPIL_CARD, pupilHome } from './card.ts';
import { classOptions, LEVELS, today } from './list-words.ts';
import { NAME_COLUMNS, type Named, nameOf, pupilCalled } from './rows.ts';

const place = { classId: text('Classe', { optional: true }), level: text('Niveau', { optional: true }) };
const leaving = { leftOn: date('Parti(e) le', { hint: 'Le premier jour où l’enfant n’est plus à l’école.' }) };
const SCHEMES = ['ULIS', 'UPE2A'];

/** Class and level of the year, and whether the pupil is still at the school. */
export const placeRoutes = [
  get('admin', '/eleves/:pupil/classe', PUPIL_CARD.write, show),
  post('admin', '/eleves/:pupil/classe', PUPIL_CARD.write, place, savePlace, { version }),
  post('admin', '/eleves/:pupil/depart', PUPIL_CARD.write, leaving, (visit) => leave(visit, visit.input.leftOn), {
    back: '/eleves/:pupil/classe',
    as: 'leaving',
  }),
  post('admin', '/eleves/:pupil/retour', PUPIL_CARD.write, (visit) => leave(visit, null)),
];

interface Placed extends Named {
  left_on: string | null;
  class_id: string | null;
  level: string | null;
}

const placed = ({ db, params, services }: Visit): Promise<Placed> =>
  db('people')
    .leftJoin('class_places', (join) =>
      join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [services.people.year])),
    )
    .where('people.id', params.pupil)
    .first(...NAME_COLUMNS, 'left_on', 'class_id', 'level');

async function version(visit: Visit, hold: boolean): Promise<string> {
  if (hold) await visit.db('people').where({ id: visit.params.pupil }).forUpdate().first('id');
  const { class_id, level } = await placed(visit);
  return `${class_id ?? ''} ${level ?? ''}`;
}

const levelsFor = (level: string | null): string[] => [
  ...new Set([...LEVELS.map((one) => one.value), ...SCHEMES, ...(level ? [level] : [])]),
];

async function show(visit: Visit): Promise<Reply> {
  const row = await placed(visit);
  const typed = visit.input as { classId?: string; level?: string } | null;
  const chosen = { classId: typed?.classId ?? row.class_id ?? '', level: typed?.level ?? row.level ?? '' };
  const option = (value: string, label: string, now: string) => ({ value, label, selected: value === now });
  return page(
    'admin/eleve-classe',
    {
      name: nameOf(row),
      called: pupilCalled(row),
      home: pupilHome(visit.params.pupil as string),
      leftOn: row.left_on,
      gone: row.left_on !== null && row.left_on <= today(visit),
      classes: [
        option('', 'Sans classe', chosen.classId),
        ...(await classOptions(visit)).map((one) => option(one.value, one.label, chosen.classId)),
      ],
      levels: [
        option('', 'Non renseigné', chosen.level),
        ...levelsFor(row.level).map((one) => option(one, one, chosen.level)),
      ],
    },
    undefined,
    { form: { classId: row.class_id, level: row.level }, leaving: { leftOn: row.left_on } },
  );
}

async function savePlace(visit: Visit<InputOf<typeof place>>): Promise<Reply> {
  const { input, services, params } = visit;
  const pupilId = params.pupil as string;
  const row = await placed(visit);
  const classes = await classOptions(visit);
  const found = classes.find((one) => one.value === input.classId);
  if (input.classId && !found) return invalid({ classId: 'Choisissez la classe dans la liste : elle a changé.' });
  if (input.level && !levelsFor(row.level).includes(input.level))
    return invalid({ level: 'Choisissez le niveau dans la liste.' });
  const cause = newCause();
  await services.register.of({ cause }).place([{ pupilId, classId: input.classId, level: input.level }]);
  const where = placeInWords({ label: found?.label ?? null, level: input.level });
  return done(pupilHome(pupilId), `${pupilCalled(row)} : ${where}.`, cause);
}

async function leave(visit: Visit, leftOn: string | null): Promise<Reply> {
  const pupilId = visit.params.pupil as string;
  const row = await placed(visit);
  const cause = newCause();
  await visit.services.register.of({ cause }).change([{ id: pupilId, fields: { leftOn } }]);
  const day = leftOn && frenchDay(leftOn);
  return done(
    pupilHome(pupilId),
    leftOn
      ? `${pupilCalled(row)} n’est plus à l’école à partir du ${day}. Ses données sont gardées.`
      : `${pupilCalled(row)} est de nouveau parmi les présents.`,
    cause,
  );
}
