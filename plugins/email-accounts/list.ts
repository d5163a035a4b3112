import { forbidden, page, type Reply, type Visit } from '@preau/core';
import { ALLOWED, type Box, boxesOf } from './box.ts';
import { homeOf, KINDS, type Kind, SCHOOL } from './kinds.ts';

/** « Gestion des comptes e-mails » (F09-01): the school's, and one's own, each for those who have that right. */
export async function showBoxes(visit: Visit): Promise<Reply> {
  const kinds = KINDS.filter((kind) => visit.can(kind.allow));
  if (!kinds.length)
    return forbidden('Votre profil ne permet ni les comptes e-mails de l’école, ni un compte personnel.');
  const names = visit.can(SCHOOL.allow) ? await namesAllowed(visit) : new Map<string, string[]>();
  const groups = [];
  for (const kind of kinds) {
    const rows = (await boxesOf(visit, visit, kind).orderByRaw('lower(label), id')) as Box[];
    groups.push({
      ...kind,
      add: `/gestion/email-accounts${kind.path}/nouveau`,
      boxes: rows.map((box) => ({ ...lineOf(box, kind), names: names.get(box.id) ?? [] })),
    });
  }
  return page('email-accounts/comptes', { groups, total: groups.reduce((sum, one) => sum + one.boxes.length, 0) });
}

const lineOf = (box: Box, kind: Kind) => ({
  label: box.label,
  address: box.address,
  ready: box.secured_at !== null,
  verified: box.verified_at !== null,
  host: box.smtp_host ?? '',
  open: kind.personal ? '' : homeOf(kind, box.id),
  home: homeOf(kind, box.id),
});

async function namesAllowed({ db }: Visit): Promise<Map<string, string[]>> {
  const rows: { box_id: string; name: string }[] = await db(ALLOWED)
    .join('accounts', 'accounts.id', 'account_id')
    .join('people', 'people.id', 'accounts.person_id')
    .orderBy('people.search')
    .select(
      'box_id',
      db.raw("concat_ws(' ', civility, coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
  return new Map([...Map.groupBy(rows, (row) => row.box_id)].map(([id, group]) => [id, group.map((row) => row.name)]));
}
