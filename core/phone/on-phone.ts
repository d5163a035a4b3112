import { type Account, ESPACES, type Espace, type Visit } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';

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
  return { installs: true, keeps: offlineOf(modules).some(([rubric]) => modules.publishes(espace, rubric)) };
}

const offlineOf = (modules: ModulesOfSchool) => [...modules.rubrics].filter(([, { offline }]) => offline);

/** What a phone may keep of a school, as patterns of paths below it: lists, and what they show. */
export function keptPaths(modules: ModulesOfSchool): { lists: string; readings: string } {
  const paths = offlineOf(modules).flatMap(([rubric, { plugin, offline = [] }]) => {
    const open = ESPACES.filter((espace) => modules.mobile(espace) && modules.publishes(espace, rubric));
    return open.length ? offline.map((path) => `espace/(${open.join('|')})/${plugin}${path}`) : [];
  });
  const any = (some: string[]) => `(${some.join('|').replace(/:\w+/g, '[\\w-]+')})$`;
  return {
    lists: any(paths.filter((path) => !path.includes(':'))),
    readings: any(paths.filter((path) => path.includes(':'))),
  };
}

/** The sign-in page, on a device that has signed in to this school before: a first visit stays as light as it is. */
export const doorOnPhone = (modules: ModulesOfSchool, { client, school }: Visit): OnPhone =>
  client.schools.includes(school.rne) && anyOnPhone(modules) ? { installs: true, keeps: true } : NOT_ON_PHONE;

/** Whether the school is an application for anybody. */
export const anyOnPhone = (modules: ModulesOfSchool): boolean => ESPACES.some(modules.mobile);
