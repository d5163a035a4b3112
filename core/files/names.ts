/** File systems count bytes, not letters: 240 leave room for what a browser adds when it saves the same name twice. */
const BYTES = 240;
const EXTENSION = /\.(?=[^.]*[a-z])[a-z0-9]{1,5}$/i;
/** Names that Windows keeps for its own devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A file's name as it may be kept and shown: no path part, no control character, one Unicode form (cases B38 to B40).
 * @param right extensions of what the file really is; a wrong one gives way to the first of them.
 */
export function fileName(sent: string, right: string[]): string {
  const { stem, extension } = parts(shownName(sent), right);
  const shown = stem.replace(/^[. ]+|[. ]+$/g, '') || 'Sans nom';
  return `${cut(DEVICE.test(shown) ? `${shown}_` : shown, BYTES - extension.length - 1)}.${extension}`;
}

/** The name as it was sent, fit to be said. */
export function shownName(sent: string): string {
  const last = sent
    // A browser writes these three letters so in the header of a part.
    .replace(/%(22|0D|0A)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .split(/[/\\]/)
    .pop();
  return clean(last ?? '')
    .replace(/[. ]+$/, '')
    .trim();
}

/**
 * A file or folder of an archive, as Windows, Mac and Linux can all write it (case B41).
 * @param mark set before the extension: « (2) ».
 */
export function partName(part: string, mark = ''): string {
  const fit = clean(part)
    .replace(/[\\/:*?"<>|]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[. -]+|[. ]+$/g, '');
  const extension = EXTENSION.exec(fit)?.[0] ?? '';
  const stem = fit.slice(0, fit.length - extension.length) || 'Sans nom';
  // Windows keeps « aux.tar.gz » too for its device.
  const safe = DEVICE.test(stem.split('.')[0] as string) ? `_${stem}` : stem;
  const kept = cut(safe, BYTES - Buffer.byteLength(extension + mark)).replace(/[. ]+$/, '');
  return `${kept}${mark}${extension}`;
}

/** One Unicode form, no control character, single spaces. */
const clean = (text: string) =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ');

function parts(name: string, right: string[]): { stem: string; extension: string } {
  const found = EXTENSION.exec(name);
  const extension = found?.[0].slice(1).toLowerCase() ?? '';
  const stem = found ? name.slice(0, found.index) : name;
  if (right.includes(extension)) return { stem, extension };
  // « facture.pdf.exe » that is a PDF: what is left may already end well.
  return found && EXTENSION.test(stem) ? parts(stem, right) : { stem, extension: right[0] as string };
}

/** The beginning of a text that fits in so many bytes, without half a letter. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter('fr').segment(text)) {
    used += Buffer.byteLength(segment);
    if (used > bytes) break;
    kept += segment;
  }
  return kept.trimEnd();
}

/** « 184 Ko », « 1,2 Mo », « 5 Go » */
export function sizeInWords(bytes: number): string {
  const format = (value: number, digits: number) => value.toLocaleString('fr-FR', { maximumFractionDigits: digits });
  if (bytes < 1000) return `${bytes} octet${bytes < 2 ? '' : 's'}`;
  if (bytes < 1_000_000) return `${format(bytes / 1000, 0)} Ko`;
  return bytes < 1_000_000_000 ? `${format(bytes / 1_000_000, 1)} Mo` : `${format(bytes / 1_000_000_000, 1)} Go`;
}
