import { date, definePlugin, get, page, post, redirect, text, type Visit } from '@preau/core';

const list = async ({ db }: Visit) =>
  page('cantine/menus', { menus: await db('cantine_menus').orderBy('day') }, 'cantine/_list');

export default definePlugin({
  name: 'cantine',
  title: 'Menus de la cantine',
  permissions: { edit: 'Services périscolaires > Saisir les menus' },
  rubrics: { menus: { title: 'Menus', espaces: ['parents', 'eleves'], published: true } },
  privacy: [],
  nav: [
    { area: 'admin', under: 'Périscolaire > Cantine', title: 'Menus', path: '/', allow: 'cantine.edit' },
    { area: 'espace', under: 'Vie de l’école', title: 'Menus', path: '/', allow: 'cantine.menus' },
  ],
  routes: [
    get('espace', '/', 'cantine.menus', list),
    get('admin', '/', 'cantine.edit', list),
    post(
      'admin',
      '/',
      'cantine.edit',
      { day: date('Jour'), dishes: text('Plats', { max: 500 }) },
      async ({ db, input }) => {
        await db('cantine_menus').insert(input).onConflict(['school_id', 'day']).merge();
        return redirect('/gestion/cantine/', 'Menu enregistré.');
      },
    ),
  ],
});
