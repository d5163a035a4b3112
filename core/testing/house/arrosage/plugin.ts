import { definePlugin } from '@preau/core';
import type {} from '../potager/contract.ts';

/** A module of the test house that stands on another: it listens to it, asks its service, and shows a block in its place. */
export default definePlugin({
  name: 'arrosage',
  title: 'Arrosage',
  summary: 'Qui arrose, et quand.',
  dependsOn: ['potager'],
  privacy: [],
  permissions: { see: 'Demandes > Voir l’arrosage' },
  on: {
    'potager.planted': async ({ name }, { emit, db }) => {
      if (name === 'ortie') throw new Error('personne n’arrose les orties');
      if (name === 'radis') await emit('potager.planted', { name: 'radis bis' });
      else if (name === 'radis bis') await db('potager_plants').insert({ name });
    },
  },
  blocks: [
    {
      place: 'potager/bord',
      title: 'Arrosage',
      allow: 'arrosage.see',
      view: 'arrosage/_board',
      data: async ({ services }) => ({ plants: (await services.potager.plants()).length }),
    },
  ],
});
