/** The shuffled keypad (F02-17): its keys write into the code field used last; typing and pasting there work without it. */
for (const pad of document.querySelectorAll<HTMLElement>('[data-keypad]')) {
  const inputs = [...(pad.closest('form')?.querySelectorAll<HTMLInputElement>('[data-pin]') ?? [])];
  let input = inputs[0];
  if (!input) continue;
  pad.hidden = false;
  for (const one of inputs) one.addEventListener('focus', () => (input = one));
  const write = (value: string) => {
    if (!input) return;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const keys = [...pad.querySelectorAll<HTMLButtonElement>('[data-digit]')];
  pad.addEventListener('click', (event) => {
    const key = (event.target as Element).closest('button');
    if (!key || !input) return;
    if (key.dataset.digit !== undefined) write(input.value + key.dataset.digit);
    else if (key.dataset.erase !== undefined) write(input.value.slice(0, -1));
    else shuffle(keys);
  });
}

function shuffle(keys: HTMLButtonElement[]): void {
  const digits = keys.map((key) => key.dataset.digit ?? '');
  for (let last = digits.length - 1; last > 0; last--) {
    const other = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (last + 1);
    [digits[last], digits[other]] = [digits[other] ?? '', digits[last] ?? ''];
  }
  keys.forEach((key, at) => {
    key.dataset.digit = digits[at];
    key.textContent = digits[at] ?? '';
  });
}
