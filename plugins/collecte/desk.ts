import { frenchDay, page, type Reply, type Visit } from '@preau/core';
import { type Counts, classNamesOf, countsOf, NOBODY, readersOf } from './desk-counts.ts';
import { pupilsOf } from './desk-pupils.ts';
import { deskOf } from './document.ts';
import { type CollectedDocument, documentsOf, sightOf } from './documents.ts';
import { preload } from './preload.ts';
import { reminding } from './remind.ts';
import { homeOf, isOver, limitInWords, MANAGE, READ } from './words.ts';

/** « Documents à collecter » (F17-01 to F17-03): what is asked of whom and how it stands, and one document pupil by pupil. */
export async function showDesk(visit: Visit): Promise<Reply> {
  const { espace, db, services } = visit;
  await preload(visit);
  const mine = await sightOf(visit);
  const documents = (await documentsOf(visit)).filter((one) => mine.sees(one));
  const counts = await countsOf(visit, mine.pupilIds);
  const classes = await classNamesOf(visit);
  const readers = await readersOf(visit);
  const chosen = documents.find((one) => one.id === visit.query.get('document')) ?? documents[0];
  const base = homeOf(visit);
  const creates = espace ? visit.person?.kind === 'teacher' : visit.can(MANAGE);
  const archived = creates
    ? ((await db('collecte_documents')
        .where({ year: services.people.year })
        .whereNotNull('archived_at')
        .orderBy('rank')) as CollectedDocument[])
    : [];
  const total = [...counts.values()].reduce((sum, one) => sum + one.done, 0);
  return page(
    'collecte/documents',
    {
      base,
      path: deskOf(visit),
      espace: espace !== null,
      creates,
      count: documents.length,
      total,
      downloads: documents.some((one) => mine.opens(one.id) && filesOf(counts.get(one.id)) > 0),
      documents: documents.map((one) => ({
        id: one.id,
        title: one.title,
        teacher: one.teacher_id !== null && !espace,
        limit: limitInWords(one),
        over: isOver(one, visit),
        notify: one.notify_on ? `le ${frenchDay(one.notify_on)}` : 'Pas de notification',
        classes: one.all_classes ? 'Toutes les classes' : (classes.get(one.id) ?? ''),
        readers: readers.get(one.id) ?? 0,
        counts: counts.get(one.id) ?? NOBODY,
        url: deskOf(visit, one),
        at: `${base}/${one.id}`,
        manages: mine.manages(one),
        current: one === chosen,
      })),
      chosen: chosen && {
        ...(await paneOf(visit, chosen, counts.get(chosen.id) ?? NOBODY)),
        at: `${base}/${chosen.id}`,
        opens: mine.opens(chosen.id),
        manages: mine.manages(chosen),
        classes: classes.get(chosen.id) ?? '',
        pupils: await pupilsOf(visit, chosen, mine.pupilIds),
      },
      archived: archived
        .filter((one) => mine.manages(one))
        .map((one) => ({ title: one.title, action: visit.url(`${base}/${one.id}/remettre`) })),
    },
    'collecte/_documents',
  );
}

const filesOf = (one: Counts | undefined): number => (one ? one.done - one.paper : 0);

/** What to do about one document: how many miss, whom to remind, what to look through. */
async function paneOf(visit: Visit, document: CollectedDocument, counts: Counts) {
  const { id, title, guidance } = document;
  const left = counts.missing + counts.redo + counts.expired;
  const reminds = left > 0 ? await reminding(visit, document) : null;
  return {
    id,
    title,
    guidance,
    left,
    waiting: counts.waiting,
    files: filesOf(counts),
    asked: counts.total,
    words: inWords(counts),
    families: reminds?.families ?? 0,
    remindedToday: reminds?.today ?? 0,
  };
}

/** « 29 déposés, dont 1 en papier ; 5 manquent, 1 à refaire » */
function inWords({ done, paper, missing, redo, expired }: Counts): string {
  const parts = [
    `${done} ${done < 2 ? 'déposé' : 'déposés'}${paper ? `, dont ${paper} en papier` : ''}`,
    missing && `${missing} ${missing < 2 ? 'manque' : 'manquent'}`,
    redo && `${redo} à refaire`,
    expired && `${expired} à renouveler`,
  ];
  return `${parts.filter(Boolean).join(' ; ')}.`;
}

interface Standing {
  title: string;
  /** Sendings to look through. */
  review: number;
  /** Pupils whose document is missing or to be done again. */
  left: number;
  url: string;
}

async function standings(visit: Visit): Promise<Standing[]> {
  const mine = await sightOf(visit);
  const counts = await countsOf(visit, mine.pupilIds);
  return (await documentsOf(visit))
    .filter((one) => mine.sees(one))
    .flatMap((one) => {
      const { waiting, missing, redo, expired } = counts.get(one.id) ?? NOBODY;
      const review = mine.opens(one.id) ? waiting : 0;
      const left = missing + redo + expired;
      const url = review ? `${homeOf(visit)}/${one.id}/revoir` : deskOf(visit, one);
      return review || left ? [{ title: one.title, review, left, url }] : [];
    })
    .toSorted((a, b) => Number(b.review > 0) - Number(a.review > 0));
}

const MOST = 5;
const short = (lines: Standing[], all: string) => ({
  lines: lines.slice(0, MOST),
  beyond: Math.max(0, lines.length - MOST),
  all,
});

/** On the home of Gestion: what waits for a look, and what is still missing. */
export const deskBlock = async (visit: Visit) => short(await standings(visit), deskOf(visit));

/** On the home of a teacher: deposits to look through. */
export async function reviewBlock(visit: Visit) {
  const lines = (await standings(visit)).filter((one) => one.review);
  return lines.length ? { due: lines.reduce((sum, one) => sum + one.review, 0), ...short(lines, deskOf(visit)) } : null;
}

/** On the home of the Espace Direction the same; the work is done in Gestion. */
export const directionBlock = async (visit: Visit) =>
  visit.espace === 'direction' && visit.can(READ) ? reviewBlock({ ...visit, espace: null }) : null;

/** On the home of a teacher: documents that are missing and have nothing to look through. */
export async function missingBlock(visit: Visit) {
  const lines = (await standings(visit)).filter((one) => !one.review);
  return lines.length ? short(lines, deskOf(visit)) : null;
}
