import { choice, type InputOf } from '../form/form.ts';
import { type Account, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';

const form = {
  appearance: choice('Affichage', { auto: 'Comme mon appareil', light: 'Clair', dark: 'Sombre' }),
};

/** « Mon compte > Affichage »: dark pages follow the device, or the person, on every device (P7). */
export const appearanceRoute = post('public', '/affichage', 'signed-in', form, save, { back: '/', as: 'display' });

async function save({ db, account, input }: Visit<InputOf<typeof form>>): Promise<Reply> {
  await db('accounts')
    .where({ id: (account as Account).id })
    .update(input);
  return redirect('/compte/', SAID[input.appearance]);
}

const SAID: Record<Account['appearance'], string> = {
  auto: 'Vos pages sont claires ou sombres comme votre appareil.',
  light: 'Vos pages sont toujours claires.',
  dark: 'Vos pages sont toujours sombres.',
};
