import type { Knex } from 'knex';
import { type Field, type Form, hidden, strings, tick } from '../form/form.ts';
import type { Invalid, Reply, Visit } from '../plugin/contract.ts';

/** A row of a list, as its query gives it. */
export type Row = { id: string } & Record<string, string | number | boolean | null>;

/** A state shown by icon, words and colour together. */
export interface Mark {
  text: string;
  icon: string;
  tone: '' | 'ok' | 'warn' | 'bad' | 'info';
}

export interface Option {
  value: string;
  label: string;
}

export interface Column {
  title: string;
  /** What the cell says; default: the row's value under the column's key. */
  show?(row: Row): string | number | null | Mark;
  /** Path of the card this cell opens; the cell then names the row. */
  link?(row: Row): string;
  /** Fixed SQL of a sort; one on another table than the list's own is slower. */
  sort?: string;
  /** Leaves between 640 and 960 px. */
  opt?: boolean;
  /** Its value speaks for itself: no title beside it on a phone. */
  plain?: boolean;
  /** Figures, dates, logins: in digits of one width. */
  figures?: boolean;
  edit?: CellEdit;
  /** What the spreadsheet holds; default: what the cell says. */
  csv?(row: Row): string | number | null;
}

/** A cell changed where it stands. */
export interface CellEdit {
  /** « la civilité », as in « Modifier la civilité de Mme KRUG ». */
  what: string;
  // biome-ignore lint/suspicious/noExplicitAny: the column's own field decides what `save` receives.
  field: Field<any>;
  /** Choices only the school knows; the field is then a select, and any other value is refused. */
  options?(visit: Visit): Promise<Option[]>;
  /** What the field starts with; default: the row's value under the column's key. */
  value?(row: Row): string | null;
  /** Said of an empty cell: « Sans classe ». */
  none?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the type of the column's own field.
  // biome-ignore lint/suspicious/noConfusingVoidType: most saves end with a plain write.
  save(visit: Visit, row: Row, value: any): Promise<Invalid | void>;
}

export interface Filter {
  title: string;
  /** First choice of the select: « Toutes les classes ». */
  all: string;
  options: Option[] | ((visit: Visit) => Promise<Option[]>);
  narrow(query: Knex.QueryBuilder, value: string, visit: Visit): void;
  /** Holds as long as nothing is chosen: such a filter decides whom the list is about, and reads its own table only. */
  otherwise?(query: Knex.QueryBuilder, visit: Visit): void;
}

export interface Group {
  /** « par classe » */
  title: string;
  /** Fixed SQL: what tells groups apart, and what they are sorted by. */
  by: string;
  order: string;
  label(row: Row): string;
}

/** The creation line: type, Entrée, type, Entrée. */
export interface Creation {
  /** « Créer un élève » */
  title: string;
  /** « de l’élève à créer », after each field's label. */
  of: string;
  /** A field stands in the column of the same key. */
  fields: Form;
  /** Choices only the school knows, by field. */
  options?: Record<string, (visit: Visit) => Promise<Option[]>>;
  /** `next` is the path of a window that follows by itself; it ends by going back to the list with `nouveau`. */
  // biome-ignore lint/suspicious/noExplicitAny: the types of the line's own fields.
  save(visit: Visit, input: any, cause: string): Promise<Invalid | { id: string; text: string; next?: string }>;
}

/** What a toolbar says of an act and how many it concerns. */
export interface ActWords {
  key: string;
  icon: string;
  /** `{qui}` becomes « 3 élèves », or « la sélection » as long as nobody has counted. */
  title: string;
  /** When the act counts something else than the list's rows: labels, lockers. */
  counts?: { one: string; many: string; some: string };
}

/** An act another plugin adds to a list; its route receives `pickForm`, and `picked()` says which rows are meant. */
export interface ListAct extends ActWords {
  list: string;
  allow: string;
  /** One of the plugin's own POST routes in Gestion. */
  path: string;
}

export interface Picked {
  ids: string[];
  /** The value chosen on the page between. */
  chosen: string;
  /** Under which what is written can be undone. */
  cause: string;
}

/** An act of the list itself. */
export interface OwnAct extends ActWords {
  /** Default: `allow.write`. */
  allow?: string;
  /** One sentence on the page between. */
  ask?: string;
  choose?: { label: string; options(visit: Visit): Promise<Option[]> };
  /** Offered only with these filters. */
  when?(filters: Record<string, string>): boolean;
  /** A loss is asked about even when the button has said the number. */
  loss?: boolean;
  run(visit: Visit, picked: Picked): Promise<{ text: string; undo?: boolean } | Reply>;
}

/** One declaration of a list: screen, filter, sort, creation line, cells to edit, selection, spreadsheet. */
export interface List {
  /** plugin.key: 'ressources.pupils' */
  name: string;
  path: string;
  title: string;
  one: string;
  many: string;
  feminine?: boolean;
  allow: { read: string; write?: string };
  /** Column a filter reads and the list is sorted by, as `table.column`; its table has the rows' `id`. */
  search: string;
  /** All rows there are, unsorted; its joins add columns, never rows. */
  query(visit: Visit): Knex.QueryBuilder;
  /** « Karine BRAUD », for labels and messages. */
  called(row: Row): string;
  columns: Record<string, Column>;
  filters?: Record<string, Filter>;
  groups?: Record<string, Group>;
  create?: Creation;
  acts?: OwnAct[];
  /** One sentence below the title. */
  intro?(visit: Visit): Promise<string>;
  /** What will be here, and the next step. */
  empty: { text: string; steps: { title: string; icon: string; path: string; allow: string }[] };
  /** Takes back what was done under a cause. @returns what is said then. */
  undo?(visit: Visit, cause: string): Promise<string>;
}

/** Gives the object its type; `...listRoutes(list)` among the plugin's routes puts it on the screen. */
export const defineList = (list: List): List => list;

/** Fields every act on a list receives; spread into the form of the act's route. */
export const pickForm = { id: strings(), tout: tick('Tous'), sauf: strings(), dit: hidden(), choisi: hidden() };

export const pluginOf = (list: List): string => list.name.split('.')[0] as string;
/** Path of the list's page inside its school. */
export const homeOf = (list: List): string => `/gestion/${pluginOf(list)}${list.path}`;
/** `table.id` of the rows. */
export const idOf = (list: List): string => list.search.replace(/\w+$/, 'id');
export const tableOf = (list: List): string => list.search.replace(/\.\w+$/, '');

const FRENCH = new Intl.NumberFormat('fr-FR');
/** « 1 élève », « 250 élèves » */
export const howMany = (n: number, { one, many }: { one: string; many: string }): string =>
  `${FRENCH.format(n)} ${n < 2 ? one : many}`;
