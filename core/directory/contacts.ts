import { type InputOf, text, tick } from '../form/form.ts';
import { type KeptContact, note } from '../people/history.ts';
import { get, invalid, missing, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { done, newCause, PUPIL_CARD, penOf, pupilHome } from './card.ts';
import { addContact, type ContactRow, changeContact, contactsOf, keptOf, orderContacts } from './contact-rows.ts';
import { NAME_COLUMNS, pupilCalled } from './rows.ts';

const contact = {
  name: text('Nom et prénom', { max: 120 }),
  relation: text('Qui est-ce pour l’enfant', { max: 60, optional: true, hint: 'Grand-mère, voisin, nourrice…' }),
  phone: text('Téléphone', { max: 30, optional: true, attributes: { inputmode: 'tel' } }),
  phoneOther: text('Autre téléphone', { max: 30, optional: true, attributes: { inputmode: 'tel' } }),
  toCall: tick('À appeler si les responsables ne répondent pas'),
  mayFetch: tick('Peut venir chercher l’enfant'),
};
const one = '/eleves/:pupil/contacts/:contactId';

/** Persons to call and persons allowed to fetch a pupil: no account, no Espace. */
export const contactRoutes = [
  get('admin', '/eleves/:pupil/contacts', PUPIL_CARD.write, showNew),
  post('admin', '/eleves/:pupil/contacts', PUPIL_CARD.write, contact, add),
  get('admin', one, PUPIL_CARD.write, showOne),
  post('admin', one, PUPIL_CARD.write, contact, change, { version }),
  post('admin', `${one}/monter`, PUPIL_CARD.write, moveUp),
  post('admin', `${one}/retirer`, PUPIL_CARD.write, remove),
];

async function version({ db, params }: Visit, hold: boolean): Promise<number | null> {
  const query = db('contacts').where({ id: params.contactId, pupil_id: params.pupil });
  const row = await (hold ? query.forUpdate() : query).first('version');
  return row?.version ?? null;
}

async function meant({ db, params }: Visit): Promise<ContactRow | null> {
  const list = await contactsOf(db, params.pupil as string);
  return list.find((row) => row.id === params.contactId) ?? null;
}

const calledHere = async ({ db, params }: Visit): Promise<string> =>
  pupilCalled(
    await db('people')
      .where({ id: params.pupil })
      .first(...NAME_COLUMNS),
  );

async function showNew(visit: Visit): Promise<Reply> {
  const data = { called: await calledHere(visit), home: pupilHome(visit.params.pupil as string), known: null };
  return page('admin/contact', data, undefined, { form: { toCall: 'on' } });
}

async function showOne(visit: Visit): Promise<Reply> {
  const row = await meant(visit);
  if (!row) return missing();
  const home = pupilHome(visit.params.pupil as string);
  const data = { called: await calledHere(visit), home, known: { name: row.name, path: `${home}/contacts/${row.id}` } };
  const values = { ...row, toCall: row.toCall ? 'on' : '', mayFetch: row.mayFetch ? 'on' : '' };
  return page('admin/contact', data, undefined, { form: values });
}

/** What only the fields together can tell. */
function wrongs(input: KeptContact): Record<string, string> | null {
  if (!input.toCall && !input.mayFetch)
    return { toCall: 'Cochez au moins une case : à appeler, ou peut venir chercher l’enfant.' };
  if (input.toCall && !input.phone) return { phone: 'Pour appeler cette personne, il faut un téléphone.' };
  for (const field of ['phone', 'phoneOther'] as const)
    if (input[field] && !/\d/.test(input[field])) return { [field]: 'Ce téléphone n’a aucun chiffre.' };
  return null;
}

const tell = (visit: Visit, cause: string | null, before: KeptContact | null, after: KeptContact | null) =>
  note(visit.db, visit.now, penOf(visit, cause), [
    { personId: visit.params.pupil as string, field: 'contact', before, after },
  ]);

async function add(visit: Visit<InputOf<typeof contact>>): Promise<Reply> {
  const wrong = wrongs(visit.input);
  if (wrong) return invalid(wrong);
  const added = keptOf(visit.input);
  await addContact(visit.db, visit.params.pupil as string, added);
  await tell(visit, null, null, added);
  return redirect(pupilHome(visit.params.pupil as string), `Contact ajouté : ${added.name}.`);
}

async function change(visit: Visit<InputOf<typeof contact>>): Promise<Reply> {
  const row = await meant(visit);
  if (!row) return missing();
  const wrong = wrongs(visit.input);
  if (wrong) return invalid(wrong);
  const [before, after] = [keptOf(row), keptOf(visit.input)];
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    await changeContact(visit.db, row.id, after);
    await tell(visit, null, before, after);
  }
  return redirect(pupilHome(visit.params.pupil as string), `Contact enregistré : ${after.name}.`);
}

async function moveUp({ db, params }: Visit): Promise<Reply> {
  const ids = (await contactsOf(db, params.pupil as string)).map((row) => row.id);
  const at = ids.indexOf(params.contactId as string);
  if (at < 0) return missing();
  if (at > 0) await orderContacts(db, ids.toSpliced(at - 1, 2, ids[at] as string, ids[at - 1] as string));
  return redirect(pupilHome(params.pupil as string), 'L’ordre des contacts est changé.');
}

async function remove(visit: Visit): Promise<Reply> {
  const row = await meant(visit);
  if (!row) return missing();
  const cause = newCause();
  await visit.db('contacts').where({ id: row.id }).delete();
  await tell(visit, cause, keptOf(row), null);
  return done(pupilHome(visit.params.pupil as string), `Contact retiré : ${row.name}.`, cause);
}
