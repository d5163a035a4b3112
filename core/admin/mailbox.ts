import type { House } from '../container.ts';
import { definePlugin, get, type Plugin, page } from '../plugin/contract.ts';

/** In the demo no message leaves the machine: they are read here. */
export function mailbox(house: House): Plugin {
  return definePlugin({
    name: 'courrier',
    title: 'Boîte aux lettres de la démonstration',
    privacy: [],
    routes: [
      get('site', '/courrier', 'anyone', () => ({
        ...page('legal/courrier', { messages: house.mailbox?.messages ?? [] }),
        layout: 'door',
      })),
    ],
  });
}
