import { partName } from './names.ts';

interface Folder {
  /** Names already given in it, as systems compare them. */
  taken: Set<string>;
  /** Folders by the name the caller gave. */
  folders: Map<string, { name: string; folder: Folder }>;
}

/**
 * Paths of an archive that every system can write: parts made fit, no two the same whatever the capitals or the Unicode
 * form (case B41). Two folders the caller named differently stay two.
 */
export function archivePaths(paths: string[][]): string[] {
  const root = emptyFolder();
  return paths.map((path) => {
    let folder = root;
    const parts: string[] = [];
    for (const part of path.slice(0, -1)) {
      const given = part.normalize('NFC');
      const known = folder.folders.get(given) ?? { name: freeName(folder, part), folder: emptyFolder() };
      folder.folders.set(given, known);
      parts.push(known.name);
      folder = known.folder;
    }
    return [...parts, freeName(folder, path.at(-1) ?? '')].join('/');
  });
}

const emptyFolder = (): Folder => ({ taken: new Set(), folders: new Map() });
const compared = (name: string) => name.normalize('NFKC').toUpperCase().toLowerCase();

/** « attestation (2).pdf » */
function freeName({ taken }: Folder, part: string): string {
  for (let number = 1; ; number++) {
    const name = partName(part, number === 1 ? '' : ` (${number})`);
    if (taken.has(compared(name))) continue;
    taken.add(compared(name));
    return name;
  }
}
