import { forbidden, missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { homeOf, type Kind } from './kinds.ts';
import { memberOf } from './member.ts';
import { called, nameOf } from './words.ts';

/** The provisional password of a member of the team: masked, shown, renewed, drawn anew. */
export async function showSecret(visit: Visit, kind: Kind, shown: string | null = null): Promise<Reply> {
  const member = await memberOf(visit, kind);
  const facts = member && (await visit.services.handing.facts(member.id));
  if (!member || !facts) return missing();
  const home = homeOf(kind, member.id);
  return page('personnels/compte', {
    ...facts,
    name: nameOf(member),
    called: called(member),
    home,
    path: `${home}/compte`,
    shown,
  });
}

/** Whoever may not hand the secret out is told why, before anything is done. */
async function refusedTo(visit: Visit, kind: Kind): Promise<Reply | null> {
  const member = await memberOf(visit, kind);
  if (!member?.account_id) return missing();
  const refused = await visit.services.handing.refusal(member.id);
  return refused ? forbidden(refused) : null;
}

export async function reveal(visit: Visit, kind: Kind): Promise<Reply> {
  const refused = await refusedTo(visit, kind);
  if (refused) return refused;
  return showSecret(visit, kind, await visit.services.handing.show(visit.params.id as string));
}

export async function renew(visit: Visit, kind: Kind): Promise<Reply> {
  const refused = await refusedTo(visit, kind);
  if (refused) return refused;
  const id = visit.params.id as string;
  const done = await visit.services.handing.renew(id);
  return redirect(
    `${homeOf(kind, id)}/compte`,
    done
      ? 'Un nouveau mot de passe provisoire est prêt, pour 90 jours. L’ancien ne sert plus.'
      : 'Rien n’est changé : ce mot de passe n’est pas à renouveler.',
  );
}

export async function askReset(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member?.login || member.state === 'suspended') return missing();
  const home = homeOf(kind, member.id);
  return page('personnels/reinitialiser', {
    name: nameOf(member),
    login: member.login,
    personal: member.state === 'active',
    path: `${home}/compte`,
  });
}

export async function reset(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (member?.state === 'suspended') return missing();
  const refused = await refusedTo(visit, kind);
  if (refused) return refused;
  const id = visit.params.id as string;
  const ended = await visit.services.handing.reset(id);
  const closed = ended ? ` ${ended} ${ended > 1 ? 'connexions fermées' : 'connexion fermée'}.` : '';
  return redirect(
    `${homeOf(kind, id)}/compte`,
    `Le mot de passe est réinitialisé : affichez le nouveau pour le donner.${closed}`,
  );
}
