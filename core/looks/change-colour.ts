import { audit } from '../audit.ts';
import { invalid, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { contrast, figure, inWords, isReadable, readColour, WHITE } from './colour.ts';
import { keepLooks, looksOf } from './settings.ts';

export const HOME = '/gestion/looks/';

/** What the palette and the code beside it hold; both began at `shown`. */
export interface Asked {
  picked: string | null;
  code: string | null;
  shown: string;
}

/** The one of the two that was changed. */
export const askedColour = ({ picked, code, shown }: Asked): string | null =>
  code && code !== shown ? code : (picked ?? code);

/** « blanc sur ce jaune : 1,6 pour 4,5 demandés » (F11-06). */
export const whyRefused = (colour: string): string =>
  `Les mots du toit sont blancs, et ne s’y liraient pas : blanc sur ${inWords(colour)}, ${figure(contrast(WHITE, colour))} pour 4,5 demandés.`;

export async function changeColour(visit: Visit<Asked>): Promise<Reply> {
  const { db, input, account, person, now, school } = visit;
  const typed = askedColour(input);
  const colour = typed && readColour(typed);
  if (!colour) return invalid({ code: 'Une couleur s’écrit avec # et six chiffres ou lettres de a à f : #1f6148.' });
  if (!isReadable(colour)) return invalid({ code: whyRefused(colour) });
  const { colour: before } = looksOf(school);
  await keepLooks(db, { colour });
  await audit(db, now, { account, person }, 'Couleur de l’école choisie', colour);
  const values = before ? { picked: before, code: before, shown: before } : null;
  return redirect(HOME, {
    text: `Le toit des Espaces, de la connexion et des pages publiques est de cette couleur : ${colour}.`,
    undo: values ? { to: HOME, values } : { to: `${HOME}sans-couleur`, values: {} },
  });
}

export async function dropColour({ db, account, person, now, school }: Visit): Promise<Reply> {
  const { colour: before } = looksOf(school);
  await keepLooks(db, { colour: null });
  await audit(db, now, { account, person }, 'Couleur de l’école retirée');
  return redirect(HOME, {
    text: 'Chaque Espace a de nouveau la couleur de son thème.',
    ...(before ? { undo: { to: HOME, values: { picked: before, code: before, shown: before } } } : {}),
  });
}
