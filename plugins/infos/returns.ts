import {
  audit,
  counted,
  csv,
  forbidden,
  hidden,
  missing,
  page,
  pdf,
  type Recipient,
  type Reply,
  redirect,
  strings,
  type Visit,
} from '@preau/core';
import { change, type Item, loadItem } from './items.ts';
import { type Return, returnsOf } from './receipts.ts';
import { noticeOf } from './release.ts';
import { tabsOf } from './tabs.ts';
import { homeOf, isAnswerable, momentOf, SEND, stateOf } from './words.ts';

const FILTERS: Record<string, { title: string; keep(one: Return): boolean }> = {
  tous: { title: 'Tous', keep: () => true },
  reste: { title: 'À relancer', keep: (one) => !one.done },
  lu: { title: 'Lu', keep: (one) => one.state !== 'unread' },
  signe: { title: 'Signé, rendu ou répondu', keep: (one) => ['signed', 'paper', 'answered'].includes(one.state) },
  'pas-lu': { title: 'Pas lu', keep: (one) => one.state === 'unread' },
};
const GROUPS: Record<string, { title: string; of(one: Recipient): string[] }> = {
  classe: {
    title: 'par classe',
    of: (one) =>
      one.kind === 'guardians' || one.kind === 'pupils'
        ? one.children.map((child) => child.className ?? 'Sans classe')
        : [one.kind === 'teachers' ? 'Professeurs' : 'Personnels'],
  },
  eleve: {
    title: 'par élève',
    of: (one) =>
      one.kind === 'guardians' || one.kind === 'pupils'
        ? one.children.map((child) => `${child.lastName} ${child.firstName}`)
        : [one.kind === 'teachers' ? 'Professeurs' : 'Personnels'],
  },
  nom: { title: 'par nom', of: () => [''] },
};
const chosen = <T>(list: Record<string, T>, word: string | null, usual: string): [string, T] => {
  const key = word && Object.hasOwn(list, word) ? word : usual;
  return [key, list[key] as T];
};

/** Retours as its author, the direction, or whoever it was shared with sees them (F14-13, C-39, C-40). */
export async function returnsPage(visit: Visit, item: Item, options: { shared: boolean }): Promise<Reply> {
  const { db, query, services } = visit;
  const all = await returnsOf(visit, item);
  const [etat, filter] = chosen(FILTERS, query.get('etat'), 'tous');
  const [par, grouping] = chosen(GROUPS, query.get('par'), 'classe');
  const left = all.filter((one) => !one.done);
  const groups = groupsOf(all.filter(filter.keep), grouping.of);
  const shares: string[] = await db('infos_shares').where({ item_id: item.id }).pluck('person_id');
  const colleagues = options.shared ? [] : await services.audience.reachable(['teachers', 'staff']);
  const base = options.shared ? null : `${homeOf(visit)}/${item.id}`;
  return page('infos/retours', {
    base,
    path: `${homeOf(visit)}/${options.shared ? 'lire/' : ''}${item.id}/retours`,
    title: item.title,
    state: stateOf(item, visit),
    tabs: options.shared ? [] : tabsOf(visit, item, '/retours'),
    anonymous: item.anonymous,
    total: all.length,
    done: all.length - left.length,
    did: item.kind === 'survey' ? 'Répondu' : item.receipt === 'sign' ? 'Signé' : 'Lu',
    left: left.length,
    remind: `Relancer ${counted(left.length, 'personne')}`,
    slips: `Imprimer ${left.length === 1 ? 'le mot à remettre' : `les ${left.length} mots à remettre`} en papier`,
    reminders: item.reminders,
    live: isAnswerable(item, visit),
    mayWrite: !options.shared && (!!visit.espace || visit.can(SEND)),
    filters: Object.entries(FILTERS).map(([value, { title }]) => ({ value, title, selected: value === etat })),
    groupings: Object.entries(GROUPS).map(([value, { title }]) => ({ value, title, selected: value === par })),
    groups,
    none: groups.length === 0,
    colleagues: colleagues.map((one) => ({
      id: one.personId,
      name: `${one.lastName} ${one.firstName}`,
      job: one.job ?? one.classes.map((each) => each.label).join(', '),
      on: shares.includes(one.personId),
    })),
    shares: shares.length,
  });
}

function groupsOf(rows: Return[], of: (one: Recipient) => string[]) {
  const groups = new Map<string, object[]>();
  for (const one of rows)
    for (const title of new Set(of(one.person))) {
      const list = groups.get(title) ?? [];
      list.push({
        id: one.person.personId,
        name: one.name,
        about: aboutOf(one.person),
        mark: one.mark,
        email: one.person.email !== null,
        paper: !one.done,
      });
      groups.set(title, list);
    }
  return [...groups]
    .map(([title, list]) => ({ title, list }))
    .toSorted((a, b) => a.title.localeCompare(b.title, 'fr', { numeric: true }));
}

const aboutOf = (one: Recipient): string =>
  one.kind === 'guardians'
    ? one.children.map((child) => [child.firstName, child.className].filter(Boolean).join(', ')).join(' ; ')
    : (one.job ?? one.classes.map((each) => each.label).join(', '));

/** An item that was sent, or a reply that says why not. */
async function sentItem(visit: Visit, hold = false): Promise<{ item: Item } | { reply: Reply }> {
  const item = await loadItem(visit, hold);
  if (!item) return { reply: missing() };
  if (item.state === 'draft' || item.state === 'to-approve') return { reply: redirect(`${homeOf(visit)}/${item.id}`) };
  return { item };
}

