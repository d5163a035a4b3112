import type { Config } from '../../config/config.ts';
import type { Command } from '../plugin/contract.ts';
import { installedModules } from './installed.ts';

/** The commands the installed modules add, by name. @throws Error in French for a module or a name that cannot be used. */
export async function commandsOfModules(config: Readonly<Config>, taken: string[]): Promise<Map<string, Command>> {
  const commands = new Map<string, Command>();
  for (const { plugin } of await installedModules(config))
    for (const [name, command] of Object.entries(plugin.commands ?? {})) {
      if (taken.includes(name) || commands.has(name))
        throw new Error(`Module « ${plugin.name} » refusé : la commande « ${name} » existe déjà.`);
      commands.set(name, command);
    }
  return commands;
}
