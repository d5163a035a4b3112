import { missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { boxesOf, boxOf, note } from './box.ts';
import { HOME, homeOf, type Kind } from './kinds.ts';

export async function askRemove(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind);
  if (!box) return missing();
  return page('email-accounts/retirer', {
    ...kind,
    label: box.label,
    address: box.address,
    used: box.secured_at !== null,
    server: box.smtp_host !== null,
    path: `${homeOf(kind, box.id)}/retirer`,
  });
}

/** Its messages that wait are refused by the outbox, with the reason: nothing leaves from an address nobody chose. */
export async function remove(visit: Visit, kind: Kind): Promise<Reply> {
  const box = await boxOf(visit, visit, kind, true);
  if (!box) return missing();
  await boxesOf(visit, visit, kind).where({ id: box.id }).delete();
  await note(visit, visit, box, 'Compte e-mail retiré');
  return redirect(HOME, `Le compte « ${box.label} » est retiré.`);
}
