import { openSession } from '../auth/sessions.ts';
import type { OpenHouse } from '../house.ts';
import type { Mode } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';

/** Presses a button of the running house. @returns where it leads, or null when it was refused. */
export type Hand = (path: string, fields: Record<string, string | string[]> | FormData) => Promise<string | null>;

/** Somebody of the demo, signed in once he presses: what the demo shows was made as a school makes it. */
export function handOf(
  { house }: OpenHouse,
  origin: string,
  school: { id: string; rne: string },
  accountId: string,
  mode: Mode,
): Hand {
  const name = house.config.url.protocol === 'https:' ? '__Host-preau' : 'preau';
  let token: Promise<string> | null = null;
  return async (path, fields) => {
    token ??= inSchool(house.app, school.id, (db) => openSession(db, accountId, mode, 'Démonstration', house.clock()));
    const headers = { Cookie: `${name}=${await token}`, 'Sec-Fetch-Site': 'same-origin' };
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
