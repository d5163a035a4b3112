import { dayIn, frenchDay, type KeptFile, type Mark, type Visit } from '@preau/core';
import { concerned, type Deposit, namesOf, type Sending, tokenOf, waits } from './sendings.ts';
import { aboutOf, homeOf } from './words.ts';

/** A long document is read page by page in its own program. */
const MOST_PAGES = 30;

/** What was decided of one pupil’s deposit, in icon, words and colour. */
export function decisionMark(one: Deposit, paper: boolean): Mark {
  if (one.state === 'accepted')
    return { text: paper ? 'Remis en papier' : 'Accepté', icon: paper ? 'file-check' : 'circle-check', tone: 'ok' };
  if (one.state === 'redo')
    return { text: `À refaire : ${one.reason ?? 'illisible'}`, icon: 'rotate-ccw', tone: 'warn' };
  return { text: 'À revoir', icon: 'clock', tone: 'info' };
}

/** A sending for the pages that show it: whose, by whom, when, what was decided; its files only for who may open them (F17-14). */
export async function shown(visit: Visit, sendings: Sending[], documentId: string, opens: boolean) {
  const { services, now, school } = visit;
  const today = dayIn(now, school.timezone);
  const files = opens ? await services.files.of(sendings.map(aboutOf)) : [];
  return sendings.map((one) => {
    const about = concerned(one);
    const [first] = about.length ? about : one.deposits;
    return {
      id: one.id,
      token: tokenOf(one),
      waits: waits(one),
      replaced: about.length === 0,
      pupils: one.deposits.map((each) => ({
        name: namesOf([each]),
        path: `${homeOf(visit)}/${documentId}/eleves/${each.pupil_id}`,
      })),
      names: namesOf(about.length ? about : one.deposits),
      several: about.length > 1,
      by: one.by_name,
      bySchool: one.by_school,
      paper: one.paper,
      at: one.at,
      word: one.word,
      validUntil: one.valid_until && frenchDay(one.valid_until),
      expired: one.valid_until !== null && one.valid_until < today,
      mark: first ? decisionMark(first, one.paper) : null,
      decided: first?.decided_by ? { by: first.decided_by, at: first.decided_at } : null,
      files: files.filter((file) => file.about === aboutOf(one)).map(shownFile),
    };
  });
}

function shownFile({ name, words, path, remark, preview, pages }: KeptFile) {
  const count = preview ? (pages ?? 1) : 0;
  return {
    name,
    words,
    path,
    remark,
    pages: Array.from({ length: Math.min(count, MOST_PAGES) }, (_, at) => ({
      src: `${preview}?page=${at + 1}`,
      alt: count > 1 ? `Page ${at + 1} sur ${count} de ${name}` : name,
    })),
    rest: count > MOST_PAGES ? count - MOST_PAGES : 0,
  };
}
