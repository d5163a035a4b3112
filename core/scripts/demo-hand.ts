import { openSession } from '../auth/sessions.ts';
import type { OpenHouse } from '../house.ts';
import type { Mode } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';

/** Presses a button of the running house. @returns where it leads, or null when it was refused. */
export type Hand = (path: string, fields: Record<string, string | string[]> | FormData) => Promise<string | null>;

/** Somebody of the demo, signed in: what the demo shows was made as a school makes it. */
export async function handOf(
  { house }: OpenHouse,
  origin: string,
  school: { id: string; rne: string },
  accountId: string,
  mode: Mode,
): Promise<Hand> {
  const token = await inSchool(house.app, school.id, (db) =>
    openSession(db, accountId, mode, 'Démonstration', house.clock()),
  );
  const secure = house.config.url.protocol === 'https:';
  const headers = { Cookie: `${secure ? '__Host-preau' : 'preau'}=${token}`, 'Sec-Fetch-Site': 'same-origin' };
  return async (path, fields) => {
    const body =
      fields instanceof FormData
        ? fields
        : new URLSearchParams(
            Object.entries(fields).flatMap(([name, value]) =>
              [value].flat().map((one): [string, string] => [name, one]),
            ),
          );
    const address = path.startsWith(`/${school.rne}`) ? path : `/${school.rne}${path}`;
    const answer = await fetch(origin + address, { method: 'POST', body, headers, redirect: 'manual' });
    return answer.headers.get('location');
  };
}
