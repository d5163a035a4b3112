import {
  archivePaths,
  audit,
  csvText,
  dayIn,
  frenchDay,
  type KeptFile,
  page,
  type Reply,
  redirect,
  sizeInWords,
  type Visit,
  type ZipEntry,
  zip,
} from '@preau/core';
import { archiveFolders } from './archive-folders.ts';
import { deskOf } from './document.ts';
import { type CollectedDocument, documentsOf, sightOf } from './documents.ts';
import { type RecapLine, recapOf } from './recap.ts';
import { readable, type Scope } from './scope.ts';
import { decisionMark } from './sending-shown.ts';
import { type Deposit, type Sending, sendingsOf } from './sendings.ts';
import { aboutOf, homeOf, isOver } from './words.ts';

/** One line of Contenu.csv: a file of a pupil, or a pupil of whom there is none. */
interface Line {
  document: CollectedDocument;
  pupil: RecapLine;
  sending: Sending | null;
  deposit: Deposit | null;
  file: KeptFile | null;
  path: string[];
}

/**
 * What an archive holds (F17-12): of every pupil the person sees, what stands and is accepted or waits. What was
 * replaced or must be done again is left out; a sending for brothers and sisters is under each child.
 */
async function linesOf(visit: Visit, documents: CollectedDocument[], alone: boolean): Promise<Line[]> {
  const sight = await sightOf(visit);
  const { lines: pupils } = await recapOf(visit, { documents });
  const folders = archiveFolders(pupils);
  const lines: Line[] = [];
  for (const document of documents) {
    const kept = await keptOf(visit, { document, sight });
    const files = Map.groupBy(
      await visit.services.files.of([...new Set([...kept.values()].flat().map((one) => aboutOf(one.sending)))]),
      (file) => file.about,
    );
    for (const pupil of pupils) {
      if (!pupil.asked.has(document.id)) continue;
      const folder = folders.get(pupil.id) as string[];
      const none = { document, pupil, sending: null, deposit: null, file: null, path: [] };
      const given = kept.get(pupil.id) ?? [];
      if (!given.length) lines.push(none);
      for (const one of given) {
        const own = files.get(aboutOf(one.sending)) ?? [];
        if (!own.length) lines.push({ ...none, ...one });
        for (const file of own)
          lines.push({
            ...none,
            ...one,
            file,
            path: [...folder, alone ? file.name : `${document.title} - ${file.name}`],
          });
      }
    }
  }
  return lines;
}

/** By pupil, what stands of a document and need not be done again. */
async function keptOf(visit: Visit, scope: Scope): Promise<Map<string, { sending: Sending; deposit: Deposit }[]>> {
  const all = (await sendingsOf(visit, scope)).flatMap((sending) =>
    sending.deposits.filter((one) => !one.replaced_at && one.state !== 'redo').map((deposit) => ({ sending, deposit })),
  );
  return Map.groupBy(all, ({ deposit }) => deposit.pupil_id);
}

/** The documents of the address: one, or all whose deposits the person may open. */
async function chosen(visit: Visit): Promise<CollectedDocument[] | { reply: Reply }> {
  if (visit.params.id) {
    const found = await readable(visit);
    return 'reply' in found ? found : [found.document];
  }
  const sight = await sightOf(visit);
  return (await documentsOf(visit)).filter((one) => sight.sees(one) && sight.opens(one.id));
}

const homeIn = (visit: Visit): string =>
  visit.params.id ? `${homeOf(visit)}/${visit.params.id}/archive` : `${homeOf(visit)}/archive`;

/** Says what will be downloaded, before the password is asked. */
export async function showDownload(visit: Visit): Promise<Reply> {
  const documents = await chosen(visit);
  if ('reply' in documents) return documents.reply;
  const alone = visit.params.id !== undefined;
  const lines = await linesOf(visit, documents, alone);
  const files = lines.flatMap((line) => line.file ?? []);
  return page('collecte/telecharger', {
    title: alone ? `Télécharger : ${documents[0]?.title}` : 'Télécharger tous les documents',
    titles: documents.map((one) => one.title),
    alone,
    files: files.length,
    size: sizeInWords(files.reduce((sum, file) => sum + file.size, 0)),
    pupils: new Set(lines.flatMap((line) => (line.file ? [line.pupil.id] : []))).size,
    without: new Set(lines.flatMap((line) => (line.sending ? [] : [line.pupil.id]))).size,
    to: `${homeIn(visit)}/zip`,
    back: alone ? deskOf(visit, documents[0]) : `${homeOf(visit)}/recapitulatif`,
  });
}

/** The archive itself, sent while it is made; the journal keeps who took it. */
export async function download(visit: Visit): Promise<Reply> {
  const { db, now, account, person, school } = visit;
  const documents = await chosen(visit);
  if ('reply' in documents) return documents.reply;
  const alone = visit.params.id !== undefined;
  const lines = await linesOf(visit, documents, alone);
  const held = lines.filter((line) => line.file !== null);
  if (!held.length) return redirect(homeIn(visit), 'Il n’y a encore aucun fichier à télécharger.');
  const title = alone ? (documents[0] as CollectedDocument).title : 'Documents collectés';
  await audit(db, now, { account, person }, 'Documents collectés téléchargés', `${title} : ${held.length} fichiers`);
  const paths = archivePaths([[CONTENTS], ...held.map((line) => line.path)]).slice(1);
  const where = new Map(held.map((line, at) => [line, paths[at] as string]));
  const entries: ZipEntry[] = held.map((line) => {
    const file = line.file as KeptFile;
    return { path: (where.get(line) as string).split('/'), body: () => file.open(), size: file.size, at: file.at };
  });
  const contents = csvText(
    HEADER,
    lines.map((line) => rowOf(line, where.get(line) ?? '', visit)),
  );
  return zip(`${title} ${dayIn(now, school.timezone)}.zip`, [
    { path: [CONTENTS], body: contents, at: now },
    ...entries,
  ]);
}

const CONTENTS = 'Contenu.csv';
const HEADER = [
  'Fichier',
  'Classe',
  'Nom',
  'Prénom',
  'Date de naissance',
  'Document',
  'État',
  'Déposé par',
  'Déposé le',
  'Valable jusqu’au',
  'Décidé par',
  'Décidé le',
];

function rowOf({ document, pupil, sending, deposit }: Line, path: string, visit: Visit): (string | null)[] {
  const { now, school } = visit;
  const day = (at: Date | null) => (at ? frenchDay(dayIn(at, school.timezone)) : '');
  const late = isOver(document, visit) ? 'Manque, en retard' : 'Manque';
  const asked = pupil.asked.get(document.id);
  const expired = sending?.valid_until && sending.valid_until < dayIn(now, school.timezone);
  const lacking = asked?.state === 'redo' ? `À refaire : ${asked.reason ?? 'illisible'}` : late;
  return [
    path,
    pupil.className,
    pupil.lastName,
    pupil.firstName,
    pupil.birthDate && frenchDay(pupil.birthDate),
    document.title,
    sending && deposit ? `${decisionMark(deposit, sending.paper).text}${expired ? ', à renouveler' : ''}` : lacking,
    sending?.by_name ?? '',
    day(sending?.at ?? null),
    sending?.valid_until ? frenchDay(sending.valid_until) : '',
    deposit?.decided_by ?? '',
    day(deposit?.decided_at ?? null),
  ];
}
