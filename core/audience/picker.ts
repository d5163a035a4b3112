import { choice, hidden, strings, text } from '../form/form.ts';
import { howMany } from '../list/declare.ts';
import {
  type Area,
  get,
  missing,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { fillPath, pathOf } from '../web/paths.ts';
import type { Recipient, RecipientKind } from './audience-types.ts';
import { FACETS, type Facet, GROUPINGS, type Grouping, inGroup, matching, type Shown, treeOf } from './groups.ts';
import { RECIPIENTS } from './who-may.ts';
import { type AudienceWords, audienceWords, KIND_NAMES, leftOut } from './words.ts';

/**
 * « Sélection des destinataires » (F14-03, F14-04, F15-3, F15-4), the one picker of all modules: a page of boxes over what
 * the module keeps (a draft). Every button keeps the ticks, so it works on a phone, by keyboard and without JavaScript.
 */
export interface Picker {
  /** Name of the plugin whose page it is. */
  plugin: string;
  area: Extract<Area, 'admin' | 'espace'>;
  /** '/:id/destinataires' */
  path: string;
  allow: string;
  kinds: RecipientKind[];
  /** What is chosen so far and where « Choisir » leads; null is a 404. */
  load(visit: Visit): Promise<{ title: string; chosen: string[]; back: string } | null>;
  keep(visit: Visit, personIds: string[]): Promise<void>;
}

const form = {
  to: strings(),
  q: text('Personne, classe, fonction', { optional: true, max: 100 }),
  par: choice('Regrouper par', GROUPINGS),
  resp: choice('Responsables', FACETS),
  // What the page was showing: an unticked box says nothing of those it did not show.
  // A search of a hundred accented letters is nine times as long in an address.
  was: hidden({ max: 1000 }),
  act: hidden(),
};
type Input = { to: string[]; q: string | null; par: Grouping; resp: Facet; was: string; act: string };

/** So few are seen at a glance: no need to open them. */
const FEW = 12;

/** The two routes of a picker. */
export const pickerRoutes = (picker: Picker): Route[] => [
  get(picker.area, picker.path, picker.allow, (visit) => show(visit, picker)),
  post(picker.area, picker.path, picker.allow, form, (visit) => choose(visit as Visit<Input>, picker)),
];

const oneOf = <T extends string>(list: Record<T, string>, value: string | null | undefined, fallback: T): T =>
  value && Object.hasOwn(list, value) ? (value as T) : fallback;

function shownBy(query: URLSearchParams): Shown {
  return {
    q: query.get('q')?.slice(0, 100) ?? '',
    par: oneOf<Grouping>(GROUPINGS, query.get('par'), 'classe'),
    resp: oneOf<Facet>(FACETS, query.get('resp'), 'tous'),
  };
}
const queryOf = ({ q, par, resp }: Shown): string => new URLSearchParams({ q, par, resp }).toString();

async function show(visit: Visit, picker: Picker): Promise<Reply> {
  const draft = await picker.load(visit);
  if (!draft) return missing();
  const { audience } = visit.services;
  const people = await audience.reachable(picker.kinds);
  // Which of the school's people have an e-mail address is no matter for families.
  const forFamily = visit.person?.kind === 'guardian' || visit.person?.kind === 'pupil';
  const chosen = new Set(draft.chosen);
  const shown = shownBy(visit.query);
  const rules = audience.rules();
  const left = leftOut(people, chosen);
  const picked = people.filter((one) => chosen.has(one.personId));
  const words = audienceWords(picked);
  return page(
    'audience/destinataires',
    {
      title: draft.title,
      back: draft.back,
      branches: treeOf(matching(people, shown), chosen, shown.par, !forFamily).map((branch) => ({
        ...branch,
        open: branch.on > 0 || branch.total <= FEW || people.length === branch.total,
        groups: branch.groups.map((group) => ({
          ...group,
          open: group.on > 0 || branch.total <= FEW || branch.groups.length === 1,
        })),
      })),
      searched: shown.q,
      nobody: people.length === 0,
      reasons: [...Map.groupBy(picker.kinds, (kind) => rules[kind].reason)].flatMap(([reason, kinds]) =>
        reason ? [{ kinds: kinds.map((kind) => RECIPIENTS[kind]).join(', '), reason }] : [],
      ),
      words: {
        ...words,
        lines: linesOf(people, picked),
        withoutEmail: forFamily ? null : words.withoutEmail,
      },
      families: people.some((one) => one.kind === 'guardians'),
      none: picked.length === 0,
      left,
      wide: picker.area === 'admin',
    },
    undefined,
    { form: { ...shown, was: queryOf(shown), act: '' } },
  );
}

async function choose(visit: Visit<Input>, picker: Picker): Promise<Reply> {
  const draft = await picker.load(visit);
  if (!draft) return missing();
  const { input } = visit;
  const people = await visit.services.audience.reachable(picker.kinds);
  const was = shownBy(new URLSearchParams(input.was));
  const onPage = new Set(matching(people, was).map((one) => one.personId));
  const chosen = new Set([...draft.chosen.filter((id) => !onPage.has(id)), ...input.to]);
  apply(chosen, people, input, was);
  await picker.keep(
    visit,
    people.filter((one) => chosen.has(one.personId)).map((one) => one.personId),
  );
  if (!input.act) return redirect(draft.back);
  const here = fillPath(pathOf(picker, visit.espace ?? undefined), visit.params);
  const next: Shown = { q: input.q ?? '', par: input.par, resp: input.resp };
  return redirect(`${here}?${queryOf(input.act === 'montrer' ? next : was)}`);
}

/** What a button adds or takes: a whole group, or the other guardians. */
function apply(chosen: Set<string>, people: Recipient[], { act }: Input, was: Shown): void {
  if (act === 'autres') for (const id of leftOut(people, chosen).others) chosen.add(id);
  const [what, key] = [act.slice(0, act.indexOf('|')), act.slice(act.indexOf('|') + 1)];
  if (what !== 'tout' && what !== 'rien') return;
  for (const id of inGroup(matching(people, was), key, was.par)) {
    if (what === 'tout') chosen.add(id);
    else chosen.delete(id);
  }
}

/** A line for each kind there is, those at nought too: the counts follow the boxes. */
function linesOf(people: Recipient[], picked: Recipient[]): AudienceWords['lines'] {
  const { lines } = audienceWords(picked);
  return [...new Set(people.map((one) => one.kind))].map(
    (kind) => lines.find((line) => line.kind === kind) ?? { kind, text: howMany(0, KIND_NAMES[kind]) },
  );
}
