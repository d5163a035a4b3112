import {
  ALREADY_OPEN,
  choice,
  file,
  invalid,
  missing,
  number,
  page,
  type Reply,
  redirect,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { CUT, drawing, type LabelStyle, misfits, tightInWords } from './label-make.ts';
import { type LabelModel, labelModels, sheetOf } from './label-models.ts';
import { exampleLabels, type PrintPeople, peopleOf, undrawnOf } from './label-people.ts';
import {
  isReady,
  isStalled,
  labelPrintOf,
  movePrint,
  type Print,
  type PrintChoices,
  printOf,
  printPath,
  untilOf,
  wordsOf,
} from './label-prints.ts';
import { perSheet, SHEET_TITLES, SHEETS, type Sheet, type SheetName, sheetsFor, wrongStart } from './label-sheets.ts';
import { MODELS } from './part.ts';
import { sendKind } from './send-kinds.ts';

const { own: _, ...ON_SALE } = SHEET_TITLES;
/** The print window (F12-05, F12-08). */
export const printForm = {
  model: text('Modèle', { max: 40 }),
  sheet: choice('Planche', { '': 'Celle du modèle', ...ON_SALE } as Record<SheetName | '', string>),
  start: number('Commencer à l’étiquette n°', { min: 1, max: 200, hint: 'Pour finir une planche entamée.' }),
  byClass: tick('Ranger par classe, puis par nom de l’élève'),
  large: tick('Gros caractères'),
};

/** What the choices come to: a model, on a sheet. */
export interface Chosen {
  model: LabelModel;
  style: LabelStyle;
  choices: PrintChoices;
}

const sheetAmong = (model: LabelModel, choices: PrintChoices | null): Sheet =>
  choices?.sheet ? SHEETS[choices.sheet as keyof typeof SHEETS] : sheetOf(model);

export function chosenAmong(models: LabelModel[], choices: PrintChoices | null): Chosen {
  const model = models.find((one) => one.id === choices?.model) ?? (models[0] as LabelModel);
  const sheet = sheetAmong(model, choices);
  const start = Math.min(choices?.start ?? model.start, perSheet(sheet));
  return {
    model,
    style: { content: model.content, qr: model.qr, large: model.large || (choices?.large ?? false), sheet },
    choices: {
      model: model.id,
      sheet: choices?.sheet ?? '',
      start,
      byClass: choices?.byClass ?? true,
      large: choices?.large ?? false,
    },
  };
}

/** One address for the window, the progress and the file: a page one can reload. */
export async function showPrint(visit: Visit): Promise<Reply> {
  const { db, now } = visit;
  const print = await printOf(db, visit);
  if (!print) return missing();
  const path = printPath(print.id);
  const { home, many } = sendKind(print.kind);
  const common = { print, path, home, list: many, words: wordsOf(print) };
  if (print.state === 'running')
    return page('credentials/etiquettes-en-cours', { ...common, stalled: isStalled(print, now) });
  if (isReady(print, now)) return page('credentials/etiquettes-pretes', { ...common, until: untilOf(print) });
  if (print.what === 'letters')
    return page('credentials/courriers-effaces', { ...common, failed: print.state === 'failed' });
  const models = await labelModels(db);
  const chosen = chosenAmong(models, print.choices);
  const found = await peopleOf(visit, print, chosen.choices.byClass);
  const tight = misfits(chosen.style, exampleLabels(visit, print, found));
  const data = {
    ...common,
    failed: print.state === 'failed',
    gone: print.state === 'gone' || print.state === 'ready',
    models: models.map(({ id, name }) => ({ id, name, chosen: id === chosen.model.id })),
    edit: visit.can(MODELS) ? `/gestion/credentials/etiquettes/modeles/${chosen.model.id}` : null,
    said: inWords(print, found, chosen),
    count: found.people.length,
    refused: found.refused,
    undrawn: undrawnOf(found.people),
    tight: tightInWords(tight),
    picture: `${path}/apercu`,
    pictured: pictured(found, chosen),
  };
  return page('credentials/etiquettes-fenetre', data, undefined, { form: { ...chosen.choices } });
}

/** « 38 responsables de CE1 : 38 étiquettes sur 2 feuilles, dont 1 sans mot de passe (compte déjà ouvert) » */
function inWords(print: Print, { people, spent }: PrintPeople, { style, choices }: Chosen): string {
  const { one, many } = sendKind(print.kind);
  const n = people.length;
  const several = (count: number, single: string) => `${count} ${single}${count > 1 ? 's' : ''}`;
  const classes = new Set(people.flatMap((person) => person.classes));
  const where = classes.size === 1 ? ` de ${[...classes][0]}` : '';
  const sheets = several(sheetsFor(n, choices.start, style.sheet), 'feuille');
  const without = people.filter((person) => spent.has(person.id)).length;
  const some = without ? `, dont ${without} sans mot de passe (${ALREADY_OPEN.toLowerCase()})` : '';
  return `${n} ${n > 1 ? many : one}${where} : ${several(n, 'étiquette')} sur ${sheets}${some}.`;
}

function pictured({ people }: PrintPeople, { style, choices }: Chosen): string {
  const shown = people.slice(0, perSheet(style.sheet) - choices.start + 1);
  const names = [shown[0], shown.at(-1)].map((one) => (one ? `${one.lastName} ${one.firstName}` : ''));
  return `Première feuille : ${shown.length} étiquette${shown.length > 1 ? 's, de ' : ', pour '}${
    shown.length > 1 ? names.join(' à ') : names[0]
  }. Mots de passe et QR codes y sont faux.`;
}

type Sent = Visit<PrintChoices>;

/** « Aperçu »: keeps what is chosen, and shows it (F12-10). No key is made. */
export async function keepChoices(visit: Sent): Promise<Reply> {
  const print = await labelPrintOf(visit.db, visit, true);
  if (!print) return missing();
  const wrong = wrongChoices(await labelModels(visit.db), visit.input);
  if (wrong) return invalid(wrong);
  await movePrint(visit.db, print.id, { choices: JSON.stringify(visit.input) });
  return redirect(printPath(print.id));
}

/** Beside the field; null when these choices can be printed. */
export function wrongChoices(models: LabelModel[], input: PrintChoices): Record<string, string> | null {
  const model = models.find((one) => one.id === input.model);
  if (!model) return { model: 'Choisissez un modèle dans la liste.' };
  const wrong = wrongStart(input.start, sheetAmong(model, input));
  return wrong ? { start: wrong } : null;
}

/** The first sheet as it will be printed, with keys of nobody. */
export async function picturePrint(visit: Visit): Promise<Reply> {
  const drawn = await visit.step(async (work) => {
    const print = await labelPrintOf(work.db, visit);
    if (!print) return null;
    const chosen = chosenAmong(await labelModels(work.db), print.choices);
    const { style, choices } = chosen;
    const found = await peopleOf(work, print, choices.byClass);
    const people = found.people.slice(0, perSheet(style.sheet) - choices.start + 1);
    return drawing(style, exampleLabels(work, print, { ...found, people }), choices.start);
  });
  if (!drawn) return missing();
  const picture = await visit.slow.picture('credentials/etiquettes-feuilles', drawn.data, drawn.css + CUT);
  return file('apercu.png', 'image/png', picture);
}
