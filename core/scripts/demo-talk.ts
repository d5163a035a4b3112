import { dayIn } from '../clock.ts';
import type { OpenHouse } from '../house.ts';
import type { Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { type Hand, handOf } from './demo-hand.ts';

/** What a school says to its families, once: an information to sign, a survey, a discussion. Without those modules, nothing. */
export async function talk(open: OpenHouse, origin: string, school: { id: string; rne: string }): Promise<void> {
  const { house } = open;
  if (!['infos', 'discussions'].every((name) => house.modules.plugin(name))) return;
  const known = await inSchool(house.app, school.id, (db) => db('infos_items').first('id'));
  if (known) return;
  const cast = await inSchool(house.app, school.id, castOf);
  if (!cast) return;
  const director = handOf(open, origin, school, cast.director, 'administration');
  const days = (count: number) => dayIn(new Date(house.clock().getTime() + count * 86_400_000), 'Europe/Paris');
  const period = { publish: 'on', from: days(0), to: days(21) };
  await send(director, cast.families, '/gestion/infos/nouvelle', {
    ...period,
    title: 'Sortie à la ferme\u00a0: votre accord',
    'body.html':
      '<p>Chers parents,</p><p>Vendredi 11 décembre, la classe passe la journée à la <strong>ferme de Kerhervy</strong>. Départ à 8 h 45, retour à 16 h 15.</p><ul><li>des bottes et un vêtement de pluie ;</li><li>un pique-nique dans un sac à dos.</li></ul><p>La sortie est gratuite. Signez pour donner votre accord.</p>',
    receipt: 'sign',
  });
  await send(
    director,
    cast.families,
    '/gestion/infos/nouveau-sondage',
    {
      ...period,
      title: 'Fête de l’école\u00a0: quel jour\u00a0?',
      body: 'Dites-nous ce qui vous arrange.',
      closesOn: days(14),
    },
    { title: 'Quel jour vous convient\u00a0?', kind: 'one', options: 'Vendredi soir\nSamedi matin\nSamedi après-midi' },
  );
  const teacher = handOf(open, origin, school, cast.teacher.account, 'espace');
  const home = '/espace/enseignants/discussions/';
  const message = {
    subject: 'Rendez-vous du premier trimestre',
    body: 'Bonjour,\n\nJe vous propose de nous voir mardi ou jeudi, après la classe.',
  };
  const draft = await teacher(`${home}nouvelle`, { ...message, act: 'choisir' });
  if (!draft) return;
  await teacher(draft, { to: cast.parent, par: 'classe', resp: 'tous' });
  await teacher(draft.replace('destinataires', 'brouillon'), { ...message, act: 'envoyer' });
}

export async function send(
  hand: Hand,
  to: string[],
  path: string,
  fields: Record<string, string>,
  question?: Record<string, string>,
): Promise<void> {
  const made = await hand(path, fields);
  const item = made?.replace(/\/(destinataires|questions)$/, '');
  if (!item) return;
  if (question) await hand(`${item}/questions`, question);
  await hand(`${item}/destinataires`, { to, par: 'classe', resp: 'tous' });
  await hand(`${item}/publier`, { sure: '' });
}

interface Cast {
  director: string;
  teacher: { account: string };
  /** The parent whose login is printed. */
  parent: string;
  /** Guardians of the classes of his children. */
  families: string[];
}

export async function castOf(db: Transaction): Promise<Cast | null> {
  const parent = await db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .where({ 'people.kind': 'guardian', 'accounts.state': 'active' })
    .first('people.id');
  const director = await db('accounts').where({ login: 'KBRAUD' }).first('id');
  if (!parent || !director) return null;
  const classes: string[] = await db('class_places')
    .whereIn('pupil_id', db('guardian_links').where({ guardian_id: parent.id }).select('pupil_id'))
    .whereNotNull('class_id')
    .distinct()
    .pluck('class_id');
  const families: string[] = await db('guardian_links')
    .whereIn('pupil_id', db('class_places').whereIn('class_id', classes).select('pupil_id'))
    .distinct()
    .pluck('guardian_id');
  const teacher = await db('class_teachers')
    .join('accounts', 'accounts.person_id', 'class_teachers.teacher_id')
    .whereIn('class_id', classes)
    .first('accounts.id');
  return teacher ? { director: director.id, teacher: { account: teacher.id }, parent: parent.id, families } : null;
}
