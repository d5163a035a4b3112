import {
  type InputOf,
  type ListAct,
  picked,
  pickForm,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '@preau/core';
import { startPrint } from './label-prints.ts';
import { never } from './never-list.ts';
import { HAND_OUT } from './part.ts';
import { type SendKind, sendKind } from './send-kinds.ts';
import { startSending } from './sendings.ts';

type PickVisit = Visit<InputOf<typeof pickForm>>;
const HOME = `/gestion/credentials${never.path}`;
const PRINT = `${never.path}/etiquettes`;
const MAIL = `${never.path}/courrier`;

/** One click from those who never came to their labels, or to their letter. */
export const neverActs: ListAct[] = [
  {
    list: never.name,
    path: PRINT,
    key: 'etiquettes',
    icon: 'printer',
    title: 'Imprimer {qui}',
    counts: { one: 'étiquette', many: 'étiquettes', some: 'les étiquettes' },
    allow: HAND_OUT,
  },
  {
    list: never.name,
    path: MAIL,
    key: 'courrier',
    icon: 'mail',
    title: 'Envoyer un courrier à {qui}',
    allow: HAND_OUT,
  },
];

export const neverRoutes: Route[] = [
  post('admin', PRINT, HAND_OUT, pickForm, (visit) => begin(visit, startPrint), { back: never.path, as: 'printing' }),
  post('admin', MAIL, HAND_OUT, pickForm, (visit) => begin(visit, startSending), { back: never.path, as: 'mailing' }),
];

/** Labels and letters are for one kind of person at a time, as the list's own filter shows them. */
async function begin(visit: PickVisit, start: (visit: PickVisit, kind: SendKind) => Promise<Reply>): Promise<Reply> {
  const ids = await picked(visit, never.name);
  const kinds: SendKind['kind'][] = await visit.db('people').whereIn('id', ids).distinct().pluck('kind');
  if (kinds.length > 1)
    return redirect(HOME, 'Choisissez des responsables, ou des élèves, ou l’équipe : un seul à la fois.');
  return start(visit, { ...sendKind(kinds[0] ?? 'guardian'), list: never.name, home: HOME, one: 'nom' });
}
