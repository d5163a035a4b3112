import { counted, missing, page, type Reply, type Visit } from '@preau/core';
import { pickPath } from './label-prints.ts';
import { writeLetter } from './letter-fill.ts';
import { type LetterModel, letterModels } from './letter-rows.ts';
import { valuesFor } from './recipients.ts';
import { sendKind } from './send-kinds.ts';
import {
  type Addressee,
  audienceOf,
  mailingPath,
  type Sending,
  sendingOf,
  sendingPath,
  signInAddress,
} from './sendings.ts';

/** What is chosen in the window of a sending: it stays in the address, so that Aperçu is a plain page (F13-4, F13-5). */
export interface Chosen {
  output: 'mail' | 'pdf';
  model: LetterModel;
}

/** From the address or from a form, whatever they hold: a list offers no other. */
export function chosenAmong(
  models: LetterModel[],
  sending: Sending,
  asked: { sortie?: unknown; modele?: unknown },
): Chosen {
  const model =
    models.find((one) => one.id === asked.modele) ??
    models.find((one) => one.kind === sending.kind) ??
    (models[0] as LetterModel);
  return { output: asked.sortie === 'pdf' ? 'pdf' : 'mail', model };
}

/** Type de sortie, modèle, who, Aperçu, Imprimer/Mailer (F13-4 to F13-6). */
export async function showSending(visit: Visit): Promise<Reply> {
  const sending = await sendingOf(visit);
  if (!sending) return missing();
  const models = await letterModels(visit.db);
  const { query } = visit;
  const chosen = chosenAmong(models, sending, { sortie: query.get('sortie'), modele: query.get('modele') });
  const audience = await audienceOf(visit, sending);
  const list = sendKind(sending.kind);
  const mail = chosen.output === 'mail';
  const shown = mail ? audience.before.reachable : audience.allowed;
  return page('credentials/envoi', {
    path: sendingPath(sending.id),
    list,
    labels: `/gestion/credentials${pickPath(list)}`,
    said: mail ? audience.before.sentence : counted(audience.allowed.length, list.one, list.many),
    ...audience,
    mailing: sending.mailing_id && mailingPath(sending.mailing_id),
    sentAt: sending.sent_at,
    mail,
    nobody: !audience.allowed.length,
    noAddress: mail && audience.allowed.length > 0 && !audience.before.reachable.length,
    models: models.map(({ id, title }) => ({ id, title, chosen: id === chosen.model.id })),
    preview: shown.length ? preview(visit, sending, chosen, shown) : null,
  });
}

/** One letter as it will be, with a key of nobody; the next and the one before are plain links. */
function preview(visit: Visit, sending: Sending, { output, model }: Chosen, shown: Addressee[]): object {
  const asked = Number(visit.query.get('personne') ?? 1);
  const at = Number.isInteger(asked) && asked >= 1 && asked <= shown.length ? asked : 1;
  const person = shown[at - 1] as Addressee;
  const key = visit.services.keys.sample(sending.kind);
  const values = valuesFor(person, key, { school: visit.school, address: signInAddress(visit) });
  const link = (personne: number) =>
    personne >= 1 && personne <= shown.length
      ? `${sendingPath(sending.id)}?${new URLSearchParams({ sortie: output, modele: model.id, personne: `${personne}` })}`
      : null;
  return {
    ...writeLetter(model, values),
    to: person.name,
    address: output === 'mail' ? person.address : null,
    at,
    total: shown.length,
    before: link(at - 1),
    next: link(at + 1),
  };
}
