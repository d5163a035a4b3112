import { safeTarget } from '../auth/arrive.ts';
import { wrongOwnPassword } from '../auth/own-password.ts';
import type { House } from '../container.ts';
import { hidden, password } from '../form/form.ts';
import {
  type Account,
  definePlugin,
  get,
  invalid,
  type Plugin,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inHisPlace } from '../web/his-place.ts';
import { prove } from './fresh.ts';

const form = {
  password: password('Votre mot de passe', { autocomplete: 'current-password' }),
  vers: hidden({ max: 2000 }),
};

/** « Confirmez que c’est bien vous », before a page that is open to a fresh password only; a form asks on its own page. */
export const confirmation = (house: House): Plugin =>
  definePlugin({
    name: 'confirmation',
    title: 'Confirmation',
    privacy: [],
    routes: [
      get('public', '/', 'signed-in', show),
      post('public', '/', 'signed-in', form, (visit) => confirm(house, visit), { outside: true }),
    ],
  });

function show({ school, account, query }: Visit): Reply {
  const vers = safeTarget(school, query.get('vers')) ?? '';
  return inHisPlace(account as Account, 'auth/confirmation', {}, { form: { vers } });
}

async function confirm(house: House, visit: Visit<{ password: string; vers: string }>): Promise<Reply> {
  const wrong = await wrongOwnPassword(house, visit, visit.input.password);
  if (wrong) return invalid({ password: wrong });
  await prove(house, visit);
  const vers = safeTarget(visit.school, visit.input.vers);
  return redirect(vers ? vers.slice(visit.school.rne.length + 1) : '/accueil/');
}
