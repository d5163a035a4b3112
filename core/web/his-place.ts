import { type Account, type Page, page } from '../plugin/contract.ts';

/** A page of one's own, in the layout of the place the reader is in: Gestion or his Espace. */
export const inHisPlace = (account: Account, view: string, data: object, values?: Page['values']): Page => ({
  ...page(view, data, undefined, values),
  layout: account.mode === 'espace' ? 'espace' : 'admin',
});
