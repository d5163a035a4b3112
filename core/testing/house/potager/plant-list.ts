import { defineList, text, type Visit } from '@preau/core';

/** The list component as a module uses it: a declaration, and `...listRoutes(plants)` among the routes. */
export const plants = defineList({
  name: 'potager.plants',
  path: '/plants',
  title: 'Plants du potager',
  one: 'plant',
  many: 'plants',
  allow: { read: 'potager.look', write: 'potager.plant' },
  search: 'potager_plants.name',
  query: ({ db }) => db('potager_plants').select('id', 'name', 'watered'),
  called: (row) => String(row.name),
  columns: {
    name: {
      title: 'Plant',
      link: (row) => `/gestion/potager/plants/${row.id}`,
      sort: 'potager_plants.name',
      edit: {
        what: 'le nom',
        field: text('Plant', {
          max: 40,
          unique: { constraint: 'potager_plants_school_id_name_unique', message: 'Ce plant est déjà là.' },
        }),
        save: async ({ db }, row, name: string) => db('potager_plants').where({ id: row.id }).update({ name }),
      },
    },
    watered: { title: 'Arrosé' },
  },
  groups: {
    arrosage: {
      title: 'par arrosage',
      by: 'potager_plants.watered',
      order: 'potager_plants.watered',
      label: (row) => (row.watered ? 'Arrosés' : 'À arroser'),
    },
  },
  create: {
    title: 'Planter',
    of: 'du plant à créer',
    fields: {
      name: text('Plant', {
        max: 40,
        unique: { constraint: 'potager_plants_school_id_name_unique', message: 'Ce plant est déjà là.' },
      }),
    },
    async save({ db }, { name }: { name: string }) {
      const [made] = await db('potager_plants').insert({ name }).returning('id');
      return { id: made.id, text: `${name} est planté.` };
    },
  },
  acts: [{ key: 'arroser', icon: 'check', title: 'Arroser {qui}', run: water }],
  empty: { text: 'Tapez un nom dans la ligne ci-dessus.', steps: [] },
});

async function water({ db }: Visit, { ids }: { ids: string[] }) {
  await db('potager_plants').whereIn('id', ids).update({ watered: true });
  return { text: `Arrosés : ${ids.length}.` };
}
