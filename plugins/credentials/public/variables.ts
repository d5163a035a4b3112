// Puts a variable where the caret is; without this script it is typed.
const ready = () => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-insert]')) button.disabled = false;
};
document.addEventListener('htmx:after:swap', ready);
ready();
document.addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>('button[data-insert]');
  const field = button && (document.getElementById(button.dataset.into ?? '') as HTMLTextAreaElement | null);
  if (!button || !field) return;
  field.setRangeText(button.dataset.insert ?? '', field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
});
