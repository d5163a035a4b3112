import { createHash } from 'node:crypto';
import { type InputOf, longText, text } from '../form/form.ts';
import type { PostalAddress } from '../people/directory-types.ts';
import { addressInWords } from '../people/history.ts';
import { addressLists } from '../people/read.ts';
import { get, invalid, missing, page, post, type Reply, type Visit } from '../plugin/contract.ts';
import { CARDS, type Card, cardOf, done, newCause } from './card.ts';
import { NAME_COLUMNS, nameOf } from './rows.ts';

const address = {
  lines: longText('Adresse', { max: 400, optional: true, hint: 'Numéro et rue, puis le complément à la ligne.' }),
  postcode: text('Code postal', { max: 12, optional: true, autocomplete: 'off' }),
  city: text('Ville', { max: 100, optional: true }),
  country: text('Pays', { max: 60, optional: true, hint: 'Vide pour la France.' }),
};

/** Several addresses on each card, named by their order; `nouvelle` adds one. */
export const addressRoutes = CARDS.flatMap((card) => {
  const path = `${card.path}/adresses/:rank`;
  return [
    get('admin', path, card.write, (visit) => show(visit, card)),
    post('admin', path, card.write, address, (visit) => save(visit, card), {
      version: (visit, hold) => version(visit, card, hold),
    }),
    post('admin', `${path}/retirer`, card.write, (visit) => remove(visit, card)),
  ];
});

/** The addresses of the card's person, and which of them is meant; null when there is no such person or address. */
async function meant(visit: Visit, card: Card) {
  const id = card.idOf(visit);
  const person = await visit
    .db('people')
    .where({ id, kind: card.kind })
    .first(...NAME_COLUMNS);
  if (!person) return null;
  const list = (await addressLists(visit.db, [id])).get(id) ?? [];
  const { rank = '' } = visit.params;
  const at = rank === 'nouvelle' ? list.length : /^[1-9]\d?$/.test(rank) ? Number(rank) - 1 : -1;
  if (at < 0 || (at >= list.length && rank !== 'nouvelle')) return null;
  return { id, name: nameOf(person), list, at, home: cardOf(card, id) };
}

/** Addresses are replaced as a list: any change of it is a change of what this page shows. */
async function version(visit: Visit, card: Card, hold: boolean): Promise<string> {
  const id = card.idOf(visit);
  if (hold) await visit.db('people').where({ id }).forUpdate().first('id');
  const list = (await addressLists(visit.db, [id])).get(id) ?? [];
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 16);
}

async function show(visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card);
  if (!found) return missing();
  const { name, home, list, at } = found;
  const now = list[at];
  const own = `${home}/adresses/${visit.params.rank}`;
  return page('admin/adresse', { name, home, remove: now ? `${own}/retirer` : null }, undefined, {
    form: now ? { ...now, lines: now.lines.join('\n') } : {},
  });
}

async function save(visit: Visit<InputOf<typeof address>>, card: Card): Promise<Reply> {
  const { input, services } = visit;
  const found = await meant(visit, card);
  if (!found) return missing();
  const lines = (input.lines ?? '').split(/\r?\n/).flatMap((line) => line.trim() || []);
  if (!lines.length && !input.city) return invalid({ lines: 'Écrivez au moins une ligne ou une ville.' });
  const written: PostalAddress = { lines, postcode: input.postcode, city: input.city, country: input.country };
  const cause = newCause();
  const addresses = found.list.toSpliced(found.at, 1, written);
  await services.register.of({ cause }).setAddresses([{ personId: found.id, addresses }]);
  return done(found.home, `L’adresse est enregistrée : ${addressInWords(written)}.`, cause);
}

async function remove(visit: Visit, card: Card): Promise<Reply> {
  const found = await meant(visit, card);
  const gone = found?.list[found.at];
  if (!found || !gone) return missing();
  const cause = newCause();
  const addresses = found.list.toSpliced(found.at, 1);
  await visit.services.register.of({ cause }).setAddresses([{ personId: found.id, addresses }]);
  return done(found.home, `L’adresse « ${addressInWords(gone)} » est retirée.`, cause);
}
