// Read by the server and by the editor: what a word processor puts on the clipboard, made plain HTML. Linear.

/** Comments and conditional parts, what lies in a head, and Word's own drawings say nothing to a reader. */
const NOISE: [RegExp, string][] = [
  [/<!--/, '-->'],
  [/<head\b/i, '</head>'],
  [/<style\b/i, '</style>'],
  [/<script\b/i, '</script>'],
  [/<xml\b/i, '</xml>'],
  [/<!\[/, '>'],
];
const NUMBERED = /^(\d+|[a-z]|[ivx]+)[.)]/i;

/** Word writes a list as paragraphs with a bullet typed before them; here they become a real one (case B30). */
export function wordLists(html: string): string {
  const text = /mso-list:/i.test(html) ? listed(html) : html;
  return NOISE.reduce((left, [open, close]) => without(left, open, close), text);
}

function listed(html: string): string {
  let made = '';
  let open = '';
  for (const piece of html.split(/(?=<p\b)/i)) {
    const start = piece.indexOf('>') + 1;
    if (!/^<p\b[^>]*mso-list:/i.test(piece.slice(0, start))) {
      made += (open && `</${open}>`) + piece;
      open = '';
      continue;
    }
    const end = piece.toLowerCase().indexOf('</p>');
    const [mark, words] = markAndWords(piece.slice(start, end < 0 ? undefined : end));
    const tag = NUMBERED.test(mark) ? 'ol' : 'ul';
    if (open !== tag) made += `${open && `</${open}>`}<${tag}>`;
    made += `<li>${words}</li>`;
    open = tag;
    const rest = end < 0 ? '' : piece.slice(end + 4);
    if (!rest.trim()) continue;
    made += `</${open}>${rest}`;
    open = '';
  }
  return made + (open && `</${open}>`);
}

/** The bullet or number Word typed before a line, and the line. */
function markAndWords(line: string): [string, string] {
  const ignored = line.search(/mso-list:\s*Ignore/i);
  if (ignored < 0) return ['', line];
  const start = line.lastIndexOf('<span', ignored);
  const both = line.indexOf('</span></span>', ignored);
  const end = both < 0 ? line.indexOf('</span>', ignored) + 7 : both + 14;
  if (start < 0 || end < ignored) return ['', line];
  const mark = line.slice(start, end).replace(/<[^<>]*>|&nbsp;/g, '');
  return [mark.trim(), line.slice(0, start) + line.slice(end)];
}

/** All parts from `open` to `close` leave; what is never closed loses its beginning only, so that no words are lost. */
function without(html: string, open: RegExp, close: string): string {
  const everyOpen = new RegExp(open.source, `${open.flags}g`);
  const everyClose = new RegExp(close.replace(/[[\]]/g, '\\$&'), 'gi');
  let kept = '';
  let at = 0;
  for (let found = everyOpen.exec(html); found; found = everyOpen.exec(html)) {
    kept += html.slice(at, found.index);
    everyClose.lastIndex = everyOpen.lastIndex;
    if (!everyClose.exec(html)) return kept + html.slice(found.index).replace(everyOpen, '');
    at = everyClose.lastIndex;
    everyOpen.lastIndex = at;
  }
  return kept + html.slice(at);
}
