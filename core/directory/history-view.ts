import type { House } from '../container.ts';
import { type Change, FIELD_TITLES, inWords } from '../people/history.ts';
import { among } from '../people/write.ts';
import type { Visit } from '../plugin/contract.ts';
import { momentsIn, NAME_COLUMNS, type Named, nameOf } from './rows.ts';

interface HistoryLine {
  at: string;
  who: string;
  title: string;
  before: string;
  after: string;
  cause: string | null;
  undone: boolean;
}
/** What « Historique » shows at the foot of a card. */
export interface History {
  lines: HistoryLine[];
  more: boolean;
  /** Asked for as a whole: the page comes with it open. */
  all: boolean;
  created: { by: string; at: string; cause: string | null } | null;
}

/** The history of a person's card, for modules that have cards of their own; shown by `admin/_history`. */
export interface CardHistory {
  of(visit: Visit, personId: string): Promise<History>;
}

declare module '../plugin/services.ts' {
  interface Services {
    cardHistory: CardHistory;
  }
}

/** The scoped service `cardHistory`. */
export const cardHistory = ({ modules }: Pick<House, 'modules'>): CardHistory => ({
  of: (visit, personId) => historyOf({ modules }, visit, { personId }),
});

const SHOWN = 50;

/** Who changed what on a card, the latest first. */
export async function historyOf(
  house: Pick<House, 'modules'>,
  visit: Visit,
  about: { personId: string } | { classId: string },
): Promise<History> {
  const { db } = visit;
  const all = visit.query.get('historique') === 'tout';
  const self = 'personId' in about ? about.personId : null;
  const query = db('people_history')
    .where((own) =>
      'classId' in about
        ? own.where({ class_id: about.classId }).whereNull('person_id')
        : own.where({ person_id: self }).orWhere({ guardian_id: self }),
    )
    .orderBy('seq', 'desc');
  // A link names a guardian and a child: it is told to those who may see both.
  if (!visit.can('ressources.guardians-read') || !visit.can('ressources.pupils-read'))
    query.whereNot({ field: 'link' });
  const rows = await (all ? query : query.limit(SHOWN + 1));
  const names = await namesOf(
    visit,
    rows.flatMap((row) => [row.person_id, row.guardian_id]).filter((id) => id && id !== self),
  );
  const causeInWords = causesOf(house);
  const moment = momentsIn(visit.school.timezone);
  const lines = (all ? rows : rows.slice(0, SHOWN)).map((row): HistoryLine => {
    const field = row.field as Change['field'];
    const other = names.get(row.person_id === self ? row.guardian_id : row.person_id);
    return {
      at: moment(row.at),
      who: row.who,
      title: FIELD_TITLES[field] + (other ? ` : ${other}` : ''),
      before: inWords(field, row.before),
      after: inWords(field, row.after),
      cause: causeInWords(row.cause),
      undone: row.undone_at !== null,
    };
  });
  return { lines, more: rows.length > lines.length, all, created: await createdOf(visit, self, causeInWords) };
}

/** « Import ONDE » for `onde-import:…`; what was done by hand has no cause to tell. */
const causesOf =
  (house: Pick<House, 'modules'>) =>
  (cause: string | null): string | null => {
    const plugin = cause?.split(':')[0] ?? '';
    return plugin.includes('.') ? null : (house.modules.plugin(plugin)?.title ?? null);
  };

async function namesOf({ db }: Visit, ids: string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const rows: (Named & { id: string })[] = await among(db('people'), 'id', ids).select('id', ...NAME_COLUMNS);
  return new Map(rows.map((row) => [row.id, nameOf(row)]));
}

async function createdOf(
  { db, school }: Visit,
  id: string | null,
  causeInWords: (cause: string | null) => string | null,
): Promise<History['created']> {
  const row = id && (await db('people').where({ id }).first('created_at', 'created_by', 'origin'));
  return row
    ? { at: momentsIn(school.timezone)(row.created_at), by: row.created_by ?? 'Préau', cause: causeInWords(row.origin) }
    : null;
}
