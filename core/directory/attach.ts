import { choice, email, hidden, type InputOf, text, tick } from '../form/form.ts';
import { isId } from '../identifier.ts';
import { likePattern, searchKey } from '../people/names.ts';
import { get, invalid, missing, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { done, GUARDIAN_CARD, newCause, PUPIL_CARD, pupilHome, takeBack } from './card.ts';
import { CIVILITIES } from './guardian-edit.ts';
import { auditLink } from './link-rows.ts';
import { capitals } from './list-words.ts';
import { guardianCalled, NAME_COLUMNS, type Named, nameOf, pupilCalled } from './rows.ts';

const fresh = {
  civility: choice('Civilité', CIVILITIES),
  lastName: text('Nom', { max: 100 }),
  firstName: text('Prénom', { max: 100 }),
  email: email('E-mail', { optional: true, autocomplete: 'off' }),
  phoneMobile: text('Mobile', { max: 30, optional: true, attributes: { inputmode: 'tel' } }),
  other: tick('C’est une autre personne que celle qui porte déjà ce nom'),
};
const path = '/eleves/:pupil/responsables';

/** A guardian who is already in the directory, found by name, or a new one. */
export const attachRoutes = [
  get('admin', path, GUARDIAN_CARD.write, show),
  post('admin', path, GUARDIAN_CARD.write, fresh, create),
  post('admin', `${path}/ajouter`, GUARDIAN_CARD.write, { guardian: hidden() }, attach, { back: path, as: 'adding' }),
  post(
    'admin',
    `${path}/annuler`,
    GUARDIAN_CARD.write,
    { cause: hidden() },
    (visit) => takeBack(visit, PUPIL_CARD, true),
    {
      back: path,
      as: 'undo',
    },
  ),
];

const FOUND = 20;

type Candidate = Named & { id: string; children: string | null; linked: boolean };

function candidates({ db, params }: Visit) {
  return db('people')
    .where('people.kind', 'guardian')
    .orderBy('people.search')
    .limit(FOUND)
    .select(
      'people.id',
      ...NAME_COLUMNS,
      db.raw(
        `(select string_agg(coalesce(c.used_first_name, c.first_name) || ' ' || coalesce(c.used_name, c.last_name), ', ' order by c.search)
          from guardian_links l join people c on c.id = l.pupil_id where l.guardian_id = people.id) as children`,
      ),
      db.raw('exists (select 1 from guardian_links l where l.guardian_id = people.id and l.pupil_id = ?) as linked', [
        params.pupil as string,
      ]),
    );
}

const pupilOf = ({ db, params }: Visit): Promise<Named> =>
  db('people')
    .where({ id: params.pupil })
    .first(...NAME_COLUMNS);

async function show(visit: Visit): Promise<Reply> {
  const typed = visit.query.get('q')?.trim().slice(0, 100) ?? '';
  const rows: Candidate[] = searchKey(typed)
    ? await candidates(visit).whereLike('people.search', likePattern(typed))
    : [];
  const home = pupilHome(visit.params.pupil as string);
  return page('admin/rattacher', {
    called: pupilCalled(await pupilOf(visit)),
    home,
    typed,
    full: rows.length === FOUND,
    found: rows.map((row) => ({
      id: row.id,
      name: [row.civility, nameOf(row)].filter(Boolean).join(' '),
      children: row.children,
      linked: row.linked,
    })),
  });
}

async function attach(visit: Visit<{ guardian: string }>): Promise<Reply> {
  const { db, input, params, services } = visit;
  const pupilId = params.pupil as string;
  if (!isId(input.guardian)) return missing();
  const guardian = await db('people')
    .where({ id: input.guardian, kind: 'guardian' })
    .first(...NAME_COLUMNS);
  if (!guardian) return missing();
  const pupil = await pupilOf(visit);
  const cause = newCause();
  const made = await services.register.of({ cause }).link([{ guardianId: input.guardian, pupilId }]);
  if (!made)
    return redirect(pupilHome(pupilId), `${guardianCalled(guardian)} était déjà rattaché à ${pupilCalled(pupil)}.`);
  await auditLink(visit, 'Responsable rattaché', { guardian, pupil });
  return done(
    pupilHome(pupilId),
    `${guardianCalled(guardian)} est maintenant responsable de ${pupilCalled(pupil)}.`,
    cause,
    '/responsables/annuler',
  );
}

async function create(visit: Visit<InputOf<typeof fresh>>): Promise<Reply> {
  const { db, input, params, services } = visit;
  const pupilId = params.pupil as string;
  const lastName = capitals(input.lastName);
  const { firstName } = input;
  const twin: Candidate | undefined = input.other
    ? undefined
    : await candidates(visit).where('people.search', searchKey(lastName, firstName)).first();
  if (twin)
    return invalid({
      lastName: `${nameOf(twin)} est déjà dans l’annuaire${twin.children ? ` (${twin.children})` : ''}. Cherchez ce nom plus haut pour le rattacher, ou cochez « C’est une autre personne ».`,
    });
  const { register, accounts } = services;
  const [guardianId] = (await register.add('guardian', [
    { civility: input.civility || null, lastName, firstName, email: input.email, phoneMobile: input.phoneMobile },
  ])) as [string];
  await register.link([{ guardianId, pupilId }]);
  const [account] = await accounts.create([{ personId: guardianId, kind: 'guardian', firstName, lastName }]);
  const guardian = await db('people')
    .where({ id: guardianId })
    .first(...NAME_COLUMNS);
  const pupil = await pupilOf(visit);
  await auditLink(visit, 'Responsable créé et rattaché', { guardian, pupil });
  return redirect(
    pupilHome(pupilId),
    `${guardianCalled(guardian)} est maintenant responsable de ${pupilCalled(pupil)}. Identifiant : ${account?.login}.`,
  );
}
