import { audit } from '../audit.ts';
import { tick } from '../form/form.ts';
import type { Shown } from '../people/whom-to-call.ts';
import { get, page, post, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { keepSettings } from '../settings.ts';

/** The settings are kept under the name of the module whose pages they rule: the first pages of the Espaces. */
const OF = 'accueil';
const ALLOW = 'profils.families';

const form = {
  phones: tick('Les téléphones des responsables et des personnes à appeler'),
  emails: tick('Les adresses e-mail des responsables'),
  addresses: tick('Les adresses postales des responsables'),
};

/** Without a choice of the director a teacher can call and write, and does not see where families live. */
export const seenByTeachers = (settings: Record<string, unknown>): Shown => ({
  phones: settings.phones !== false,
  emails: settings.emails !== false,
  addresses: settings.addresses === true,
});

/** Espaces web > Enseignants: what a teacher sees of the families of his pupils; a right of its own, apart from what is published. */
export const familiesRoutes: Route[] = [
  get('admin', '/enseignants/familles', ALLOW, ({ school }) =>
    page('espaces-web/familles', {}, undefined, { form: { ...seenByTeachers(school.settings[OF] ?? {}) } }),
  ),
  post('admin', '/enseignants/familles', ALLOW, form, save),
];

async function save({ db, now, input, account, person }: Visit<Shown>): Promise<ReturnType<typeof redirect>> {
  await keepSettings(db, OF, input);
  const words = Object.entries(form).map(
    ([key, field]) => `${field.label} : ${input[key as keyof Shown] ? 'oui' : 'non'}`,
  );
  await audit(db, now, { account, person }, 'Ce que voient les professeurs changé', words.join(' ; '));
  return redirect(
    '/gestion/espaces-web/enseignants/familles',
    'C’est enregistré. Les professeurs le voient dès maintenant.',
  );
}
