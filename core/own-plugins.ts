import { confirmation } from './access/confirmation.ts';
import { otherAccounts } from './access/links.ts';
import { profiles } from './access/plugin.ts';
import { configuration } from './admin/configuration.ts';
import { help } from './admin/help.ts';
import { home } from './admin/home.ts';
import { mailbox } from './admin/mailbox.ts';
import { portal } from './admin/portal.ts';
import { myAccount } from './auth/my-account.ts';
import { opening } from './auth/opening.ts';
import { security } from './auth/security-settings.ts';
import { signIn } from './auth/sign-in.ts';
import type { Container, House } from './container.ts';
import { directory } from './directory/directory.ts';
import type { Plugin } from './plugin/contract.ts';
import type { Loaded } from './plugin/load.ts';

/** The core's own screens, written with the same contract as any module; always on. */
export const ownPlugins = (house: House, container: () => Container, outer: Loaded[]): Plugin[] => [
  portal(house),
  opening(house),
  signIn(house),
  myAccount(house),
  otherAccounts(house),
  confirmation(house),
  home(house, container),
  directory(house),
  profiles(house),
  configuration(house, outer),
  security(house),
  help(house),
  ...(house.config.demo ? [mailbox(house)] : []),
];
