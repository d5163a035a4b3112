import { frenchDay, GENRES, missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { taughtBy } from './choose-classes.ts';
import { modeInWords } from './choose-mode.ts';
import { pupilsInCare, SEES_PUPILS } from './choose-pupils.ts';
import { homeOf, type Kind, listOf, RIGHTS, WRITE } from './kinds.ts';
import { type Member, memberOf } from './member.ts';
import { espaceOf } from './staff-list.ts';
import { lastDay, nameOf, today } from './words.ts';

/** Names beside the card; beyond, the list is the place. */
const BESIDE = 300;

/** Fiches: the list at the left, the card at the right (F05-5). */
export async function showCard(visit: Visit, kind: Kind): Promise<Reply> {
  const member = await memberOf(visit, kind);
  if (!member) return missing();
  const { services, can } = visit;
  const until = lastDay(member.valid_until, visit);
  return page('personnels/fiche', {
    ...member,
    name: nameOf(member),
    home: homeOf(kind, member.id),
    list: listOf(kind),
    all: kind.all,
    beside: await beside(visit, kind, member.id),
    teaches: kind.kind === 'teacher',
    cares: member.genre === 'accompagnant',
    genreTitle: member.genre ? GENRES[member.genre] : '',
    espaceTitle: kind.kind === 'teacher' ? 'Espace Enseignants' : espaceOf(member.genre),
    classes: kind.kind === 'teacher' ? await taughtBy(visit, member.id) : [],
    pupils: can(SEES_PUPILS) ? await careOf(visit, member) : [],
    account: await services.handing.facts(member.id),
    mode: modeInWords(member),
    until: until && frenchDay(until),
    over: member.valid_until !== null && member.valid_until <= visit.now,
    leftOn: member.left_on && frenchDay(member.left_on),
    gone: member.left_on !== null && member.left_on <= today(visit),
    writes: can(WRITE),
    rights: can(RIGHTS),
    hands: can(RIGHTS) && visit.account?.mode === 'administration' && member.id !== visit.person?.id,
    history: await services.cardHistory.of(visit, member.id),
  });
}

async function careOf({ db, services }: Visit, member: Member) {
  if (member.genre !== 'accompagnant') return [];
  const ids = await pupilsInCare({ db }, member.id);
  return db('people')
    .whereIn('people.id', ids)
    .leftJoin('class_places', (join) =>
      join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [services.people.year])),
    )
    .leftJoin('classes', 'classes.id', 'class_places.class_id')
    .orderBy('people.search')
    .select(
      'people.id',
      db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
      'classes.label',
      'class_places.level',
    );
}

async function beside(visit: Visit, kind: Kind, current: string) {
  const rows: { id: string; name: string }[] = await present(visit, kind)
    .limit(BESIDE)
    .select(
      'id',
      visit.db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
  return rows.map((row) => ({ ...row, href: homeOf(kind, row.id), current: row.id === current }));
}

const present = (visit: Visit, { kind }: Kind) =>
  visit
    .db('people')
    .where({ kind })
    .where((here) => here.whereNull('left_on').orWhere('left_on', '>', today(visit)))
    .orderBy('search');

/** The first card, or the list as long as there is nobody. */
export async function firstCard(visit: Visit, kind: Kind): Promise<Reply> {
  const first = await present(visit, kind).first('id');
  return redirect(first ? homeOf(kind, first.id) : listOf(kind));
}
