import {
  backToList,
  counted,
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
import { newDeposit, recipientsOf } from './draft.ts';
import { DEPOSIT, pageOf } from './words.ts';

interface From {
  list: string;
  path: string;
  title: string;
}

/** The folder in the toolbar of each list (F16-2, F16-3). */
const LISTS: From[] = [
  {
    list: 'personnels.teachers',
    path: '/deposer/professeurs',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'personnels.staff',
    path: '/deposer/personnels',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'ressources.guardians',
    path: '/deposer/responsables',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'ressources.pupils',
    path: '/deposer/eleves',
    title: 'Déposer un document pour les familles de {qui}',
  },
];

export const acts: ListAct[] = LISTS.map(({ list, path, title }) => ({
  list,
  path,
  title,
  key: 'casier',
  icon: 'folder-open',
  allow: DEPOSIT,
}));

export const actRoutes: Route[] = LISTS.map((from) =>
  post('admin', from.path, DEPOSIT, pickForm, (visit) => start(visit, from), {
    back: '/',
    as: `pick_${from.path.split('/')[2]}`,
  }),
);

/** From the list's selection to the choice of files: a draft whose recipients are there. */
async function start(visit: Visit<InputOf<typeof pickForm>>, from: From): Promise<Reply> {
  const ids = await picked(visit, from.list);
  if (!ids.length) return backToList(visit, from.list);
  const families = from.list === 'ressources.pupils';
  const to = families ? await guardiansOf(visit, ids) : (await recipientsOf(visit, ids)).map((one) => one.personId);
  if (!to.length)
    return backToList(visit, from.list, 'Aucune de ces personnes ne peut recevoir de document. Rien n’a été fait.');
  const { id } = await newDeposit(visit, to, families ? ids : []);
  const out = families ? 0 : ids.length - to.length;
  return redirect(
    `${pageOf(visit, id)}/brouillon`,
    out
      ? `${counted(out, 'personne')} de votre sélection ne ${out > 1 ? 'peuvent' : 'peut'} rien recevoir : ${out > 1 ? 'elles ne sont' : 'elle n’est'} pas parmi les destinataires.`
      : undefined,
  );
}

/** Guardians of these pupils who may know of them. */
async function guardiansOf({ services }: Visit, pupils: string[]): Promise<string[]> {
  const wanted = new Set(pupils);
  return (await services.audience.reachable(['guardians']))
    .filter((one) => one.children.some((child) => wanted.has(child.pupilId)))
    .map((one) => one.personId);
}
