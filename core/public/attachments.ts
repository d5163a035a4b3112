// Files of a form leave as soon as they are chosen, one request each; the form then carries what came back. Without this
// script they leave with the form (views/partials/field-files.hbs).
import { type Row, rowOf } from './attachment-row.js';
import { icon, made } from './dom.js';

const rowsOf = new WeakMap<HTMLFormElement, Set<Row>>();
/** Forms that were sent while a file was still on its way. */
const held = new WeakMap<HTMLFormElement, { release(): void; go(): void }>();

function mount(box: HTMLElement): void {
  const inputs = [...box.querySelectorAll<HTMLInputElement>('input[type=file]')];
  const form = inputs[0]?.form;
  const main = inputs.at(-1);
  const ways = main?.closest<HTMLElement>('.ways');
  if (!form || !main || !ways) return;
  const { arrive = '', icons = '', name = '' } = box.dataset;
  const max = Number(box.dataset.max);
  const rows = rowsOf.get(form) ?? new Set<Row>();
  rowsOf.set(form, rows);
  const list = made('ul', { class: 'plain-list arrivals', 'aria-label': 'Fichiers choisis' });
  const told = made('p', { class: 'unseen', role: 'status' });
  const problem = made('p', { class: 'error', role: 'alert' });
  ways.before(list);
  ways.after(told, problem);

  const say = (words: string) => {
    told.textContent = words;
  };
  let troubled = false;
  const complain = (words: string) => {
    troubled = false;
    problem.replaceChildren(...(words ? [icon(icons, 'circle-alert'), words] : []));
  };
  const field = {
    ...{ arrive, icons, name, limit: Number(box.dataset.limit), say },
    changed() {
      for (const row of rows) if (!row.item.isConnected) rows.delete(row);
      if (troubled && !failed(rows).length) complain('');
      settle(form);
    },
    left: () => main.focus(),
  };
  const take = (files: File[]) => {
    const waiting = box.querySelectorAll(`input[name="${name}.kept"][type=checkbox]:checked`).length;
    const room = Math.max(0, max - waiting - list.children.length);
    const taken = files.slice(0, room);
    for (const file of taken) {
      const row = rowOf(file, field);
      rows.add(row);
      list.append(row.item);
    }
    const left = files.length - taken.length;
    if (taken.length) say(taken.length > 1 ? `${taken.length} fichiers partent.` : `${taken[0]?.name} part.`);
    complain(
      left ? `${max} fichier${max > 1 ? 's' : ''} au plus : ${left} n’${left > 1 ? 'ont' : 'a'} pas été pris.` : '',
    );
  };
  for (const input of inputs) {
    const chosen = () => {
      const files = [...(input.files ?? [])];
      // Emptied, so that nothing leaves twice, and that the same file may be chosen again.
      input.value = '';
      if (files.length) take(files);
    };
    dress(input, icons);
    input.addEventListener('change', chosen);
    chosen();
  }
  box.addEventListener('dragover', (event) => event.preventDefault());
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
  box.addEventListener('trouble', () => {
    const count = failed(rows).length;
    complain(
      `${count > 1 ? `${count} fichiers ne sont pas partis` : 'Un fichier n’est pas parti'}. Réessayez, ou retirez-${count > 1 ? 'les' : 'le'}, puis envoyez.`,
    );
    troubled = true;
    failed(rows)[0]?.item.querySelector<HTMLElement>('button:not([hidden])')?.focus();
  });
  form.addEventListener('reset', () => {
    for (const row of rows) row.leave();
    rows.clear();
    say('');
    complain('');
  });
}

/** The browser's own button says neither what it does nor, once emptied, what was chosen. */
function dress(input: HTMLInputElement, icons: string): void {
  const { words = '', icon: drawing = '' } = input.dataset;
  input.closest('.way')?.querySelector('label')?.remove();
  input.className = 'unseen';
  input.after(made('label', { class: 'btn', for: input.id }, icon(icons, drawing), made('span', {}, words)));
}

const failed = (rows: Set<Row>) => [...rows].filter(({ state }) => state === 'failed');
const onTheWay = (rows: Set<Row>) => [...rows].some(({ state }) => state === 'sending');

/** What was held leaves by itself once all its files are there. */
function settle(form: HTMLFormElement): void {
  const rows = rowsOf.get(form) as Set<Row>;
  const waits = held.get(form);
  if (!waits || onTheWay(rows)) return;
  held.delete(form);
  waits.release();
  if (failed(rows).length) form.querySelector('[data-attachments]')?.dispatchEvent(new Event('trouble'));
  else waits.go();
}

/** Before anything else hears of it: a form waits for its files, and does not leave without one that failed. */
document.addEventListener(
  'submit',
  (event) => {
    const form = event.target as HTMLFormElement;
    const rows = rowsOf.get(form);
    const pressed = event.submitter as HTMLButtonElement | null;
    if (!rows || pressed?.formMethod === 'get' || !(onTheWay(rows) || failed(rows).length)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!held.has(form)) held.set(form, hold(form, pressed));
    settle(form);
  },
  true,
);

function hold(form: HTMLFormElement, pressed: HTMLButtonElement | null) {
  const button = pressed ?? form.querySelector<HTMLButtonElement>('button:not([type=button])');
  const words = [...(button?.childNodes ?? [])];
  button?.replaceChildren('Envoi en cours…');
  return {
    release: () => button?.replaceChildren(...words),
    go: () => button?.click(),
  };
}

function mountAll(): void {
  for (const box of document.querySelectorAll<HTMLElement>('[data-attachments]:not([data-ready])')) {
    box.dataset.ready = '';
    mount(box);
  }
}
mountAll();
document.addEventListener('htmx:after:swap', mountAll);
