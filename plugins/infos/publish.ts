import { audienceWords, dayIn, forbidden, invalid, missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { change, type Item, loadItem, recipientsOf } from './items.ts';
import { questionsOf } from './questions.ts';
import { deliveryOf, freeze, release } from './release.ts';
import { aboutOf, dayOf, homeOf, KINDS, persons, signature } from './words.ts';

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
    words: KINDS[item.kind],
    lacks: await lacksOf(visit, item, people.length),
    cut: await services.audience.cut(),
    audience: audienceWords(people),
    howMany: persons(people.length),
    when: whenInWords(visit, item, new Set(people.map((one) => one.kind))),
    urgent: item.urgent,
    approval: waits(visit, people),
    onPage: item.on_page,
  });
}

/** What a teacher sends to families may wait for the direction (proposal 18). */
const waits = ({ services }: Visit, people: { kind: string }[]): boolean =>
  services.audience.needsApproval() && people.some((one) => one.kind === 'guardians');

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
  return lacks;
}

function whenInWords(visit: Visit, item: Item, kinds: Set<string>): string[] {
  const { services } = visit;
  const { families, staff, later } = deliveryOf(visit, item);
  const { it } = KINDS[item.kind];
  const lines: string[] = [];
  const start = later
    ? `à partir du ${dayOf(item.from_day as string)}`
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
  if (item.to_day) lines.push(`Affichage jusqu’au ${dayOf(item.to_day)} inclus.`);
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
  if (item.urgent) return redirect(pageOf(visit), `C’est parti, sans attendre, pour ${persons(people)}.`);
  return redirect(pageOf(visit), {
    text: `C’est publié pour ${persons(people)}. Personne ne le voit avant une minute.`,
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
  await services.notices.forget(aboutOf(item));
  for (const table of ['recipients', 'children', 'receipts', 'versions', 'answers', 'boxes'])
    await db(`infos_${table}`).where({ item_id: item.id }).delete();
  await change(db, item.id, now, { state: 'draft', published_at: null, cancel_until: null });
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
    words: KINDS[item.kind],
    read: Number(counted?.n ?? 0),
  });
}

/** Gone from the Espaces at once; who read and signed stays known. */
export async function withdraw(visit: Visit): Promise<Reply> {
  const { db, now, services } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state === 'published') {
    await services.notices.forget(aboutOf(item));
    await change(db, item.id, now, { state: 'withdrawn', withdrawn_at: now });
  }
  return redirect(pageOf(visit), `« ${item.title} » : c’est retiré. Plus personne ne le voit.`);
}
