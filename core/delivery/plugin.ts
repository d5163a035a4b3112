import { audit } from '../audit.ts';
import { dayIn, schoolYear } from '../clock.ts';
import { checkForm, choice, choices, date, hidden, type InputOf, type Typed, text } from '../form/form.ts';
import {
  definePlugin,
  get,
  invalid,
  missing,
  page,
  post,
  type Reply,
  redirect,
  type School,
  type Visit,
} from '../plugin/contract.ts';
import { keepSettings } from '../settings.ts';
import { hourInWords, OF, type QuietSettings, quietSettings } from './delivery.ts';
import type { Readers } from './delivery-types.ts';
import { examplesOf } from './examples.ts';
import type { QUIET_TIMES, QuietHours } from './quiet-hours.ts';
import { type Holiday, officialHolidays, overlap, ZONES } from './school-holidays.ts';

const ALLOW = 'deconnexion.settings';
const HOME = '/gestion/deconnexion/';

const halfHours = (from: number, to: number) =>
  Object.fromEntries(
    Array.from({ length: (to - from) * 2 + 1 }, (_, n) => (from + n / 2) * 60).map((one) => [
      `t${one}`,
      hourInWords(one),
    ]),
  );
const evening = () => choice('À partir de', halfHours(16, 23));
const morning = () => choice('Jusqu’à', halfHours(5, 10));
const when = () =>
  choices('Attendre', {
    nights: 'Chaque soir et chaque nuit',
    weekend: 'Du vendredi soir au lundi matin',
    holidays: 'Pendant les vacances, jusqu’au matin de la reprise',
  } satisfies Record<(typeof QUIET_TIMES)[number], string>);

const form = {
  familiesFrom: evening(),
  familiesTo: morning(),
  familiesWhen: when(),
  staffFrom: evening(),
  staffTo: morning(),
  staffWhen: when(),
  zone: choice('Zone de vacances', ZONES),
};
type Input = InputOf<typeof form>;

const period = {
  title: text('Vacances', { max: 60 }),
  from: date('Premier jour sans école'),
  back: date('Jour de la reprise'),
};

/** Configuration > Droit à la déconnexion (issue 6, proposal 4): hours, holidays, and what they come to in words. */
export const quietHours = definePlugin({
  name: OF,
  title: 'Droit à la déconnexion',
  permissions: { settings: 'Généralités > Régler les heures et les vacances du droit à la déconnexion' },
  nav: [{ area: 'admin', under: 'Configuration', title: 'Droit à la déconnexion', path: '/', allow: ALLOW }],
  privacy: [],
  routes: [
    get('admin', '/', ALLOW, show),
    post('admin', '/', ALLOW, form, save),
    post('admin', '/vacances', ALLOW, period, addPeriod, { back: '/', as: 'period' }),
    post('admin', '/vacances/retirer', ALLOW, { from: hidden() }, removePeriod, { back: '/', as: 'removing' }),
  ],
});

/** The page; with values in its address, what they would come to before anything is saved. */
function show({ school, now, query }: Visit): Reply {
  const saved = quietSettings(school);
  const chosen = draft(query, saved) ?? saved;
  const values = {
    familiesFrom: `t${chosen.families.from}`,
    familiesTo: `t${chosen.families.to}`,
    familiesWhen: chosen.families.when,
    staffFrom: `t${chosen.staff.from}`,
    staffTo: `t${chosen.staff.to}`,
    staffWhen: chosen.staff.when,
    zone: chosen.zone,
  };
  return page(
    'delivery/deconnexion',
    {
      examples: examplesOf(chosen, now, school.timezone),
      trying: chosen !== saved,
      periods: periodsShown(saved, school, now),
      noCalendar: !officialHolidays(saved.zone).some((one) => one.back > dayIn(now, school.timezone)),
    },
    'delivery/_exemples',
    { form: values },
  );
}

function draft(query: URLSearchParams, saved: QuietSettings): QuietSettings | null {
  if (!query.has('zone')) return null;
  const typed: Typed = Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key)]));
  const checked = checkForm(form, typed);
  return 'input' in checked ? { ...chosenIn(checked.input as Input), own: saved.own } : null;
}

const chosenIn = (input: Input): Omit<QuietSettings, 'own'> => {
  const hours = (readers: Readers): QuietHours => ({
    from: Number(input[`${readers}From`].slice(1)),
    to: Number(input[`${readers}To`].slice(1)),
    when: input[`${readers}When`],
  });
  return { families: hours('families'), staff: hours('staff'), zone: input.zone };
};

/** Periods from this school year on: the official ones, and the school's own which take their place. */
function periodsShown({ zone, own }: QuietSettings, school: School, now: Date) {
  const since = `${schoolYear(now, school.timezone)}-09-01`;
  const official = officialHolidays(zone).map((one) => ({
    ...one,
    own: false,
    replaced: own.some((mine) => overlap(mine, one)),
  }));
  return [...official, ...own.map((one) => ({ ...one, own: true, replaced: false }))]
    .filter((one) => one.back > since)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

async function keep({ db, now, account, person }: Visit, settings: QuietSettings, act: string, about: string) {
  await keepSettings(db, OF, settings);
  await audit(db, now, { account, person }, act, about);
}

async function save(visit: Visit<Input>): Promise<Reply> {
  const settings = { ...chosenIn(visit.input), own: quietSettings(visit.school).own };
  const said = (name: string, { from, to, when }: QuietHours) =>
    `${name} : de ${hourInWords(from)} à ${hourInWords(to)} (${when.join(', ') || 'jamais'})`;
  const words = [said('familles', settings.families), said('personnels', settings.staff), `zone ${settings.zone}`];
  await keep(visit as Visit, settings, 'Droit à la déconnexion réglé', words.join(' ; '));
  return redirect(HOME, 'C’est enregistré. Ce qui part maintenant suit ces heures.');
}

const LONGEST = 100;

async function addPeriod(visit: Visit<Holiday>): Promise<Reply> {
  const { input, school, now } = visit;
  const settings = quietSettings(school);
  const days = (Date.parse(input.back) - Date.parse(input.from)) / 86_400_000;
  if (days <= 0) return invalid({ back: 'La reprise vient après le premier jour sans école.' });
  if (days > LONGEST) return invalid({ back: `Ces vacances durent ${days} jours. Vérifiez les deux dates.` });
  if (input.back < dayIn(now, school.timezone)) return invalid({ back: 'Ces vacances sont déjà passées.' });
  if (settings.own.length >= 60) return invalid({ title: 'Retirez d’abord des dates passées.' });
  const crossed = settings.own.find((one) => overlap(one, input));
  if (crossed) return invalid({ from: `Ces dates croisent « ${crossed.title} », déjà saisies. Retirez-les d’abord.` });
  await keep(
    visit as Visit,
    { ...settings, own: [...settings.own, input] },
    'Dates de vacances ajoutées',
    spoken(input),
  );
  return redirect(HOME, `« ${input.title} » est ajouté.`);
}

async function removePeriod(visit: Visit<{ from: string }>): Promise<Reply> {
  const settings = quietSettings(visit.school);
  const gone = settings.own.find((one) => one.from === visit.input.from);
  if (!gone) return missing();
  const own = settings.own.filter((one) => one !== gone);
  await keep(visit as Visit, { ...settings, own }, 'Dates de vacances retirées', spoken(gone));
  return redirect(HOME, {
    text: `« ${gone.title} » est retiré.`,
    undo: { to: '/gestion/deconnexion/vacances', values: { ...gone } },
  });
}

const spoken = ({ title, from, back }: Holiday) => `${title} : ${from}, reprise ${back}`;
