import { ownWords, searchKey, type Transaction } from '@preau/core';
import { DEPOSIT } from './words.ts';

/** Communication > Casier numérique > Natures de document (F16-5). */
export const { list: natures, preload: preloadNatures } = ownWords({
  name: 'casier.natures',
  path: '/natures',
  title: 'Natures de document',
  one: 'nature',
  many: 'natures',
  allow: { read: DEPOSIT, write: DEPOSIT },
  table: 'casier_natures',
  first: ['Administratif', 'Santé', 'Scolarité', 'Périscolaire', 'Pédagogie', 'Divers'].map((label) => ({ label })),
  headings: { label: 'Nature de document', used: 'Documents' },
  users: [{ table: 'casier_documents', column: 'nature_id' }],
  says: { taken: 'Cette nature est déjà là.', stays: 'Une nature dont un document se sert reste.' },
});

export const naturesOf = (db: Transaction): Promise<{ id: string; label: string }[]> =>
  db('casier_natures').orderBy('rank').select('id', 'label');

/** The nature of that name, made when the school has none such: « sante » is « Santé ». */
export async function natureCalled(db: Transaction, label: string): Promise<string> {
  const search = searchKey(label);
  await db('casier_natures').insert({ label, search }).onConflict(['school_id', 'search']).ignore();
  return (await db('casier_natures').where({ search }).first('id')).id;
}
