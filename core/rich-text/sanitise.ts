import sanitizeHtml from 'sanitize-html';
import { wordLists } from '../public/word-lists.ts';

/** All that a rich text may hold. No class, style, id nor data-*: nothing in it may look like a piece of our pages. */
const RULES: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'strong', 'em', 'u', 's', 'ul', 'ol', 'li', 'h3', 'blockquote'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'a'],
  ],
  allowedAttributes: { a: ['href', 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // An svg or a form that is never closed must not take the words after it along.
  nonTextTags: ['script', 'style'],
  nestingLimit: 30,
  transformTags: {
    b: 'strong',
    i: 'em',
    strike: 's',
    del: 's',
    h1: 'h3',
    h2: 'h3',
    h4: 'h3',
    h5: 'h3',
    h6: 'h3',
    a: (_, { href }): sanitizeHtml.Tag =>
      absolute(href)
        ? { tagName: 'a', attribs: { href: absolute(href), rel: 'noopener noreferrer nofollow' } }
        : { tagName: 'span', attribs: {} },
  },
};

/** A link leads out of Préau by a whole address, or it is no link. */
function absolute(href: string | undefined): string {
  const url = URL.parse((href ?? '').trim());
  return url && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : '';
}

/** The one sanitiser of the house (S18-05): what it gives may stand in any page as it is. */
export function cleanRich(html: string): string {
  let text = wordLists(html).replace(/<\/div\s*>/gi, '<br>');
  // What is wrongly nested is read otherwise the next time: until nothing changes, so that a text stays what it is.
  for (let n = 0; n < 5; n++) {
    const next = pass(text);
    if (next === text) break;
    text = next;
  }
  return text;
}

const pass = (html: string) =>
  sanitizeHtml(html, RULES)
    .replace(/<p>(?:[\s\u00a0]|<br \/>)*<\/p>/g, '')
    .replace(/(<\/(?:p|h3|ul|ol|table|blockquote)>)(?:\s*<br \/>)+/g, '$1')
    .replace(/(?<!<br \/>)(?:<br \/>)+(?=<\/(?:p|h3|li|td|th)>)/g, '')
    .trim();

const remembered = new Map<string, string>();

/** For pages: cleaned once more, whoever wrote it where; four hundred readers of one text pay once. */
export function shownRich(html: string, title: 'h2' | 'h3'): string {
  let clean = remembered.get(html);
  if (clean === undefined) {
    clean = cleanRich(html);
    if (remembered.size >= 200) remembered.clear();
    remembered.set(html, clean);
  }
  return title === 'h3' ? clean : clean.replace(/<(\/?)h3>/g, `<$1${title}>`);
}

/** What was typed without the editor: a blank line ends a paragraph, a whole web address becomes a link, the rest is text. */
export function paragraphsOf(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n\s*/)
    .filter((part) => part.trim())
    .map((part) => `<p>${linked(part.trim()).replaceAll('\n', '<br>')}</p>`)
    .join('');
}

const linked = (text: string) =>
  text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]»’])/i)
    .map((part, at) => (at % 2 && absolute(part) ? `<a href="${escaped(part)}">${escaped(part)}</a>` : escaped(part)))
    .join('');
const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
