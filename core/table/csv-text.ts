import { stringify } from 'csv-stringify/sync';
import type { CsvReply } from '../plugin/contract.ts';

/** A table as spreadsheets read it in French: UTF-8 with BOM, `;`, formulas defused. */
export const csvText = (header: string[], rows: CsvReply['rows']): string =>
  stringify([header, ...rows], { delimiter: ';', bom: true, escape_formulas: true, record_delimiter: 'windows' });
