// Comforts of a list that works without them: selection over pages, in-place edit without reload, Entrée and Échap.
interface Htmx {
  ajax(method: 'GET', address: string, options: { target: string; swap: string }): Promise<void>;
}
const htmx = () => (window as unknown as { htmx: Htmx }).htmx;
// A form that holds fields named `id` answers with them when asked for its own.
const isChoice = (target: EventTarget | null) => (target as Element).getAttribute('id') === 'choix';
const byId = (id: string) => document.getElementById(id);
const within = (event: Event, selector: string) => (event.target as Element).closest?.<HTMLElement>(selector) ?? null;

/** Rows ticked on any page, by id and name; or all that match the filter, save some. */
const ticked = new Map<string, string>();
const except = new Set<string>();
let all = false;
/** Box from which one went to the toolbar. */
let last: HTMLElement | null = null;
let asked = byId('liste')?.dataset.asked;

const boxes = () => [...document.querySelectorAll<HTMLInputElement>('#liste tbody .m input')];
const nameOf = (box: HTMLInputElement) => (box.getAttribute('aria-label') ?? '').replace('Sélectionner ', '');
const french = new Intl.NumberFormat('fr-FR');

function selectAll(on: boolean): void {
  all = on;
  ticked.clear();
  except.clear();
  show();
}

function tick(box: HTMLInputElement): void {
  if (all && box.checked) except.delete(box.value);
  else if (all) except.add(box.value);
  else if (box.checked) ticked.set(box.value, nameOf(box));
  else ticked.delete(box.value);
  show();
}

/** Boxes, header box and toolbar say the same. */
function show(): void {
  const bar = byId('actes');
  if (!bar) return;
  const { found, one = '', many = '', e = '' } = bar.dataset;
  const n = all ? Number(found) - except.size : ticked.size;
  if (n === 0) all = false;
  for (const box of boxes()) box.checked = all ? !except.has(box.value) : ticked.has(box.value);
  const head = byId('tout') as HTMLInputElement | null;
  if (head) {
    head.checked = all && n > 0;
    head.indeterminate = n > 0 && (!all || except.size > 0);
  }
  bar.classList.toggle('none', n === 0);
  const said = n === 0 ? '' : `${french.format(n)} ${n < 2 ? `${one} sélectionné${e}` : `${many} sélectionné${e}s`}`;
  write(byId('choix-dit'), said && `${said}. Entrée va aux actions.`);
  write(bar.querySelector('[data-words]'), said);
  write(bar.querySelector('[data-names]'), names(n));
  const none = byId('actes-rien');
  if (none) none.hidden = false;
  for (const act of bar.querySelectorAll<HTMLElement>('[data-title]')) {
    const { title = '', one = '', many = '' } = act.dataset;
    write(act.querySelector('span'), title.replace('{qui}', `${french.format(n)} ${n < 2 ? one : many}`));
  }
}

function write(place: Element | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}

function names(n: number): string {
  if (all) return n > boxes().length ? 'Sur toutes les pages' : '';
  const shown = [...ticked.values()].slice(0, 3);
  return shown.join(', ') + (n > 3 ? ` et ${french.format(n - 3)} de plus` : '');
}

document.addEventListener('change', (event) => {
  const box = event.target as HTMLInputElement;
  if (box.id === 'tout') selectAll(box.checked);
  else if (box.name === 'id' && box.getAttribute('form') === 'choix') tick(box);
});

/** What is sent is what the toolbar says, rows of other pages included. */
document.addEventListener('formdata', (event) => {
  const { formData: data, target } = event;
  if (!isChoice(target)) return;
  data.delete('id');
  data.delete('tout');
  if (all) data.set('tout', 'on');
  for (const id of all ? except : ticked.keys()) data.append(all ? 'sauf' : 'id', id);
  data.set('dit', String(all ? Number(byId('actes')?.dataset.found) - except.size : ticked.size));
});

/** A download leaves the page where it is: its form is ready again at once. */
document.addEventListener('submit', (event) => {
  const { submitter, target } = event;
  if (isChoice(target) && submitter?.id === 'acte-exporter')
    setTimeout(() => (target as Element).removeAttribute('aria-busy'));
});

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') return ctrlA(event);
  if (event.key === 'Enter') return enter(event);
  if (event.key !== 'Escape') return;
  const cell = within(event, 'td.editing, th.editing');
  if (within(event, '#actes')) last?.focus();
  else if (cell) open(cell.querySelector('[data-cancel]'));
  else if (within(event, 'tr.make')) (byId('make') as HTMLFormElement).reset();
});

/** Ctrl+A belongs to whoever is typing. */
function ctrlA(event: KeyboardEvent): void {
  const field = within(event, 'input:not([type="checkbox"]), textarea, select, [contenteditable]');
  if (field || !byId('tout') || !(event.target === document.body || within(event, '#liste'))) return;
  event.preventDefault();
  selectAll(true);
}

/** In the creation line Entrée goes to the next field that must be filled, and creates after the last. */
function enter(event: KeyboardEvent): void {
  // A whole page of cells stands between a box and the toolbar.
  if (within(event, '#liste .m input')) {
    event.preventDefault();
    last = document.activeElement as HTMLElement;
    document.querySelector<HTMLElement>('#actes:not(.none) .acts .btn')?.focus();
    return;
  }
  const field = within(event, 'tr.make input, tr.make select, .editing select') as HTMLInputElement | null;
  if (!field?.form) return;
  const line = field.closest('tr.make');
  const next = [...(line?.querySelectorAll<HTMLInputElement>('[data-required]') ?? [])].find(
    (one) => one !== field && !one.value.trim(),
  );
  if (next && field.value.trim()) {
    event.preventDefault();
    next.focus();
  } else if (field.matches('select')) {
    event.preventDefault();
    field.form.requestSubmit();
  }
}

/** Opens or closes the cell of a link in its row alone. */
function open(link: HTMLAnchorElement | null): void {
  const row = link?.closest('tr');
  if (!link || !row) return;
  if (link.matches('.cell')) link.focus();
  const address = new URL(link.href);
  address.searchParams.set('ligne', row.id.slice(2));
  htmx().ajax('GET', address.pathname + address.search, { target: `#${row.id}`, swap: 'outerHTML' });
}

document.addEventListener('click', (event) => {
  if (within(event, '#actes-rien')) {
    selectAll(false);
    byId('tout')?.focus();
  }
  const link = within(event, 'a.cell, a[data-cancel]') as HTMLAnchorElement | null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(link);
});

/** N-09: a double click anywhere in a cell edits it. */
document.addEventListener('dblclick', (event) => {
  if (!within(event, '.editing, a')) open(within(event, 'td, th')?.querySelector('a.cell') ?? null);
});

/** Fields the server wants the focus in; they want it once. */
function takeFocus(): HTMLInputElement[] {
  const fields = [...document.querySelectorAll<HTMLInputElement>('#liste [autofocus]')];
  for (const field of fields) field.removeAttribute('autofocus');
  return fields;
}

document.addEventListener('htmx:after:swap', () => {
  const list = byId('liste');
  if (!list) return;
  // All that matched another filter is not all that matches this one.
  if (list.dataset.asked !== asked && all) selectAll(false);
  asked = list.dataset.asked;
  show();
  const [field] = takeFocus();
  if (!field) return;
  field.focus();
  (field.form?.querySelector('.edit-hint') ?? field).scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (field.matches('.editing [type="text"], .editing [type="email"]')) field.select();
});

show();
takeFocus()[0]?.focus();
