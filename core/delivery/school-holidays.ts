/** A period without school: from its first day to the morning of `back`, when lessons begin again. */
export interface Holiday {
  title: string;
  from: string;
  back: string;
}

/** Calendars that are the same for every school of a zone. Corsica and the overseas académies set their own dates, which the school writes itself. */
export const ZONES = {
  A: 'Zone A (Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers)',
  B: 'Zone B (Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes, Strasbourg)',
  C: 'Zone C (Créteil, Montpellier, Paris, Toulouse, Versailles)',
  corse: 'Corse (dates à saisir)',
  guadeloupe: 'Guadeloupe (dates à saisir)',
  guyane: 'Guyane (dates à saisir)',
  martinique: 'Martinique (dates à saisir)',
  mayotte: 'Mayotte (dates à saisir)',
  reunion: 'La Réunion (dates à saisir)',
  none: 'Aucune : je saisis toutes les dates',
} as const;
export type Zone = keyof typeof ZONES;

const holiday = (title: string, from: string, back: string): Holiday => ({ title, from, back });

/** The same in the three zones. The return of September 2027 was not yet published when this was written. */
const EVERYWHERE = [
  holiday('Toussaint', '2025-10-18', '2025-11-03'),
  holiday('Noël', '2025-12-20', '2026-01-05'),
  holiday('Pont de l’Ascension', '2026-05-14', '2026-05-18'),
  holiday('Été', '2026-07-04', '2026-09-01'),
  holiday('Toussaint', '2026-10-17', '2026-11-02'),
  holiday('Noël', '2026-12-19', '2027-01-04'),
  holiday('Pont de l’Ascension', '2027-05-06', '2027-05-10'),
  holiday('Été', '2027-07-03', '2027-09-01'),
];

/** Winter and spring, by zone: arrêtés of 7 December 2022 (2025-2026) and 22 October 2025 (2026-2027). */
const BY_ZONE: Partial<Record<Zone, Holiday[]>> = {
  A: [
    holiday('Hiver', '2026-02-07', '2026-02-23'),
    holiday('Printemps', '2026-04-04', '2026-04-20'),
    holiday('Hiver', '2027-02-13', '2027-03-01'),
    holiday('Printemps', '2027-04-10', '2027-04-26'),
  ],
  B: [
    holiday('Hiver', '2026-02-14', '2026-03-02'),
    holiday('Printemps', '2026-04-11', '2026-04-27'),
    holiday('Hiver', '2027-02-20', '2027-03-08'),
    holiday('Printemps', '2027-04-17', '2027-05-03'),
  ],
  C: [
    holiday('Hiver', '2026-02-21', '2026-03-09'),
    holiday('Printemps', '2026-04-18', '2026-05-04'),
    holiday('Hiver', '2027-02-06', '2027-02-22'),
    holiday('Printemps', '2027-04-03', '2027-04-19'),
  ],
};

/** Official periods of a zone, in order; none where the académie sets its own. */
export const officialHolidays = (zone: Zone): Holiday[] =>
  BY_ZONE[zone] ? [...EVERYWHERE, ...BY_ZONE[zone]].toSorted((a, b) => (a.from < b.from ? -1 : 1)) : [];

export const overlap = (a: Holiday, b: Holiday): boolean => a.from < b.back && b.from < a.back;

/** The school's own dates take the place of the official ones they cross. */
export const holidaysOf = (zone: Zone, own: Holiday[]): Holiday[] =>
  [...officialHolidays(zone).filter((one) => !own.some((mine) => overlap(one, mine))), ...own].toSorted((a, b) =>
    a.from < b.from ? -1 : 1,
  );
