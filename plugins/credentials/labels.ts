import type { Part } from './part.ts';

export const labels: Part = { privacy: [] };
