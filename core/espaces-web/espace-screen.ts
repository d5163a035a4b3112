import { ESPACE_TITLES } from '../access/espaces.ts';
import { seenByTeachers } from '../access/families.ts';
import { espaceKey, espaceOptions, optionsKey, optionsOf } from '../access/options.ts';
import type { House } from '../container.ts';
import { type Form, record } from '../form/form.ts';
import {
  type Espace,
  get,
  type Message,
  missing,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type School,
  type Visit,
} from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { keepSettings } from '../settings.ts';
import { type EspaceInput, espaceForm } from './espace-form.ts';
import { keepPublished, told, yesNo } from './keep.ts';
import { isOn, treeOf } from './tree.ts';

const ALLOW = 'espaces-web.publish';
const homeOf = (espace: Espace) => `/gestion/espaces-web/${espace}`;
/** Name of the form of a rubric's options, also in identifiers of the page. */
const formName = (rubric: string) => `options-${rubric.replaceAll('.', '-')}`;

/** Sub-tab of one Espace: publication, general options, tree of rubrics, options of one rubric (F11-09 to F11-14). */
export const publicationRoutes = (house: House, outer: Loaded[], espace: Espace): Route[] => [
  get('admin', `/${espace}`, ALLOW, (visit) => show(house, visit, espace)),
  post('admin', `/${espace}`, ALLOW, espaceForm(espace), (visit) =>
    saveEspace(house, visit as unknown as Visit<EspaceInput>, espace),
  ),
  post('admin', `/${espace}/rubriques`, ALLOW, { rubrics: record() }, (visit) => saveTree(house, visit, espace), {
    back: `/${espace}`,
    as: 'tree',
  }),
  ...outer.flatMap(({ plugin }) =>
    Object.entries(plugin.rubrics ?? {}).flatMap(([name, { espaces, options }]): Route[] => {
      const rubric = `${plugin.name}.${name}`;
      if (!options || !espaces.includes(espace)) return [];
      const save = (visit: Visit) => saveOptions(house, visit as Visit<Record<string, unknown>>, espace, rubric);
      return [
        post('admin', `/${espace}/options/${rubric}`, ALLOW, options, save, {
          back: `/${espace}`,
          as: formName(rubric),
        }) as Route,
      ];
    }),
  ),
];

function show(house: House, { school, query, input, can }: Visit, espace: Espace): Reply {
  const modules = house.modules.of(school);
  // Options that were wrong come back to the same rubric.
  const asked = query.get('rubrique') ?? (input as { rubrique?: string } | null)?.rubrique ?? null;
  const groups = treeOf(school, modules, espace, asked);
  const leaves = groups.flatMap((one) => one.leaves);
  const chosen = leaves.find((one) => one.chosen);
  const fields = Object.keys((chosen && modules.rubrics.get(chosen.key)?.options) ?? {});
  const names = leaves
    .filter((one) => one.hasOptions)
    .map(({ key }) => [formName(key), optionsOf(school, modules, espace, key)]);
  const seen = seenByTeachers(school.settings.accueil ?? {});
  return page(
    'espaces-web/espace',
    {
      title: ESPACE_TITLES[espace],
      path: homeOf(espace),
      groups,
      on: leaves.filter((one) => one.on).length,
      total: leaves.length,
      published: modules.publishes(espace),
      chosen: chosen ? { ...chosen, form: formName(chosen.key), fields } : null,
      extra: Object.keys(espaceForm(espace)).filter(
        (name) => !['published', 'mobile', 'mail', 'contacts'].includes(name),
      ),
      families: espace === 'enseignants' && can('profils.families') ? familiesInWords(seen) : null,
    },
    'espaces-web/_options',
    { form: valuesOf(school, espace, modules.publishes(espace)), ...Object.fromEntries(names) },
  );
}

const familiesInWords = ({ phones, emails, addresses }: ReturnType<typeof seenByTeachers>): string => {
  const seen = [phones && 'téléphones', emails && 'adresses e-mail', addresses && 'adresses postales'].filter(Boolean);
  return seen.length ? seen.join(', ') : 'rien';
};

