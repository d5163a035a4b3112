import { dayIn, type Job, schoolYear } from '@preau/core';
import { change, type Item, removeItem } from './items.ts';
import { returnsOf } from './receipts.ts';
import { sendReminder } from './returns.ts';

const DAY = 86_400_000;

/** Closes surveys whose last day is over, and tells who asked. */
export const closeSurveys = (job: Job) =>
  job.step(async (work) => {
    const { db, now, school, services } = work;
    const over: Item[] = await db('infos_items')
      .where({ kind: 'survey', state: 'published' })
      .whereNull('closed_at')
      .where('closes_on', '<', dayIn(now, school.timezone));
    for (const item of over) {
      await change(db, item.id, now, { closed_at: now });
      if (item.author_id)
        await services.notices.tell([
          {
            personId: item.author_id,
            category: 'infos.suivi',
            about: `infos-suivi:${item.id}:clos`,
            title: `Sondage clos : ${item.title}`,
            path: `/infos/${item.id}`,
          },
        ]);
    }
  });

/** « Relancer d’elle-même après N jours »: once, and only those who are left. */
export const remindByItself = (job: Job) =>
  job.step(async (work) => {
    const { db, now, school } = work;
    const today = dayIn(now, school.timezone);
    const waiting: Item[] = await db('infos_items')
      .where({ state: 'published' })
      .whereNotNull('remind_after')
      .whereNull('reminded_by_itself_at')
      .whereNull('closed_at')
      .where((period) => period.whereNull('to_day').orWhere('to_day', '>=', today));
    for (const item of waiting) {
      const due = (item.published_at as Date).getTime() + (item.remind_after as number) * DAY;
      if (due > now.getTime()) continue;
      await sendReminder(
        work,
        item,
        (await returnsOf(work, item)).filter((one) => !one.done),
      );
      await change(db, item.id, now, { reminders: item.reminders + 1, reminded_by_itself_at: now });
    }
  });

/** What was sent is kept during its school year and the next one, then goes with its receipts and files. */
export const purge = (job: Job) =>
  job.step(async (work) => {
    const { db, now, school } = work;
    const year = schoolYear(now, school.timezone);
    const old: Item[] = await db('infos_items').where('changed_at', '<', new Date(now.getTime() - 365 * DAY));
    for (const item of old) if (schoolYear(item.changed_at, school.timezone) < year - 1) await removeItem(work, item);
  });
