import type { Command } from '@preau/core';

/** `onde:check`, for the plugin's declaration. */
export const checkCommand: Command = {
  usage: 'onde:check FICHIER --kind eleves|responsables|tableur [--eleves FICHIER] [--school RNE] [--json] [--people]',
  summary:
    'dit ce qu’est un fichier et ce que son import ferait, sans rien écrire : --eleves donne les élèves déjà importés, --school compare à une école, --json écrit un objet, --people y ajoute les personnes',
  words: 1,
  options: ['kind', 'eleves', 'school'],
  flags: ['json', 'people'],
  load: async () => (await import('./check-run.ts')).check,
};
