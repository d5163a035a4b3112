// The editor of rich texts, over a plain textarea that works without it. The server cleans what it sends (core/rich-text).
import type Editor from 'squire-rte';
import { icon, made } from './dom.js';
import { inertCopy } from './rich-clean.js';

interface Act {
  icon: string;
  words: string;
  keys?: string;
  act(editor: Editor): void;
  /** Whether the cursor stands in it; without it the button is no switch. */
  on?(editor: Editor): boolean;
}

const toggle = (tag: string) => (editor: Editor) =>
  editor.hasFormat(tag) ? editor.changeFormat(null, { tag }) : editor.changeFormat({ tag });
const inside = (tag: string) => (editor: Editor) => new RegExp(`(^|>)${tag}(>|$)`).test(editor.getPath());

const ACTS: Act[] = [
  { icon: 'bold', words: 'Gras', keys: 'Control+B', act: toggle('B'), on: (editor) => editor.hasFormat('B') },
  { icon: 'italic', words: 'Italique', keys: 'Control+I', act: toggle('I'), on: (editor) => editor.hasFormat('I') },
  { icon: 'underline', words: 'Souligné', keys: 'Control+U', act: toggle('U'), on: (editor) => editor.hasFormat('U') },
  { icon: 'heading', words: 'Titre', act: heading, on: inside('H2') },
  { icon: 'list', words: 'Liste', act: list('UL'), on: inside('UL') },
  { icon: 'list-ordered', words: 'Liste numérotée', act: list('OL'), on: inside('OL') },
  { icon: 'link', words: 'Lien', act: () => {}, on: (editor) => editor.hasFormat('A') },
  { icon: 'remove-formatting', words: 'Sans mise en forme', act: (editor) => editor.removeAllFormatting() },
  { icon: 'undo-2', words: 'Annuler', keys: 'Control+Z', act: (editor) => editor.undo() },
  { icon: 'redo-2', words: 'Rétablir', keys: 'Control+Y', act: (editor) => editor.redo() },
];

function heading(editor: Editor): void {
  const tag = inside('H2')(editor) ? 'p' : 'h2';
  editor.modifyBlocks((blocks: DocumentFragment) => {
    for (const block of [...blocks.querySelectorAll('p, h2')]) {
      const made = document.createElement(tag);
      made.append(...block.childNodes);
      block.replaceWith(made);
    }
    return blocks;
  });
}

function list(tag: 'UL' | 'OL') {
  return (editor: Editor) => {
    if (inside(tag)(editor)) editor.removeList();
    else if (tag === 'UL') editor.makeUnorderedList();
    else editor.makeOrderedList();
  };
}

async function mount(field: HTMLElement): Promise<void> {
  const area = field.querySelector('textarea');
  const hidden = field.querySelector<HTMLInputElement>('input[type=hidden]');
  const label = field.querySelector('label');
  if (!area || !hidden || !label) return;
  const { default: Squire } = (await import(field.dataset.editor as string)) as { default: typeof Editor };
  const status = made('p', { class: 'unseen', role: 'status' });
  const zone = zoneFor(area, label);
  const say = (words: string) => {
    status.textContent = words;
    status.classList.toggle('unseen', !words);
  };
  const join = (files: File[]) => say(attach(field, files));
  const editor = new Squire(zone, {
    blockTag: 'P',
    // Looking for links at each Entrée would carry bold into the new line; they are found when the text leaves.
    addLinks: false,
    sanitizeToDOMFragment: (html: string) => inertCopy(html, join),
  });
  // Tab goes on to the next control, as everywhere; what the server would not keep has no key.
  const control = /Mac/.test(navigator.platform) ? 'Meta-' : 'Ctrl-';
  for (const key of ['Tab', 'Shift-Tab', ...['d', 'Shift-5', 'Shift-6', 'Shift-7'].map((one) => control + one)])
    editor.setKeyHandler(key, null);
  editor.setHTML(hidden.value);

  const { bar, linkRow } = toolbar(editor, zone, field.dataset.icons as string);
  area.replaceWith(bar, linkRow, zone, status);
  field.querySelector('[data-plain-hint]')?.remove();
  label.addEventListener('click', () => editor.focus());
  const initial = hidden.value;
  editor.addEventListener('input', () => {
    hidden.value = editor.getHTML();
  });
  hidden.form?.addEventListener('formdata', ({ formData }) => {
    editor.addDetectedLinks(zone);
    formData.set(hidden.name, editor.getHTML());
  });
  hidden.form?.addEventListener('reset', () => editor.setHTML(initial));
  editor.addEventListener('pasteImage', ((event: CustomEvent<{ clipboardData: DataTransfer }>) =>
    join([...event.detail.clipboardData.files])) as never);
  zone.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    join([...event.dataTransfer.files]);
  });
}

