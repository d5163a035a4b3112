import type { Readable } from 'node:stream';
import type { Knex } from 'knex';
import type { TownHall } from '../commune/town-hall-types.ts';
import type { Form, InputOf } from '../form/form.ts';
import type { List, ListAct } from '../list/declare.ts';
import type { Senders } from '../outbox/outbox-types.ts';
import type { Services } from './services.ts';
import type { Outside } from './slow.ts';

export type { Services } from './services.ts';

/** Plain JSON, as jobs and events carry it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A connection inside one short transaction of one school; row level security does the filtering. */
export type Transaction = Knex.Transaction;

export const ESPACES = [
  'direction',
  'enseignants',
  'parents',
  'accompagnants',
  'eleves',
  'periscolaire',
  'mairie',
] as const;
/** What a kind of person browses (FEATURES F11-03). */
export type Espace = (typeof ESPACES)[number];

/** Pages for whoever comes, in the same table (F11-03); their look also dresses what leads to them. */
export const PUBLIC_PAGES = ['commune', 'etablissement', 'inscription'] as const;
export type PublicPage = (typeof PUBLIC_PAGES)[number];

/** « Administration école/mairie » and « Gestion quotidienne » (F02-02); a session in `espace` mode opens no management screen. */
export type Mode = 'espace' | 'quotidienne' | 'administration';

/** A tenant, known by its RNE. */
export interface School {
  id: string;
  rne: string;
  name: string;
  address: string;
  postcode: string;
  city: string;
  phone: string;
  email: string;
  /** IANA name: Europe/Paris, America/Martinique, Indian/Reunion… */
  timezone: string;
  state: 'prepared' | 'open';
  /** Modules switched by hand; a missing name means the plugin's `startsOn`. */
  plugins: Record<string, boolean>;
  /** Espaces, public pages, rubrics (`espace:plugin.rubric`) and `mobile:espace`, by hand; a missing name means the default. */
  published: Record<string, boolean>;
  /** Theme of each Espace and public page; a missing name means `base`. */
  themes: Partial<Record<Espace | PublicPage, string>>;
  /** Values of the plugins' settings screens, of `espaces-web`, of an Espace (`espace:parents`), of a rubric in it (`parents:infos.feed`). */
  settings: Record<string, Record<string, unknown>>;
}

/** An entry of a school's directory. */
export interface Person {
  id: string;
  kind: 'pupil' | 'guardian' | 'teacher' | 'staff';
  genre: 'direction' | 'administratif' | 'accompagnant' | 'periscolaire' | 'mairie' | null;
  civility: string | null;
  lastName: string;
  firstName: string;
}

/** A person's sign-in in that school. */
export interface Account {
  id: string;
  login: string;
  state: 'provisional' | 'active' | 'suspended';
  /** Mode of this session. */
  mode: Mode;
  /** Highest mode the account may choose. */
  grants: Mode;
  /** Permissions of the profile in Gestion quotidienne (all of them in Administration). */
  permissions: string[];
  /** Name of the profile, for the reasons given. */
  profile: string | null;
  espaces: Espace[];
  sessionHandle: string;
  /** Station of the first sign-in still to come after the password (F02-13, F02-20). */
  nextStep: 'measure' | 'device' | null;
  /** Pages as the device wants them, or always light or dark (« Mon compte > Affichage »). */
  appearance: 'auto' | 'light' | 'dark';
  /** Set while the start-up checklist stands before this person (I-06): neither put away nor finished. */
  startsUp?: boolean;
  /** Set while a session of Gestion looks at this account's Espace (« Voir comme »): nothing is written, nothing is marked. */
  viewing?: Viewing;
}

/** A look at an Espace as somebody else sees it (P9). */
export interface Viewing {
  espace: Espace;
  /** A made-up person, who exists in no table. */
  model: boolean;
  /** The class of the model person. */
  classId: string | null;
  /** Name of who looks. */
  by: string;
}

