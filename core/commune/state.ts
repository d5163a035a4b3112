import type { School } from '../plugin/contract.ts';
import type { Inside } from './granted.ts';
import type { Figure } from './town-hall-types.ts';

/** What a town hall sees of a school: always who it is and how far it has come, the rest as its profile opens it. */
export interface SchoolState {
  school: Pick<School, 'id' | 'name' | 'rne' | 'address' | 'postcode' | 'city' | 'phone' | 'email'>;
  open: boolean;
  figures: Figure[];
  steps: { title: string; done: boolean }[];
  done: number;
}

export async function stateOf(inside: Inside): Promise<SchoolState> {
  const { school, modules, opens, workOf } = inside;
  const steps = [];
  for (const step of modules.steps.toSorted((a, b) => (a.fiche ?? 99) - (b.fiche ?? 99)))
    steps.push({ title: step.title, done: await step.done(workOf(step.plugin)) });
  const figures: Figure[] = [];
  for (const { plugin, townHall } of modules.townHalls)
    for (const { allow, count } of townHall.figures ?? []) if (opens(allow)) figures.push(await count(workOf(plugin)));
  const { id, name, rne, address, postcode, city, phone, email } = school;
  return {
    school: { id, name, rne, address, postcode, city, phone, email },
    open: school.state === 'open',
    figures,
    steps,
    done: steps.filter((one) => one.done).length,
  };
}

/** What the school has published for its town hall; null when its profile does not open that. */
export async function receivedFrom({ modules, opens, workOf }: Inside) {
  const sources = modules.townHalls.flatMap(({ plugin, townHall: { received } }) =>
    received && opens(received.allow) ? [{ plugin, received }] : [],
  );
  if (!sources.length) return null;
  const lists = [];
  for (const { plugin, received } of sources) lists.push(...(await received.list(workOf(plugin))));
  return lists.toSorted((a, b) => b.at.getTime() - a.at.getTime());
}
