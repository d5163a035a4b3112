import type { House } from '../container.ts';
import { hidden, text, upload } from '../form/form.ts';
import { definePlugin, get, type Plugin, post } from '../plugin/contract.ts';
import { changeColour, dropColour } from './change-colour.ts';
import { changeLogo, serveLogo, turnLogo } from './change-logo.ts';
import { LOGO_BYTES } from './logo-picture.ts';
import { show } from './screen.ts';
import { looksOf } from './settings.ts';

const EDIT = 'looks.edit';

const colour = {
  picked: text('Choisir dans la palette', { max: 40, optional: true }),
  code: text('Ou son code', { max: 40, optional: true, hint: 'Six chiffres ou lettres, par exemple #1f6148.' }),
  shown: hidden(),
};
const picture = {
  picture: upload('Image du logo', {
    optional: true,
    max: LOGO_BYTES,
    accept: 'image/png,image/jpeg,image/webp',
    hint: 'PNG, JPEG ou WebP, 5 Mo au plus, 96 points de côté au moins. Elle est posée sur du blanc.',
  }),
  alt: text('Texte de remplacement', {
    optional: true,
    max: 120,
    hint: 'Lu à la place de l’image à qui ne la voit pas. Laissez vide si le logo ne dit rien de plus que le nom de l’école.',
  }),
};

/** Espaces web > Paramètres communs > Couleur et logo (F11-06); the logo is for anyone to see. */
export const looks = (house: House): Plugin =>
  definePlugin({
    name: 'looks',
    title: 'Couleur et logo',
    permissions: { edit: 'Généralités > Choisir la couleur et le logo de l’école' },
    nav: [
      { area: 'admin', under: 'Espaces web > Paramètres communs', title: 'Couleur et logo', path: '/', allow: EDIT },
    ],
    privacy: [
      {
        column: 'school_logos.*',
        purpose: 'Montrer le logo de l’école',
        retention: 'Tant que l’école utilise Préau ; un jour après son remplacement',
        export: 'no',
        erase: 'keep',
      },
    ],
    routes: [
      get('admin', '/', EDIT, (visit) => show(house, visit)),
      post('admin', '/', EDIT, colour, changeColour, {
        version: async ({ school }) => looksOf(school).colour ?? 'aucune',
      }),
      post('admin', '/sans-couleur', EDIT, {}, dropColour, { back: '/', as: 'dropping' }),
      post('admin', '/logo', EDIT, picture, changeLogo, { back: '/', as: 'logo', outside: true }),
      post('admin', '/logo-montre', EDIT, { hash: hidden(), alt: hidden() }, turnLogo, { back: '/', as: 'turning' }),
      get('public', '/logo/:file', 'anyone', serveLogo, { beforeFirst: true }),
    ],
    nightly: {
      // A day, so that « Annuler » finds it.
      sweep: (job) =>
        job.step(async ({ db, school }) => {
          const yesterday = new Date(job.now.getTime() - 86_400_000);
          await db('school_logos')
            .whereNot({ hash: looksOf(school).logo?.hash ?? '' })
            .where('kept_at', '<', yesterday)
            .delete();
        }),
    },
  });
