import { Readable } from 'node:stream';
import type { Receive } from '../files/arrive.ts';
import { type Form, listOf, type Typed } from '../form/form.ts';
import { plainOf } from './plain.ts';
import { paragraphsOf } from './sanitise.ts';

/** More pictures than anybody pastes; the rest is refused in words. */
const PICTURES = 20;

/**
 * After this, `<name>.html` holds what was written in each rich text: by the editor, or as plain text, whose formatting
 * stays when its words are still the same. Pasted pictures have left it (case B32): they wait with the form's
 * attachments, or are refused in words under `<name>.refused`.
 */
export async function gatherRich(form: Form, typed: Typed, receive: Receive): Promise<void> {
  const files = Object.entries(form).find(([, { kind }]) => kind === 'attachments')?.[0];
  for (const [name, { kind }] of Object.entries(form)) {
    if (kind !== 'richText') continue;
    const [html = ''] = listOf(typed[`${name}.html`]);
    const [text] = listOf(typed[name]);
    const written = text === undefined || sameWords(plainOf(html), text) ? html : paragraphsOf(text);
    const { rest, pictures } = takePictures(written);
    typed[`${name}.html`] = rest;
    delete typed[name];
    const lost = pictures.size ? await keepPictures([...pictures], typed, files, receive) : [];
    if (lost.length) typed[`${name}.refused`] = `${[...new Set(lost)].join(' ')} Votre texte est là, sans elle.`;
  }
}

const sameWords = (a: string, b: string) => wordsOf(a) === wordsOf(b);
const wordsOf = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

async function keepPictures(
  pictures: [string, string][],
  typed: Typed,
  files: string | undefined,
  receive: Receive,
): Promise<string[]> {
  if (!files) return ['Une image collée n’a pas été gardée : ce texte n’en prend pas.'];
  const lost = pictures.length > PICTURES ? [`Une image collée n’a pas été gardée : ${PICTURES} images au plus.`] : [];
  const kept = listOf(typed[`${files}.kept`]);
  for (const [data, name] of pictures.slice(0, PICTURES)) {
    const told = await receive(name, Readable.from([Buffer.from(data, 'base64')]));
    if ('token' in told) kept.push(told.token);
    else lost.push(`L’image collée n’a pas été gardée : ${told.refused}`);
  }
  typed[`${files}.kept`] = kept;
  return lost;
}

/** One linear pass: pictures written into the text itself leave it; the same one many times is one. */
export function takePictures(html: string): { rest: string; pictures: Map<string, string> } {
  const pictures = new Map<string, string>();
  let rest = '';
  let at = 0;
  const image = /<img\b/gi;
  for (let found = image.exec(html); found; found = image.exec(html)) {
    const end = html.indexOf('>', found.index);
    if (end < 0) break;
    const tag = html.slice(found.index, end + 1);
    const data = /\bsrc\s*=\s*["']?data:[^,"'>]{0,100},([^"'>\s]*)/i.exec(tag);
    if (!data) {
      image.lastIndex = end;
      continue;
    }
    const name = /\balt\s*=\s*"([^"]{1,100})"/i.exec(tag)?.[1] ?? 'Image collée';
    if (data[1] && !pictures.has(data[1])) pictures.set(data[1], name);
    rest += html.slice(at, found.index);
    at = end + 1;
    image.lastIndex = at;
  }
  return { rest: rest + html.slice(at), pictures };
}
