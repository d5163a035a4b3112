import type { Account, Person, School } from '../plugin/contract.ts';
import { asksForMeasure, offeredTo } from './measures.ts';

const PASSWORD = { title: 'Mot de passe', path: '/compte/mot-de-passe' };
const MEASURE = { title: 'Sécurité', path: '/compte/securite' };
const DEVICE = { title: 'Appareil', path: '/compte/appareil' };

/** The station of the first sign-in every other address leads to (F02-04); null once it is over. */
export function stationOf({ state, nextStep }: Pick<Account, 'state' | 'nextStep'>): string | null {
  if (state === 'provisional') return PASSWORD.path;
  if (nextStep === 'measure') return MEASURE.path;
  return nextStep === 'device' ? DEVICE.path : null;
}

/** The stations of this person, as the pages show them: what is done, where one is. */
export function stepsOf(school: School, account: Account, person: Person) {
  const here = stationOf(account);
  const all = asksForMeasure(offeredTo(school, person.kind, account.grants)) ? [PASSWORD, MEASURE, DEVICE] : [PASSWORD];
  const at = all.findIndex((one) => one.path === here);
  return all.map(({ title }, n) => ({ title, done: n < at, current: n === at }));
}
