import { allowed, mayUse } from '../access/permissions.ts';
import type { Container, House } from '../container.ts';
import { homeOf } from '../list/declare.ts';
import type { Account, Step, Visit } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Declared } from '../plugin/registry.ts';
import { helpName } from '../web/answer.ts';
import { openWork } from '../web/work.ts';

/** The guide's six parts, and its eighteen sheets by number. */
const PARTS: { title: string; fiches: [number, string][] }[] = [
  {
    title: 'Installation',
    fiches: [
      [1, 'Ouvrir l’école'],
      [2, 'Se connecter avec son propre mot de passe'],
      [3, 'Se repérer dans Préau'],
    ],
  },
  {
    title: 'Construction de la base',
    fiches: [
      [4, 'Récupérer les classes, les élèves et les responsables de ONDE'],
      [5, 'Saisir les professeurs'],
      [6, 'Saisir les autres personnels'],
      [7, 'Saisir un personnel de la mairie'],
      [8, 'Saisir les accompagnants'],
    ],
  },
  {
    title: 'Personnalisation',
    fiches: [
      [9, 'Paramétrer l’envoi d’e-mails'],
      [10, 'Publier la page établissement'],
      [11, 'Choisir ce que publient les Espaces web'],
    ],
  },
  {
    title: 'Envoi des identifiants',
    fiches: [
      [12, 'Imprimer les étiquettes de connexion'],
      [13, 'Envoyer les identifiants par e-mail'],
    ],
  },
  {
    title: 'Premières communications',
    fiches: [
      [14, 'Publier une première information'],
      [15, 'Commencer une première discussion'],
      [16, 'Déposer un premier document dans un casier'],
      [17, 'Demander un document aux familles'],
    ],
  },
  { title: 'Assistance', fiches: [[18, 'Trouver l’aide et joindre l’assistance']] },
];
/** Once these are done families can come in: the school has started. */
const STARTED = [12, 13];

type State = 'done' | 'todo' | 'read';
interface Line {
  title: string;
  url: string;
  /** Where it is begun. */
  start: string;
  /** That place is a list, whose toolbar does the step. */
  inList: boolean;
  help: string | null;
  done: boolean;
  toRead: boolean;
}
interface Fiche {
  number: number | null;
  title: string;
  lines: Line[];
  state: State;
  next: boolean;
}
export interface Part {
  title: string;
  fiches: Fiche[];
  /** « 2 sur 5 », « à lire » */
  words: string;
  complete: boolean;
}
export interface NextStep {
  title: string;
  url: string;
  inList: boolean;
  help: { to: string; title: string } | null;
}
export interface Checklist {
  parts: Part[];
  /** « 12 sur 18 faites » */
  words: string;
  done: number;
  all: number;
  toRead: number;
  next: NextStep | null;
  /** The first sheet that nobody has read. */
  unread: NextStep | null;
  /** It may be put away. */
  started: boolean;
}

/** I-06: where the start-up stands, sheet by sheet; computed from the data, never ticked by hand. Null for whoever has nothing to do in it. */
export async function checklistOf(house: House, container: Container, visit: Visit): Promise<Checklist | null> {
  const lines = await stepsOf(house, container, visit);
  if (!lines.some(({ toRead }) => !toRead)) return null;
  const byFiche = Map.groupBy([...ownLines(house, visit.account as Account, lines), ...lines], ({ fiche }) => fiche);
  const parts = PARTS.map(({ title, fiches }) =>
    partOf(
      title,
      fiches.flatMap(([number, name]) => ficheOf(number, name, byFiche.get(number))),
    ),
  );
  // What a module brings beyond the guide comes last, each line for itself.
  const others = (byFiche.get(null) ?? []).flatMap((line) => ficheOf(null, line.title, [line]));
  const shown = [...parts, partOf('Autres modules', others)].filter(({ fiches }) => fiches.length);
  const numbered = parts.flatMap(({ fiches }) => fiches);
  const first = (wanted: State) => shown.flatMap(({ fiches }) => fiches).find(({ state }) => state === wanted);
  const next = first('todo');
  if (next) next.next = true;
  const done = numbered.filter(({ state }) => state === 'done').length;
  return {
    parts: shown,
    words: `${done} sur ${numbered.length} ${done < 2 ? 'faite' : 'faites'}`,
    done,
    all: numbered.length,
    toRead: numbered.filter(({ state }) => state === 'read').length,
    next: stepIn(next),
    unread: stepIn(first('read')),
    started: !next || numbered.some(({ number, state }) => STARTED.includes(number ?? 0) && state === 'done'),
  };
}

