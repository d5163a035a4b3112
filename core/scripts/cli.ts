import { readConfig } from '../../config/config.ts';
import { type Run, readLine } from './command.ts';

interface Command {
  usage: string;
  summary: string;
  words: number;
  options: string[];
  /** Loaded when it is asked for: a command line should not wait for the whole server. */
  load(): Promise<Run>;
}

/** The command line of a house: npm run preau -- <command>. */
const COMMANDS: Record<string, Command> = {
  migrate: {
    usage: 'migrate',
    summary: 'met à jour les tables du socle et de tous les modules',
    words: 0,
    options: [],
    load: async () => (await import('./migrate-tables.ts')).migrateTables,
  },
  'school:open': {
    usage:
      'school:open RNE --name "…" --address "…" --postcode … --city "…" --email … [--phone …] [--timezone Europe/Paris]',
    summary: 'prépare une école, et donne les deux secrets de son ouverture',
    words: 1,
    options: ['name', 'address', 'postcode', 'city', 'email', 'phone', 'timezone'],
    load: async () => (await import('./school-open.ts')).openSchool,
  },
  routes: {
    usage: 'routes',
    summary: 'montre toutes les adresses, ce qui les ouvre et leur module',
    words: 0,
    options: [],
    load: async () => (await import('./routes.ts')).printRoutes,
  },
  'plugin:new': {
    usage: 'plugin:new NOM [--title "Titre pour la direction"] [--into DOSSIER]',
    summary: 'écrit un nouveau module dans plugins/NOM, avec ses tests',
    words: 1,
    options: ['title', 'into'],
    load: async () => (await import('./plugin-new.ts')).newPlugin,
  },
  'module:forget': {
    usage: 'module:forget NOM',
    summary: 'supprime les tables d’un module dont le dossier n’est plus là',
    words: 1,
    options: [],
    load: async () => (await import('./module-forget.ts')).forget,
  },
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Error(list(name));
  const line = readLine(args, command.words, command.options);
  if (!line) throw new Error(`Écrivez : npm run preau -- ${command.usage}`);
  const run = await command.load();
  await run(line, readConfig(process.env));
} catch (error) {
  console.error(inOneSentence(error));
  if (process.env.PREAU_TRACE) console.error(error);
  process.exitCode = 1;
}

function list(asked: string): string {
  const lines = Object.values(COMMANDS).flatMap(({ usage, summary }) => [`  ${usage}`, `      ${summary}`]);
  const first = asked ? `La commande « ${asked} » n’existe pas.` : 'Donnez une commande.';
  return [`${first} Commandes de npm run preau -- :`, ...lines].join('\n');
}

function inOneSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET'].includes(code))
    return `La base de données ne répond pas (${code}) : vérifiez DATABASE_URL et DATABASE_OWNER_URL.`;
  // PostgreSQL's own codes for a wrong role, password, database or right.
  if (code && ['28P01', '28000', '3D000', '42501'].includes(code))
    return `La base de données refuse cette demande (${message}) : vérifiez DATABASE_URL et DATABASE_OWNER_URL.`;
  return message;
}
