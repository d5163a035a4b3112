import {
  choice,
  date,
  dayIn,
  frenchDay,
  type InputOf,
  invalid,
  page,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { change, dayRefused, deskOf } from './document.ts';
import type { CollectedDocument } from './documents.ts';
import { announce } from './notify-night.ts';

/** « Notifier les familles » (F17-09): a day, or « Pas de notification ». */
export const noticeForm = {
  notify: choice('Notifier les familles', { on: 'Notifier les familles le', none: 'Pas de notification' }),
  day: date('Jour', {
    optional: true,
    hint: 'Les rappels suivent d’eux-mêmes, 7 jours et 1 jour avant le dernier jour, à qui il manque quelque chose ; sans notification, aucun ne part. Le soir, le week-end et pendant les vacances, les e-mails attendent.',
  }),
};

export async function showNotice(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const { notify_on: day, notified_at } = document;
  const told = notified_at && frenchDay(dayIn(notified_at, visit.school.timezone));
  const data = { title: document.title, told, back: deskOf(visit, document) };
  const values = { notify: day ? 'on' : 'none', day };
  return { ...page('collecte/notifier', data, 'collecte/_notifier', { form: values }), window: true };
}

export async function saveNotice(
  visit: Visit<InputOf<typeof noticeForm>>,
  document: CollectedDocument,
): Promise<Reply> {
  const { input, now, school, services } = visit;
  const day = input.notify === 'on' ? input.day : null;
  if (input.notify === 'on' && !day) return invalid({ day: 'Écrivez le jour.' });
  const moved = day !== null && day !== document.notify_on;
  const today = dayIn(now, school.timezone);
  const refused = moved && dayRefused(day, today, services.people.year);
  if (refused) return invalid({ day: refused });
  // Another day is another notice.
  await change(visit, document, { notify_on: day, ...(moved ? { notified_at: null } : {}) });
  if (moved && day === today) await announce(visit);
  return redirect(
    deskOf(visit, document),
    day
      ? `« ${document.title} » : les familles seront notifiées le ${frenchDay(day)}.`
      : `« ${document.title} » : pas de notification.`,
  );
}
