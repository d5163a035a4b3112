import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';

/** The words after the command's name, and its options by name. */
export interface CommandLine {
  words: string[];
  options: Record<string, string | undefined>;
}

/** Prints what it did; what goes wrong is thrown as one French sentence. */
export type Run = (line: CommandLine, config: Readonly<Config>) => Promise<void>;

/** What to say when only the server's own roles are configured. */
export const NO_OWNER =
  'DATABASE_OWNER_URL manque : c’est l’adresse de la base pour le rôle preau_owner, à qui sont les tables.';

/** Reads a command line of so many words and these options. @returns null when it is another. */
export function readLine(args: string[], words: number, options: string[]): CommandLine | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries(options.map((name) => [name, { type: 'string' as const }])),
    });
    return positionals.length === words ? { words: positionals, options: values } : null;
  } catch {
    return null;
  }
}
