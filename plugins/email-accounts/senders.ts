import { isId, type Senders, type SmtpServer, type Work } from '@preau/core';
import { ALLOWED, BOXES, type Box } from './box.ts';
import { OWN } from './kinds.ts';

export const SMTP = 'email-accounts.smtp';

/** What every sending asks of this module: who may write from where, and how (F09-08, F09-09). */
export const senders: Senders = {
  async offered({ db }, by) {
    if (!by.accountId) return [];
    const rows = await db(BOXES)
      .whereNotNull('secured_at')
      .where((may) => {
        may.whereIn('id', db(ALLOWED).select('box_id').where({ account_id: by.accountId }));
        if (hasOwn(by)) may.orWhere({ owner_id: by.accountId });
      })
      .orderByRaw('owner_id is not null, lower(label), id')
      .select('id', 'label', 'address');
    return rows.map(({ id, label, address }) => ({ id, title: `${label} (${address})` }));
  },
  async open(work, id) {
    if (!isId(id)) return null;
    const box = await work
      .db(BOXES)
      .leftJoin('accounts', 'accounts.id', 'owner_id')
      .leftJoin('people', 'people.id', 'accounts.person_id')
      .where(`${BOXES}.id`, id)
      .whereNotNull('secured_at')
      .first(
        `${BOXES}.*`,
        work.db.raw("concat_ws(' ', coalesce(used_first_name, first_name), coalesce(used_name, last_name)) as person"),
      );
    if (!box) return null;
    const server = serverOf(work, box);
    // Its own secret cannot be read any more: refused, rather than sent from where nobody expects it.
    if (box.smtp_host && !server) return null;
    return {
      // A person's own name, whatever he calls his account: nobody writes to families as somebody else.
      name: box.owner_id ? box.person : `${box.label}, ${work.school.name}`,
      replyTo: box.address,
      own: server && { address: box.address, server },
    };
  },
};

/** The right to have an account of one's own may have been taken back since it was made. */
const hasOwn = ({ account }: Parameters<Senders['offered']>[1]): boolean =>
  account?.mode === 'administration' || (account?.mode === 'quotidienne' && account.permissions.includes(OWN.allow));

/** The account's own server with its secret in clear; null without one, or when the secret was sealed by another house. */
export function serverOf({ services }: Pick<Work, 'services'>, box: Box): SmtpServer | null {
  const password = box.smtp_sealed && services.vault.open(SMTP, box.smtp_sealed);
  if (!password || !box.smtp_host || !box.smtp_port || !box.smtp_encryption) return null;
  return {
    host: box.smtp_host,
    port: box.smtp_port,
    encryption: box.smtp_encryption,
    user: box.smtp_user ?? '',
    password,
  };
}
