import { createHash } from 'node:crypto';
import {
  choice,
  FIELD_TITLES,
  type InputOf,
  invalid,
  longText,
  missing,
  page,
  type Reply,
  readTable,
  record,
  redirect,
  strings,
  upload,
  type Visit,
} from '@preau/core';
import { type Batch, batchOf, stepOf } from './batch.ts';
import { civilitiesOf } from './civilities.ts';
import { functionsOf, mayDirect } from './functions.ts';
import { knownTeam } from './known-team.ts';
import { FIELDS, headerKey, type Places, proposeFields, type SheetField } from './sheet-fields.ts';
import { candidates, jobInWords, type Known, type Plan, planSheet, type Twin } from './sheet-plan.ts';
import { readSheet } from './sheet-rows.ts';
import { type Choices, takenOf, writePlan } from './write-plan.ts';

/** Imports/Exports > Tableur > Importer des professeurs et personnels: file, columns, preview, « Importer ». */

export const uploadForm = {
  file: upload('Choisissez le fichier à importer', {
    accept: '.csv,text/csv,text/plain',
    optional: true,
    hint: 'Un fichier .csv : dans le tableur, Fichier > Enregistrer sous > CSV.',
  }),
  pasted: longText('Ou collez ici les cellules copiées du tableur', {
    max: 500_000,
    optional: true,
    hint: 'Avec la ligne des titres en premier.',
  }),
  otherwise: choice('Une personne sans fonction dans le fichier est', {
    teacher: 'un professeur',
    staff: 'un personnel sans fonction',
  }),
};
export const columnsForm = { columns: record() };
export const decisionForm = { offered: strings(), take: strings(), twins: record() };

const WORDS = {
  again: 'Enregistrez de nouveau le tableur au format CSV',
  nobody: 'personne',
  what: 'un fichier CSV',
};
const MOST_COLUMNS = 100;
const MOST_ROWS = 2000;
const SAMPLES = 3;

export async function receive(visit: Visit<InputOf<typeof uploadForm>>): Promise<Reply> {
  const { db, input, account, person, now } = visit;
  const where = input.file ? 'file' : 'pasted';
  if (!input.file && !input.pasted)
    return invalid({ file: 'Choisissez un fichier, ou collez les cellules copiées du tableur.' });
  const table = readTable(input.file?.bytes ?? Buffer.from(input.pasted ?? ''), WORDS);
  if ('refused' in table) return invalid({ [where]: table.refused.message });
  if (table.header.length > MOST_COLUMNS || table.rows.length > MOST_ROWS)
    return invalid({ [where]: 'Ce fichier est trop grand pour la liste d’une équipe.' });
  const [{ id }] = await db('personnels_batches')
    .insert({
      file_name: input.file?.name ?? 'Cellules collées',
      state: 'columns',
      otherwise: input.otherwise,
      rows: table.rows.length,
      reading: JSON.stringify({ table }),
      made_by: account?.id ?? null,
      made_by_name: [person?.firstName, person?.lastName].filter(Boolean).join(' '),
      made_at: now,
    })
    .returning('id');
  return redirect(`/gestion/personnels/importer/${id}/colonnes`);
}

export async function showColumns(visit: Visit): Promise<Reply> {
  const batch = await batchOf(visit.db, visit.params.id);
  const table = batch?.reading?.table;
  if (!batch) return missing();
  if (!table) return redirect(stepOf(batch));
  const typed = visit.input as Record<string, string> | null;
  const remembered = await visit
    .db('personnels_columns')
    .where({ header: headerKey(table.header) })
    .first('fields');
  const proposed: string[] = remembered?.fields ?? proposeFields(table.header);
  return page('personnels/colonnes', {
    fileName: batch.file_name,
    rows: batch.rows,
    columns: table.header.map((heading, at) => {
      const chosen = typed?.[`columns.${at}`] ?? proposed[at] ?? '';
      return {
        at,
        heading: heading.trim() || `Colonne ${at + 1}`,
        samples: table.rows.slice(0, SAMPLES).map((row) => row.cells[at]?.trim() ?? ''),
        empty: chosen === '',
        fields: Object.entries(FIELDS).map(([key, label]) => ({ key, label, chosen: key === chosen })),
      };
    }),
  });
}

export async function chooseColumns(visit: Visit<InputOf<typeof columnsForm>>): Promise<Reply> {
  const { db, input } = visit;
  const batch = await batchOf(db, visit.params.id, true);
  const table = batch?.reading?.table;
  if (!batch) return missing();
  if (!table) return redirect(stepOf(batch));
  const fields = table.header.map(
    (_, at) => (Object.hasOwn(FIELDS, input.columns[at] ?? '') ? input.columns[at] : '') as SheetField | '',
  );
  const places: Places = {};
  for (const [at, field] of fields.entries()) {
    if (!field) continue;
    if (places[field] !== undefined)
      return invalid({ columns: `Deux colonnes sont dites « ${FIELDS[field]} ». Gardez-en une seule.` });
    places[field] = at;
  }
  if (places.lastName === undefined || places.firstName === undefined)
    return invalid({ columns: 'Indiquez quelle colonne donne le nom, et laquelle le prénom.' });
  const sheet = readSheet(table, places, await civilitiesOf(db));
  await db('personnels_columns')
    .insert({ header: headerKey(table.header), fields: JSON.stringify(fields) })
    .onConflict(['school_id', 'header'])
    .merge();
  const next = { ...batch, state: 'preview' as const };
  await db('personnels_batches')
    .where({ id: batch.id })
    .update({ state: 'preview', reading: JSON.stringify({ sheet }) });
  return redirect(stepOf(next));
}

