import {
  audienceWords,
  counted,
  dayIn,
  dayInWords,
  forbidden,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  signature,
  type Visit,
} from '@preau/core';
import { change, type Item, loadItem, recipientsOf } from './items.ts';
import { questionsOf } from './questions.ts';
import { deliveryOf, freeze, release, takeAway } from './release.ts';
import { aboutOf, followUpOf, homeOf, KINDS } from './words.ts';

export const pageOf = (visit: Visit) => `${homeOf(visit)}/${visit.params.id}`;
export const mine = ({ person }: Visit): string => (person ? signature(person) : '');

/** Before anything leaves: to how many, who has no e-mail, when it reaches them (C-37, P17). */
export async function askPublish(visit: Visit): Promise<Reply> {
  const { services } = visit;
  const item = await loadItem(visit);
  if (!item) return missing();
  if (item.state !== 'draft') return redirect(pageOf(visit));
  const people = await recipientsOf(visit, item);
  return page('infos/publier', {
    base: homeOf(visit),
    id: item.id,
    title: item.title,
    body: item.body,
    lacks: await lacksOf(visit, item, people.length),
    cut: await services.audience.cut(),
    audience: audienceWords(people),
    headline: headline(visit, item, people.length),
    howMany: counted(people.length, 'personne'),
    when: whenInWords(visit, item, new Set(people.map((one) => one.kind))),
    urgent: item.urgent,
    approval: waits(visit, people),
    onPage: item.on_page,
  });
}

/** « 1 personne va la recevoir », « 3 personnes le reçoivent sans attendre » */
function headline(visit: Visit, item: Item, n: number): string {
  const { it } = KINDS[item.kind];
  const atOnce = item.urgent && !deliveryOf(visit, item).later;
  if (atOnce) return `${counted(n, 'personne')} ${it} ${n > 1 ? 'reçoivent' : 'reçoit'} sans attendre`;
  return `${counted(n, 'personne')} ${n > 1 ? 'vont' : 'va'} ${it} recevoir`;
}

/** What a teacher sends to families may wait for the direction (proposal 18). */
export const waits = ({ services }: Visit, people: { kind: string }[]): boolean =>
  services.audience.needsApproval() && people.some((one) => one.kind === 'guardians' || one.kind === 'pupils');

async function lacksOf(visit: Visit, item: Item, people: number) {
  const { db, now, school } = visit;
  const lacks: { text: string; to: string; title: string }[] = [];
  const lack = (text: string, to: string, title: string) => lacks.push({ text, to: `${pageOf(visit)}${to}`, title });
  if (!people) lack('Personne n’est choisi.', '/destinataires', 'Choisir les destinataires');
  if (item.kind === 'survey' && !(await questionsOf(db, item.id)).length)
    lack('Il n’y a aucune question.', '/questions', 'Écrire les questions');
  if (!item.publish) lack('« Publier » n’est pas coché : c’est encore un brouillon.', '', 'Ouvrir le brouillon');
  else if (!item.to_day) lack('La période n’est pas remplie.', '', 'Ouvrir le brouillon');
  else if (item.to_day < dayIn(now, school.timezone)) lack('La période est passée.', '', 'Ouvrir le brouillon');
  else if (item.closes_on && item.closes_on < dayIn(now, school.timezone))
    lack('Le dernier jour pour répondre est passé.', '', 'Ouvrir le brouillon');
  return lacks;
}

function whenInWords(visit: Visit, item: Item, kinds: Set<string>): string[] {
  const { services } = visit;
  const { families, staff, later } = deliveryOf(visit, item);
  const { it } = KINDS[item.kind];
  const lines: string[] = [];
  const start = later
    ? `à partir du ${dayInWords(item.from_day as string)}`
    : item.urgent
      ? 'tout de suite'
      : 'dans une minute';
  if (kinds.has('guardians') || kinds.has('pupils'))
    lines.push(
      `Les familles ${it} voient ${start} ; l’e-mail part ${families.held ? services.delivery.inWords(families.at) : 'à ce moment-là'}.`,
    );
  if (kinds.has('teachers') || kinds.has('staff'))
    lines.push(
      `Les professeurs et les personnels ${it} reçoivent ${staff.held ? services.delivery.inWords(staff.at) : start}.`,
    );
  if (item.to_day) lines.push(`Affichage jusqu’au ${dayInWords(item.to_day)} inclus.`);
  return lines;
}

/** F14-11. */
export async function publish(visit: Visit): Promise<Reply> {
  const { db, now, services } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'draft') return redirect(pageOf(visit));
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  const people = await recipientsOf(visit, item);
  const [lack] = await lacksOf(visit, item, people.length);
  if (lack) return invalid({ _: lack.text });
  await freeze(db, item, people);
  if (waits(visit, people)) {
    await change(db, item.id, now, { state: 'to-approve', word: null });
    return redirect(pageOf(visit), 'La direction va lire, puis envoyer ou vous rendre votre texte avec un mot.');
  }
  await release(visit, item, people, mine(visit));
  return sent(visit, item, people.length);
}

export function sent(visit: Visit, item: Item, people: number): Reply {
  const { later } = deliveryOf(visit, item);
  if (item.urgent && !later)
    return redirect(pageOf(visit), `C’est parti, sans attendre, pour ${counted(people, 'personne')}.`);
  return redirect(pageOf(visit), {
    text: `C’est publié pour ${counted(people, 'personne')}. Personne ne le voit avant ${later ? `le ${dayInWords(item.from_day as string)}` : 'une minute'}.`,
    undo: { to: `${pageOf(visit)}/annuler`, values: { sure: 'oui' } },
  });
}

/** P17: within the minute it is a draft again, and nobody was told. */
export async function callBack(visit: Visit): Promise<Reply> {
  const { db, now, services } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'published' || !item.cancel_until || now >= item.cancel_until)
    return redirect(pageOf(visit), 'La minute est passée : certains l’ont peut-être lu. Vous pouvez encore retirer.');
  for (const about of [aboutOf(item), followUpOf(item)]) await services.notices.forget(about);
  for (const table of ['recipients', 'children', 'receipts', 'versions', 'answers', 'boxes', 'shares'])
    await db(`infos_${table}`).where({ item_id: item.id }).delete();
  await change(db, item.id, now, { state: 'draft', published_at: null, cancel_until: null, closed_at: null });
  return redirect(pageOf(visit), 'C’est annulé : personne n’a rien reçu. C’est de nouveau un brouillon.');
}

export async function askWithdraw(visit: Visit): Promise<Reply> {
  const item = await loadItem(visit);
  if (!item) return missing();
  if (item.state !== 'published') return redirect(pageOf(visit));
  const counted = await visit.db('infos_receipts').where({ item_id: item.id }).countDistinct('person_id as n').first();
  return page('infos/retirer', {
    base: homeOf(visit),
    id: item.id,
    title: item.title,
    read: Number(counted?.n ?? 0),
  });
}

export async function withdraw(visit: Visit): Promise<Reply> {
  const item = await loadItem(visit, true);
  if (!item) return missing();
  await takeAway(visit, item);
  return redirect(pageOf(visit), `« ${item.title} » : c’est retiré. Plus personne ne le voit.`);
}
