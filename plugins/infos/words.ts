import { dayIn, firstMoment, type Mark, tick, type Visit, type Work } from '@preau/core';
import type { Item } from './items.ts';

export const READ = 'infos.read';
export const SEND = 'infos.send';
export const APPROVE = 'infos.approve';
/** Rubric of whoever receives. */
export const FEED = 'infos.informations';
/** Rubric of teachers who write to their own classes. */
export const WRITE = 'infos.ecrire';

export const KINDS = {
  information: { one: 'Information', it: 'la', gone: 'Cette information', e: 'e' },
  survey: { one: 'Sondage', it: 'le', gone: 'Ce sondage', e: '' },
} as const;

/** What the director chooses of the rubric « Informations » in each Espace (F11-14). */
export const shownForm = {
  surveys: tick('Montrer les sondages'),
  home: tick('Montrer les dernières informations sur l’accueil', {
    hint: 'Ce qui est à signer ou à répondre y reste toujours.',
  }),
};

/** Under what its notices, files and mails are known. */
export const aboutOf = (item: Pick<Item, 'id'>): string => `infos:${item.id}`;

/** Under what its author hears of it. */
export const followUpOf = (item: Pick<Item, 'id'>): string => `infos-suivi:${item.id}`;

/** Where all pages of the module begin, in Gestion or in the Espace of the visit. */
export const homeOf = ({ espace }: Pick<Visit, 'espace'>): string =>
  espace ? `/espace/${espace}/infos` : '/gestion/infos';
/** The list of whoever writes. */
export const deskOf = (visit: Pick<Visit, 'espace'>): string => `${homeOf(visit)}/${visit.espace ? 'mes-envois' : ''}`;
/** The list of whoever receives. */
export const feedOf = (visit: Pick<Visit, 'espace'>): string => `${homeOf(visit)}/${visit.espace ? '' : 'recues'}`;

type Now = Pick<Work, 'now' | 'school'>;

/** Whether today is inside the period: the first day from midnight, the last one until 23:59:59, school time (F14-09, B33). */
export function inPeriod(item: Pick<Item, 'from_day' | 'to_day'>, { now, school }: Now): boolean {
  const today = dayIn(now, school.timezone);
  return (!item.from_day || item.from_day <= today) && (!item.to_day || today <= item.to_day);
}

/** A survey takes answers from its publication to the end of its closing day. */
export const takesAnswers = (item: Item, { now, school }: Now): boolean =>
  item.state === 'published' &&
  item.past_year === null &&
  !item.closed_at &&
  (!item.closes_on || dayIn(now, school.timezone) <= item.closes_on) &&
  inPeriod(item, { now, school });

/** Its readers can open it and do what it asks: only then is a reminder of use. */
export const isAnswerable = (item: Item, { now, school }: Now): boolean =>
  item.state === 'published' &&
  item.past_year === null &&
  !(item.cancel_until && now < item.cancel_until) &&
  (item.kind === 'survey' ? takesAnswers(item, { now, school }) : inPeriod(item, { now, school }));

/** State of an item, always in icon, words and colour. */
export function stateOf(item: Item, { now, school }: Now): Mark {
  // « Publiée » of an information, « Publié » of a survey.
  const mark = (text: string, icon: string, tone: Mark['tone'] = ''): Mark => ({
    text: item.kind === 'survey' ? text.replace(/ée$/, 'é') : text,
    icon,
    tone,
  });
  if (item.state === 'draft') return item.word ? mark('À reprendre', 'undo-2', 'warn') : mark('Brouillon', 'pencil');
  if (item.state === 'to-approve') return mark('À approuver', 'eye', 'warn');
  if (item.state === 'withdrawn') return mark('Retirée', 'circle-slash', 'bad');
  if (item.past_year !== null) return mark('Année passée', 'archive');
  if (item.from_day && firstMoment(item.from_day, school.timezone) > now) return mark('Programmée', 'clock', 'info');
  if (item.to_day && item.to_day < dayIn(now, school.timezone)) return mark('Terminée', 'archive');
  if (item.kind === 'survey' && !takesAnswers(item, { now, school })) return mark('Réponses closes', 'lock');
  return mark('Publiée', 'circle-check', 'ok');
}

/** « lundi 23 novembre à 17 h 05 » */
export function momentOf(at: Date, timezone: string): string {
  const { day, hour } = formatsOf(timezone);
  return `${day.format(at)} à ${hour.format(at).replace(':', ' h ')}`;
}

/** Making a format costs more than a query: those of a time zone are kept. */
function formatsOf(timeZone: string) {
  let formats = FORMATS.get(timeZone);
  if (!formats) {
    formats = {
      day: new Intl.DateTimeFormat('fr-FR', { weekday: 'long', day: 'numeric', month: 'long', timeZone }),
      hour: new Intl.DateTimeFormat('fr-FR', { hour: 'numeric', minute: '2-digit', timeZone }),
    };
    FORMATS.set(timeZone, formats);
  }
  return formats;
}
const FORMATS = new Map<string, { day: Intl.DateTimeFormat; hour: Intl.DateTimeFormat }>();
