import { dayIn, firstMoment, type Job, schoolYear } from '@preau/core';
import { change, type Item, removeItem } from './items.ts';
import { returnsOf } from './receipts.ts';
import { sendReminder } from './returns.ts';
import { followUpOf, isAnswerable } from './words.ts';

const DAY = 86_400_000;

/** Closes surveys whose last day is over, and tells who asked. */
export const closeSurveys = (job: Job) =>
  job.step(async (work) => {
    const { db, now, school, services } = work;
    const over: Item[] = await db('infos_items')
      .where({ kind: 'survey', state: 'published', past_year: null })
      .whereNull('closed_at')
      .where('closes_on', '<', dayIn(now, school.timezone));
    for (const item of over) {
      await change(db, item.id, now, { closed_at: now });
      if (item.author_id)
        await services.notices.tell([
          {
            personId: item.author_id,
            category: 'infos.suivi',
            about: `${followUpOf(item)}:clos`,
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
    const waiting: Item[] = await db('infos_items')
      .where({ state: 'published', past_year: null })
      .whereNotNull('remind_after')
      .whereNull('reminded_by_itself_at');
    for (const item of waiting) {
      // Counted from the first day it can be read, which may come after the publication.
      const first = item.from_day ? firstMoment(item.from_day, school.timezone).getTime() : 0;
      const begun = Math.max((item.published_at as Date).getTime(), first);
      if (begun + (item.remind_after as number) * DAY > now.getTime() || !isAnswerable(item, work)) continue;
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
