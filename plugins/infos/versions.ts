import {
  attachments,
  forbidden,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  richText,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { change, type Item, loadItem, recipientsOf } from './items.ts';
import { mine, pageOf, waits } from './publish.ts';
import { deliveryOf, keepVersion, noticeOf } from './release.ts';
import { aboutOf, homeOf } from './words.ts';

export const versionForm = {
  title: text('Titre', { max: 120 }),
  body: richText('Texte', { optional: true }),
  files: attachments('Joindre un document', { optional: true }),
  again: tick('Redemander la lecture à tous', {
    hint: 'Sinon, ceux qui l’ont lue ou signée restent en règle, avec le numéro de la version qu’ils ont lue.',
  }),
};

export async function showVersion(visit: Visit): Promise<Reply> {
  const item = await loadItem(visit);
  if (!item) return missing();
  if (item.state !== 'published') return redirect(pageOf(visit));
  if (item.town_hall_key) return forbidden(NOT_YOURS);
  const files = await visit.services.files.of(aboutOf(item));
  return page(
    'infos/modifier',
    { base: homeOf(visit), id: item.id, title: item.title, next: item.text_version + 1 },
    undefined,
    {
      form: { title: item.title, body: item.body, files },
    },
  );
}

const NOT_YOURS = 'C’est la mairie qui a écrit ce texte : vous pouvez le retirer, pas le changer.';

/** A text changed after publication is a new version; the one that was signed is kept (P5). */
export async function saveVersion(visit: Visit<InputOf<typeof versionForm>>): Promise<Reply> {
  const { db, now, input, services } = visit;
  const item = await loadItem(visit, true);
  if (!item) return missing();
  if (item.state !== 'published') return redirect(pageOf(visit));
  if (item.town_hall_key) return forbidden(NOT_YOURS);
  if (item.kind === 'information' && !input.body) return invalid({ body: 'Remplissez « Texte ».' });
  const cut = await services.audience.cut();
  if (cut) return forbidden(cut);
  const people = await recipientsOf(visit, item);
  if (waits(visit, people))
    return forbidden('La direction relit ce qui part aux familles : demandez-lui de changer ce texte, ou retirez-le.');
  const number = item.text_version + 1;
  const next: Item = { ...item, title: input.title, body: input.body, text_version: number };
  await services.files.keep(input.files, { about: aboutOf(item) });
  await change(db, item.id, now, {
    title: input.title,
    body: input.body,
    text_version: number,
    ...(input.again ? { needs_version: number } : {}),
  });
  await keepVersion(visit, next, mine(visit));
  if (input.again) {
    // Before its first day, or within its first minute, nobody hears of it.
    const { begins } = deliveryOf(visit, item);
    await services.notices.tell(
      people.map((one) => noticeOf(next, one, `version-${number}`, 'Modifiée : ')),
      { from: begins },
    );
  }
  return redirect(
    pageOf(visit),
    input.again ? `Version ${number} publiée : sa lecture est redemandée.` : `Version ${number} publiée.`,
  );
}
