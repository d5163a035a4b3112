import { confirmation } from './access/confirmation.ts';
import { otherAccounts } from './access/links.ts';
import { profiles } from './access/plugin.ts';
import { configuration } from './admin/configuration.ts';
import { home } from './admin/home.ts';
import { mailbox } from './admin/mailbox.ts';
import { portal } from './admin/portal.ts';
import { accessibility } from './assistance/accessibility.ts';
import { assistance } from './assistance/plugin.ts';
import { communication } from './audience/plugin.ts';
import { myAccount } from './auth/my-account.ts';
import { opening } from './auth/opening.ts';
import { security } from './auth/security-settings.ts';
import { signIn } from './auth/sign-in.ts';
import { townHallConsole } from './commune/console.ts';
import { schoolSide } from './commune/school-side.ts';
import type { Container, House } from './container.ts';
import { quietHours } from './delivery/plugin.ts';
import { directory } from './directory/directory.ts';
import { espacesWeb } from './espaces-web/plugin.ts';
import { example } from './example/plugin.ts';
import { feed } from './feed/plugin.ts';
import { fileDesk } from './files/plugin.ts';
import { help } from './help-base/plugin.ts';
import { keyDoor } from './keys/key-door.ts';
import { looks } from './looks/plugin.ts';
import { notifications } from './notices/plugin.ts';
import { departures } from './operate/plugin.ts';
import { sendings } from './outbox/plugin.ts';
import { telephone } from './phone/plugin.ts';
import type { Plugin } from './plugin/contract.ts';
import type { Loaded } from './plugin/load.ts';
import { seeAs } from './see-as/plugin.ts';
import { yearTurn } from './year/plugin.ts';

/** The core's own screens, written with the same contract as any module; always on. */
export const ownPlugins = (house: House, container: () => Container, outer: Loaded[]): Plugin[] => [
  portal(house),
  opening(house),
  signIn(house),
  keyDoor(house),
  myAccount(house),
  otherAccounts(house),
  confirmation(house),
  home(house, container),
  directory(house),
  yearTurn,
  profiles(house),
  configuration(house, outer),
  espacesWeb(house, outer),
  sendings(house, container),
  security(house),
  communication(),
  fileDesk(house),
  quietHours,
  notifications(house),
  telephone(house),
  looks(house),
  seeAs(house),
  departures(house),
  feed(container),
  example(house),
  assistance(house),
  accessibility(house),
  help(house, outer),
  schoolSide(house),
  townHallConsole(container),
  ...(house.config.demo ? [mailbox(house)] : []),
];
