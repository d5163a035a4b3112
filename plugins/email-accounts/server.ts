import {
  choice,
  hidden,
  type InputOf,
  invalid,
  missing,
  number,
  page,
  password,
  type Reply,
  redirect,
  type SmtpServer,
  text,
  type Visit,
} from '@preau/core';
import { type Box, boxesOf, boxOf, note } from './box.ts';
import { HOME, type Kind } from './kinds.ts';
import { SMTP, serverOf } from './senders.ts';

const ENCRYPTIONS = {
  tls: 'TLS dès la connexion (le plus souvent port 465)',
  starttls: 'STARTTLS (le plus souvent port 587)',
  none: 'Aucun, en dernier recours',
};
const plain = { autocapitalize: 'none', spellcheck: 'false' };

/** How an account sends: the house's own domain, or the account's own server. */
export const serverForm = {
  way: choice('Comment ce compte envoie', {
    house: 'Par le service d’envoi de la plateforme',
    own: 'Par le serveur de messagerie de cette adresse',
  }),
  host: text('Serveur d’envoi (SMTP)', {
    optional: true,
    max: 253,
    hint: 'Par exemple smtp.exemple.fr. Votre hébergeur de messagerie l’indique.',
    autocomplete: 'off',
    attributes: plain,
  }),
  port: number('Port', { optional: true, min: 1, max: 65_535 }),
  encryption: choice('Chiffrement', ENCRYPTIONS, {
    hint: 'Sans chiffrement, le mot de passe et les messages peuvent être lus en chemin.',
  }),
  user: text('Identifiant du serveur', { optional: true, max: 254, autocomplete: 'off', attributes: plain }),
  password: {
    ...password('Mot de passe du serveur', { autocomplete: 'new-password' }),
    // Empty keeps the one that is there; a secret is never trimmed.
    schema: hidden().schema,
  },
  version: hidden(),
};
type Sent = InputOf<typeof serverForm>;

export async function showServer(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind);
  if (!box?.secured_at) return missing();
  const { school, person } = visit;
  const data = {
    ...kind,
    label: box.label,
    address: box.address,
    domain: box.address.split('@').at(-1),
    name: kind.personal ? `${person?.firstName} ${person?.lastName}` : `${box.label}, ${school.name}`,
    kept: box.smtp_sealed !== null,
  };
  return page('email-accounts/envoi', data, undefined, {
    form: {
      way: box.smtp_host ? 'own' : 'house',
      host: box.smtp_host,
      port: box.smtp_port ?? 465,
      encryption: box.smtp_encryption ?? 'tls',
      user: box.smtp_user,
      version: box.version,
    },
  });
}

/** Outside of a transaction: the server is tried before anything is saved. */
export async function saveServer(visit: Visit<Sent>, kind: Kind): Promise<Reply> {
  const found = await visit.step(async (work) => {
    const box = await boxOf(work, visit, kind);
    return box?.secured_at ? { box, before: serverOf(work, box) } : null;
  });
  if (!found) return missing();
  const { box } = found;
  if (visit.input.way === 'house') return keep(visit, kind, box, null);
  const told = serverIn(visit.input, found.before);
  if ('errors' in told) return invalid(told.errors);
  const wrong = await visit.slow.trySmtp(told.server);
  if (wrong) return invalid({ [wrong.field]: wrong.reason });
  return keep(visit, kind, box, told.server);
}

/** What was typed; an empty secret is the one of before, for the very same server and user only: it is shown to no other. */
function serverIn(input: Sent, before: SmtpServer | null): { server: SmtpServer } | { errors: Record<string, string> } {
  const { port, encryption } = input;
  const host = input.host?.toLowerCase() ?? '';
  const user = input.user ?? '';
  const same =
    before?.host === host && before.port === port && before.encryption === encryption && before.user === user;
  const secret = input.password || (same ? before.password : '');
  const errors: Record<string, string> = {};
  if (!/^[a-z0-9.:-]+$/.test(host)) errors.host = 'Écrivez le nom du serveur, par exemple smtp.exemple.fr.';
  if (!port) errors.port = 'Écrivez le port : 465 ou 587, le plus souvent.';
  if (!user) errors.user = 'Écrivez l’identifiant, souvent l’adresse entière.';
  if (!secret)
    errors.password = before
      ? 'Le serveur ou l’identifiant a changé : tapez le mot de passe de nouveau.'
      : 'Tapez le mot de passe de ce serveur.';
  return port && !Object.keys(errors).length
    ? { server: { host, port, encryption, user, password: secret } }
    : { errors };
}

async function keep(visit: Visit<Sent>, kind: Kind, box: Box, server: SmtpServer | null): Promise<Reply> {
  const saved = await visit.step(async (work) => {
    const rows = await boxesOf(work, visit, kind)
      .where({ id: box.id, version: Number(visit.input.version) || 0 })
      .update({
        smtp_host: server?.host ?? null,
        smtp_port: server?.port ?? null,
        smtp_encryption: server?.encryption ?? null,
        smtp_user: server?.user ?? null,
        smtp_sealed: server && work.services.vault.seal(SMTP, server.password),
        version: box.version + 1,
      });
    if (rows) await note(work, visit, box, 'Compte e-mail : envoi réglé', server ? `, par ${server.host}` : '');
    return rows > 0;
  });
  if (!saved) return invalid({ _: 'Quelqu’un d’autre a changé ces réglages. Rechargez la page, puis recommencez.' });
  return redirect(
    HOME,
    server
      ? `« ${box.label} » envoie par ${server.host}. L’essai a réussi.`
      : `« ${box.label} » envoie par la plateforme. Les réglages d’un serveur ne sont pas gardés.`,
  );
}