export interface Plugin {
  /** kebab-case, equal to the folder's name; prefixes URLs, tables, views, permissions. */
  name: string;
  /** French, as shown in Configuration > Modules. */
  title: string;
  /** One sentence for the director. */
  summary?: string;
  /** A name of the icon sprite; `module` without it. */
  icon?: string;
  /** Names of plugins that must be on in the same school. */
  dependsOn?: string[];
  /** On for a new school (default true). */
  startsOn?: boolean;
  /** key -> « Services périscolaires > Saisir les menus » (category > label). */
  permissions?: Record<string, string>;
  rubrics?: Record<string, Rubric>;
  nav?: NavEntry[];
  routes?: Route[];
  /** Pieces this plugin puts in named places. */
  blocks?: Block[];
  /** Places it opens to others, e.g. 'etablissement-page/corps'. */
  places?: string[];
  /**
   * Places it opens on a page for whoever comes. Only blocks that say `anyone` stand there, and such a block stands nowhere
   * else; its `data` is asked as by a visitor, whoever looks.
   */
  publicPlaces?: string[];
  /** Lines of the start-up checklist. */
  steps?: Step[];
  /** What this plugin can do with the rows of another's list; a button in that list's toolbar. */
  acts?: ListAct[];
  /** A settings screen is made from it; values arrive in visit.settings. */
  settings?: Form;
  /** Scoped factories, keyed by the name declared in `Services`. */
  services?: { [K in keyof Services]?: (deps: Deps) => Services[K] };
  /** Listeners run in order of dependsOn, inside the visit's transaction. */
  on?: { [E in keyof Events]?: (event: Events[E], work: Work) => Promise<void> };
  jobs?: Record<string, (job: Job, data: Json) => Promise<void>>;
  nightly?: Record<string, (job: Job) => Promise<void>>;
  /** Kinds of notices it gives, each may be muted by its readers: key -> « Informations de l’école ». */
  noticeCategories?: Record<string, string | NoticeCategory>;
  /**
   * Whether the person of this visit may open the files of a subject of this module; asked at each download (S18-11).
   * Instead of true: the rubrics by which he reaches them. The visit is in no Espace: for who is signed in to his, the core
   * asks that one of them opens to him there (F11-05); in Gestion one named is enough.
   * @param subject what follows the module's name: `<uuid>` of `infos:<uuid>`.
   */
  files?: (visit: Visit, subject: string) => Promise<boolean | RubricHome[]>;
  /**
   * Whether anyone may open the files of a subject of this module, at `/fichiers/public/:id`, while the school publishes
   * its Page établissement (F10-7). Without it nobody who is not signed in opens any.
   */
  publicFiles?: (visit: Visit, subject: string) => Promise<boolean>;
  /** What is new for the person of the visit in this Espace; asked only where a rubric of this module opens to him. */
  feed?: { allow: string; items(visit: Visit): Promise<FeedItem[]> };
  /** What a town hall may see and do of it from its console, where this school's Mairie profile opens it (F07-5). */
  townHall?: TownHall;
  /** Mail accounts this module keeps; every sending offers them to those it allows. */
  senders?: Senders;
  /** The page for whoever comes that this module brings: it then has its row in Espaces web > Paramètres communs (F11-03). */
  publicPage?: PublicPage;
  /** Whether that page shows what a module puts there; where it does not, the module's addresses for whoever comes are shut too (F10-7). */
  pageShows?: (work: Work, plugin: string) => Promise<boolean>;
  /** Commands of `npm run preau --`, by name (`onde:check`). */
  commands?: Record<string, Command>;
  /** Each personal column: purpose, retention, export, erasure. [] must be written. */
  privacy: PersonalData[];
}

export interface Rubric {
  title: string;
  /** Group of the rubric tree (F11-13). */
  under?: string;
  espaces: Espace[];
  /**
   * What it shows is the school's word, the same for many: « Voir comme » shows it. Without it, whoever looks as a real
   * person reads « Contenu masqué » instead of every page and block of the rubric.
   */
  common?: boolean;
  /**
   * Pages of it a phone may keep, to be read again without a network: a list, and what it shows (`['/', '/lire/:id']`).
   * What the list does not show any more leaves the phone.
   */
  offline?: string[];
  /** Default, until the director decides. */
  published: boolean;
  /** What the director may choose for this rubric in each Espace (F11-14); the values arrive in `visit.options`. */
  options?: Form;
  /** Their values until then. */
  defaults?: Record<string, unknown>;
}

/** Where something is reached in an Espace: the rubric as routes say it (`infos.informations`), and a tick among its options. */
export interface RubricHome {
  rubric: string;
  option?: string;
}

/** A kind of notices that belongs to one rubric: where that is not published, in an Espace, it is silent (F11-05). */
export interface NoticeCategory {
  title: string;
  /** Key of a rubric of the same plugin. */
  rubric: string;
  /** A tick among the options of that rubric without which it is silent too. */
  option?: string;
}

export interface NavEntry {
  area: 'admin' | 'espace';
  /** 'Ressources > Professeurs' in admin; a heading in an Espace. */
  under: string;
  title: string;
  path: string;
  allow: string;
  icon?: string;
}

