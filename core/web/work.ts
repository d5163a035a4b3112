import type { Container } from '../container.ts';
import type { Actor, Events, Json, School, Transaction, Work } from '../plugin/contract.ts';

/** What a handler, a listener or a job step of one plugin may do in one transaction. */
export function openWork(container: Container, plugin: string, school: School, db: Transaction, by?: Actor): Work {
  const { house } = container;
  const now = house.clock();
  const services = container.services(school, db, now, by);
  const forPlugin = (name: string): Work => ({
    school,
    db,
    services,
    now,
    settings: school.settings[name] ?? {},
    // Listeners are part of the visit: one that throws undoes all of it.
    async emit<E extends keyof Events>(event: E, told: Events[E]) {
      for (const { plugin: listener, listen } of house.modules.of(school).listeners(event))
        await listen(told, forPlugin(listener));
    },
    later: (job: string, data: Json | Json[], at?: Date) => house.jobs.later(db, school, name, job, data, at),
  });
  return forPlugin(plugin);
}
