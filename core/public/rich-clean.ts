import { wordLists } from './word-lists.js';

/** The editor's own names for what the server allows (core/rich-text/sanitise.ts has the last word). */
const TAGS: Record<string, string> = {
  ...Object.fromEntries(
    [
      'P',
      'BR',
      'B',
      'I',
      'U',
      'S',
      'UL',
      'OL',
      'LI',
      'H2',
      'BLOCKQUOTE',
      'TABLE',
      'THEAD',
      'TBODY',
      'TR',
      'TH',
      'TD',
    ].map((tag) => [tag, tag]),
  ),
  ...{ STRONG: 'B', EM: 'I', STRIKE: 'S', DEL: 'S', H1: 'H2', H3: 'H2', H4: 'H2', H5: 'H2', H6: 'H2' },
};
const SILENT = new Set(['SCRIPT', 'STYLE', 'TITLE', 'TEMPLATE', 'NOSCRIPT', 'SVG', 'MATH']);
const BLOCKS = 'p, div, ul, ol, table, h1, h2, h3, h4, h5, h6, blockquote';

/**
 * What is pasted or loaded, as plain elements of ours without any attribute but a link's address. It is read in a
 * document that runs and loads nothing. @param join takes pictures that came inside the text.
 */
export function inertCopy(html: string, join: (files: File[]) => void): DocumentFragment {
  const { body } = new DOMParser().parseFromString(wordLists(html), 'text/html');
  const pictures: File[] = [];
  const made = document.createDocumentFragment();
  for (const node of body.childNodes) copy(node, made, pictures);
  if (pictures.length) join(pictures);
  return made;
}

function copy(node: Node, into: Node, pictures: File[]): void {
  if (node instanceof Text) into.appendChild(document.createTextNode(node.data));
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  const element = node as Element;
  const name = element.nodeName.toUpperCase();
  if (SILENT.has(name)) return;
  if (name === 'IMG') keep(element.getAttribute('src') ?? '', pictures);
  const made = elementFor(element, name);
  for (const child of element.childNodes) copy(child, made ?? into, pictures);
  if (made) into.appendChild(made);
}

function elementFor(element: Element, name: string): Element | null {
  if (name === 'DIV' && !element.querySelector(BLOCKS)) return document.createElement('p');
  const tag = TAGS[name];
  if (tag) return document.createElement(tag);
  const href = name === 'A' ? (element.getAttribute('href') ?? '') : '';
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return null;
  const link = document.createElement('a');
  link.href = href;
  return link;
}

/** A picture written into the text is made a file; one that lies elsewhere is not fetched. */
function keep(source: string, pictures: File[]): void {
  const [, type, data] = /^data:(image\/[a-z+]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(source) ?? [];
  if (!type || !data) return;
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  pictures.push(new File([bytes], `Image collée.${type.slice(6).replace('jpeg', 'jpg')}`, { type }));
}