/** What the import would do now. */
async function planOf(visit: Visit, batch: Batch): Promise<Plan> {
  const rows = candidates(batch.reading?.sheet?.rows ?? [], await functionsOf(visit.db), batch.otherwise);
  const above = mayDirect(visit) ? [] : rows.filter((row) => row.post?.genre === 'direction');
  const plan = planSheet(
    rows.map((row) => (above.includes(row) ? { ...row, post: null } : row)),
    await knownTeam(visit),
  );
  const notes = above.map(
    ({ line, post }) =>
      `Ligne ${line} : la fonction « ${post?.label} » se donne en mode Administration. Elle n’est pas reprise.`,
  );
  return { ...plan, notes: [...notes, ...plan.notes] };
}

/** One import at a time in a school: the second waits, and is then compared with what the first has written. */
const alone = ({ db, school }: Visit) =>
  db.raw('select pg_advisory_xact_lock(hashtext(?))', [`personnels ${school.id}`]);

/** A preview is as old as the team it was made from: what changed since must be looked at again. */
export async function previewVersion(visit: Visit, hold: boolean): Promise<string | null> {
  if (hold) await alone(visit);
  const batch = await batchOf(visit.db, visit.params.id, hold);
  if (batch?.state !== 'preview') return null;
  return createHash('sha256')
    .update(JSON.stringify(await planOf(visit, batch)))
    .digest('base64url')
    .slice(0, 16);
}

export async function showPreview(visit: Visit): Promise<Reply> {
  const batch = await batchOf(visit.db, visit.params.id);
  if (!batch) return missing();
  if (batch.state !== 'preview') return redirect(stepOf(batch));
  const plan = await planOf(visit, batch);
  const choices = typedIn(visit);
  const sheet = batch.reading?.sheet;
  const newPosts = [...new Set(plan.created.filter((row) => row.newPost).map((row) => row.post?.label ?? ''))];
  return page('personnels/apercu', {
    fileName: batch.file_name,
    rows: batch.rows,
    refused: sheet?.refused ?? [],
    notes: [...(sheet?.notes ?? []).map((one) => one.message), ...plan.notes],
    newPosts: newPosts.join(', '),
    same: plan.same,
    created: plan.created.map((row) => ({
      ...row,
      key: `n${row.line}`,
      name: `${row.lastName} ${row.firstName}`,
      job: jobInWords(row),
      taken: takenOf(choices, `n${row.line}`),
    })),
    changed: plan.changed.flatMap(({ known, differences }) =>
      differences.map((one) => ({
        key: `${known.id}.${one.field}`,
        name: `${known.lastName} ${known.firstName}`,
        what: FIELD_TITLES[one.field],
        before: one.before ?? '(vide)',
        after: one.after,
        taken: takenOf(choices, `${known.id}.${one.field}`),
      })),
    ),
    changedCount: plan.changed.length,
    twins: plan.twins.map((twin) => twinView(twin, choices)),
  });
}

function twinView({ row, known, earlier, message }: Twin, choices: Choices | null) {
  const answer = choices?.twins[row.line] ?? 'skip';
  const facts = (one: { email: string | null; phoneMobile: string | null }, job: string) =>
    [job, one.email ?? 'sans adresse e-mail', one.phoneMobile].filter(Boolean).join(', ');
  const same = [
    ...known.map((one) => ({
      answer: `same:${one.id}`,
      words: `${nameOf(one)}, déjà dans l’école`,
      facts: facts(one, jobOf(one)),
    })),
    ...(earlier
      ? [
          {
            answer: `line:${earlier.line}`,
            words: `${nameOf(earlier)}, ligne ${earlier.line} du fichier`,
            facts: facts(earlier, jobInWords(earlier)),
          },
        ]
      : []),
  ];
  return {
    line: row.line,
    message,
    facts: facts(row, jobInWords(row)),
    same: same.map((one) => ({ ...one, chosen: one.answer === answer })),
    isNew: answer === 'new',
    isSkipped: answer === 'skip',
  };
}

const nameOf = (one: { lastName: string; firstName: string }) => `${one.lastName} ${one.firstName}`;
const jobOf = (one: Known) => (one.kind === 'teacher' ? 'Professeur' : (one.jobTitle ?? 'Sans fonction'));

/** A form that comes back shows the ticks as they were. */
function typedIn({ input }: Visit): Choices | null {
  const typed = input as Record<string, string | string[]> | null;
  if (!typed?.offered) return null;
  const list = (name: string) => [typed[name] ?? []].flat();
  const twins = Object.entries(typed).flatMap(([name, value]) =>
    name.startsWith('twins.') ? [[name.slice(6), String(value)]] : [],
  );
  return { offered: list('offered'), take: list('take'), twins: Object.fromEntries(twins) };
}

/** « Importer »: all that was ticked, in one transaction. */
export async function importBatch(visit: Visit<Choices>): Promise<Reply> {
  const { db, params, now } = visit;
  await alone(visit);
  const batch = await batchOf(db, params.id, true);
  if (!batch) return missing();
  if (batch.state !== 'preview') return redirect(stepOf(batch));
  const report = await writePlan(visit, batch, await planOf(visit, batch), visit.input);
  await db('personnels_batches')
    .where({ id: batch.id })
    .update({ state: 'imported', imported_at: now, report: JSON.stringify(report), reading: null });
  return redirect(stepOf({ ...batch, state: 'imported' }));
}
