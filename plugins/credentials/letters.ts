import type { Part } from './part.ts';

export const letters: Part = { privacy: [] };
