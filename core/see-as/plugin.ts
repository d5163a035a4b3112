import { ESPACE_TITLES, espacesOf } from '../access/espaces.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { hidden } from '../form/form.ts';
import { isId } from '../identifier.ts';
import {
  type Account,
  definePlugin,
  ESPACES,
  type Espace,
  forbidden,
  get,
  type Job,
  missing,
  type Plugin,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import type { Look } from './looked-at.ts';
import { refusedLook, targetOf, USE } from './may-look.ts';
import { showDesk } from './page.ts';
import { SEE_AS } from './shut.ts';
import { TOLD_DAYS } from './told.ts';

const HOME = `/gestion/${SEE_AS}/`;

/**
 * « Voir comme » (P9): the director sees any Espace as a model person or, with the password and on record, as a real one.
 * He reads and sends nothing; what is personal stays masked.
 */
export const seeAs = (house: House): Plugin =>
  definePlugin({
    name: SEE_AS,
    title: 'Voir comme',
    permissions: { use: 'Généralités > Voir un Espace comme une autre personne' },
    nav: [{ area: 'admin', under: 'Espaces web > Paramètres communs', title: 'Voir comme', path: '/', allow: USE }],
    privacy: [
      {
        column: 'espace_looks.*',
        purpose: 'Dire à chacun que l’école a regardé son Espace, qui et quand',
        retention: `${TOLD_DAYS} jours`,
        export: 'yes',
        erase: 'with-person',
      },
    ],
    routes: [
      get('admin', '/', USE, (visit) => showDesk(house, visit)),
      post('admin', '/modele', USE, { espace: hidden(), classId: hidden() }, (visit) => asModel(house, visit), {
        back: '/',
        as: 'model',
      }),
      post('admin', '/personne', USE, { person: hidden() }, (visit) => lookAsPerson(house, visit), {
        back: '/',
        as: 'person',
        fresh: true,
      }),
      post('public', '/quitter', 'signed-in', leave),
    ],
    nightly: { purge },
  });

async function look(house: House, visit: Visit, espace: Espace, kept: Look): Promise<Reply> {
  if (!house.modules.of(visit.school).publishes(espace))
    return forbidden(`L’${ESPACE_TITLES[espace]} n’est pas publié : personne ne le voit en ce moment.`);
  const { sessionHandle } = visit.account as Account;
  await visit.db.raw('select look_as(?, ?)', [sessionHandle, JSON.stringify(kept)]);
  return redirect(`/espace/${espace}/accueil/`);
}

async function asModel(house: House, visit: Visit<{ espace: string; classId: string }>): Promise<Reply> {
  const { db, input } = visit;
  const espace = ESPACES.find((one) => one === input.espace);
  if (!espace) return missing();
  const known = isId(input.classId) ? await db('classes').where({ id: input.classId }).first('id') : null;
  return look(house, visit, espace, { model: espace, classId: known?.id ?? null });
}

/** A real person's Espace: on the school's journal, and told to the person (C-44). */
async function lookAsPerson(house: House, visit: Visit<{ person: string }>): Promise<Reply> {
  const { db, input, now, account, person } = visit;
  const target = isId(input.person) ? await targetOf(db, { 'people.id': input.person }) : null;
  if (!target) return missing();
  const refused = refusedLook(account as Account, target, now);
  if (refused) return forbidden(refused);
  const [espace] = espacesOf(target.person) as [Espace];
  const reply = await look(house, visit, espace, { account: target.accountId });
  if (reply.reply !== 'redirect') return reply;
  const name = `${target.person.lastName} ${target.person.firstName}`;
  await audit(
    db,
    now,
    visit,
    'Espace vu comme une autre personne',
    `${name} (${target.login}), ${ESPACE_TITLES[espace]}`,
  );
  await db('espace_looks').insert({
    account_id: target.accountId,
    who: `${person?.firstName} ${person?.lastName}`,
    at: now,
  });
  return reply;
}

/** The one thing that can be posted during a look. */
async function leave({ db, account }: Visit): Promise<Reply> {
  if (!account?.viewing) return missing();
  await db.raw('select look_as(?, null)', [account.sessionHandle]);
  return redirect(HOME, 'Vous êtes de retour en Gestion.');
}

async function purge(job: Job): Promise<void> {
  const before = new Date(job.now.getTime() - TOLD_DAYS * 86_400_000);
  await job.step(({ db }) => db('espace_looks').where('at', '<', before).delete());
}
