import {
  dayIn,
  invalid,
  missing,
  normaliseHeading,
  page,
  type Reply,
  redirect,
  type Transaction,
  type Visit,
} from '@preau/core';
import { type Batch, type BatchKind, batchOf, keptGuardians, packed, type Reading } from './batch.ts';
import { columnsOf, FIELD_GROUPS, lacking } from './fields.ts';
import { askColumns, type Chosen } from './keep.ts';
import { type Mapping, proposeColumns, readFree } from './mapping.ts';
import { readTable, type Table } from './read.ts';

import { readGuardians, readPupils } from './rows.ts';

/** Lines shown under each heading, so that one sees what a column holds. */
const SAMPLES = 3;
/** A spreadsheet, as a file or as cells copied from it (F04-16). */
export async function receiveSheet(
  visit: Visit<{ file: Chosen['file'] | null; pasted: string | null; year: Chosen['year'] }>,
): Promise<Reply> {
  const { file, pasted, year } = visit.input;
  if (!file && !pasted) return invalid({ file: 'Choisissez un fichier, ou collez les cellules copiées du tableur.' });
  const bytes = file?.bytes ?? Buffer.from(pasted ?? '');
  const table = readTable(bytes);
  if ('refused' in table) return invalid({ [file ? 'file' : 'pasted']: table.refused.message });
  return askColumns({ ...visit, input: { year, file: { name: file?.name ?? 'Cellules collées' } } }, 'tableur', table);
}

const openBatch = async (
  { db, params }: Visit,
  hold = false,
): Promise<(Batch & { reading: { table: Table } }) | null> => {
  const batch = await batchOf(db, params.id as string, hold);
  return batch?.state === 'columns' && batch.reading.table ? (batch as Batch & { reading: { table: Table } }) : null;
};

/** The screen that matches columns: what was chosen the last time for the same header, else what the headings say. */
export async function showColumns(visit: Visit): Promise<Reply> {
  const batch = await openBatch(visit);
  if (!batch) return missing();
  const { table } = batch.reading;
  const typed = visit.input as Record<string, string> | null;
  const remembered = await recall(visit.db, batch.kind, table);
  const proposed = remembered ?? proposal(batch.kind, table);
  const chosen = (at: number) => typed?.[`columns.${at}`] ?? proposed[at] ?? '';
  return page('onde-import/colonnes', {
    fileName: batch.file_name,
    back: batch.kind,
    rows: table.rows.length,
    remembered: remembered !== null,
    sheet: batch.kind === 'tableur',
    columns: table.header.map((heading, at) => ({
      at,
      heading: heading.trim() || `Colonne ${at + 1}`,
      samples: table.rows.slice(0, SAMPLES).map((row) => row.cells[at]?.trim() ?? ''),
      empty: chosen(at) === '',
      groups: FIELD_GROUPS[batch.kind].map(({ title, fields }) => ({
        title,
        fields: fields.map((field) => ({ ...field, chosen: field.key === chosen(at) })),
      })),
    })),
  });
}

/** Reads the file by the columns chosen, remembers them, and goes on to the preview. */
export async function chooseColumns(visit: Visit<{ columns: Record<string, string> }>): Promise<Reply> {
  const { db, input, params, now, school } = visit;
  const batch = await openBatch(visit, true);
  if (!batch) return redirect(`/gestion/onde-import/apercu/${params.id}`);
  const { table } = batch.reading;
  const known = new Map(
    FIELD_GROUPS[batch.kind].flatMap((group) => group.fields.map((one) => [one.key, `${group.title} : ${one.label}`])),
  );
  const fields = table.header.map((_, at) => input.columns[at] ?? '').map((key) => (known.has(key) ? key : ''));
  const places = new Map<string, number>();
  for (const [at, key] of fields.entries()) {
    if (key && places.has(key))
      return invalid({ columns: `Deux colonnes sont dites « ${known.get(key)} ». Gardez-en une seule.` });
    if (key) places.set(key, at);
  }
  const lack = lacking(batch.kind, places);
  if (lack) return invalid({ columns: lack });
  const reading = read(batch.kind, table, places, dayIn(now, school.timezone));
  if ('refused' in reading) return invalid({ columns: reading.refused });
  await db('onde_import_columns')
    .insert({ kind: batch.kind, header: headerOf(table), fields: JSON.stringify(fields) })
    .onConflict(['school_id', 'kind', 'header'])
    .merge();
  await db('onde_import_batches')
    .where({ id: batch.id })
    .update({ state: 'preview', reading: await packed(reading) });
  return redirect(`/gestion/onde-import/apercu/${batch.id}`);
}

function read(
  kind: BatchKind,
  table: Table,
  places: Map<string, number>,
  today: string,
): Reading | { refused: string } {
  const { remarks } = table;
  if (kind === 'eleves') {
    const columns = columnsOf<never>(places);
    return { eleves: { ...readPupils(table, columns, today, { levelOptional: true }), columns, remarks } };
  }
  if (kind === 'responsables') {
    const columns = columnsOf<never>(places);
    return { responsables: keptGuardians(readGuardians(table, columns), columns, remarks) };
  }
  const found = readFree(table, Object.fromEntries(places) as Mapping, today);
  if ('refused' in found) return { refused: found.refused.message };
  // What the spreadsheet has no column for is not emptied: only fields that are there are compared.
  const columns = { fields: Object.fromEntries(places), children: [] };
  return {
    eleves: { ...found.pupils, columns, remarks },
    ...(found.guardians.guardians.length || found.guardians.refused.length
      ? { responsables: keptGuardians(found.guardians, { fields: {}, children: [] }, []) }
      : {}),
  };
}

/** What the headings themselves say. */
function proposal(kind: BatchKind, { header }: Table): string[] {
  const allowed = new Set(FIELD_GROUPS[kind].flatMap((group) => group.fields.map((one) => one.key)));
  const fields: string[] = header.map(() => '');
  for (const [key, at] of Object.entries(proposeColumns(header))) {
    const own =
      kind === 'responsables' ? key.replace(/^guardian1\./, '') : kind === 'eleves' ? (ALIAS[key] ?? key) : key;
    if (allowed.has(own)) fields[at as number] = own;
  }
  return fields;
}
/** ONDE's pupil has two addresses, a spreadsheet's one. */
const ALIAS: Record<string, string> = {
  address: 'address1',
  postcode: 'postcode1',
  city: 'city1',
  country: 'country1',
};

const headerOf = ({ header }: Table) => header.map(normaliseHeading).join('\u001f');

async function recall(db: Transaction, kind: BatchKind, table: Table): Promise<string[] | null> {
  const row = await db('onde_import_columns')
    .where({ kind, header: headerOf(table) })
    .first('fields');
  return row?.fields ?? null;
}
