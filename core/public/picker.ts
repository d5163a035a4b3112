// The picker of recipients works without this: here the counts follow the boxes, and « Tout » needs no way to the server.
const tree = document.querySelector<HTMLElement>('[data-picker]');

if (tree) {
  const boxes = [...tree.querySelectorAll<HTMLInputElement>('input[name=to]')];
  const plural = (n: number, one: string, many: string) => `${n} ${n < 2 ? one : many}`;
  const names: Record<string, [string, string]> = {
    guardians: ['responsable', 'responsables'],
    teachers: ['professeur', 'professeurs'],
    staff: ['personnel', 'personnels'],
    pupils: ['élève', 'élèves'],
  };
  // Chosen earlier and not on this page: they stay chosen.
  const totals = [...document.querySelectorAll<HTMLElement>('[data-total]')];
  const aside = Number.parseInt((totals[0]?.textContent ?? '0').replace(/\D/g, ''), 10) - chosenIn(boxes).size;

  function chosenIn(some: HTMLInputElement[]): Set<string> {
    return new Set(some.filter((box) => box.checked).map((box) => box.value));
  }

  function show(): void {
    for (const set of tree?.querySelectorAll<HTMLElement>('[data-set]') ?? []) {
      const inside = [...set.querySelectorAll<HTMLInputElement>('input[name=to]')];
      const words = set.querySelector('[data-count]');
      const all = new Set(inside.map((box) => box.value)).size;
      if (words) words.textContent = `${chosenIn(inside).size} sur ${all} cochés`;
      const line = set.dataset.kind && document.querySelector(`[data-line=${set.dataset.kind}] span`);
      if (line && !aside) line.textContent = lineOf(set.dataset.kind as string, inside);
    }
    const total = chosenIn(boxes).size + aside;
    for (const place of totals) place.textContent = plural(total, 'personne', 'personnes');
    document.querySelector('#aucun')?.toggleAttribute('hidden', total > 0);
  }

  function lineOf(kind: string, inside: HTMLInputElement[]): string {
    const [one, many] = names[kind] as [string, string];
    const text = plural(chosenIn(inside).size, one, many);
    if (kind !== 'guardians') return text;
    const pupils = inside.filter((box) => box.checked).flatMap((box) => (box.dataset.pupils ?? '').split(' '));
    return `${text} de ${plural(new Set(pupils.filter(Boolean)).size, 'élève', 'élèves')}`;
  }

  /** Somebody who stands in two classes is one person. */
  const tick = (value: string, on: boolean) => {
    for (const box of boxes) if (box.value === value) box.checked = on;
  };

  tree.addEventListener('change', (event) => {
    const box = event.target as HTMLInputElement;
    if (box.name !== 'to') return;
    tick(box.value, box.checked);
    show();
  });
  for (const button of tree.querySelectorAll<HTMLButtonElement>('button[data-tick]'))
    button.addEventListener('click', (event) => {
      event.preventDefault();
      const inside = button.closest('[data-set]')?.querySelectorAll<HTMLInputElement>('input[name=to]') ?? [];
      const meant = new Set([...inside].map((box) => box.value));
      for (const box of boxes) if (meant.has(box.value)) box.checked = button.dataset.tick === 'on';
      show();
    });
}
