import { passwordRules, passwordStrength } from './password-rules.js';

/** Rules of a chosen password, met or not met while typing (F02-12). */
for (const box of document.querySelectorAll<HTMLElement>('[data-rules]')) {
  const form = box.closest('form');
  const first = form?.elements.namedItem('password') as HTMLInputElement | null;
  const second = form?.elements.namedItem('again') as HTMLInputElement | null;
  const current = form?.elements.namedItem('current') as HTMLInputElement | null;
  const icons = box.querySelector<HTMLTemplateElement>('[data-icons]');
  const strength = form?.querySelector<HTMLElement>('[data-strength]');
  if (!form || !first || !second || !icons) continue;
  const show = () => {
    const who = {
      login: box.dataset.login ?? '',
      lastName: box.dataset.lastName ?? '',
      firstName: box.dataset.firstName ?? '',
      current: current?.value || null,
    };
    const results = passwordRules(first.value, second.value, who);
    box.querySelectorAll('li').forEach((line, at) => {
      const result = results[at];
      const state = line.querySelector('[data-state]');
      if (!result || !state) return;
      const waiting = first.value === '' || (at === results.length - 1 && second.value === '');
      const name = waiting ? 'wait' : result.met ? 'yes' : 'no';
      if (line.className === name && name !== 'no') return;
      line.className = name;
      const icon = icons.content.querySelector(`[data-met="${name}"]`)?.cloneNode(true);
      if (icon) line.querySelector('svg')?.replaceWith(icon);
      state.textContent = waiting ? '' : result.met ? ' : oui' : ` : ${result.missing}`;
    });
    if (strength) {
      strength.hidden = first.value === '';
      const { score, words } = passwordStrength(first.value, who);
      const meter = strength.querySelector('meter');
      if (meter) meter.value = score;
      const said = strength.querySelector('[data-words]');
      if (said) said.textContent = words;
    }
  };
  for (const input of [first, second, current]) input?.addEventListener('input', show);
  if (first.value) show();
}