export interface Block {
  place: string;
  /** Stands after those of all the others. */
  last?: boolean;
  /** Short lines: stands beside the others where the page has two columns. */
  side?: boolean;
  title: string;
  allow: string;
  view: string;
  /**
   * Null when there is nothing to show: the block is then not there at all. On a child's page of the Espace Parents
   * `visit.pupil` is that child: only what is about him is shown. In `espace/a-faire` the view gives articles of one
   * feed, and `due` says how many things are asked.
   */
  data(visit: Visit): Promise<(object & { due?: number }) | null>;
}

/** A line of the one feed over all the schools of a human (C-20): what is new, or asked of him. */
export interface FeedItem {
  at: Date;
  title: string;
  /** Path inside the school, in the Espace of the visit. */
  path: string;
  icon: string;
  /** First names of the children it is about. */
  children: string[];
  /** What is to be done, in words (« À signer avant vendredi 27 »); null when it is only news. */
  todo: string | null;
  unread: boolean;
}

export interface Step {
  title: string;
  /** Number of the guide's sheet it does: the checklist follows the guide. Without it the line comes last. */
  fiche?: number;
  path: string;
  /** Where its first time begins, when not on `path`: a form of the module, or the list whose toolbar does it. */
  begin?: { path: string } | { list: string };
  allow: string;
  /** A sheet to read rather than to do: until it is done the checklist says « À lire ». */
  toRead?: boolean;
  done(work: Work): Promise<boolean>;
}

export type Area = 'admin' | 'espace' | 'public' | 'site';

export interface Route<I = never> {
  method: 'get' | 'post';
  area: Area;
  path: string;
  /** 'infos.send' | rubric 'infos.read' | 'signed-in' | 'anyone' (outside admin and espace only). */
  allow: string;
  form?: Form;
  /** Name under which the page at `back` finds the form (default `form`). */
  as: string;
  /** Page shown again when the form is wrong; default: the same path. */
  back: string;
  /** Open to a person who has not yet personalised the password (F02-04); the core's own doors only. */
  beforeFirst?: boolean;
  /** The handler opens its own short transactions with `step` (a slow hash, a mail server holds no connection); visit.db is not there. */
  outside?: boolean;
  version?: VersionOf;
  /**
   * Opens only while the password was typed within the last ten minutes, or (`always`) just now; else it is asked again,
   * and what was typed is kept (S18-14).
   */
  fresh?: boolean | 'always';
  /** 404 while the school does not publish this page for whoever comes. */
  page?: PublicPage;
  /** The list whose page this is. */
  list?: List;
  handle(visit: Visit<I>): Promise<Reply> | Reply;
}

/**
 * Version of the row a form edits. The page's form carries it; if it has changed when the form comes back, somebody else
 * has saved meanwhile: the form is shown again with what was typed and what stands now, and nothing is overwritten.
 * @param hold lock the row until the end of the visit.
 */
export type VersionOf = (visit: Visit, hold: boolean) => Promise<number | string | null>;

export interface Work {
  school: School;
  db: Transaction;
  services: Services;
  /** This plugin's settings in this school. */
  settings: Record<string, unknown>;
  now: Date;
  emit<E extends keyof Events>(name: E, event: Events[E]): Promise<void>;
  /** Writes a job row in this transaction; `job` is a key of the plugin's `jobs`. */
  later(job: string, data: Json | Json[], at?: Date): Promise<void>;
}

export interface Job extends Outside {
  school: School;
  settings: Record<string, unknown>;
  now: Date;
  signal: AbortSignal;
}

/** The words after a command's name, its options by name, and which of its flags are there. */
export interface CommandLine {
  words: string[];
  options: Record<string, string | undefined>;
  flags: Record<string, boolean>;
}

/** What a module's command may use of the house; nothing is opened before it is asked for. */
export interface CommandDesk {
  now: Date;
  /** Prints to standard output. */
  print(text: string): void;
  /** The bytes of a file of whoever typed the command. @throws Error in French when it cannot be read. */
  file(path: string): Promise<Uint8Array>;
  /** One read-only transaction of that school. @throws Error in French when this house has no such school. */
  readSchool<T>(rne: string, read: (work: Pick<Work, 'school' | 'db' | 'services' | 'now'>) => Promise<T>): Promise<T>;
}

/** A command of the house; what goes wrong in `Run` is thrown as one French sentence. */
export interface Command<Run = (line: CommandLine, desk: CommandDesk) => Promise<void>> {
  /** As it is typed after `npm run preau --`; printed when the line is not understood. */
  usage: string;
  summary: string;
  /** How many words follow the name. */
  words: number;
  /** How many more may follow. */
  more?: number;
  /** Options that take a value: `school` for `--school RNE`. */
  options: string[];
  /** Options that take none: `json` for `--json`. */
  flags?: string[];
  /** Loaded when it is asked for: a command line should not wait for the whole server. */
  load(): Promise<Run>;
}

