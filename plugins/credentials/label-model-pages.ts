import {
  choice,
  file,
  type InputOf,
  invalid,
  longText,
  missing,
  number,
  page,
  type Reply,
  redirect,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { insertCopy } from './copy.ts';
import { exampleOf, examplePeople, tooTight, wrongContent } from './label-check.ts';
import { CUT, drawing } from './label-make.ts';
import {
  firstOf,
  type LabelModel,
  labelModel,
  labelModels,
  ORIGINALS,
  sheetInWords,
  sheetOf,
  styleOf,
} from './label-models.ts';
import { ownFields, perSheet, readOwn, SHEET_TITLES, wrongStart } from './label-sheets.ts';
import { MODELS } from './part.ts';
import { SEND_KINDS } from './send-kinds.ts';
import { VARIABLES } from './variables.ts';

export const LABELS = '/gestion/credentials/etiquettes';
const pathOf = (id: string) => `${LABELS}/modeles/${id}`;

/** Tab « Contenu » (F12-07). */
export const contentForm = {
  name: text('Nom du modèle', {
    max: 80,
    unique: { constraint: 'credentials_labels_name', message: 'Un autre modèle porte déjà ce nom.' },
  }),
  content: longText('Texte de l’étiquette', {
    max: 1500,
    hint: 'Une ligne par ligne de l’étiquette. Les mots entre crochets deviennent ceux de chaque personne.',
  }),
  qr: tick('Ajouter le QR code', { hint: 'Il ouvre le compte sans rien taper. Il sert une fois.' }),
  large: tick('Gros caractères', { hint: 'Il faut alors une planche aux grandes étiquettes.' }),
};
/** Tab « Mise en page » (F12-08). */
export const layoutForm = {
  sheet: choice('Planche', SHEET_TITLES),
  ...ownFields,
  start: number('Commencer à l’étiquette n°', {
    min: 1,
    max: 200,
    hint: 'Proposé à chaque impression : 1 pour une planche neuve.',
  }),
};

/** Communication > Courriers et Documents > Étiquettes: the models, and where one prints from. */
export async function showLabels({ db, can, services }: Visit): Promise<Reply> {
  const models = await labelModels(db);
  return page('credentials/etiquettes', {
    writes: can(MODELS),
    models: models.map((model) => ({ ...model, href: pathOf(model.id), words: sheetInWords(model) })),
    lists: SEND_KINDS.filter(({ list }) => can(services.lists.get(list)?.allow.read ?? '')),
  });
}

export async function showContent(visit: Visit): Promise<Reply> {
  const model = await labelModel(visit.db, visit.params.id as string);
  if (!model) return missing();
  const { name, content, qr, large } = model;
  const values = { form: { name, content, qr, large } };
  return page('credentials/etiquette-contenu', { ...common(model), variables: VARIABLES }, undefined, values);
}

export async function showLayout(visit: Visit): Promise<Reply> {
  const model = await labelModel(visit.db, visit.params.id as string);
  if (!model) return missing();
  const comma = Object.entries(model.own ?? sheetOf(model)).map(([name, value]) => [
    name,
    String(value).replace('.', ','),
  ]);
  const values = { form: { ...Object.fromEntries(comma), sheet: model.sheet, start: model.start } };
  const typed = visit.input as { sheet?: string } | null;
  const opened = (typed?.sheet ?? model.sheet) === 'own';
  return page('credentials/etiquette-mise-en-page', { ...common(model), opened }, undefined, values);
}

function common(model: LabelModel) {
  const original = ORIGINALS[model.origin ?? ''];
  const changed =
    original && Object.entries(firstOf(original)).some(([key, value]) => model[key as keyof LabelModel] !== value);
  return {
    model,
    words: sheetInWords(model),
    home: pathOf(model.id),
    own: !original,
    changed: changed ?? false,
    picture: `${pathOf(model.id)}/apercu?v=${model.version}`,
  };
}

export async function saveContent(visit: Visit<InputOf<typeof contentForm>>): Promise<Reply> {
  const { db, params, input } = visit;
  const model = await labelModel(db, params.id as string);
  if (!model) return missing();
  const wrong = wrongContent(input.content) ?? tight(visit, { ...model, ...input });
  if (wrong) return invalid({ content: wrong });
  return save(visit, model, input);
}

export async function saveLayout(visit: Visit<InputOf<typeof layoutForm>>): Promise<Reply> {
  const model = await labelModel(visit.db, visit.params.id as string);
  if (!model) return missing();
  const { sheet, start, ...typed } = visit.input;
  const read = sheet === 'own' ? readOwn(typed) : null;
  if (read && 'errors' in read) return invalid(read.errors);
  const next = { ...model, sheet, own: read?.sheet ?? null };
  const wrongPlace = wrongStart(start, sheetOf(next));
  if (wrongPlace) return invalid({ start: wrongPlace });
  const wrong = tight(visit, next);
  if (wrong) return invalid({ sheet: wrong });
  return save(visit, model, { sheet, start, own: next.own && JSON.stringify(next.own) });
}

function tight(visit: Visit, model: LabelModel): string | null {
  const { link, address } = exampleOf(visit);
  return tooTight(styleOf(model), link, address);
}

async function save({ db, input }: Visit, model: LabelModel, changes: object): Promise<Reply> {
  await db('credentials_labels')
    .where({ id: model.id })
    .update({ ...changes, version: model.version + 1 });
  const name = (input as { name?: string }).name ?? model.name;
  const tab = 'sheet' in changes ? '/mise-en-page' : '';
  return redirect(pathOf(model.id) + tab, `Le modèle « ${name} » est enregistré.`);
}

export async function duplicateLabel({ db, params }: Visit): Promise<Reply> {
  const model = await labelModel(db, params.id as string);
  if (!model) return missing();
  const { name, content, qr, large, sheet, own, start } = model;
  const row = { name, content, qr, large, sheet, own: own && JSON.stringify(own), start };
  const copy = await insertCopy(db, 'credentials_labels', 'name', row);
  return redirect(pathOf(copy.id), `« ${copy.name} » est une copie : donnez-lui son nom et son texte.`);
}

/** The school's own only; « Annuler » brings it back. The house's go back to what they were. */
export async function deleteLabel({ db, params, now }: Visit): Promise<Reply> {
  const model = await labelModel(db, params.id as string);
  if (!model || model.origin) return missing();
  await db('credentials_labels').where({ id: model.id }).update({ gone_at: now });
  return redirect(LABELS, {
    text: `Le modèle « ${model.name} » est supprimé.`,
    undo: { to: `${pathOf(model.id)}/remettre`, values: {} },
  });
}

export async function bringLabelBack({ db, params }: Visit): Promise<Reply> {
  const [back] = await db('credentials_labels')
    .where({ id: params.id })
    .whereNotNull('gone_at')
    .whereNotExists(
      db('credentials_labels as other')
        .whereNull('other.gone_at')
        .whereRaw('other.name = credentials_labels.name')
        .select('other.id'),
    )
    .update({ gone_at: null })
    .returning('name');
  return redirect(LABELS, back ? `Le modèle « ${back.name} » est remis.` : 'Ce modèle n’a pas pu être remis.');
}

export async function resetLabel({ db, params }: Visit): Promise<Reply> {
  const model = await labelModel(db, params.id as string);
  const original = ORIGINALS[model?.origin ?? ''];
  if (!model || !original) return missing();
  await db('credentials_labels')
    .where({ id: model.id })
    .update({ ...firstOf(original), version: model.version + 1 });
  return redirect(pathOf(model.id), `« ${model.name} » est de nouveau comme à l’origine.`);
}

/** A first sheet of nobody's labels, as it would be printed (F12-10). */
export async function pictureModel({ params, step, slow }: Visit): Promise<Reply> {
  const drawn = await step(async (work) => {
    const model = await labelModel(work.db, params.id as string);
    if (!model) return null;
    const style = styleOf(model);
    const { link, address } = exampleOf(work);
    const count = perSheet(style.sheet) - model.start + 1;
    return drawing(style, examplePeople(link, address, count), model.start);
  });
  if (!drawn) return missing();
  return file(
    'apercu.png',
    'image/png',
    await slow.picture('credentials/etiquettes-feuilles', drawn.data, drawn.css + CUT),
  );
}
