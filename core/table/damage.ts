import { type Problem, problem, quoted } from './problem.ts';

// The second half of a UTF-8 letter read as windows-1252: 0x80–0xBF, so mostly signs no French word has there.
const TAIL = '[\\u0080-\\u009F€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]';
const TWICE = new RegExp(`Ã${TAIL}|Å[“’¸]|Â[°«»·¡-¯]|â€[™˜“”œ¦]`);

/**
 * ONDE fact 13: accents encoded twice (« Ã© ») would be stored for years in the names of children, so the file is
 * refused. The same for « � », which stands for an accent already lost.
 */
export function damagedAccents(text: string, again: string): Problem | null {
  const lost = text.indexOf('\uFFFD');
  const at = lost >= 0 ? lost : text.search(TWICE);
  if (at < 0) return null;
  const value = around(text, at);
  const cure = `${again} et importez le fichier sans l’ouvrir dans un tableur.`;
  const line = lineAt(text, at);
  const message =
    lost >= 0
      ? `Ligne ${line}, des lettres accentuées sont perdues (lu ${quoted(value)}). ${cure}`
      : `Ligne ${line}, les accents sont abîmés (lu ${quoted(value)}) : le fichier a été enregistré deux fois dans des formats différents. ${cure}`;
  return problem(message, { line, value });
}

/** Number of the line (from 1) that holds the character at `index`, line ends being already « \n ». */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function around(text: string, index: number): string {
  let from = index;
  let to = index;
  while (from > 0 && index - from < 30 && !/[\n;,|\t"]/.test(text.charAt(from - 1))) from--;
  while (to < text.length && to - index < 30 && !/[\n;,|\t"]/.test(text.charAt(to))) to++;
  return text.slice(from, to).trim();
}
