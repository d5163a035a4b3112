import { dayIn, frenchDay, type KeptFile, type Mark, missing, page, type Reply, type Visit } from '@preau/core';
import { closedWords, deadline, familyMark, type Given, givenHere, isDue, listOf, pageOf } from './give.ts';
import { aboutOf, takesDeposits } from './words.ts';

/** What this person deposited for the child, the newest first, with what became of it. */
export interface OwnSending {
  id: string;
  at: Date;
  word: string | null;
  valid_until: string | null;
  state: 'deposited' | 'accepted' | 'redo';
  reason: string | null;
  decided_at: Date | null;
  replaced_at: Date | null;
  /** First names of the children it is for. */
  names: string[];
}

export async function ownSendings({ db, person }: Visit, { document, child }: Given): Promise<OwnSending[]> {
  return db('collecte_deposits as dep')
    .join('collecte_sendings as s', 's.id', 'dep.sending_id')
    .where({
      'dep.document_id': document.id,
      'dep.pupil_id': child.id,
      's.person_id': person?.id,
      's.by_school': false,
    })
    .orderBy('s.at', 'desc')
    .select('s.id', 's.at', 's.word', 's.valid_until', 'dep.state', 'dep.reason', 'dep.decided_at', 'dep.replaced_at')
    .select(
      db.raw(
        `array(select coalesce(p.used_first_name, p.first_name) from collecte_deposits d join people p on p.id = d.pupil_id
                where d.sending_id = s.id order by p.search) as names`,
      ),
    );
}

/** A child’s document: what is asked, what this person sent, the form, and the history. */
export async function showGive(visit: Visit): Promise<Reply> {
  const found = await givenHere(visit);
  if (!found) return missing();
  const { one, siblings } = found;
  const { document, child } = one;
  const typed = visit.input as { also?: string | string[] } | null;
  const sendings = await ownSendings(visit, one);
  const files = await visit.services.files.of(sendings.map(aboutOf));
  const mine = sendings.map((sending) => shown(visit, sending, files));
  const standing = mine.find((sending) => !sending.replaced);
  const open = takesDeposits(document, visit);
  const shows = open && (isDue(one) || typed !== null || visit.query.has('autre'));
  const ticked = new Set([typed?.also ?? []].flat());
  const { phone, email } = visit.school;
  return page('collecte/deposer', {
    home: listOf(visit),
    url: pageOf(visit, one),
    title: document.title,
    guidance: document.guidance,
    child,
    mark: familyMark(one, visit),
    deadline: isDue(one) ? deadline(document, visit) : null,
    closed: closedWords(one, visit),
    school: { phone, email },
    reason: one.own && one.asked.state === 'redo' ? one.asked.reason : null,
    // Somebody else’s deposit: that it is there and how it stands, nothing more (B42).
    elsewhere: one.asked.sending_id !== null && !one.own,
    // Beside a form what was sent is history.
    current: standing && !shows ? { ...standing, withdrawable: standing.withdrawable && open } : null,
    past: shows ? mine : mine.filter((sending) => sending.replaced),
    asksValidity: document.asks_validity,
    sure: one.asked.state === 'accepted',
    shows,
    replaces: open && !shows,
    siblings: siblings.map((other) => ({
      id: other.child.id,
      name: other.child.firstName,
      classLabel: other.child.classLabel,
      state: isDue(other) ? null : 'Un document est déjà reçu',
      on: ticked.has(other.child.id),
    })),
  });
}

function shown({ now, school }: Visit, one: OwnSending, files: KeptFile[]) {
  const expired = one.valid_until !== null && one.valid_until < dayIn(now, school.timezone);
  return {
    id: one.id,
    at: one.at,
    word: one.word,
    validUntil: one.valid_until && frenchDay(one.valid_until),
    names: one.names.length > 1 ? new Intl.ListFormat('fr').format(one.names) : null,
    mark: ownMark(one, expired),
    reason: one.state === 'redo' ? one.reason : null,
    decidedAt: one.decided_at,
    replaced: one.replaced_at !== null,
    withdrawable: one.state === 'deposited',
    files: files.filter((file) => file.about === aboutOf(one)),
  };
}

function ownMark({ state, replaced_at }: OwnSending, expired: boolean): Mark {
  if (state === 'redo') return { text: 'À refaire', icon: 'rotate-ccw', tone: 'warn' };
  if (expired) return { text: 'N’est plus valable', icon: 'clock-alert', tone: 'warn' };
  if (state === 'accepted') return { text: 'Accepté', icon: 'circle-check', tone: 'ok' };
  return replaced_at
    ? { text: 'Remplacé', icon: 'history', tone: '' }
    : { text: 'Reçu, l’école va le vérifier', icon: 'clock', tone: 'info' };
}
