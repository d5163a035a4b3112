import { type Reply, redirect } from '@preau/core';
import { type Kind, listOf } from './kinds.ts';
import type { Member } from './member.ts';
import { nameOf } from './words.ts';

/** The last window is closed: the list again, the new line first, ready for the next person; all of it can be taken back. */
export const backToList = (kind: Kind, member: Member, what: string): Reply =>
  redirect(`${listOf(kind)}?nouveau=${member.id}`, {
    text: `${nameOf(member)} : ${what}. Identifiant : ${member.login}.`,
    ...(member.origin ? { undo: { to: `${listOf(kind)}/annuler`, values: { cause: member.origin } } } : {}),
  });
