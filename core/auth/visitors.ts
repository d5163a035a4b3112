import type { Config } from '../../config/config.ts';
import { type OpenHome, openHomes } from '../access/open-homes.ts';
import type { Deps } from '../plugin/contract.ts';
import type { Modules } from '../plugin/modules-of.ts';
import { pageLink } from './letters.ts';
import type { Limits } from './limits.ts';

/** The scoped service `visitors`: what a module that opens a page to whoever comes needs of the house. */
export interface Visitors {
  /**
   * Counts an act of a visitor; asked before anything is done, outside of a transaction.
   * @param kind `form`: a form sent from one network address; `mail`: a message written to one e-mail address at his word.
   * @returns minutes to wait before the next one; 0: go on.
   */
  wait(kind: 'form' | 'mail', who: string): Promise<number>;
  /** Whole address of a page of this school, for a message: PREAU_URL, never what a browser said. */
  address(path: string): string;
  /**
   * For a private address that opens without a session (a calendar): the Espaces in which `rubric` opens now to that
   * person. Asked at each request, inside a transaction; none: answer `missing()`.
   */
  homesOf(personId: string, rubric: string): Promise<OpenHome[]>;
}

declare module '../plugin/services.ts' {
  interface Services {
    visitors: Visitors;
  }
}

export const visitors = (house: Deps & { limits: Limits; config: Readonly<Config>; modules: Modules }): Visitors => {
  const { limits, config, school } = house;
  return {
    async wait(kind, who) {
      const left = await limits.take(kind, `${school.id} ${who}`);
      return left.ok ? 0 : left.minutes;
    },
    address: (path) => pageLink({ config }, { school }, path),
    homesOf: (personId, rubric) => openHomes(house, personId, rubric),
  };
};
