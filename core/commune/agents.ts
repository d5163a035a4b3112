import type { Rights } from '../access/rights.ts';
import { audit } from '../audit.ts';
import { choice, email, type InputOf, text } from '../form/form.ts';
import { searchKey } from '../people/names.ts';
import {
  forbidden,
  get,
  invalid,
  type Mode,
  missing,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';

export const SEE = 'console.see';
export const SEND = 'console.send';
export const AGENTS = 'console.agents';

/** What an agent may do; the profile of each, but for who administrates. */
const LEVELS = {
  see: 'Voir les écoles',
  send: 'Voir les écoles et les informer',
  all: 'Administrer : informer, et gérer les agents',
} as const;
const PROFILES: { level: keyof typeof LEVELS; name: string; permissions: string[] }[] = [
  { level: 'see', name: 'Consultation', permissions: [SEE] },
  { level: 'send', name: 'Information', permissions: [SEE, SEND] },
];

/** The profiles of a town hall, when it opens. */
export async function communeProfiles(db: Transaction): Promise<void> {
  await db('profiles').insert(PROFILES.map(({ name, permissions }) => ({ name, permissions })));
}

const form = {
  lastName: text('Nom', { max: 100 }),
  firstName: text('Prénom', { max: 100 }),
  email: email('Adresse e-mail', {
    optional: true,
    hint: 'Elle sert si le mot de passe est oublié.',
  }),
  level: choice('Ce que cette personne pourra faire', LEVELS),
};

const levelForm = { level: form.level };

/** « Agents » : who works in the console. They are people of the town hall, in no school's directory (F07-5). */
export const agentRoutes: Route[] = [
  get('admin', '/agents', AGENTS, showAgents),
  post('admin', '/agents', AGENTS, form, create, { fresh: true }),
  get('admin', '/agents/:id', AGENTS, (visit) => showAgent(visit)),
  post('admin', '/agents/:id/afficher', AGENTS, reveal, { fresh: 'always', back: '/agents/:id' }),
  post('admin', '/agents/:id/reinitialiser', AGENTS, reset, { fresh: true, back: '/agents/:id' }),
  post('admin', '/agents/:id/niveau', AGENTS, levelForm, changeLevel, {
    fresh: true,
    back: '/agents/:id',
    as: 'changing',
  }),
  post('admin', '/agents/:id/suspendre', AGENTS, (visit) => turn(visit, 'suspend'), {
    fresh: true,
    back: '/agents/:id',
  }),
  post('admin', '/agents/:id/retablir', AGENTS, (visit) => turn(visit, 'bringBack'), {
    fresh: true,
    back: '/agents/:id',
  }),
];

interface Agent {
  id: string;
  account_id: string;
  last_name: string;
  first_name: string;
  email: string | null;
  login: string;
  mode: Mode;
  state: 'provisional' | 'active' | 'suspended';
  profile: string | null;
  asks: boolean;
}

const agents = (db: Transaction) =>
  db('people')
    .join('accounts', 'accounts.person_id', 'people.id')
    .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
    .leftJoin('password_requests', 'password_requests.account_id', 'accounts.id')
    .select<Agent[]>(
      'people.id',
      'accounts.id as account_id',
      'people.last_name',
      'people.first_name',
      'people.email',
      'accounts.login',
      'accounts.mode',
      'accounts.state',
      'profiles.name as profile',
      db.raw('password_requests.id is not null as asks'),
    );

const levelOf = ({ mode, profile }: Agent): keyof typeof LEVELS =>
  mode === 'administration' ? 'all' : (PROFILES.find((one) => one.name === profile)?.level ?? 'see');

const lineOf = (agent: Agent) => ({
  id: agent.id,
  name: `${agent.last_name} ${agent.first_name}`,
  email: agent.email,
  login: agent.login,
  level: LEVELS[levelOf(agent)],
  state: agent.state,
  asks: agent.asks,
});

async function showAgents({ db }: Visit): Promise<Reply> {
  const rows = await agents(db).orderBy('people.search');
  return page('console/agents', { agents: rows.map(lineOf) }, undefined, { form: { level: 'see' } });
}

async function create(visit: Visit<InputOf<typeof form>>): Promise<Reply> {
  const { db, now, input, services, account, person } = visit;
  const rights = await rightsOf(db, input.level);
  const refused = await services.access.refusal(rights, 'staff');
  if (refused) return invalid({ level: refused });
  const [{ id }] = await db('people')
    .insert({
      kind: 'staff',
      last_name: input.lastName,
      first_name: input.firstName,
      email: input.email,
      search: searchKey(input.lastName, input.firstName),
    })
    .returning('id');
  const [made] = await services.accounts.create([
    { personId: id, kind: 'staff', firstName: input.firstName, lastName: input.lastName, ...rights },
  ]);
  const about = `${input.lastName} ${input.firstName} (${made?.login}) : ${LEVELS[input.level]}`;
  await audit(db, now, { account, person }, 'Agent de la mairie ajouté', about);
  return redirect(
    `/gestion/console/agents/${id}`,
    'C’est enregistré. Affichez le mot de passe provisoire pour le donner.',
  );
}

async function rightsOf(db: Transaction, level: keyof typeof LEVELS): Promise<Rights> {
  const profile = PROFILES.find((one) => one.level === level);
  if (!profile) return { mode: 'administration', profileId: null };
  const row = await db('profiles').where({ name: profile.name }).first('id');
  return { mode: 'quotidienne', profileId: row.id };
}

/** The last one who administrates stays. */
async function changeLevel(visit: Visit<InputOf<typeof levelForm>>): Promise<Reply> {
  const { db, input, services } = visit;
  const agent = await agentOf(visit);
  if (!agent) return missing();
  const refused = await services.access.give(agent.account_id, await rightsOf(db, input.level));
  return refused ? invalid({ level: refused }) : redirect(pageOf(visit), 'C’est enregistré.');
}

async function agentOf({ db, params }: Pick<Visit, 'db' | 'params'>): Promise<Agent | undefined> {
  return agents(db)
    .where('people.id', params.id as string)
    .first();
}

async function showAgent(visit: Visit, shown: string | null = null): Promise<Reply> {
  const agent = await agentOf(visit);
  const facts = agent && (await visit.services.handing.facts(agent.id));
  if (!agent || !facts) return missing();
  const data = {
    ...lineOf(agent),
    secret: facts.secret,
    expires: facts.expires,
    shown,
    own: agent.account_id === visit.account?.id,
  };
  return page('console/agent', data, undefined, { changing: { level: levelOf(agent) } });
}

async function reveal(visit: Visit): Promise<Reply> {
  const refused = await refusedTo(visit);
  return refused ?? showAgent(visit, await visit.services.handing.show(visit.params.id as string));
}

async function reset(visit: Visit): Promise<Reply> {
  const refused = await refusedTo(visit);
  if (refused) return refused;
  await visit.services.handing.reset(visit.params.id as string);
  return redirect(pageOf(visit), 'Le mot de passe est réinitialisé : affichez le nouveau pour le donner.');
}

/** Whoever may not hand the secret out is told why, before anything is done. */
async function refusedTo(visit: Visit): Promise<Reply | null> {
  const agent = await agentOf(visit);
  if (!agent || agent.state === 'suspended') return missing();
  const refused = await visit.services.handing.refusal(agent.id);
  return refused ? forbidden(refused) : null;
}

async function turn(visit: Visit, act: 'suspend' | 'bringBack'): Promise<Reply> {
  const agent = await agentOf(visit);
  if (!agent) return missing();
  const refused = await visit.services.access[act](agent.account_id);
  if (refused) return forbidden(refused);
  return redirect(
    pageOf(visit),
    act === 'suspend' ? 'Le compte est suspendu : il n’ouvre plus rien.' : 'Le compte est remis en service.',
  );
}

const pageOf = ({ params }: Pick<Visit, 'params'>) => `/gestion/console/agents/${params.id}`;
