import { treeWords } from './tree-words.js';

// A tree of boxes that works without this: counts follow the boxes, « Tout cocher » needs no way to the server.
for (const branch of document.querySelectorAll<HTMLElement>('[data-branch]')) {
  const boxes = [...branch.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  const kept = Number(branch.dataset.branch);
  const words = branch.querySelector('[data-words]');
  const show = () => {
    const on = kept + boxes.filter((box) => box.checked).length;
    if (words) words.textContent = treeWords(on, Number(branch.dataset.total));
  };
  branch.addEventListener('change', show);
  for (const button of branch.querySelectorAll<HTMLButtonElement>('button[data-tick]'))
    button.addEventListener('click', (event) => {
      event.preventDefault();
      for (const box of boxes) if (!box.disabled) box.checked = button.dataset.tick === 'on';
      show();
    });
}
