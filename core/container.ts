import { type AwilixContainer, asFunction, asValue, createContainer, InjectionMode } from 'awilix';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { access } from './access/rights.ts';
import { accounts } from './accounts/accounts.ts';
import { audience } from './audience/audience.ts';
import type { Limits } from './auth/limits.ts';
import { visitors } from './auth/visitors.ts';
import type { Clock } from './clock.ts';
import { delivery } from './delivery/delivery.ts';
import { cardHistory } from './directory/history-view.ts';
import { handing } from './directory/team-secret.ts';
import { files } from './files/files.ts';
import type { Store } from './files/store.ts';
import type { Jobs } from './jobs/jobs.ts';
import { keys } from './keys/keys.ts';
import { lists } from './list/lists.ts';
import type { Mailbox } from './mail/mailbox.ts';
import type { Mailer } from './mail/mailer.ts';
import { notices } from './notices/notices.ts';
import { outbox } from './outbox/outbox.ts';
import type { Pdf } from './pdf/pdf.ts';
import { people } from './people/people.ts';
import { register } from './people/register.ts';
import { team } from './people/team.ts';
import type { Actor, School, Services, Transaction, Work } from './plugin/contract.ts';
import type { Modules } from './plugin/modules-of.ts';
import type { Slow } from './plugin/slow.ts';
import type { Secrets } from './secret.ts';
import { vault } from './vault.ts';
import type { Views } from './views/engine.ts';
import type { Assets } from './web/assets.ts';
import { openWork } from './web/work.ts';

/** The singletons of a running house. */
export interface House {
  config: Readonly<Config>;
  /** Pool of the server's role. */
  app: Knex;
  /** Small pool of the role that alone reads sessions. */
  door: Knex;
  views: Views;
  assets: Assets;
  modules: Modules;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
  limits: Limits;
  mailer: Mailer;
  /** The demo's own mailbox; null when messages really leave. */
  mailbox: Mailbox | null;
  pdf: Pdf;
  jobs: Jobs;
  /** Slow acts in the name of a school. */
  slow(school: School): Slow;
  /** Where the bytes of files lie. */
  store: Store;
}

type Cradle = House &
  Services & { school: School; db: Transaction; now: Date; by: Actor; services: Services } & {
    /** The same transaction as another module sees it. */
    workOf(plugin: string): Work;
  };

/** Jobs and listeners of the night act in the name of the house. */
const NOBODY: Actor = { accountId: null, name: 'Préau' };

export interface Container {
  house: House;
  /** Services of one visit or job step, made on demand over its transaction; a module that is off offers none. */
  services(school: School, db: Transaction, now: Date, by?: Actor): Services;
  dispose(): Promise<void>;
}

/** Root of the house: singletons as values, services of core and plugins as scoped factories. */
export function buildContainer(house: House): Container {
  const root: AwilixContainer<Cradle> = createContainer({ injectionMode: InjectionMode.PROXY, strict: true });
  for (const [name, value] of Object.entries(house)) root.register(name, asValue(value));
  const own = {
    people: asFunction(people).scoped(),
    register: asFunction(register).scoped(),
    accounts: asFunction(accounts).scoped(),
    lists: asFunction(lists).scoped(),
    access: asFunction(access).scoped(),
    team: asFunction(team).scoped(),
    handing: asFunction(handing).scoped(),
    cardHistory: asFunction(cardHistory).scoped(),
    keys: asFunction(keys).scoped(),
    vault: asFunction(vault).scoped(),
    visitors: asFunction(visitors).scoped(),
    files: asFunction(files).scoped(),
    outbox: asFunction(outbox).scoped(),
    audience: asFunction(audience).scoped(),
    delivery: asFunction(delivery).scoped(),
    notices: asFunction(notices).scoped(),
  };
  root.register(own);
  const owners = new Map<string, string | null>(Object.keys(own).map((name) => [name, null]));
  for (const { name, plugin, make } of house.modules.services()) {
    if (owners.has(name)) throw new Error(`Le service « ${name} » du module ${plugin} existe déjà.`);
    owners.set(name, plugin);
    root.register(name, asFunction(make as unknown as (deps: Cradle) => unknown).scoped());
  }
  const container: Container = {
    house,
    services(school, db, now, by = NOBODY) {
      const scope = root.createScope();
      const offered = {} as Services;
      for (const [name, plugin] of owners)
        Object.defineProperty(offered, name, {
          enumerable: true,
          get() {
            if (plugin && !house.modules.of(school).has(plugin))
              throw new Error(`Le service ${name} appartient au module ${plugin}, qui est arrêté dans cette école.`);
            return scope.resolve(name);
          },
        });
      scope.register({
        school: asValue(school),
        db: asValue(db),
        now: asValue(now),
        by: asValue(by),
        services: asValue(offered),
        workOf: asValue((plugin: string) => openWork(container, plugin, school, db, by)),
      });
      return offered;
    },
    dispose: () => root.dispose(),
  };
  return container;
}
