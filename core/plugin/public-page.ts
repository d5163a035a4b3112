import type { PublicPage, Work } from './contract.ts';
import type { Modules } from './modules-of.ts';

/** Whether what this module shows to whoever comes stands on its public page now: what is unticked opens at no address (F10-7). */
export async function stands(
  { installed }: Modules,
  { page, plugin }: { page?: PublicPage; plugin: string },
  work: Work,
): Promise<boolean> {
  const home = page && installed.find((one) => one.plugin.publicPage === page)?.plugin;
  return (await home?.pageShows?.(work, plugin)) ?? true;
}
