import { readConfig } from '../../config/config.ts';
import type { Command } from './command.ts';
import { migrateTables } from './migrate.ts';
import { forget } from './module-forget.ts';
import { newPlugin } from './plugin-new.ts';
import { routes } from './routes.ts';
import { openSchool } from './school-open.ts';

/** The command line of a house: npm run preau -- <command>. */
const COMMANDS: Record<string, Command> = {
  migrate: migrateTables,
  'school:open': openSchool,
  routes,
  'plugin:new': newPlugin,
  'module:forget': forget,
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) await command.run(args, readConfig(process.env));
  else {
    console.error(list(name));
    process.exitCode = 1;
  }
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
  // PostgreSQL's own codes: the role or the password is not the right one.
  if (code && ['28P01', '28000', '3D000', '42501'].includes(code))
    return `La base de données refuse cette demande (${message}) : vérifiez DATABASE_URL et DATABASE_OWNER_URL.`;
  return message;
}
