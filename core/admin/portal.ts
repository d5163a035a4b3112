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
import { COMMUNES, communeAddress, normaliseInsee, wrongInsee } from '../tenancy/communes.ts';
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
            hint: 'Sept chiffres puis une lettre : il est sur vos étiquettes. À la mairie : votre code INSEE.',
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
    ],
  });
}

async function choose(house: House, { db, client }: Visit): Promise<Reply> {
  const query = db('schools')
    .where({ state: 'open' })
    .whereNot('rne', 'like', COMMUNES)
    .orderBy('name')
    .select('rne', 'name', 'city');
  // The schools of this device; in the demo all of them.
  const schools = house.config.demo
    ? await query
    : client.schools.length
      ? await query.whereIn('rne', client.schools)
      : [];
  const waiting = house.config.demo
    ? await db('schools').where({ state: 'prepared' }).whereNot('rne', 'like', COMMUNES).select('rne', 'name', 'city')
    : [];
  return { ...page('legal/portail', { schools, waiting }), layout: 'door' };
}

async function go({ db, input }: Visit<{ rne: string }>): Promise<Reply> {
  const insee = normaliseInsee(input.rne);
  const rne = wrongInsee(insee) ? normaliseRne(input.rne) : communeAddress(insee);
  const wrong = wrongInsee(insee) && wrongRne(rne);
  if (wrong) return invalid({ rne: wrong });
  if (!(await db('schools').where({ rne }).first('id')))
    return invalid({
      rne: `${wrongInsee(insee) ? `Aucune école ${rne}` : `Aucune mairie ${insee}`} n’utilise Préau ici. Vérifiez le numéro auprès de votre école.`,
    });
  return redirect(`/${rne}/accueil/`);
}

/** What the personal-data page and the register list, from what core and modules declare. */
function register(house: House) {
  const lines = house.modules.installed.flatMap(({ plugin }) =>
    plugin.privacy.map(({ purpose, retention }) => ({ title: plugin.title, purpose, retention })),
  );
  return [...new Map(lines.map((one) => [`${one.title} ${one.purpose}`, one])).values()];
}

/** A school's own address leads a signed-in person home; a visitor meets the page of the school when it is published, else the sign-in (F10-8). */
export const schoolDoor = (house: House, visit: Visit): Reply | Promise<Reply> => {
  const { account, school } = visit;
  if (!account)
    return house.modules.of(school).opens('etablissement') ? schoolPage(house, visit) : signInDoor(house, visit);
  if (account.mode === 'espace' && !account.espaces.length) return redirect('/compte/');
  return redirect(homeOf(account.mode, account.espaces));
};

/** The doors of the Espaces: the Page commune when it is published, else the sign-in. */
export const signInDoor = (house: House, visit: Visit): Reply =>
  house.modules.of(visit.school).opens('commune') ? communePage(house, visit) : redirect('/connexion/');

/** The public page of the module that brings the Page établissement, at the school's own address. */
function schoolPage({ modules }: House, visit: Visit): Reply | Promise<Reply> {
  const shown = modules.routes.find(
    ({ plugin, method, area, path }) =>
      modules.plugin(plugin)?.publicPage === 'etablissement' && method === 'get' && area === 'public' && path === '/',
  );
  return shown ? shown.handle(visit as Visit<never>) : redirect('/connexion/');
}