function stepIn(fiche: Fiche | undefined): NextStep | null {
  const line = fiche?.lines.find((one) => !one.done);
  if (!line) return null;
  const help = line.help ? { to: line.help, title: 'Voir le tutoriel' } : null;
  return { title: line.title, url: line.start, inList: line.inList, help };
}

type Numbered = Line & { fiche: number | null };

/** Steps of core and modules that this person may do. */
async function stepsOf(house: House, container: Container, { school, account, db }: Visit): Promise<Numbered[]> {
  const modules = house.modules.of(school);
  const lines: Numbered[] = [];
  for (const step of modules.steps) {
    if (!allowed({ area: 'admin', allow: step.allow }, account, school, modules).ok) continue;
    const url = `/gestion/${step.plugin}${step.path}`;
    lines.push({
      fiche: step.fiche ?? null,
      title: step.title,
      url,
      ...startOf(step, url, modules, account as Account),
      help: helpUrl(house, step.plugin, step.path),
      toRead: step.toRead === true,
      done: await step.done(openWork(container, step.plugin, school, db)),
    });
  }
  return lines;
}

/** A list that is off, or that this person may not read, leaves the step where it is. */
function startOf(
  step: Declared<Step>,
  url: string,
  modules: ModulesOfSchool,
  account: Account,
): Pick<Line, 'start' | 'inList'> {
  const { begin } = step;
  if (begin && 'path' in begin) return { start: `/gestion/${step.plugin}${begin.path}`, inList: false };
  const list = begin && modules.lists.get(begin.list);
  if (!list || !mayUse(list.allow.read, account, modules).ok) return { start: url, inList: false };
  return { start: homeOf(list), inList: true };
}

/** Sheets of the house itself: whoever reads this has opened the school, and signed in; who has done something has found his way. */
function ownLines(house: House, { state }: Account, lines: Numbered[]): Numbered[] {
  const line = (fiche: number, url: string, help: string | null, done: boolean): Numbered => ({
    fiche,
    title: titleOf(fiche),
    url,
    start: url,
    inList: false,
    help,
    done,
    toRead: fiche === 3,
  });
  return [
    line(1, '/gestion/accueil/#adresses', helpUrl(house, 'ouverture', '/'), true),
    line(2, '/compte/', helpUrl(house, 'connexion', '/'), state === 'active'),
    line(
      3,
      '/aide/accueil/index',
      null,
      lines.some(({ done, fiche }) => done && fiche !== null),
    ),
  ];
}

const titleOf = (fiche: number) =>
  PARTS.flatMap(({ fiches }) => fiches).find(([number]) => number === fiche)?.[1] as string;

/** « Voir le tutoriel » of a screen (I-07). */
function helpUrl({ views }: House, plugin: string, path: string): string | null {
  const name = helpName({ plugin, path });
  return views.has(name) ? `/aide/${name.replace('/help/', '/')}` : null;
}

function ficheOf(number: number | null, title: string, lines: Line[] = []): Fiche[] {
  if (!lines.length) return [];
  const done = lines.every((line) => line.done);
  const state = done ? 'done' : lines.every((line) => line.toRead) ? 'read' : 'todo';
  return [{ number, title, lines, state, next: false }];
}

function partOf(title: string, fiches: Fiche[]): Part {
  const all = (wanted: State) => fiches.every(({ state }) => state === wanted);
  return {
    title,
    fiches,
    words: all('read') ? 'À lire' : `${fiches.filter(({ state }) => state === 'done').length} sur ${fiches.length}`,
    complete: all('done'),
  };
}
