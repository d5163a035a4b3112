import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';

/** One word after `npm run preau --`. */
export interface Command {
  /** What is typed after the name, as the list shows it. */
  usage: string;
  /** One line of the list. */
  summary: string;
  /** Prints what it did; what goes wrong is thrown as one French sentence. */
  run(args: string[], config: Readonly<Config>): Promise<void>;
}

/** The words and options of a command line. @throws Error with the usage, in French, when they are not those declared. */
export function readWords(
  usage: string,
  args: string[],
  words: number,
  options: string[] = [],
): { words: string[]; options: Record<string, string | undefined> } {
  const wrong = new Error(`Écrivez : npm run preau -- ${usage}`);
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries(options.map((name) => [name, { type: 'string' as const }])),
    });
    if (positionals.length !== words) throw wrong;
    return { words: positionals, options: values };
  } catch {
    throw wrong;
  }
}
