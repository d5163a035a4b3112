const LETTERS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };
/** Tags after which a reader begins a new line, or a new paragraph. */
const PARAGRAPH = new Set(['p', 'h3', 'ul', 'ol', 'table', 'blockquote']);
const LINE = new Set(['br', 'tr', 'div']);

/**
 * The words of a rich text, as a mail, a search or a signature reads them: paragraphs apart, « – » before the lines of
 * a list, a table row on one line. Linear, and right for any HTML in the sense that it never fails.
 */
export function plainOf(html: string): string {
  let text = '';
  // A paragraph that begins a line of a list stays on that line.
  let item = false;
  for (const [piece, closing, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?![a-z0-9])[^<>]*>|[^<]+|</gi)) {
    const name = tag?.toLowerCase();
    if (!name) {
      const words = decoded(piece).replace(/[ \t\r\n]+/g, ' ');
      text += words;
      item &&= words === ' ';
    } else if (PARAGRAPH.has(name)) text += item ? '' : '\n\n';
    else if (name === 'li') {
      text += closing ? '' : '\n– ';
      item = !closing;
    } else if (LINE.has(name)) text += closing ? '' : '\n';
    else if ((name === 'td' || name === 'th') && closing) text += ' ';
  }
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const decoded = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => LETTERS[name] ?? '');
