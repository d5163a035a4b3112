import { dayIn, frenchDay } from '../clock.ts';
import { momentsIn, nameOf } from '../directory/rows.ts';
import { type Account, ESPACES, type Espace, type Mode, type Person, type Visit } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import { cardOf, ESPACE_TITLES, espacesOf, MODES, missingFor } from './espaces.ts';
import { grantsMode } from './modes.ts';
import { allowed, mayUse } from './permissions.ts';
import { type Shut, whyShut } from './shut.ts';

/** One thing a person may open or not; `because` in words, `setting` the page that would change it. */
export interface Answer {
  title: string;
  open: boolean;
  because: string;
  setting: string | null;
}
export interface Why {
  person: Person;
  login: string | null;
  signIn: Answer;
  modes: Answer[];
  espaces: (Answer & { rubrics: Answer[] })[];
  children: Answer[];
  rights: { category: string; answers: Answer[]; open: number }[];
}

/** The person asked about, with the account as the door would know it. */
interface Case {
  visit: Visit;
  modules: ModulesOfSchool;
  person: Person;
  account: Account;
  profileId: string | null;
}

const SHUT: Record<Shut, string> = {
  suspended: 'Son compte est suspendu.',
  over: 'Son compte temporaire est arrivé à sa fin.',
  'secret-expired': 'Son mot de passe provisoire n’est plus bon. Il se renouvelle en un clic.',
};

/** Everything that opens or stays shut for one person, asked of the very functions that decide; null when there is no such person. */
export async function why(visit: Visit, modules: ModulesOfSchool, id: string): Promise<Why | null> {
  const { db } = visit;
  const row = await db('people').where({ id }).first();
  if (!row) return null;
  const person: Person = {
    id,
    kind: row.kind,
    genre: row.genre,
    civility: row.civility,
    lastName: row.used_name ?? row.last_name,
    firstName: row.used_first_name ?? row.first_name,
  };
  const found: Found | undefined = await db('accounts')
    .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
    .where({ person_id: id })
    .first('accounts.*', 'profiles.name as profile', 'profiles.permissions');
  const children = await childrenOf(visit, person);
  if (!found) {
    const signIn = no('Se connecter', 'Cette personne n’a pas de compte.', cardOf(person));
    return { person, login: null, signIn, modes: [], espaces: [], children, rights: [] };
  }
  const account: Account = {
    id: found.id,
    login: found.login,
    state: found.state,
    nextStep: null,
    appearance: 'auto',
    mode: found.mode,
    grants: found.mode,
    permissions: found.permissions ?? [],
    profile: found.profile,
    espaces: espacesOf(person),
    sessionHandle: '',
  };
  const one: Case = { visit, modules, person, account, profileId: found.profile_id };
  const espaces = [];
  for (const espace of ESPACES)
    espaces.push({
      ...(await espaceAnswer(one, espace)),
      rubrics: account.espaces.includes(espace) ? rubricsOf(one, espace) : [],
    });
  return {
    person,
    login: account.login,
    signIn: signInAnswer(one, found),
    modes: (Object.keys(MODES) as Mode[]).map((mode) => modeAnswer(one, mode)),
    espaces,
    children,
    rights: rightsOf(one),
  };
}

interface Found {
  id: string;
  login: string;
  state: Account['state'];
  mode: Mode;
  profile_id: string | null;
  profile: string | null;
  permissions: string[] | null;
  valid_until: Date | null;
  secret_expires_at: Date | null;
}

const yes = (title: string, because: string, setting: string | null = null): Answer => ({
  title,
  open: true,
  because,
  setting,
});
const no = (title: string, because: string, setting: string | null): Answer => ({
  title,
  open: false,
  because,
  setting,
});

function signInAnswer({ visit, person }: Case, found: Found): Answer {
  const facts = { state: found.state, validUntil: found.valid_until, secretExpiresAt: found.secret_expires_at };
  const shut = whyShut(facts, visit.now);
  const card = cardOf(person);
  if (shut) return no('Se connecter', SHUT[shut], shut === 'secret-expired' ? `${card}/compte` : card);
  const moment = momentsIn(visit.school.timezone);
  if (found.state === 'provisional')
    return yes(
      'Se connecter',
      `Avec son mot de passe provisoire, bon jusqu’au ${moment(found.secret_expires_at as Date)}.`,
      `${card}/compte`,
    );
  const until = found.valid_until ? `, jusqu’au ${moment(found.valid_until)}` : '';
  return yes('Se connecter', `Avec son propre mot de passe${until}.`, card);
}

