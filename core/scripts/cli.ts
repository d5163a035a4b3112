import { readConfig } from '../../config/config.ts';
import { StoreDown } from '../files/store.ts';
import type { Command } from '../plugin/contract.ts';
import { type Run, readLine } from './command.ts';

/** The command line of a house: npm run preau -- <command>. */
const COMMANDS: Record<string, Command<Run>> = {
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
  backup: {
    usage: 'backup --to DOSSIER [RNE] [--keep JOURS]',
    summary: 'sauvegarde toute la maison, ou une école : tables et fichiers',
    words: 0,
    more: 1,
    options: ['to', 'keep'],
    load: async () => (await import('./backup.ts')).backUp,
  },
  restore: {
    usage: 'restore --from SAUVEGARDE [RNE] [--replace RNE]',
    summary: 'remet une sauvegarde en place, tout ou rien, et la relit',
    words: 0,
    more: 1,
    options: ['from', 'replace'],
    load: async () => (await import('./restore.ts')).bringBack,
  },
  'school:leave': {
    usage: 'school:leave RNE --to FICHIER.zip',
    summary: 'met toute une école dans une archive ouverte, pour un autre serveur',
    words: 1,
    options: ['to'],
    load: async () => (await import('./leave.ts')).leave,
  },
  'school:enter': {
    usage: 'school:enter FICHIER.zip',
    summary: 'fait vivre ici une école venue d’un autre serveur',
    words: 1,
    options: [],
    load: async () => (await import('./enter.ts')).enter,
  },
  'commune:open': {
    usage: 'commune:open INSEE --name "Mairie de …" --email … [--address …] [--postcode …] [--city …] [--phone …]',
    summary: 'prépare la console d’une mairie, et donne les deux secrets de son ouverture',
    words: 1,
    options: ['name', 'address', 'postcode', 'city', 'email', 'phone', 'timezone'],
    load: async () => (await import('./school-open.ts')).openCommune,
  },
  routes: {
    usage: 'routes',
    summary: 'montre toutes les adresses, ce qui les ouvre et leur module',
    words: 0,
    options: [],
    load: async () => (await import('./routes.ts')).printRoutes,
  },
  features: {
    usage: 'features',
    summary: 'dit quelles lignes du guide aucun test ne cite',
    words: 0,
    options: [],
    load: async () => (await import('./features.ts')).listFeatures,
  },
  'plugin:new': {
    usage: 'plugin:new NOM [--title "Titre pour la direction"] [--into DOSSIER]',
    summary: 'écrit un nouveau module dans plugins/NOM, avec ses tests',
    words: 1,
    options: ['title', 'into'],
    load: async () => (await import('./plugin-new.ts')).newPlugin,
  },
  'theme:new': {
    usage: 'theme:new NOM --title "Titre pour la direction" [--extends base] [--into DOSSIER]',
    summary: 'écrit un nouveau thème dans themes/NOM, à colorer',
    words: 1,
    options: ['title', 'extends', 'into'],
    load: async () => (await import('./theme-new.ts')).newTheme,
  },
  'help:pictures': {
    usage: 'help:pictures',
    summary: 'refait les images des pages d’aide, depuis les écrans de la démonstration',
    words: 0,
    options: [],
    load: async () => (await import('./help-pictures.ts')).takePictures,
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
  await (Object.hasOwn(COMMANDS, name) ? runOwn(COMMANDS[name] as Command<Run>) : runOfModule());
} catch (error) {
  console.error(inOneSentence(error));
  if (process.env.PREAU_TRACE) console.error(error);
  process.exitCode = 1;
}

async function runOwn(command: Command<Run>): Promise<void> {
  const line = understood(command);
  const run = await command.load();
  await run(line, readConfig(process.env));
}

/** The modules are loaded for a name the core does not know only. */
async function runOfModule(): Promise<void> {
  const config = readConfig(process.env);
  const { commandsOfModules } = await import('./module-commands.ts');
  const commands = await commandsOfModules(config, Object.keys(COMMANDS));
  const command = commands.get(name);
  if (!command) throw new Error(list([...Object.values(COMMANDS), ...commands.values()]));
  const line = understood(command);
  const { deskOf } = await import('./desk.ts');
  const run = await command.load();
  await run(line, deskOf(config));
}

function understood(command: Pick<Command, 'usage' | 'words' | 'more' | 'options' | 'flags'>) {
  const line = readLine(args, command);
  if (!line) throw new Error(`Écrivez : npm run preau -- ${command.usage}`);
  return line;
}

function list(commands: Pick<Command, 'usage' | 'summary'>[]): string {
  const lines = commands.flatMap(({ usage, summary }) => [`  ${usage}`, `      ${summary}`]);
  const first = name ? `La commande « ${name} » n’existe pas.` : 'Donnez une commande.';
  return [`${first} Commandes de npm run preau -- :`, ...lines].join('\n');
}

function inOneSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StoreDown) return error.why;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET'].includes(code))
    return `La base de données ne répond pas (${code}) : vérifiez DATABASE_URL et DATABASE_OWNER_URL.`;
  // PostgreSQL's own codes for a wrong role, password, database or right.
  if (code && ['28P01', '28000', '3D000', '42501'].includes(code))
    return `La base de données refuse cette demande (${message}) : vérifiez DATABASE_URL et DATABASE_OWNER_URL.`;
  return message;
}
