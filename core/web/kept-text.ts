import type { Form, Typed } from '../form/form.ts';
import { plainOf } from '../rich-text/plain.ts';

/** Something a person wrote, on the page that refuses it. */
export interface KeptText {
  label: string;
  text: string;
}

const WRITTEN = ['text', 'longText', 'richText', 'email'];

/** The words of a form that is refused: they stay on the screen, to be copied (case B52). */
export function keptText(form: Form | undefined, typed: Typed): KeptText[] {
  const word = (name: string) => (typeof typed[name] === 'string' ? typed[name].trim() : '');
  return Object.entries(form ?? {})
    .filter(([, field]) => WRITTEN.includes(field.kind))
    .map(([name, { label }]) => ({ label, text: word(name) || plainOf(word(`${name}.html`)) }))
    .filter((one) => one.text);
}