/** The editable zone takes over the place, the name and the hints of the textarea. */
function zoneFor(area: HTMLTextAreaElement, label: HTMLLabelElement): HTMLElement {
  const hints = (area.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && !id.endsWith('-t'));
  label.removeAttribute('for');
  return made('div', {
    ...{ id: area.id, class: 'in prose rich', role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': label.id },
    ...(hints.length ? { 'aria-describedby': hints.join(' ') } : {}),
    ...(area.getAttribute('aria-invalid') ? { 'aria-invalid': 'true' } : {}),
    ...(area.required ? { 'aria-required': 'true' } : {}),
    tabindex: '0',
    'hx-ignore': '',
  });
}

/** One stop of the Tab key, arrows within it (ARIA toolbar). */
function toolbar(editor: Editor, zone: HTMLElement, icons: string): { bar: HTMLElement; linkRow: HTMLElement } {
  const bar = made('div', {
    class: 'rich-bar',
    role: 'toolbar',
    'aria-label': 'Mise en forme',
    'aria-controls': zone.id,
  });
  const linkRow = linkForm(editor, zone);
  const buttons = ACTS.map((one, at) => {
    const button = made('button', {
      type: 'button',
      class: 'btn',
      id: `${zone.id}-${one.icon}`,
      tabindex: at ? '-1' : '0',
    });
    if (one.keys) button.setAttribute('aria-keyshortcuts', one.keys);
    button.append(icon(icons, one.icon), made('span', {}, one.words));
    button.addEventListener('click', () => {
      if (one.icon === 'link') return linkRow.dispatchEvent(new Event('show'));
      one.act(editor);
      editor.focus();
      show();
    });
    return button;
  });
  const show = () => {
    for (const [at, one] of ACTS.entries())
      if (one.on) buttons[at]?.setAttribute('aria-pressed', String(one.on(editor)));
  };
  bar.append(...buttons);
  bar.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length] as HTMLButtonElement;
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  for (const event of ['pathChange', 'select', 'cursor', 'input']) editor.addEventListener(event, show);
  show();
  return { bar, linkRow };
}

/** The address of a link is asked in a row below the buttons: Entrée puts it in, Échap goes back to the text. */
function linkForm(editor: Editor, zone: HTMLElement): HTMLElement {
  const row = made('div', { class: 'line rich-link', hidden: '' });
  const input = made('input', { class: 'in', id: `${zone.id}-href`, inputmode: 'url', placeholder: 'https://' });
  const label = made('label', { for: input.id }, 'Adresse du lien');
  const put = made('button', { type: 'button', class: 'btn', id: `${zone.id}-put` }, 'Mettre le lien');
  const take = made('button', { type: 'button', class: 'btn plain', id: `${zone.id}-take` }, 'Retirer le lien');
  const leave = (act?: () => void) => {
    row.hidden = true;
    editor.focus();
    act?.();
  };
  const address = () => {
    const typed = input.value.trim();
    if (/^[^\s@/]+@[^\s@/]+$/.test(typed)) return `mailto:${typed}`;
    return /^(https?:|mailto:)/i.test(typed) || !typed ? typed : `https://${typed}`;
  };
  row.append(label, input, put, take);
  row.addEventListener('show', () => {
    row.hidden = false;
    input.focus();
  });
  put.addEventListener('click', () => leave(() => address() && editor.makeLink(address())));
  take.addEventListener('click', () => leave(() => editor.removeLink()));
  row.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return leave();
    if (event.key !== 'Enter' || event.target !== input) return;
    event.preventDefault();
    put.click();
  });
  return row;
}

/** Pasted pictures go with the form's files. @returns what to say. */
function attach(field: HTMLElement, files: File[]): string {
  const input = field.closest('form')?.querySelector<HTMLInputElement>('[data-attachments] input[type=file]');
  if (!files.length || !input) return 'Ce texte ne prend pas d’image : elle n’a pas été gardée.';
  const all = new DataTransfer();
  for (const file of [...(input.files ?? []), ...files]) all.items.add(file);
  input.files = all.files;
  // Our own hand is heard like the person's (attachments.ts).
  input.dispatchEvent(new Event('change', { bubbles: true }));
  return files.length === 1 ? 'L’image est jointe, sous le texte.' : 'Les images sont jointes, sous le texte.';
}

function mountAll(): void {
  for (const field of document.querySelectorAll<HTMLElement>('[data-rich]')) {
    field.removeAttribute('data-rich');
    void mount(field);
  }
}
mountAll();
document.addEventListener('htmx:after:swap', mountAll);
