import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import type { Command, CommandLine } from '../plugin/contract.ts';

export type { CommandLine } from '../plugin/contract.ts';

/** A command of the core. Prints what it did; what goes wrong is thrown as one French sentence. */
export type Run = (line: CommandLine, config: Readonly<Config>) => Promise<void>;

/** What to say when only the server's own roles are configured. */
export const NO_OWNER =
  'DATABASE_OWNER_URL manque : c’est l’adresse de la base pour le rôle preau_owner, à qui sont les tables.';

/** Reads a command line by the words, options and flags the command declares. @returns null when it is another. */
export function readLine(
  args: string[],
  command: Pick<Command, 'words' | 'more' | 'options' | 'flags'>,
): CommandLine | null {
  const { words, more = 0, options, flags = [] } = command;
  try {
    const { positionals, values }: { positionals: string[]; values: Record<string, unknown> } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries([
        ...options.map((name) => [name, { type: 'string' as const }]),
        ...flags.map((name) => [name, { type: 'boolean' as const }]),
      ]),
    });
    if (positionals.length < words || positionals.length > words + more) return null;
    return {
      words: positionals,
      options: Object.fromEntries(options.map((name) => [name, values[name] as string | undefined])),
      flags: Object.fromEntries(flags.map((name) => [name, values[name] === true])),
    };
  } catch {
    return null;
  }
}
