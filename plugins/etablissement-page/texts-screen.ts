import { audit, type InputOf, longText, page, type Reply, redirect, richText, text, type Visit } from '@preau/core';
import { contentsOf, keepContents } from './contents.ts';
import { HOME } from './words.ts';

/** What the school writes on its page (F10-4). */
export const textsForm = {
  intro: text('Phrase de présentation', {
    optional: true,
    max: 200,
    hint: 'Par exemple : 12 classes, de la petite section au CM2.',
  }),
  hours: longText('Horaires', { optional: true, max: 500, hint: 'Une ligne par horaire.' }),
  editoTitle: text('Titre de l’édito', { optional: true, max: 80, hint: 'Sans titre : « Le mot de la direction ».' }),
  edito: richText('Édito', {
    optional: true,
    max: 6000,
    hint: 'Tout le monde le lit : n’y nommez aucun enfant. Votre nom n’y est que si vous l’écrivez.',
  }),
};

export async function showTexts({ db }: Visit): Promise<Reply> {
  const { intro, hours, edito_title: editoTitle, edito } = await contentsOf(db);
  return page('etablissement-page/textes', {}, undefined, { form: { intro, hours, editoTitle, edito } });
}

export async function saveTexts(visit: Visit<InputOf<typeof textsForm>>): Promise<Reply> {
  const { db, input, now } = visit;
  const { intro, hours, editoTitle, edito } = input;
  await keepContents(db, { intro, hours, edito_title: editoTitle, edito });
  await audit(db, now, visit, 'Page établissement : textes modifiés');
  return redirect(`${HOME}/textes`, {
    text: 'Les textes de la page sont enregistrés.',
    link: { to: `${HOME}/apercu`, title: 'Voir la page' },
  });
}
