import type { House } from '../container.ts';
import type { School, Visit } from '../plugin/contract.ts';
import { markup } from '../views/helpers.ts';
import { seenBy, titleOf } from '../web/seen.ts';

/** A designed page, whole, with its styles and font inside: on its way to PDF it reaches no network. */
export function printedPage(
  house: House,
  visit: Pick<Visit, 'url' | 'can' | 'school' | 'now'>,
  view: string,
  data: object,
  css = '',
): string {
  const seen = seenBy(visit, { house }, {});
  const body = house.views.render('base', view, { school: visit.school, ...data }, seen);
  const page = {
    title: markup(titleOf(body)),
    body: markup(body),
    style: markup(house.assets.print + css),
    school: visit.school,
    now: visit.now,
  };
  return house.views.render('base', 'layouts/print', page, seen);
}

/** The same for work that nobody looks at: links are those of the school, no permission is given. */
export const printedInJob = (house: House, school: School, view: string, data: object, css?: string): string =>
  printedPage(
    house,
    { school, now: house.clock(), url: (path) => `/${school.rne}${path}`, can: () => false },
    view,
    data,
    css,
  );
