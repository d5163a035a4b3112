import type { House } from '../container.ts';
import type { Actor, Work } from '../plugin/contract.ts';
import type { Sender, SenderChoice, Senders } from './outbox-types.ts';

/** The house's own account: the school's name over the platform's address. */
export const HOUSE = 'house';

/** What resolving a sender needs: the work as the module that keeps the accounts sees it. */
export interface Posting {
  modules: House['modules'];
  /** The same transaction, under that module's name and settings. */
  workOf(plugin: string): Work;
}

/** Accounts who acts may send from, the school itself last. */
export async function offered({ modules, workOf }: Posting, work: Pick<Work, 'school'>, by: Actor) {
  const choices: SenderChoice[] = [];
  for (const { plugin, senders } of modules.of(work.school).senders)
    for (const { id, title } of await senders.offered(workOf(plugin), by))
      choices.push({ id: `${plugin}:${id}`, title });
  return [...choices, { id: HOUSE, title: `${work.school.name} (adresse de la plateforme)` }];
}

/** The sender behind an id, resolved when the message leaves and never before; null when the account has gone since. */
export async function openSender({ modules, workOf }: Posting, work: Work, id: string): Promise<Sender | null> {
  const { school } = work;
  if (id === HOUSE) return { name: school.name, replyTo: school.email || null, own: null };
  const found = keeperOf(modules.of(school).senders, id);
  return found ? found.senders.open(workOf(found.plugin), id.slice(found.plugin.length + 1)) : null;
}

export const keeperOf = (keepers: { plugin: string; senders: Senders }[], id: string) =>
  keepers.find(({ plugin }) => id.startsWith(`${plugin}:`));