export async function showReturns(visit: Visit): Promise<Reply> {
  const found = await sentItem(visit);
  return 'reply' in found ? found.reply : returnsPage(visit, found.item, { shared: false });
}

/** « Relancer 12 personnes »: exactly those who are left, once a press. */
export async function remind(visit: Visit): Promise<Reply> {
  const { now, services } = visit;
  const found = await sentItem(visit, true);
  if ('reply' in found) return found.reply;
  const { item } = found;
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  if (!isAnswerable(item, visit))
    return redirect(
      `${homeOf(visit)}/${item.id}/retours`,
      'Personne ne peut l’ouvrir en ce moment : aucun rappel n’est parti.',
    );
  const left = (await returnsOf(visit, item)).filter((one) => !one.done);
  await sendReminder(visit, item, left);
  await change(visit.db, item.id, now, { reminders: item.reminders + 1 });
  return redirect(
    `${homeOf(visit)}/${item.id}/retours`,
    `${counted(left.length, 'personne')} : le rappel part, aux heures où chacun peut le recevoir.`,
  );
}

export async function sendReminder({ services }: Pick<Visit, 'services'>, item: Item, left: Return[]): Promise<void> {
  await services.notices.tell(
    left.map((one) => noticeOf(item, one.person, `rappel-${item.reminders + 1}`, 'Rappel : ')),
  );
}

export const paperForm = { person: hidden({ max: 36 }) };

/** The paper slip came back signed (P20). */
export async function paperBack(visit: Visit<{ person: string }>): Promise<Reply> {
  const { db, now, input, person } = visit;
  const found = await sentItem(visit);
  if ('reply' in found) return found.reply;
  const { item } = found;
  if (!(await returnsOf(visit, item)).some((one) => one.person.personId === input.person)) return missing();
  await db('infos_receipts')
    .insert({
      item_id: item.id,
      person_id: input.person,
      kind: 'paper',
      text_version: item.text_version,
      at: now,
      name: `${person?.firstName} ${person?.lastName}`,
    })
    .onConflict(['school_id', 'item_id', 'person_id', 'kind', 'text_version'])
    .ignore();
  return redirect(`${homeOf(visit)}/${item.id}/retours`, 'C’est noté : rendu en papier.');
}

export const shareForm = { to: strings({ max: 500 }) };

/** C-40: chosen colleagues see Retours, in their Espace or in Gestion. */
export async function share(visit: Visit<{ to: string[] }>): Promise<Reply> {
  const { db, input, services, now, account, person } = visit;
  const found = await sentItem(visit, true);
  if ('reply' in found) return found.reply;
  const { item } = found;
  const known = (await services.audience.reachable(['teachers', 'staff'])).filter((one) =>
    input.to.includes(one.personId),
  );
  await db('infos_shares').where({ item_id: item.id }).delete();
  if (known.length)
    await db('infos_shares').insert(known.map((one) => ({ item_id: item.id, person_id: one.personId })));
  await audit(
    db,
    now,
    { account, person },
    'Retours partagés',
    `${item.title} : ${known.map((one) => `${one.firstName} ${one.lastName}`).join(', ') || 'personne'}`,
  );
  return redirect(
    `${homeOf(visit)}/${item.id}/retours`,
    known.length
      ? `${counted(known.length, 'personne')} peuvent voir ces retours, dans leurs Informations.`.replace(
          '1 personne peuvent',
          '1 personne peut',
        )
      : 'Ces retours ne sont plus partagés.',
  );
}

export async function returnsCsv(visit: Visit): Promise<Reply> {
  const found = await sentItem(visit);
  if ('reply' in found) return found.reply;
  const { item } = found;
  const { db, now, account, person, school } = visit;
  const rows = await returnsOf(visit, item);
  await audit(db, now, { account, person }, 'Retours exportés', item.title);
  return csv(
    'retours.csv',
    ['Nom', 'Prénom', 'Pour', 'État', 'Le', 'Version'],
    rows.map((one) => [
      one.person.lastName,
      one.person.firstName,
      aboutOf(one.person),
      STATES[one.state],
      one.at ? momentOf(one.at, school.timezone) : '',
      one.version,
    ]),
  );
}
const STATES = { unread: 'Pas lu', read: 'Lu', signed: 'Signé', paper: 'Rendu en papier', answered: 'A répondu' };

/** « Mots à remettre en papier »: A5, two a page, for exactly those who are left (P5, P20, C-43). */
export async function printSlips(visit: Visit): Promise<Reply> {
  const found = await sentItem(visit);
  if ('reply' in found) return found.reply;
  const { item } = found;
  const left = (await returnsOf(visit, item)).filter((one) => !one.done);
  if (!left.length)
    return redirect(`${homeOf(visit)}/${item.id}/retours`, 'Il ne reste personne : aucun mot à imprimer.');
  const sorted = left.toSorted(
    (a, b) =>
      classOf(a.person).localeCompare(classOf(b.person), 'fr', { numeric: true }) || a.name.localeCompare(b.name, 'fr'),
  );
  return pdf('mots.pdf', 'infos/mots', {
    title: item.title,
    body: item.body ?? '',
    author: item.author_name,
    survey: item.kind === 'survey',
    slips: sorted.map((one) => ({
      to: [one.person.civility, one.person.lastName, one.person.firstName].filter(Boolean).join(' '),
      about: aboutOf(one.person),
    })),
  });
}
const classOf = (one: Recipient): string => one.children[0]?.className ?? '';