/** A pupil or class that concerns the person, resolved by the core from `:pupil` and `:class` (the wall between families). */
export interface ConcerningPupil {
  id: string;
  firstName: string;
  lastName: string;
  classId: string | null;
}
export interface ConcerningClass {
  id: string;
  label: string;
}

/** `step` and `slow` are for routes that say `outside`; on any other they refuse, since a transaction is open there. */
export interface Visit<I = unknown> extends Work, Outside {
  person: Person | null;
  account: Account | null;
  espace: Espace | null;
  params: Record<string, string>;
  query: URLSearchParams;
  input: I;
  /** What the director chose for the rubric that opened this page or block in this Espace (F11-14); {} elsewhere. */
  options: Record<string, unknown>;
  /** Set on routes whose path has `:pupil`; a pupil who does not concern the person is a 404 before the handler. */
  pupil: ConcerningPupil | null;
  class: ConcerningClass | null;
  /** Where the visit comes from, for limits and the list of sessions. */
  client: {
    address: string;
    agent: string;
    device: string;
    schools: string[];
    /** Path of the page of this school one came from; '' from elsewhere. */
    cameFrom: string;
  };
  can(permission: string): boolean;
  /** Blocks that modules of this school put in a place, whether they have something to show or not. */
  placed(place: string): { plugin: string; title: string; side: boolean }[];
  /** Adds the school to a path: url('/gestion/infos/') -> '/0999901Z/gestion/infos/'. */
  url(path: string): string;
}

/** What a service factory receives. */
export interface Deps {
  db: Transaction;
  school: School;
  now: Date;
  /** Who acts: the person of the visit, or the house itself in a job. */
  by: Actor;
  services: Services;
}

export interface Actor {
  accountId: string | null;
  name: string;
  /** The account of the visit with what it may do in this session; null for the house itself. */
  account?: Account | null;
  person?: Person | null;
}

/** Facts told to other plugins, past tense; plugins add theirs by declaration merging. */
export interface Events {
  'house.school-opened': { directorId: string };
  /** A school has left a year (2026 is 2026-2027): what is from `before` is past; `at` is the moment of the turn. */
  'house.year-turned': { year: number; before: Date; at: Date };
  /** That turn was taken back. */
  'house.year-turn-undone': { year: number; before: Date; at: Date };
}

export interface PersonalData {
  /** `table.column`, or `table.*` when all columns share the answer. */
  column: string;
  purpose: string;
  /** French, as printed in the register. */
  retention: string;
  /** How the person's copy is made, and how the datum goes. */
  export: 'yes' | 'masked' | 'no';
  erase: 'delete' | 'pseudonym' | 'with-person' | 'keep';
}

export interface Page {
  reply: 'page';
  view: string;
  data: object;
  /** Partial sent when htmx asks for a fragment. */
  fragment?: string;
  /** Values the forms of the page start with, by form name. */
  values?: Record<string, Record<string, unknown>>;
  status?: number;
  /** A page of its own which htmx shows as a window over the list it is on. */
  window?: boolean;
  /** Default: the layout of the route's area. */
  layout?: 'admin' | 'espace' | 'public' | 'door' | 'showcase';
  /** A page for whoever comes that has a Visuel of its own (F11-06). */
  wears?: PublicPage;
  /** What a link to it shows elsewhere, in a search engine or a message. */
  social?: { title: string; description: string; address: string; image: string | null };
  /** Origins (`https://www.ville.fr`) whose pages may show it inside theirs; the links of it then open outside (case B49). */
  framedBy?: string[];
  session?: string | null;
}
/** Said once on the next page; `undo` becomes a button « Annuler » that posts these values, `link` what to do next. */
export interface Message {
  text: string;
  link?: { to: string; title: string };
  undo?: { to: string; values: Record<string, string> };
}
export interface Redirect {
  reply: 'redirect';
  to: string;
  message?: Message;
  /** Leads to a page that is a window: htmx follows instead of leaving its list. */
  window?: boolean;
  /** RNE of another school of this house, where `to` is: a change of hat leads there. */
  school?: string;
  /** Cookies are the core's affair: a new session, or null to end it; set by sign-in and sign-out only. */
  session?: string | null;
}
export interface FileReply {
  reply: 'file';
  name: string;
  type: string;
  /** A function opens what is too large for memory, after the commit. */
  body: Buffer | string | (() => Promise<Readable>);
  size?: number;
  /** 200 without it. */
  status?: number;
  /**
   * Only for what the house makes itself, never for what somebody sent: shown in place instead of downloaded, kept by
   * the browser for `keep` seconds, with these headers.
   */
  own?: { keep: number; headers?: Record<string, string> };
}
export interface PdfReply {
  reply: 'pdf';
  name: string;
  view: string;
  data: object;
}
/** One file of an archive; each part of its path is made fit for every system, and distinct whatever the capitals. */
export interface ZipEntry {
  path: string[];
  body: FileReply['body'];
  size?: number;
  at?: Date;
}
/** An archive that is sent while it is made. */
export interface ZipReply {
  reply: 'zip';
  name: string;
  entries: ZipEntry[];
}
export interface CsvReply {
  reply: 'csv';
  name: string;
  header: string[];
  rows: (string | number | null)[][];
}
export interface Invalid {
  reply: 'invalid';
  errors: Record<string, string>;
}
export interface Missing {
  reply: 'missing';
}
export interface Forbidden {
  reply: 'forbidden';
  reason: string;
}
export type Reply = Page | Redirect | FileReply | PdfReply | CsvReply | ZipReply | Invalid | Missing | Forbidden;

