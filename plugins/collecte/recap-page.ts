import { audit, csv, dayIn, frenchDay, type Mark, missing, page, type Reply, type Visit } from '@preau/core';
import type { Asked, CollectedDocument } from './documents.ts';
import { filtered, lackingOf, lacks, type Recap, type RecapLine, recapOf } from './recap.ts';
import { homeOf, isOver, limitInWords, stateMark } from './words.ts';

/** Pupils on one page: all documents of all pupils of a large school would be slow on a phone. */
const PAGE = 100;

export async function showRecap(visit: Visit): Promise<Reply> {
  const { query } = visit;
  const recap = await recapOf(visit);
  const lines = filtered(recap.lines, query);
  const pages = Math.max(1, Math.ceil(lines.length / PAGE));
  const asked = Number(query.get('page') ?? 1);
  const at = Number.isInteger(asked) && asked >= 1 && asked <= pages ? asked : 1;
  const path = `${homeOf(visit)}/recapitulatif`;
  const lacking = recap.lines.filter((line) => lackingOf(line) > 0).length;
  const to = (number: number) => `${path}?${turned(query, number)}`;
  return page('collecte/recapitulatif', {
    path,
    home: visit.espace ? `${homeOf(visit)}/a-collecter` : `${homeOf(visit)}/`,
    espace: visit.espace,
    archive: recap.documents.some(({ id }) => recap.opens(id)) ? `${homeOf(visit)}/archive` : null,
    documents: recap.documents.map(({ title }) => title),
    pupils: recap.lines.length,
    lacking,
    found: lines.length,
    narrowed: lines.length !== recap.lines.length,
    q: query.get('q') ?? '',
    manque: query.get('manque') === '1',
    classes: classesOf(recap, query.get('classe')),
    lines: lines.slice((at - 1) * PAGE, at * PAGE).map((line) => shownLine(line, recap, visit)),
    at,
    pages,
    before: at > 1 ? to(at - 1) : null,
    after: at < pages ? to(at + 1) : null,
  });
}

const turned = (query: URLSearchParams, number: number): string => {
  const words = new URLSearchParams();
  for (const name of ['q', 'classe', 'manque']) if (query.get(name)) words.set(name, query.get(name) as string);
  words.set('page', String(number));
  return words.toString();
};

const classesOf = ({ lines }: Recap, chosen: string | null) =>
  [...new Map(lines.map((line) => [line.classId, line.className]))].map(([value, label]) => ({
    value,
    label,
    selected: value === chosen,
  }));

function shownLine(line: RecapLine, { documents }: Recap, visit: Visit) {
  const lacking = lackingOf(line);
  return {
    name: `${line.lastName} ${line.firstName}`,
    className: line.className,
    path: `${homeOf(visit)}/recapitulatif/${line.id}`,
    lacking,
    total: line.asked.size,
    cells: documents.map((document) => {
      const one = line.asked.get(document.id);
      return {
        title: document.title,
        mark: one ? shortMark(one, document, visit) : null,
        path: `${homeOf(visit)}/${document.id}/eleves/${line.id}`,
      };
    }),
  };
}

/** The state in two words at most: a table of ten documents has narrow columns. */
function shortMark(one: Asked, document: CollectedDocument, visit: Visit): Mark {
  return { ...stateMark(one, document, visit), text: shortWords(one, document, visit) };
}

function shortWords(one: Asked, document: CollectedDocument, visit: Visit): string {
  if (one.state === 'accepted') return one.paper ? 'En papier' : 'Accepté';
  if (one.state === 'missing') return isOver(document, visit) ? 'En retard' : 'Manque';
  return { deposited: 'Déposé', redo: 'À refaire', expired: 'À renouveler' }[one.state];
}

/** What one pupil has given and what is missing, document by document. */
export async function showPupilRecap(visit: Visit): Promise<Reply> {
  const recap = await recapOf(visit, { pupilId: visit.pupil?.id });
  const [line] = recap.lines;
  if (!line) return missing();
  const all = recap.documents.flatMap((document) => {
    const one = line.asked.get(document.id);
    if (!one) return [];
    return [
      {
        title: document.title,
        limit: limitInWords(document),
        mark: stateMark(one, document, visit),
        lacks: lacks(one),
        path: `${homeOf(visit)}/${document.id}/eleves/${line.id}`,
      },
    ];
  });
  return page('collecte/recapitulatif-eleve', {
    name: `${line.lastName} ${line.firstName}`,
    className: line.className,
    birthDate: line.birthDate,
    recap: `${homeOf(visit)}/recapitulatif`,
    parts: [
      { title: 'Ce qui manque', list: all.filter((one) => one.lacks) },
      { title: 'Ce qui est là', list: all.filter((one) => !one.lacks) },
    ],
    lacking: lackingOf(line),
    total: all.length,
  });
}

/** The same table for a spreadsheet, as it is filtered. */
export async function recapCsv(visit: Visit): Promise<Reply> {
  const { db, now, account, person, school, query } = visit;
  const recap = await recapOf(visit);
  const lines = filtered(recap.lines, query);
  await audit(db, now, { account, person }, 'Récapitulatif des documents exporté', `${lines.length} élèves`);
  return csv(
    `documents-par-eleve-${dayIn(now, school.timezone)}.csv`,
    ['Nom', 'Prénom', 'Date de naissance', 'Classe', 'Manquent', ...recap.documents.map(({ title }) => title)],
    lines.map((line) => [
      line.lastName,
      line.firstName,
      line.birthDate ? frenchDay(line.birthDate) : '',
      line.className,
      lackingOf(line),
      ...recap.documents.map((document) => {
        const one = line.asked.get(document.id);
        return one ? stateMark(one, document, visit).text : 'Pas demandé';
      }),
    ]),
  );
}
