import { type Account, ESPACES, type Espace, type Visit } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';

/** What a school says to its people stays readable without a network, and nothing else does. */
const READING = 'infos.informations';

/** What a page tells a phone. */
export interface OnPhone {
  /** The page belongs to an application the phone may install. */
  installs: boolean;
  /** What is read here stays, to be read again without a network. */
  keeps: boolean;
}
export const NOT_ON_PHONE: OnPhone = { installs: false, keeps: false };

/** F11-07: pages of an Espace whose version mobile is on, but not while somebody looks at it as another person. */
export function onPhone(modules: ModulesOfSchool, account: Account | null, espace: Espace | null): OnPhone {
  if (!account || account.viewing || !espace || !modules.mobile(espace)) return NOT_ON_PHONE;
  return { installs: true, keeps: modules.publishes(espace, READING) };
}

/** The sign-in page, on a device that has signed in to this school before: a first visit stays as light as it is. */
export const doorOnPhone = (modules: ModulesOfSchool, { client, school }: Visit): OnPhone =>
  client.schools.includes(school.rne) && anyOnPhone(modules) ? { installs: true, keeps: true } : NOT_ON_PHONE;

/** Whether the school is an application for anybody. */
export const anyOnPhone = (modules: ModulesOfSchool): boolean => ESPACES.some(modules.mobile);