/** Gives the object its type; the object stays plain data, so that the core can read it without running it. */
export const definePlugin = (plugin: Plugin): Plugin => plugin;

interface RouteOptions {
  as?: string;
  back?: string;
  beforeFirst?: boolean;
  outside?: boolean;
  version?: VersionOf;
  fresh?: boolean | 'always';
  page?: PublicPage;
}

/** A page. `area` decides the URL's beginning: admin /gestion/<plugin>, espace /espace/<espace>/<plugin>, public /<plugin>. */
export function get(
  area: Area,
  path: string,
  allow: string,
  handle: (visit: Visit) => Promise<Reply> | Reply,
  options: RouteOptions = {},
): Route {
  return { method: 'get', area, path, allow, as: 'form', back: path, ...options, handle };
}

/** An act. With a form, `handle` runs only when the form is right; otherwise the page at `back` is shown again with what was typed. */
export function post(
  area: Area,
  path: string,
  allow: string,
  handle: (visit: Visit) => Promise<Reply> | Reply,
  options?: RouteOptions,
): Route;
export function post<F extends Form>(
  area: Area,
  path: string,
  allow: string,
  form: F,
  handle: (visit: Visit<InputOf<F>>) => Promise<Reply> | Reply,
  options?: RouteOptions,
): Route;
export function post(area: Area, path: string, allow: string, ...rest: unknown[]): Route {
  const form = typeof rest[0] === 'function' ? undefined : (rest.shift() as Form);
  const [handle, options = {}] = rest as [Route['handle'], RouteOptions?];
  return { method: 'post', area, path, allow, form, as: 'form', back: path, ...options, handle };
}

/** A page; `fragment` is the partial of this page sent to htmx, `values` what its forms start with. */
export const page = (view: string, data: object = {}, fragment?: string, values?: Page['values']): Page => ({
  reply: 'page',
  view,
  data,
  fragment,
  values,
});
/** 303 to a path of the school, with a message shown there once. */
export const redirect = (to: string, message?: string | Message): Redirect => ({
  reply: 'redirect',
  to,
  message: typeof message === 'string' ? { text: message } : message,
});
/** A download; the name may hold any letter. */
export const file = (name: string, type: string, body: Buffer | string): FileReply => ({
  reply: 'file',
  name,
  type,
  body,
});
/** A designed page printed to PDF (A4, tagged, French). */
export const pdf = (name: string, view: string, data: object): PdfReply => ({ reply: 'pdf', name, view, data });
/** @param entries rights are already checked; bytes are read one file after the other, after the visit. */
export const zip = (name: string, entries: ZipEntry[]): ZipReply => ({ reply: 'zip', name, entries });
/** A spreadsheet (UTF-8 with BOM, `;`), with formulas defused. */
export const csv = (name: string, header: string[], rows: CsvReply['rows']): CsvReply => ({
  reply: 'csv',
  name,
  header,
  rows,
});
/** A rule only the database knows: the page at `back` comes again, 422, with these errors beside the fields. */
export const invalid = (errors: Record<string, string>): Invalid => ({ reply: 'invalid', errors });
/** 404. */
export const missing = (): Missing => ({ reply: 'missing' });
/** 403 with its reason in French. */
export const forbidden = (reason: string): Forbidden => ({ reply: 'forbidden', reason });
