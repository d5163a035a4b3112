import type { OpenHouse } from '../house.ts';

export async function fillDemo(_open: OpenHouse, _origin: string): Promise<string[]> {
  return [];
}
