import type { School } from '../plugin/contract.ts';
import type { Zone } from './school-holidays.ts';

const DEPARTMENTS: [Zone, string][] = [
  ['A', '01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90'],
  [
    'B',
    '02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76 80 83 84 85 88',
  ],
  ['C', '09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95'],
  ['corse', '20'],
  ['guadeloupe', '971'],
  ['martinique', '972'],
  ['guyane', '973'],
  ['reunion', '974'],
  ['mayotte', '976'],
];
const ZONE_OF = new Map(DEPARTMENTS.flatMap(([zone, list]) => list.split(' ').map((one) => [one, zone] as const)));

/** The département in the first three figures of an RNE: 030 for 30, 620 and 720 for Corsica, 972. */
const ofRne = (rne: string) => {
  const figures = rne.slice(0, 3);
  if (figures === '620' || figures === '720') return '20';
  return figures.startsWith('0') ? figures.slice(1) : figures;
};
const ofPostcode = (postcode: string) => postcode.slice(0, postcode.startsWith('97') ? 3 : 2);

/** The zone of a school's département where RNE and postcode do not disagree; else `none`, and the director chooses. */
export function zoneOf({ rne, postcode }: Pick<School, 'rne' | 'postcode'>): Zone {
  const byRne = ZONE_OF.get(ofRne(rne));
  const byPostcode = ZONE_OF.get(ofPostcode(postcode));
  return byRne && byPostcode && byRne !== byPostcode ? 'none' : (byRne ?? byPostcode ?? 'none');
}