function modeAnswer({ account, person }: Case, mode: Mode): Answer {
  if (mode === 'espace')
    return account.espaces.length
      ? yes(MODES.espace, 'Sa fonction ouvre un Espace.')
      : no(MODES.espace, 'Sa fonction n’a pas d’Espace.', cardOf(person));
  const because = `Le mode de connexion autorisé est « ${MODES[account.grants]} ».`;
  return grantsMode(account.grants, mode)
    ? yes(MODES[mode], because, cardOf(person))
    : no(MODES[mode], because, cardOf(person));
}

async function espaceAnswer({ visit, modules, person, account }: Case, espace: Espace): Promise<Answer> {
  const may = allowed({ area: 'espace', allow: 'signed-in' }, account, visit.school, modules, espace);
  const refused = may.ok ? await missingFor(visit.services.people, person, espace, visit.school) : may;
  return refused
    ? no(ESPACE_TITLES[espace], refused.about, refused.setting)
    : yes(ESPACE_TITLES[espace], 'C’est l’Espace de sa fonction, et l’école le publie.');
}

function rubricsOf({ visit, modules, account }: Case, espace: Espace): Answer[] {
  return [...modules.rubrics]
    .filter(([, rubric]) => rubric.espaces.includes(espace))
    .map(([key, { title }]) => {
      const may = allowed({ area: 'espace', allow: key }, account, visit.school, modules, espace);
      return may.ok ? yes(title, 'L’école publie cette rubrique.') : no(title, may.about, may.setting);
    });
}

function rightsOf({ modules, person, account, profileId }: Case): Why['rights'] {
  const byProfile = account.mode === 'quotidienne' && profileId;
  const setting = byProfile ? `/gestion/profils/${profileId}` : cardOf(person);
  const given =
    account.mode === 'administration' ? 'Par le mode Administration.' : `Par le profil « ${account.profile} ».`;
  const answers = [...modules.permissions].map(([key, label]) => {
    const may = mayUse(key, account, modules);
    const [category = '', ...rest] = label.split(' > ');
    const title = rest.join(' > ');
    return { category, answer: may.ok ? yes(title, given, setting) : no(title, may.about, setting) };
  });
  return [...Map.groupBy(answers, (one) => one.category)].map(([category, list]) => ({
    category,
    answers: list.map((one) => one.answer),
    open: list.filter((one) => one.answer.open).length,
  }));
}

/** A guardian sees each child by a link of its own (DESIGN 17): restricted, closed, or a child who is not at school. */
async function childrenOf({ db, services, now, school }: Visit, person: Person): Promise<Answer[]> {
  if (person.kind !== 'guardian') return [];
  const seen = new Set((await services.people.concerning(person)).map((one) => one.id));
  const links = await db('guardian_links')
    .where({ guardian_id: person.id })
    .join('people', 'people.id', 'guardian_links.pupil_id')
    .orderBy('people.search')
    .select('people.*', 'access', 'restricted_on', 'guardian_links.pupil_id');
  const today = dayIn(now, school.timezone);
  return links.map((link): Answer => {
    const setting = `/gestion/ressources/eleves/${link.pupil_id}/responsables/${person.id}/lien`;
    if (seen.has(link.pupil_id)) return yes(nameOf(link), 'Son lien avec cet enfant ouvre l’Espace.', setting);
    return no(nameOf(link), whyNotSeen(link, today), setting);
  });
}

/** The words for a child who does not concern his guardian; whether he does is decided by `concerning`. */
function whyNotSeen(
  link: { restricted_on: string | null; access: boolean; arrives_on: string | null },
  today: string,
): string {
  if (link.restricted_on) return `Son lien avec cet enfant est restreint depuis le ${frenchDay(link.restricted_on)}.`;
  if (!link.access) return 'Son lien avec cet enfant n’ouvre pas l’Espace.';
  if (link.arrives_on && link.arrives_on > today) return 'Cet enfant n’est pas encore arrivé à l’école.';
  return 'Cet enfant a quitté l’école.';
}
