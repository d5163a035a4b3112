import type { House } from '../container.ts';
import { reduced } from '../files/picture.ts';
import { trySmtp } from '../mail/smtp.ts';
import { printedInJob } from '../pdf/printed.ts';
import type { School } from '../plugin/contract.ts';
import type { Outside } from '../plugin/slow.ts';

/** What a job, or a visit outside of a transaction, may do that takes its time. */
export const slowOf = (house: House, school: School): Outside['slow'] => ({
  print: (view, data, css) => house.pdf.print(printedInJob(house, school, view, data, css)),
  picture: (view, data, css) => house.pdf.picture(printedInJob(house, school, view, data, css)),
  reduce: (photo, side) => reduced(async () => photo, side),
  trySmtp: (server) => trySmtp(server, house.config.smtpPrivateHosts),
});

const refuse = (): never => {
  throw new Error('Une route sans « outside » est une transaction : rien de lent, pas d’autre étape.');
};

/** For a visit that is one transaction: two on one pool would wait for each other. */
export const INSIDE: Outside = {
  slow: { print: refuse, picture: refuse, reduce: refuse, trySmtp: refuse },
  step: refuse,
};
