import type { Loaded } from '../plugin/load.ts';
import type { Part } from './part.ts';

/** What the tables of an archive are, for whoever has no Préau: columns, types, meaning, keys. */
export function schemaOf(parts: Part[], installed: readonly Loaded[]) {
  return {
    format: 'preau-ecole',
    version: 1,
    encoding: 'UTF-8',
    csv: 'RFC 4180 ; première ligne : noms des colonnes ; cellule vide : pas de valeur ; "" : texte vide',
    values:
      'texte de PostgreSQL : dates ISO 8601, instants en UTC, listes {a,b}, octets \\x en hexadécimal, JSON tel quel',
    tables: parts.map((part) => tableOf(part, installed)),
  };
}

function tableOf({ table, columns }: Part, installed: readonly Loaded[]) {
  const declared = installed.flatMap(({ plugin, core }) =>
    plugin.privacy.map((one) => ({ ...one, title: plugin.title, module: core ? null : plugin.name })),
  );
  const of = (name: string) => declared.find(({ column }) => column === `${table.name}.${name}`);
  const whole = of('*') ?? declared.find(({ column }) => column.startsWith(`${table.name}.`));
  return {
    name: table.name,
    file: `tables/${table.name}.csv`,
    module: whole?.module ?? moduleOf(table.name, installed),
    about: whole?.title ?? null,
    key: table.key.filter((name) => columns.some((one) => one.name === name)),
    links: table.links.flatMap(({ columns: from, table: to, to: target }) => {
      const at = from.findIndex((name) => name !== 'school_id');
      return at < 0 ? [] : [{ column: from[at], table: to, to: target[at] }];
    }),
    columns: columns.map(({ name, type, required }) => ({
      name,
      type,
      required,
      meaning: of(name)?.purpose ?? whole?.purpose ?? null,
    })),
  };
}

/** A module that keeps nothing of anybody declares nothing: its tables still carry its name. */
function moduleOf(table: string, installed: readonly Loaded[]): string | null {
  const named = installed
    .filter(({ plugin, core }) => !core && table.startsWith(`${plugin.name.replaceAll('-', '_')}_`))
    .sort((a, b) => b.plugin.name.length - a.plugin.name.length);
  return named[0]?.plugin.name ?? null;
}
