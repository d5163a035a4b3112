import type { House } from '../container.ts';
import type { Visit } from '../plugin/contract.ts';
import type { Seen } from '../views/helpers.ts';

/** The page's title is its <h1>: still escaped, tags gone. */
export const titleOf = (body: string): string =>
  /<h1[^>]*>(.*?)<\/h1>/s
    .exec(body)?.[1]
    ?.replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ')
    .trim() ?? '';

/** What the helpers of a template may know of a visit. */
export function seenBy(
  visit: Pick<Visit, 'url' | 'can' | 'school'>,
  asked: { house: House },
  blocks: Seen['blocks'],
  light = false,
): Seen {
  const { assets } = asked.house;
  return {
    url: visit.url,
    can: visit.can,
    asset: assets.url,
    timezone: visit.school.timezone,
    origin: asked.house.config.url.origin,
    blocks,
    inlineIcon: light ? assets.icon : null,
  };
}
