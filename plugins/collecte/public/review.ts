// Looking through deposits by keyboard; every key does what a visible button or link does.
const WRITING = 'input, textarea, select, [contenteditable]';
const KEPT = 'preau-raccourcis';
const on = () => localStorage.getItem(KEPT) !== 'non';
const reasons = document.querySelector<HTMLDetailsElement>('#refaire');

/** Shortcuts of one letter can be switched off: they disturb those who dictate (RGAA 12.10). */
const toggle = document.querySelector<HTMLInputElement>('#raccourcis');
if (toggle) {
  toggle.checked = on();
  toggle.closest('label')?.removeAttribute('hidden');
  toggle.addEventListener('change', () => localStorage.setItem(KEPT, toggle.checked ? 'oui' : 'non'));
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && reasons?.open) {
    reasons.open = false;
    reasons.querySelector('summary')?.focus();
    return;
  }
  const from = event.target as Element;
  if (!on() || event.repeat || event.ctrlKey || event.metaKey || event.altKey || from.closest(WRITING)) return;
  const control = document.querySelector<HTMLElement>(`[data-key~="${CSS.escape(event.key.toLowerCase())}"]`);
  // A reason has its key while reasons are shown.
  if (!control || (control.closest('details') === reasons && control.tagName !== 'SUMMARY' && !reasons?.open)) return;
  event.preventDefault();
  control.click();
  if (control.tagName === 'SUMMARY') reasons?.querySelector('button')?.focus();
});
