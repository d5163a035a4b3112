import { searchKey } from '../people/names.ts';
import { type Client, openSchool, type TestSchool } from '../testing.ts';

/** What tests of lists read in a page, and a school with pupils to list. */

export const PUPILS = '/gestion/ressources/eleves';

export const rowIds = (text: string) =>
  [...text.matchAll(/<tr id="r-([0-9a-f-]{36})">/g)].map(([, id]) => id as string);
/** Names in the order of the page. */
export const names = (text: string) =>
  [...text.matchAll(/aria-label="Sélectionner ([^"]+)"/g)].map(([, name]) => name as string);
/** The message said once. */
export const flash = (text: string) => /<div class="note ok arrive">.*?<p>(.*?)<\/p>/s.exec(text)?.[1] ?? '';
export const undoCause = (text: string) =>
  /name="cause" value="([^"]+)"/.exec(text)?.[1]?.replaceAll('&#x3D;', '=') ?? '';

const CAST = [
  ['ÉTIENNE', 'Maël', '2019-05-01', 'CP A', 'CP'],
  ['ABADIE', 'Zoé', '2016-05-01', 'CM2', 'CM2'],
  ['ABADIE', 'Adam', '2020-01-01', 'CP A', 'CP'],
  ['NOËL', 'Inès', null, null, null],
] as const;

export interface ListSchool extends TestSchool {
  direction: Client;
  classes: Record<'CP A' | 'CM2', string>;
  pupils: Record<(typeof CAST)[number][1], string>;
  show(query?: string): Promise<string>;
  /** What a browser sends, then the page it is led to. */
  send(path: string, fields: Record<string, string | string[]>): Promise<string>;
}

export async function openListSchool(): Promise<ListSchool> {
  const school = await openSchool();
  const direction = school.as('direction');
  const classes = {} as ListSchool['classes'];
  const pupils = {} as ListSchool['pupils'];
  await school.db(async (db) => {
    const { year } = school.house.container.services({ timezone: 'Europe/Paris' } as never, db, new Date()).people;
    for (const label of ['CP A', 'CM2'] as const) {
      const [{ id }] = await db('classes')
        .insert({ year, label, search: searchKey(label) })
        .returning('id');
      classes[label] = id;
    }
    for (const [last_name, first_name, birth_date, label, level] of CAST) {
      const search = searchKey(last_name, first_name);
      const [{ id }] = await db('people')
        .insert({ kind: 'pupil', last_name, first_name, birth_date, search })
        .returning('id');
      pupils[first_name] = id;
      if (label) await db('class_places').insert({ pupil_id: id, class_id: classes[label], year, level });
    }
  });
  return {
    ...school,
    direction,
    classes,
    pupils,
    show: async (query = '') => (await direction.get(PUPILS + query)).text,
    async send(path, fields) {
      const answer = await direction.post(path, fields);
      if (answer.status !== 303) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
      return (await direction.get(answer.location as string)).text;
    },
  };
}
