import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractRules from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['config', 'core', 'plugins', 'themes', 'migrations'];
const PLUGIN_CODE = /^(plugins|core\/testing\/house)\/.*(?<!\.test)\.ts$/;

/**
 * Checks who imports whom in a tree laid out as this project (rules: .dependency-cruiser.cjs).
 * @param root the tree; default: this project.
 * @param adjust changes the cruise, so that a test can blind it.
 * @param judged the folders whose files are looked at; default: all.
 * @returns one French sentence per fault.
 */
export async function checkImports(
  root = PROJECT,
  adjust: Partial<ICruiseOptions> = {},
  judged = FOLDERS,
): Promise<string[]> {
  const files = judged.flatMap((folder) => typescriptFiles(root, folder));
  const rules = await extractRules(path.join(PROJECT, '.dependency-cruiser.cjs'));
  const options = { ...rules, baseDir: root, ...adjust };
  const seen = await look(root, options, judged);
  // Of the ways from a file back to itself the first found is judged, and it may go by types: so a second look, without them.
  const atRunTime = await look(root, { ...options, tsPreCompilationDeps: false }, judged);
  const cycles = atRunTime.summary.violations.filter((one) => one.rule.name === 'no-cycle');
  const faults = [
    ...overlooked(files, seen),
    ...[...seen.summary.violations, ...cycles].map((one) => inWords(one, rules)),
    ...files.filter((file) => PLUGIN_CODE.test(file)).flatMap((file) => opensSchool(root, file)),
  ];
  return [...new Set(faults)].sort();
}

async function look(root: string, options: ICruiseOptions, judged: string[]): Promise<ICruiseResult> {
  const tsConfig = extractTsConfig(path.join(PROJECT, 'tsconfig.json'));
  const folders = judged.filter((folder) => existsSync(path.join(root, folder)));
  return (await cruise(folders, options, undefined, { tsConfig })).output as ICruiseResult;
}

/** With a compiler it cannot use, dependency-cruiser sees no module and says that nothing is wrong. */
function overlooked(files: string[], { modules }: ICruiseResult): string[] {
  const sources = new Set(modules.map((module) => module.source));
  const left = files.filter((file) => !sources.has(file));
  if (!left.length) return [];
  return [
    `Seuls ${files.length - left.length} fichiers .ts sur ${files.length} ont été examinés, ${left[0]} ne l’est pas : TypeScript ne convient sans doute pas à dependency-cruiser.`,
  ];
}

type Violation = ICruiseResult['summary']['violations'][number];

function inWords({ rule, from, to, cycle }: Violation, { ruleSet }: ICruiseOptions): string {
  const comment = ruleSet?.forbidden?.find((one) => one.name === rule.name)?.comment;
  // A cycle is told once, from whichever of its files comes first.
  const way = cycle?.length ? cycle.map((one) => one.name).sort() : [from, to];
  return `${way.join(cycle?.length ? ' ↔ ' : ' → ')} : ${comment} (${rule.name})`;
}

/** The setting that opens a school in PostgreSQL is the core's; no import rule can see a word inside SQL. */
function opensSchool(root: string, file: string): string[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  if (!/set_config|\bset\s+(local\s+|session\s+)?["']?app\./i.test(source)) return [];
  return [`${file} : Un module ne dit pas set_config : c’est le socle qui ouvre l’école dans la base. (no-set-config)`];
}

function typescriptFiles(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : typescriptFiles(root, name);
    return name.endsWith('.ts') ? [name] : [];
  });
}

if (import.meta.main) {
  const faults = await checkImports();
  for (const fault of faults) console.error(fault);
  if (faults.length)
    console.error(`Règles d’import : ${faults.length === 1 ? 'une faute' : `${faults.length} fautes`}.`);
  process.exitCode = faults.length ? 1 : 0;
}
