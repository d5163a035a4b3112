// The palette and the code beside it say the same colour; capture: before htmx reads either.
for (const input of document.querySelectorAll<HTMLInputElement>('[data-colour]'))
  input.addEventListener(
    'input',
    () => {
      const other = document.getElementById(input.dataset.colour ?? '') as HTMLInputElement | null;
      if (other && /^#[0-9a-f]{6}$/i.test(input.value)) other.value = input.value;
    },
    { capture: true },
  );
