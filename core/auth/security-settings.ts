import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { choices, type InputOf } from '../form/form.ts';
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
import { keepSettings } from '../settings.ts';
import { GROUPS, type Group, MEASURE_NAMES, policyOf } from './measures.ts';
import { requestRoutes } from './request-screens.ts';

const SETTINGS = 'securite.settings';
const groups = Object.keys(GROUPS) as Group[];
const measuresOf = (group: Group) => choices(GROUPS[group], MEASURE_NAMES);
const form = {
  guardian: measuresOf('guardian'),
  pupil: measuresOf('pupil'),
  teacher: measuresOf('teacher'),
  staff: measuresOf('staff'),
  quotidienne: measuresOf('quotidienne'),
  administration: measuresOf('administration'),
};

/** Configuration > Sécurité des connexions (F02-25), and the requests of those who have forgotten a password or a PIN. */
export const security = (house: House): Plugin =>
  definePlugin({
    name: 'securite',
    title: 'Sécurité des connexions',
    permissions: {
      settings: 'Généralités > Régler la sécurité des connexions',
      requests: 'Généralités > Répondre aux demandes de mot de passe',
    },
    nav: [
      { area: 'admin', under: 'Configuration', title: 'Sécurité des connexions', path: '/', allow: SETTINGS },
      {
        area: 'admin',
        under: 'Configuration',
        title: 'Demandes de mot de passe',
        path: '/demandes',
        allow: 'securite.requests',
      },
    ],
    privacy: [
      {
        column: 'password_requests.*',
        purpose: 'Répondre à qui a oublié son mot de passe ou son code PIN',
        retention: 'Jusqu’à la réponse, 90 jours au plus',
        export: 'yes',
        erase: 'with-person',
      },
    ],
    routes: [get('admin', '/', SETTINGS, show), post('admin', '/', SETTINGS, form, save), ...requestRoutes(house)],
  });

function show({ school }: Visit): Reply {
  return page('admin/securite', { groups }, undefined, { form: { ...policyOf(school).offered } });
}

async function save({ db, input, account, person, now }: Visit<InputOf<typeof form>>): Promise<Reply> {
  const empty = groups.filter((group) => !input[group].length);
  if (empty.length) return invalid(Object.fromEntries(empty.map((group) => [group, 'Cochez au moins une mesure.'])));
  await keepSettings(db, 'securite', input);
  await audit(db, now, { account, person }, 'Sécurité des connexions réglée');
  return redirect(
    '/gestion/securite/',
    'C’est enregistré. Qui n’a pas une mesure suffisante la choisira à sa prochaine connexion.',
  );
}
