import {
  choice,
  hidden,
  type InputOf,
  invalid,
  isId,
  missing,
  type Offer,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { backToList } from './after-creation.ts';
import { homeOf, type Kind, listOf } from './kinds.ts';
import { type Member, memberOf } from './member.ts';
import { nameOf } from './words.ts';

type Mode = NonNullable<Member['mode']>;

const MODES = {
  administration: 'Mode Administration École',
  quotidienne: 'Mode gestion quotidienne',
  espace: 'Aucun : Mon Espace seulement',
} as const;

/** « Mode de connexion autorisé » (F06-05 to F06-08). */
export const modeForm = {
  mode: choice('Mode de connexion autorisé', MODES),
  profile: text('Profil d’autorisations', { max: 60, optional: true }),
  suite: hidden(),
};

/** What the guide preselects: the profile Mairie for the town hall (F07-2), else Vie scolaire (F06-07). */
function preselected(member: Member, { profiles }: Offer): { mode: Mode; profile: string } {
  const wanted = member.genre === 'mairie' ? 'Mairie' : 'Vie scolaire';
  const profile = member.profile_id ?? profiles.find((one) => one.name === wanted)?.id ?? profiles[0]?.id ?? '';
  const held = member.mode !== 'espace' && member.mode;
  if (held) return { mode: held, profile };
  const byGenre: Partial<Record<string, Mode>> = { direction: 'administration', periscolaire: 'espace' };
  return { mode: member.kind === 'teacher' ? 'espace' : (byGenre[member.genre ?? ''] ?? 'quotidienne'), profile };
}

export async function showModes(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id || member.genre === 'accompagnant') return missing();
  const offer = await visit.services.access.offer();
  const typed = visit.input as { mode?: string; profile?: string; suite?: string } | null;
  const suite = visit.query.get('suite') ?? typed?.suite ?? '';
  const start = suite
    ? preselected(member, offer)
    : { mode: member.mode as Mode, profile: preselected(member, offer).profile };
  const chosen = { mode: typed?.mode ?? start.mode, profile: typed?.profile ?? start.profile };
  const data = {
    name: nameOf(member),
    login: member.login,
    modes: (Object.keys(MODES) as Mode[]).map((mode) => ({
      mode,
      title: MODES[mode],
      words: WORDS[mode],
      refused: offer.modes.find((one) => one.mode === mode)?.refused ?? '',
      chosen: mode === chosen.mode,
      daily: mode === 'quotidienne',
    })),
    profiles: offer.profiles.map((one) => ({
      ...one,
      title: one.refused ? `${one.name} (plus de droits que vous)` : one.name,
      chosen: one.id === chosen.profile,
    })),
    cancel: suite ? `${listOf(kind)}?nouveau=${member.id}` : homeOf(kind, member.id),
  };
  return { ...page('personnels/mode', data, 'personnels/_mode', { form: { suite } }), window: true };
}
const WORDS: Record<Mode, string> = {
  administration: 'Donne accès à l’ensemble des fonctionnalités.',
  quotidienne: 'Selon les autorisations du profil choisi.',
  espace: 'Cette personne n’ouvre pas la Gestion.',
};

export async function chooseMode(visit: Visit<InputOf<typeof modeForm>>, kind: Kind): Promise<Reply> {
  const { input, services } = visit;
  const member = await memberOf(visit, kind);
  if (!member?.account_id || member.genre === 'accompagnant') return missing();
  const profileId = input.mode === 'quotidienne' ? input.profile : null;
  if (profileId && !isId(profileId)) return invalid({ profile: 'Choisissez un profil dans la liste.' });
  const refused = await services.access.give(member.account_id, { mode: input.mode, profileId });
  if (refused) return invalid({ mode: refused });
  const now = (await memberOf(visit, kind)) as Member;
  const words = [now.job_title, modeInWords(now)].filter(Boolean).join(', ');
  if (input.suite) return backToList(kind, now, words);
  return redirect(
    homeOf(kind, member.id),
    `${nameOf(member)} : ${modeInWords(now)}. C’est vrai dès son prochain clic.`,
  );
}

/** « Gestion quotidienne, profil Vie scolaire » */
export function modeInWords({ mode, profile }: Pick<Member, 'mode' | 'profile'>): string {
  if (mode === 'administration') return 'Administration École';
  return mode === 'quotidienne' ? `Gestion quotidienne, profil ${profile}` : 'Mon Espace seulement';
}