/** What the form of an Espace starts with. The version mobile keeps its tick while its Espace is not published. */
const valuesOf = (school: School, espace: Espace, published: boolean): Record<string, unknown> => ({
  ...espaceOptions(school, espace),
  published,
  mobile: school.published[`mobile:${espace}`] ?? true,
});

async function saveEspace(house: House, visit: Visit<EspaceInput>, espace: Espace): Promise<Reply> {
  const { school, input } = visit;
  const before = valuesOf(school, espace, house.modules.of(school).publishes(espace));
  const { published, mobile, ...options } = input;
  await keepPublished(visit, { [espace]: published, [`mobile:${espace}`]: mobile });
  await keepSettings(visit.db, espaceKey(espace), options);
  const form = espaceForm(espace);
  await told(visit, `${ESPACE_TITLES[espace]} réglé`, changesIn(form, before, input));
  return redirect(homeOf(espace), saved(ESPACE_TITLES[espace], homeOf(espace), valuesAgain(form, before)));
}

/** Only what stands in the tree of this Espace; what is unchanged keeps following its module's default. */
async function saveTree(
  house: House,
  visit: Visit<{ rubrics: Record<string, string> }>,
  espace: Espace,
): Promise<Reply> {
  const { school, input } = visit;
  const leaves = treeOf(school, house.modules.of(school), espace, null).flatMap((one) => one.leaves);
  const changed = leaves.filter((one) => one.on !== one.key in input.rubrics);
  await keepPublished(visit, Object.fromEntries(changed.map((one) => [`${espace}:${one.key}`, !one.on])));
  await told(
    visit,
    `Rubriques de l’${ESPACE_TITLES[espace]} choisies`,
    changed.map((one) => `${one.title} : ${yesNo(!one.on)}`),
  );
  const again = Object.fromEntries(leaves.filter((one) => one.on).map((one) => [`rubrics.${one.key}`, 'on']));
  const gone = changed.filter((one) => one.on).map((one) => `« ${one.title} »`);
  const come = changed.filter((one) => !one.on).map((one) => `« ${one.title} »`);
  const words = [
    ...(come.length ? [`${come.join(', ')} : publication en service.`] : []),
    ...(gone.length ? [`${gone.join(', ')} : publication retirée, l’adresse aussi.`] : []),
  ];
  if (!words.length) return redirect(homeOf(espace), 'Rien n’a changé.');
  return redirect(homeOf(espace), {
    text: words.join(' '),
    undo: { to: `${homeOf(espace)}/rubriques`, values: again },
  });
}

async function saveOptions(
  house: House,
  visit: Visit<Record<string, unknown>>,
  espace: Espace,
  key: string,
): Promise<Reply> {
  const { school, input } = visit;
  const modules = house.modules.of(school);
  const rubric = modules.rubrics.get(key);
  if (!rubric?.options || !isOn(school, espace, key, rubric)) return missing();
  const before = optionsOf(school, modules, espace, key);
  await keepSettings(visit.db, optionsKey(espace, key), input);
  await told(
    visit,
    `Options de « ${rubric.title} » réglées`,
    changesIn(rubric.options, before, input).map((one) => `${ESPACE_TITLES[espace]}, ${one}`),
  );
  const path = `${homeOf(espace)}/options/${key}`;
  return redirect(`${homeOf(espace)}?rubrique=${key}`, saved(rubric.title, path, valuesAgain(rubric.options, before)));
}

const saved = (what: string, to: string, values: Record<string, string>): Message => ({
  text: `${what} : c’est enregistré, et vaut dès maintenant.`,
  undo: { to, values },
});

/** « Montrer les sondages : non » for each field that differs. */
const changesIn = (form: Form, before: Record<string, unknown>, after: Record<string, unknown>): string[] =>
  Object.entries(form)
    .filter(([name]) => String(before[name] ?? '') !== String(after[name] ?? ''))
    .map(([name, { label, kind }]) => `${label} : ${kind === 'tick' ? yesNo(after[name]) : after[name]}`);

/** What « Annuler » posts to the same form. */
const valuesAgain = (form: Form, before: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(form).flatMap(([name, { kind }]): [string, string][] => {
      if (kind === 'tick') return before[name] ? [[name, 'on']] : [];
      return [[name, String(before[name] ?? '')]];
    }),
  );
