// Small comforts on top of pages that work without them. No framework, no inline code.
import type { Offer } from './phone.js';

const all = <E extends Element>(selector: string, root: ParentNode = document) => [
  ...root.querySelectorAll<E>(selector),
];

/** « Montrer » beside a secret. */
for (const button of all<HTMLButtonElement>('[data-show]')) {
  const input = document.getElementById(button.dataset.show ?? '') as HTMLInputElement | null;
  if (!input) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    const words = button.querySelector('span');
    if (words) words.textContent = shown ? 'Montrer' : 'Cacher';
    input.focus();
  });
}

/** A box at the head of a table, or of a set, ticks all its boxes; the set says how many are ticked. */
function tickAll(box: HTMLInputElement): void {
  const set = box.closest('table, [data-set]') ?? document;
  const boxes = all<HTMLInputElement>('input[type=checkbox]:not([data-all])', set);
  const words = set.querySelector('[data-count]');
  const show = () => {
    const ticked = boxes.filter((one) => one.checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = !box.checked && ticked > 0;
    if (words) words.textContent = `${ticked} sur ${boxes.length} coché${boxes.length > 1 ? 's' : ''}`;
  };
  box.hidden = false;
  show();
  box.addEventListener('change', () => {
    for (const one of boxes) one.checked = box.checked;
    show();
  });
  for (const one of boxes) one.addEventListener('change', show);
}
for (const box of all<HTMLInputElement>('[data-all]')) tickAll(box);

/** What a phone keeps; a first visit loads nothing of it. */
const phone = () => import('./phone.js');
if (navigator.serviceWorker?.controller || (document.body.dataset.phone && !/\/accueil\/$/.test(location.pathname)))
  phone().catch(() => {});
/** The browser would offer to install by itself. */
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  const button = document.getElementById('installer');
  if (button) phone().then(({ offer }) => offer(event as Offer, button));
});

/** Ctrl+K goes to the loupe. */
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
  const loupe = document.querySelector<HTMLInputElement>('#loupe, #q');
  if (!loupe?.offsetParent) return;
  event.preventDefault();
  loupe.focus();
});

/** A tab bar wider than a phone begins at the open tab. */
for (const tab of all('.onglets [aria-current], .sous-onglets [aria-current]'))
  tab.scrollIntoView({ inline: 'nearest', block: 'nearest' });

/** One submission at a time: a second press of the button does nothing while the first is on its way. */
for (const form of all<HTMLFormElement>('form[method=post]:not([hx-post])'))
  form.addEventListener('submit', (event) => {
    if (form.getAttribute('aria-busy') === 'true') event.preventDefault();
    form.setAttribute('aria-busy', 'true');
  });
window.addEventListener('pageshow', () => {
  for (const form of all('form[aria-busy]')) form.removeAttribute('aria-busy');
});

interface Context {
  sourceElement: HTMLElement;
  request: { method: string; headers: Record<string, string> };
  response?: { status: number };
}
/** Shaped like a UUID; crypto.randomUUID is closed to pages without https on a school's network. */
const freshKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** After a fragment was saved, its form is empty again and has a new key, ready for the next. */
document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail;
  const form = ctx.sourceElement.closest('form');
  if (!form || ctx.request.method !== 'POST' || !ctx.response) return;
  if (ctx.response.status === 401) return keep(form);
  if (ctx.response.status >= 400) return;
  if (form.dataset.keep === undefined) form.reset();
  const key = form.elements.namedItem('_key') as HTMLInputElement | null;
  if (key) key.value = freshKey();
});

/** What follows a creation line by itself opens as a window, and closes when the list comes back. */
const fenetre = document.getElementById('fenetre') as HTMLDialogElement | null;
/** The link that opened it: the focus goes back there, also when its page was drawn anew. */
let opener = '';
document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: { sourceElement: HTMLElement; hx?: { retarget?: string } } }>).detail;
  if (!fenetre) return;
  if (ctx.hx?.retarget === '#fenetre') {
    if (!fenetre.open) {
      opener = ctx.sourceElement.matches('a') ? ctx.sourceElement.id : '';
      fenetre.showModal();
    }
    for (const box of all<HTMLInputElement>('[data-all]', fenetre)) tickAll(box);
    fenetre.querySelector<HTMLElement>('[autofocus]')?.focus();
  } else if (fenetre.open) {
    fenetre.close();
    fenetre.replaceChildren();
    if (opener) document.getElementById(opener)?.focus();
  }
});
/** « Annuler » of a window leaves the page behind it as it is. */
fenetre?.addEventListener('click', (event) => {
  const link = (event.target as Element).closest('a[data-close]');
  if (!link || !fenetre.open) return;
  event.preventDefault();
  fenetre.close();
});
/** F17-10 F11-05: a double click in a cell does what the link, or the switch, of the cell does. */
document.addEventListener('dblclick', (event) => {
  const target = event.target as Element;
  if (target.closest('a, button')) return;
  const cell = target.closest('[data-cells] :is(td, th)');
  cell?.querySelector<HTMLElement>('a.cell, button[role="switch"]')?.click();
});
/** Échap leaves things as they are; the list then shows whom it was about. */
fenetre?.addEventListener('cancel', () => {
  const back = fenetre.querySelector<HTMLAnchorElement>('a[data-cancel]');
  if (back) location.assign(back.href);
});

/** The session ended while one was writing: the text waits in this tab for the same account, until after the sign-in (case B53). */
const KEPT = 'preau-saisie';
function keep(form: HTMLFormElement): void {
  const fields = [...new FormData(form)].filter(
    ([name, value]) =>
      typeof value === 'string' &&
      !name.startsWith('_') &&
      (form.elements.namedItem(name) as HTMLInputElement).type !== 'password',
  );
  sessionStorage.setItem(
    KEPT,
    JSON.stringify({ account: document.body.dataset.account, path: location.pathname, form: form.id, fields }),
  );
}
const kept = sessionStorage.getItem(KEPT);
if (kept && document.body.dataset.account) {
  const {
    account,
    path,
    form: id,
    fields,
  } = JSON.parse(kept) as { account: string; path: string; form: string; fields: [string, string][] };
  if (account !== document.body.dataset.account) sessionStorage.removeItem(KEPT);
  else if (path === location.pathname) {
    sessionStorage.removeItem(KEPT);
    const form = document.getElementById(id) as HTMLFormElement | null;
    for (const [name, value] of fields) {
      const field = form?.elements.namedItem(name);
      if (
        field instanceof HTMLInputElement ||
        field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement
      )
        field.value = value;
    }
    const zone = document.getElementById('messages');
    if (zone && form) {
      const note = document.createElement('p');
      note.className = 'note';
      note.textContent =
        'Votre session s’était terminée. Ce que vous aviez écrit est revenu, mais n’est pas encore envoyé.';
      zone.replaceChildren(note);
    }
  }
}
