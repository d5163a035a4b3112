import {
  attachments,
  dayIn,
  get,
  type InputOf,
  missing,
  page,
  post,
  type Route,
  type RubricHome,
  redirect,
  richText,
  text,
  type Visit,
  zip,
} from '@preau/core';

const note = {
  body: richText('Texte'),
  class: text('Classe', { max: 40 }),
  files: attachments('Pièces jointes', { optional: true, camera: true }),
};

/** A note for the families of one class: a rich text, and files that open for them until its last day. */
export const noteRoutes: Route[] = [
  get('admin', '/notes', 'potager.look', async ({ db }) => {
    const notes = await db('potager_notes').select('id', 'class').orderBy('class');
    return page('potager/notes', { notes });
  }),
  post('admin', '/notes', 'potager.plant', note, async ({ db, input, services }) => {
    const [{ id }] = await db('potager_notes').insert({ body: input.body, class: input.class }).returning('id');
    await services.files.keep(input.files, { about: `potager:${id}` });
    return redirect(`/gestion/potager/notes/${id}`, 'La note est gardée.');
  }),
  get('admin', '/archive', 'potager.look', archive),
  get('admin', '/notes/:id', 'potager.look', show),
  post('admin', '/notes/:id', 'potager.plant', note, save),
];

async function show({ db, params, services }: Visit) {
  const found = await db('potager_notes').where({ id: params.id }).first();
  if (!found) return missing();
  const files = await services.files.of(`potager:${found.id}`);
  return page('potager/note', { note: found, files }, undefined, { form: { ...found, files } });
}

async function archive({ db, services }: Visit) {
  const notes: string[] = await db('potager_notes').pluck('id');
  const files = await services.files.of(notes.map((id) => `potager:${id}`));
  return zip(
    'Notes.zip',
    files.map(({ name, size, open }) => ({ path: ['Notes', name], body: open, size })),
  );
}

async function save({ db, params, input, services }: Visit<InputOf<typeof note>>) {
  const id = params.id as string;
  const { body, files } = input;
  if (!(await db('potager_notes').where({ id }).update({ body, class: input.class }))) return missing();
  await services.files.keep(files, { about: `potager:${id}` });
  return redirect(`/gestion/potager/notes/${id}`, 'La note est gardée.');
}

/** Who plants reads all; a family what is for its class, until the last day. */
export async function mayOpen(visit: Visit, subject: string): Promise<boolean | RubricHome[]> {
  const { db, person, school, now, services } = visit;
  const found = await db('potager_notes').where({ id: subject }).first();
  if (!found) return false;
  if (visit.can('potager.look')) return true;
  if (!person || (found.until && found.until < dayIn(now, school.timezone))) return false;
  const classes = await services.people.classesOf(person);
  return classes.some((one) => one.label === found.class) && [{ rubric: 'potager.plants' }];
}
