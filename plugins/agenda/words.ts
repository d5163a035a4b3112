import { dayInWords, type Espace } from '@preau/core';

export const HOME = '/gestion/agenda/';
export const KEEP = 'agenda.keep';
/** The rubric, as routes say it. */
export const READ = 'agenda.dates';
export const homeOf = (espace: Espace | null): string => `/espace/${espace}/agenda`;

/** Who may see an event: those of one Espace or of several. */
export const AUDIENCE: Record<Espace, string> = {
  parents: 'Parents',
  eleves: 'Élèves',
  enseignants: 'Enseignants',
  direction: 'Direction',
  accompagnants: 'Accompagnants',
  periscolaire: 'Périscolaire',
  mairie: 'Mairie',
};

export function audienceInWords(espaces: Espace[]): string {
  const titles = Object.entries(AUDIENCE).filter(([espace]) => espaces.includes(espace as Espace));
  if (titles.length === Object.keys(AUDIENCE).length) return 'Tous les Espaces';
  return titles.map(([, title]) => title).join(', ') || 'Aucun Espace';
}

export const capitalised = (words: string): string => `${words[0]?.toUpperCase()}${words.slice(1)}`;

/** 16:30 -> « 16 h 30 », 08:00 -> « 8 h ». */
export function hourInWords(time: string): string {
  const [hours, minutes] = time.split(':') as [string, string];
  // No-break spaces: an hour is not cut at the end of a line.
  return `${Number(hours)}\u00a0h${minutes === '00' ? '' : `\u00a0${minutes}`}`;
}

interface Times {
  first_day: string;
  last_day: string;
  starts: string | null;
  ends: string | null;
}

/** « Vendredi 4 décembre, de 16 h 30 à 19 h », « Du lundi 7 décembre au mardi 8 décembre » */
export function whenInWords({ first_day, last_day, starts, ends }: Times): string {
  const at = (time: string | null) => (time ? ` à ${hourInWords(time)}` : '');
  if (first_day !== last_day) return `Du ${dayInWords(first_day)}${at(starts)} au ${dayInWords(last_day)}${at(ends)}`;
  const day = capitalised(dayInWords(first_day));
  if (!starts) return day;
  return ends ? `${day}, de ${hourInWords(starts)} à ${hourInWords(ends)}` : `${day},${at(starts)}`;
}
