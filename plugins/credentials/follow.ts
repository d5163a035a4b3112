import type { Part } from './part.ts';

export const follow: Part = { privacy: [] };
