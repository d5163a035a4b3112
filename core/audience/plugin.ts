import { cardOf } from '../access/espaces.ts';
import { audit } from '../audit.ts';
import { choice, hidden, text, tick } from '../form/form.ts';
import {
  definePlugin,
  get,
  invalid,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { keepSettings } from '../settings.ts';
import type { Reach, RecipientKind, WriterKind } from './audience-types.ts';
import { nameOf } from './groups.ts';
import { COMMUNICATION, cellOf, hasOwn, RECIPIENT_KINDS, RECIPIENTS, WRITERS, whoMay } from './who-may.ts';

const RULES = 'communication.rules';
const CUT = 'communication.cut';
const WRITER_KINDS = Object.keys(WRITERS) as WriterKind[];
const REACHES: Record<Reach, string> = { all: 'Tous', own: 'Les siens', none: 'Personne' };
const without = { all: REACHES.all, none: REACHES.none };

const rules = {
  ...Object.fromEntries(
    WRITER_KINDS.flatMap((writer) =>
      RECIPIENT_KINDS.map((kind) => [
        cellOf(writer, kind),
        choice(`${WRITERS[writer]} écrivent à : ${RECIPIENTS[kind]}`, hasOwn(writer) ? REACHES : without),
      ]),
    ),
  ),
  approve: tick('Les informations et sondages des professeurs pour les familles attendent l’accord de la direction'),
};

const cutForm = {
  scope: choice('Pour qui', { all: 'Tout le monde, sauf l’Administration', ...WRITERS, person: 'Une seule personne' }),
  who: text('Identifiant de la personne', {
    optional: true,
    max: 60,
    hint: 'Pour une seule personne : il est sur sa fiche, par exemple SLEOTI.',
  }),
  reason: text('Ce qui sera dit aux personnes', {
    max: 200,
    hint: 'Par exemple : un compte a été volé, retour lundi.',
  }),
};

/** Configuration > who may write to whom, and the switch that silences the messaging at once (C-35, proposal 18). */
export const communication = (): Plugin =>
  definePlugin({
    name: COMMUNICATION,
    title: 'Communication',
    permissions: {
      rules: 'Communication > Régler qui peut écrire à qui',
      cut: 'Communication > Couper la messagerie',
    },
    nav: [
      {
        area: 'admin',
        under: 'Configuration',
        title: 'Qui peut écrire à qui',
        path: '/regles',
        allow: RULES,
        icon: 'messages-square',
      },
      {
        area: 'admin',
        under: 'Configuration',
        title: 'Couper la messagerie',
        path: '/coupure',
        allow: CUT,
        icon: 'circle-slash',
      },
    ],
    privacy: [
      {
        column: 'messaging_cuts.*',
        purpose: 'Empêcher quelqu’un d’écrire tant que l’école l’a décidé',
        retention: 'Jusqu’à ce que la messagerie soit rouverte',
        export: 'yes',
        erase: 'with-person',
      },
    ],
    routes: [
      get('admin', '/regles', RULES, showRules),
      post('admin', '/regles', RULES, rules, (visit) => saveRules(visit as Visit<Record<string, string | boolean>>), {
        fresh: true,
      }),
      get('admin', '/coupure', CUT, showCuts),
      post('admin', '/coupure', CUT, cutForm, cut),
      post('admin', '/coupure/rouvrir', CUT, { id: hidden() }, reopen, { back: '/coupure', as: 'reopening' }),
    ],
  });

function showRules({ school }: Visit): Reply {
  const values = Object.fromEntries(
    WRITER_KINDS.flatMap((writer) => {
      const may = whoMay(school, writer);
      return RECIPIENT_KINDS.map((kind) => [cellOf(writer, kind), may[kind]]);
    }),
  );
  const rows = WRITER_KINDS.map((writer) => ({
    title: WRITERS[writer],
    cells: RECIPIENT_KINDS.map((kind) => ({ name: cellOf(writer, kind), kind: RECIPIENTS[kind] })),
  }));
  const approve = school.settings[COMMUNICATION]?.approve === true;
  return page('audience/regles', { rows, kinds: Object.values(RECIPIENTS) }, undefined, {
    form: { ...values, approve },
  });
}

async function saveRules(visit: Visit<Record<string, string | boolean>>): Promise<Reply> {
  const { db, now, account, person, school, input } = visit;
  await keepSettings(db, COMMUNICATION, input);
  const changed = WRITER_KINDS.flatMap((writer) => {
    const before = whoMay(school, writer);
    return RECIPIENT_KINDS.flatMap((kind: RecipientKind) => {
      const after = input[cellOf(writer, kind)] as Reach;
      return before[kind] === after ? [] : [`${WRITERS[writer]}, ${RECIPIENTS[kind]} : ${REACHES[after]}`];
    });
  });
  await audit(
    db,
    now,
    { account, person },
    'Qui peut écrire à qui',
    changed.join(' ; ') || 'rien de changé au tableau',
  );
  return redirect('/gestion/communication/regles', 'C’est enregistré. La règle vaut dès le prochain envoi.');
}

async function showCuts({ db }: Visit): Promise<Reply> {
  const rows = await db('messaging_cuts')
    .leftJoin('people', 'people.id', 'messaging_cuts.person_id')
    .orderBy('at')
    .select(
      'messaging_cuts.id',
      'scope',
      'reason',
      'by_name',
      'at',
      'person_id',
      'people.kind',
      'last_name',
      'first_name',
    );
  const cuts = rows.map((row) => ({
    id: row.id,
    who:
      row.scope === 'person'
        ? nameOf({ lastName: row.last_name, firstName: row.first_name } as never)
        : row.scope === 'all'
          ? 'Tout le monde, sauf l’Administration'
          : WRITERS[row.scope as WriterKind],
    card: row.person_id && cardOf({ id: row.person_id, kind: row.kind }),
    reason: row.reason,
    by: row.by_name,
    at: row.at,
  }));
  return page('audience/coupure', { cuts });
}

async function cut(visit: Visit<{ scope: string; who: string | null; reason: string }>): Promise<Reply> {
  const { db, now, account, person, input } = visit;
  const meant =
    input.scope === 'person' &&
    (await db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .where({ login: (input.who ?? '').trim().toUpperCase() })
      .first('people.id', 'first_name', 'last_name'));
  if (input.scope === 'person' && !meant)
    return invalid({ who: 'Personne n’a cet identifiant. Il est sur la fiche de la personne.' });
  if (meant && meant.id === person?.id) return invalid({ who: 'C’est vous : vous ne pourriez plus écrire.' });
  await db('messaging_cuts')
    .where({ scope: input.scope, person_id: meant ? meant.id : null })
    .delete();
  await db('messaging_cuts').insert({
    scope: input.scope,
    person_id: meant ? meant.id : null,
    reason: input.reason,
    by_name: `${person?.firstName} ${person?.lastName}`,
    at: now,
  });
  const whom = meant
    ? `${meant.first_name} ${meant.last_name}`
    : input.scope === 'all'
      ? 'tout le monde'
      : WRITERS[input.scope as WriterKind];
  await audit(db, now, { account, person }, 'Messagerie coupée', `${whom} : ${input.reason}`);
  return redirect(
    '/gestion/communication/coupure',
    'La messagerie est coupée. Lire reste possible ; écrire ne l’est plus, dès maintenant.',
  );
}

async function reopen({ db, now, account, person, input }: Visit<{ id: string }>): Promise<Reply> {
  const [gone] = await db('messaging_cuts')
    .whereRaw('id::text = ?', [input.id])
    .delete()
    .returning(['scope', 'reason']);
  if (!gone) return redirect('/gestion/communication/coupure', 'Rien n’est changé : c’était déjà rouvert.');
  await audit(db, now, { account, person }, 'Messagerie rouverte', gone.reason);
  return redirect('/gestion/communication/coupure', 'La messagerie est rouverte.');
}
