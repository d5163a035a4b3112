import {
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
  home: string;
  path: string;
  one: string;
  title: string;
}

/** The folder in the toolbar of each list (F16-2, F16-3). */
const LISTS: From[] = [
  {
    list: 'personnels.teachers',
    home: '/gestion/personnels/professeurs',
    path: '/deposer/professeurs',
    one: 'professeur',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'personnels.staff',
    home: '/gestion/personnels/personnels',
    path: '/deposer/personnels',
    one: 'personnel',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'ressources.guardians',
    home: '/gestion/ressources/responsables',
    path: '/deposer/responsables',
    one: 'responsable',
    title: 'Déposer un document à {qui}',
  },
  {
    list: 'ressources.pupils',
    home: '/gestion/ressources/eleves',
    path: '/deposer/eleves',
    one: 'élève',
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
  const query = visit.query.toString();
  const back = from.home + (query ? `?${query}` : '');
  if (!ids.length) return redirect(back, `Cochez d’abord au moins un ${from.one} dans la liste. Rien n’a été fait.`);
  const families = from.list === 'ressources.pupils';
  const to = families ? await guardiansOf(visit, ids) : (await recipientsOf(visit, ids)).map((one) => one.personId);
  if (!to.length) return redirect(back, 'Aucune de ces personnes ne peut recevoir de document. Rien n’a été fait.');
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
