import type { TableWords } from './read-table.ts';

/**
 * Says in French why a file cannot be a table when its first bytes tell (ONDE section 0, point 1), null otherwise.
 * Browsers and people name all of these « CSVExtraction.csv ».
 */
export function notTable(bytes: Uint8Array, { again, webPage }: TableWords): string | null {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return zipped(start, again);
  if (start.startsWith('\xD0\xCF\x11\xE0')) {
    return `Ce fichier est un ancien classeur Excel (.xls), pas un fichier CSV. ${again}, ou enregistrez le classeur au format « CSV (séparateur : point-virgule) ».`;
  }
  if (start.startsWith('%PDF')) return `Ce fichier est un document PDF. ${again} en choisissant le format CSV.`;
  if (start.startsWith('{\\rtf'))
    return `Ce fichier est un texte mis en forme (RTF). ${again} en choisissant le format CSV.`;
  if (/^(?:\x89PNG|\xFF\xD8\xFF|GIF8)/.test(start))
    return `Ce fichier est une image. ${again} en choisissant le format CSV.`;
  // The marks and the zero bytes of UTF-16 put aside, a page begins with its first tag.
  const letters = start.replaceAll('\0', '').replace(/^[\u00EF\u00BB\u00BF\u00FE\u00FF\s]+/, '');
  if (letters.startsWith('<?xml') && letters.includes('office:spreadsheet')) {
    return `Ce fichier est un classeur Excel au format XML. ${again} en choisissant le format CSV.`;
  }
  if (/^<(?:!doctype|html|head|\?xml|!--)/i.test(letters)) {
    return `Ce fichier est une page web${webPage ? ` : ${webPage}` : `. ${again}`}.`;
  }
  return null;
}

function zipped(start: string, again: string): string {
  const save = 'enregistrez-le au format « CSV (séparateur : point-virgule) » et utilisez l’import depuis un tableur';
  if (start.includes('opendocument'))
    return `Ce fichier est un classeur LibreOffice. ${again} en choisissant le format CSV, ou ${save}.`;
  if (start.includes('xl/') || start.includes('[Content_Types].xml')) {
    return `Ce fichier est un classeur Excel, même si son nom finit par « .csv ». ${again} en choisissant le format CSV, ou ${save}.`;
  }
  return `Ce fichier est une archive compressée (.zip). Ouvrez-la et choisissez le fichier CSV qu’elle contient, ou ${again[0]?.toLowerCase()}${again.slice(1)}.`;
}
