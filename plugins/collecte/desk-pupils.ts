import { capitals, type Visit } from '@preau/core';
import { deskOf } from './document.ts';
import { type Asked, asked, type CollectedDocument } from './documents.ts';
import { DUE } from './notify.ts';
import { homeOf, stateMark } from './words.ts';

const FILTERS: Record<string, { title: string; keep(one: Asked): boolean }> = {
  tous: { title: 'Tous les élèves', keep: () => true },
  manque: { title: 'Ce qui manque', keep: (one) => DUE.includes(one.state) },
  revoir: { title: 'À revoir', keep: (one) => one.waiting },
  fait: { title: 'Déposé ou accepté', keep: (one) => one.state === 'accepted' || one.state === 'deposited' },
};

const SORTS: Record<string, { title: string; of(one: Line): string; opt?: boolean }> = {
  nom: { title: 'Nom', of: (one) => one.last_name },
  prenom: { title: 'Prénom', of: (one) => one.first_name },
  naissance: { title: 'Date de naissance', of: (one) => one.birth_date ?? '', opt: true },
  classe: { title: 'Classe', of: (one) => one.class_label },
};

interface Line extends Asked {
  last_name: string;
  first_name: string;
  birth_date: string | null;
  class_label: string;
}

/** Rows of one page: more would be a long way on a phone. */
const PAGE = 60;

const oneOf = <T>(list: Record<string, T>, word: string | null, usual: string): [string, T] => {
  const key = word && Object.hasOwn(list, word) ? word : usual;
  return [key, list[key] as T];
};

/** One document pupil by pupil (F17-11), by class and state, a page at a time. */
export async function pupilsOf(visit: Visit, document: CollectedDocument, pupilIds: string[] | null) {
  const { db, query } = visit;
  const [state, filter] = oneOf(FILTERS, query.get('etat'), 'tous');
  const [sort, order] = oneOf(SORTS, query.get('tri'), 'nom');
  const asking = db
    .from(asked(visit))
    .join('people as p', 'p.id', 'asked.pupil_id')
    .join('classes as c', 'c.id', 'asked.class_id')
    .where('asked.document_id', document.id)
    .orderBy(['p.search', 'p.id'])
    .select('asked.*', 'p.birth_date', 'c.label as class_label')
    .select(db.raw('coalesce(p.used_name, p.last_name) as last_name'))
    .select(db.raw('coalesce(p.used_first_name, p.first_name) as first_name'));
  if (pupilIds) asking.whereIn('asked.pupil_id', pupilIds);
  const all: Line[] = await asking;
  const labels = [...new Set(all.map((one) => one.class_label))].toSorted(compare);
  const label = labels.find((one) => one === query.get('classe')) ?? '';
  const kept = all.filter((one) => filter.keep(one) && (!label || one.class_label === label));
  const rows = sort === 'nom' ? kept : kept.toSorted((a, b) => compare(order.of(a), order.of(b)));
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const at = Math.min(pages, Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1));
  const address = (words: Record<string, string>) =>
    `${deskOf(visit)}?${new URLSearchParams({ document: document.id, classe: label, etat: state, tri: sort, ...words })}#eleves`;
  return {
    found: rows.length,
    asked: all.length,
    filters: Object.entries(FILTERS).map(([value, { title }]) => ({ value, title, selected: value === state })),
    classes: labels.map((one) => ({ label: one, selected: one === label })),
    sort,
    head: Object.entries(SORTS).map(([key, { title, opt = false }]) => ({
      title,
      opt,
      key,
      current: key === sort,
      url: address({ tri: key }),
    })),
    rows: rows.slice((at - 1) * PAGE, at * PAGE).map((one) => ({
      lastName: capitals(one.last_name),
      firstName: one.first_name,
      born: one.birth_date,
      label: one.class_label,
      state: stateMark(one, document, visit),
      again: one.waiting && one.state !== 'deposited',
      url: `${homeOf(visit)}/${document.id}/eleves/${one.pupil_id}`,
    })),
    pager:
      pages > 1
        ? Array.from({ length: pages }, (_, n) => ({
            title: n + 1,
            current: n + 1 === at,
            url: address({ page: String(n + 1) }),
          }))
        : [],
  };
}

const compare = (a: string, b: string): number => a.localeCompare(b, 'fr', { numeric: true });
