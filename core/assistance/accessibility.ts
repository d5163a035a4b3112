import type { House } from '../container.ts';
import { isAddress } from '../mail/addresses.ts';
import { definePlugin, get, type Page, type Plugin, page } from '../plugin/contract.ts';

/** C-03: the accessibility statement of the house, and that of each school with whom to turn to there. */
export function accessibility({ config }: House): Plugin {
  const { contact } = config.operator;
  const statement = (): Page => ({
    ...page('legal/accessibilite', { mail: isAddress(contact) ? contact : null }),
    layout: 'door',
  });
  return definePlugin({
    name: 'accessibilite',
    title: 'Accessibilité',
    privacy: [],
    routes: [
      get('site', '/accessibilite', 'anyone', statement),
      get('public', '/', 'anyone', statement, { beforeFirst: true }),
    ],
  });
}
