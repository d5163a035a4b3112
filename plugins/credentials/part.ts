import type { Plugin } from '@preau/core';

/** What one subject of this module adds to its declaration; plugin.ts puts them together. */
export type Part = Pick<Plugin, 'routes' | 'nav' | 'acts' | 'jobs' | 'nightly' | 'steps'> & Pick<Plugin, 'privacy'>;

/** Prints labels and letters, mails them, keeps the hand-over list. */
export const HAND_OUT = 'credentials.hand-out';
/** Changes the models. */
export const MODELS = 'credentials.models';
