import { homeOf } from '../auth/arrive.ts';
import type { House } from '../container.ts';
import { communePage } from '../espaces-web/commune.ts';
import { text } from '../form/form.ts';
import {
  definePlugin,
  get,
  invalid,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { normaliseRne, wrongRne } from '../tenancy/rne.ts';

/** The first pages: `/` (whose school?), a school's own address, and the legal pages of every footer (I-05). */
export function portal(house: House): Plugin {
  return definePlugin({
    name: 'portail',
    title: 'Portail',
    privacy: [],
    routes: [
      get('site', '/', 'anyone', (visit) => choose(house, visit)),
      post(
        'site',
        '/',
        'anyone',
        {
          rne: text('Numéro RNE de votre école', {
            hint: 'Sept chiffres puis une lettre : il est sur vos étiquettes.',
            max: 20,
            attributes: { autocapitalize: 'characters', spellcheck: 'false' },
          }),
        },
        go,
      ),
      get('site', '/sante', 'anyone', async ({ db }) => {
        await db.raw('select 1');
        return { reply: 'file', name: 'sante.txt', type: 'text/plain; charset=utf-8', body: 'Préau va bien.\n' };
      }),
      get('site', '/mentions-legales', 'anyone', () => ({
        ...page('legal/mentions', { host: house.config.operator.host }),
        layout: 'door',
      })),
      get('site', '/donnees-personnelles', 'anyone', () => ({
        ...page('legal/donnees', { register: register(house) }),
        layout: 'door',
      })),
      get('site', '/accessibilite', 'anyone', () => ({ ...page('legal/accessibilite'), layout: 'door' })),
    ],
  });
}

async function choose(house: House, { db, client }: Visit): Promise<Reply> {
  const query = db('schools').where({ state: 'open' }).orderBy('name').select('rne', 'name', 'city');
  // The schools of this device; in the demo all of them.
  const schools = house.config.demo
    ? await query
    : client.schools.length
      ? await query.whereIn('rne', client.schools)
      : [];
  const waiting = house.config.demo
    ? await db('schools').where({ state: 'prepared' }).select('rne', 'name', 'city')
    : [];
  return { ...page('legal/portail', { schools, waiting }), layout: 'door' };
}

async function go({ db, input }: Visit<{ rne: string }>): Promise<Reply> {
  const rne = normaliseRne(input.rne);
  const wrong = wrongRne(rne);
  if (wrong) return invalid({ rne: wrong });
  if (!(await db('schools').where({ rne }).first('id')))
    return invalid({ rne: `Aucune école ${rne} n’utilise Préau ici. Vérifiez le numéro auprès de votre école.` });
  return redirect(`/${rne}/accueil/`);
}

/** What the personal-data page and the register list, from what core and modules declare. */
function register(house: House) {
  const lines = house.modules.installed.flatMap(({ plugin }) =>
    plugin.privacy.map(({ purpose, retention }) => ({ title: plugin.title, purpose, retention })),
  );
  return [...new Map(lines.map((one) => [`${one.title} ${one.purpose}`, one])).values()];
}

/** A school's own address leads a signed-in person home; a visitor meets the Page commune when it is published, else the sign-in (F10-8). */
export const schoolDoor = (house: House, visit: Visit): Reply => {
  const { account, school } = visit;
  if (!account) return house.modules.of(school).opens('commune') ? communePage(house, visit) : redirect('/connexion/');
  if (account.mode === 'espace' && !account.espaces.length) return redirect('/compte/');
  return redirect(homeOf(account.mode, account.espaces));
};
