import type { School } from '../plugin/contract.ts';
import type { Modules } from '../plugin/modules-of.ts';
import type { ActWords, List } from './declare.ts';

/** An act on a list with the path its button posts to, inside the school. */
export interface OfferedAct extends ActWords {
  allow: string;
  path: string;
}

/** The lists of the modules that are on, by name, and what other modules add to them. */
export interface Lists {
  get(name: string): List | undefined;
  acts(name: string): OfferedAct[];
}

declare module '../plugin/services.ts' {
  interface Services {
    lists: Lists;
  }
}

/** The scoped service `lists`. */
export const lists = ({ modules, school }: { modules: Modules; school: School }): Lists => {
  const on = modules.of(school);
  return {
    get: (name) => on.lists.get(name),
    acts: (name) =>
      on.acts
        .filter((act) => act.list === name)
        .map((act) => ({ ...act, key: `${act.plugin}-${act.key}`, path: `/gestion/${act.plugin}${act.path}` })),
  };
};
