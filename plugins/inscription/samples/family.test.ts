import type { School } from '@preau/core';
import type { Answer, TestSchool } from '@preau/core/testing';

/** A Wednesday at 22 h 30 in Paris: quiet hours, which do not hold up a family's own request. */
export const NOW = new Date('2026-11-25T21:30:00Z');
export const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
export const DAY = 24 * 60;
export const DESK = '/gestion/inscription/demandes';
export const FORM_PAGE = '/gestion/inscription/formulaire';

/** What a director saves: the coming school year, an address wanted, the rest as it comes. */
export const SETTINGS = {
  year: '2027',
  levels: ['PS', 'MS', 'CP'],
  opensOn: '',
  closesOn: '',
  intro: 'Bienvenue.\nRentrée le 1er septembre.',
  address: 'required',
  other: 'asked',
  previousSchool: 'no',
  language: 'no',
  meals: 'asked',
  care: 'no',
  useful: 'no',
  papers: 'Livret de famille\nJustificatif de domicile',
};

/** What a family types. */
export const LEA = {
  once: '',
  lastName: 'Dubois',
  firstNames: 'Léa Marie',
  birthDate: '03/04/2022',
  sex: 'F',
  level: 'PS',
  guardianLastName: 'Dubois',
  guardianFirstName: 'Nora',
  email: 'Nora.Dubois@exemple.fr',
  phone: '06 12 34 56 78',
  otherLastName: '',
  otherFirstName: '',
  otherEmail: '',
  otherPhone: '',
  street: '3 rue des Lilas',
  postcode: '01000',
  city: 'Bourg-Fictif',
  meals: 'Oui',
  remarks: '',
  agree: 'on',
};

export interface Desk {
  /** Sends a request; @returns what the form answers. */
  ask(fields?: Record<string, string>): Promise<Answer>;
  /** Sends and confirms it. @returns its secret path, and its id. */
  confirmed(fields?: Record<string, string>): Promise<{ path: string; id: string }>;
  /** The secret path in the last message to an address. */
  lastLink(address?: string): Promise<string>;
  /** The messages that have left, oldest first. */
  mails(): Promise<{ to: string; subject: string; text: string }[]>;
  nightly(): Promise<void>;
}

export function deskOf(school: TestSchool): Desk {
  const { house } = school;
  const mails = async () => {
    await school.runJobs();
    return house.mailbox.messages.toReversed().map(({ to, subject, text }) => ({ to: to.join(), subject, text }));
  };
  const desk: Desk = {
    ask: (fields = {}) => school.as('visiteur').post('/inscription/', { ...LEA, ...fields }),
    async confirmed(fields) {
      await desk.ask(fields);
      const path = await desk.lastLink(fields?.email);
      await school.as('visiteur').post(`${path}/confirmer`);
      const row = await school.db((db) =>
        db('inscription_requests').orderBy('sent_at', 'desc').where({ state: 'sent' }).first('id'),
      );
      return { path, id: row?.id };
    },
    async lastLink(address = LEA.email) {
      const mail = (await mails()).findLast((one) => one.to.toLowerCase() === address.toLowerCase());
      return /(\/inscription\/demande\/[\w-]+)/.exec(mail?.text ?? '')?.[1] as string;
    },
    mails,
    async nightly() {
      await school.db((db) =>
        house.house.jobs.later(db, { id: school.id } as School, 'inscription', 'nightly.purge', null),
      );
      await school.runJobs();
    },
  };
  return desk;
}
