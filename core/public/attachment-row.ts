// One chosen file: what it is, how far it is, what to do when it failed.
import { icon, made } from './dom.js';
import { lighter, thumb } from './photo.js';
import { type Sending, send } from './sending.js';

export interface Field {
  /** Where files go, one at a time. */
  arrive: string;
  name: string;
  icons: string;
  limit: number;
  say(words: string): void;
  /** Something arrived, failed or left. */
  changed(): void;
  /** The row has gone: the focus needs another place. */
  left(): void;
}

export interface Row {
  item: HTMLLIElement;
  state: 'sending' | 'done' | 'failed';
  leave(): void;
}

/** Files on their way at a time, whatever was chosen: on a telephone each would slow the others. */
const AT_ONCE = 2;
const waiting: (() => Promise<void>)[] = [];
let sending = 0;
function queue(work: () => Promise<void>): void {
  waiting.push(work);
  if (sending < AT_ONCE) void next();
}
async function next(): Promise<void> {
  sending += 1;
  for (let work = waiting.shift(); work; work = waiting.shift()) await work();
  sending -= 1;
}

export function rowOf(file: File, field: Field): Row {
  const words = made('small', {}, sizeOf(file.size));
  const bar = made('progress', { max: '100', value: '0', 'aria-label': `Envoi de ${file.name}` });
  const percent = made('span', { class: 'num' }, 'En attente');
  const gauge = made('span', { class: 'gauge' }, percent, bar);
  const problem = made('span', { class: 'error', hidden: '' });
  const picture = made('span', { class: 'side' }, icon(field.icons, 'file-text'));
  const again = button(field, 'rotate-ccw', 'Réessayer', file.name);
  const remove = button(field, 'x', 'Retirer', file.name);
  const body = made('div', { class: 'body' }, made('b', {}, file.name), words, gauge, problem);
  const item = made('li', { class: 'arrival' }, picture, body, made('div', { class: 'line' }, again, remove));
  let call: Sending | null = null;
  let gone = false;

  const fail = (reason: string, retry: boolean) => {
    row.state = 'failed';
    gauge.hidden = true;
    problem.replaceChildren(icon(field.icons, 'circle-alert'), made('span', {}, reason));
    problem.hidden = false;
    again.hidden = !retry;
    field.say(`${file.name} : ${reason}`);
    field.changed();
  };
  const go = async () => {
    if (gone) return;
    percent.textContent = 'Préparation…';
    const light = await lighter(file);
    const small = await thumb(light);
    if (small) picture.replaceChildren(small);
    if (gone) return;
    if (light.size > field.limit)
      return fail(`Ce fichier est trop gros : ${sizeOf(light.size)}, pour ${sizeOf(field.limit)} au plus.`, false);
    call = send(field.arrive, light, (done) => {
      bar.value = done;
      percent.textContent = done < 100 ? `${done} %` : 'Vérification…';
    });
    const told = await call.outcome;
    if (gone) return;
    if ('refused' in told) return fail(told.refused, told.again);
    row.state = 'done';
    const { token, name, words: kind, remark } = told.arrived;
    words.textContent = kind;
    const state = made('span', { class: 'state ok' }, icon(field.icons, 'circle-check'), 'Reçu');
    gauge.replaceWith(state, made('input', { type: 'hidden', name: `${field.name}.kept`, value: token }));
    if (remark) state.after(made('span', { class: 'state warn' }, icon(field.icons, 'triangle-alert'), remark));
    field.say(`${name} est reçu.${remark ? ` Attention : ${remark}.` : ''}`);
    field.changed();
  };
  const start = () => {
    row.state = 'sending';
    bar.value = 0;
    percent.textContent = 'En attente';
    gauge.hidden = false;
    problem.hidden = true;
    again.hidden = true;
    queue(go);
  };
  const row: Row = {
    item,
    state: 'sending',
    leave() {
      gone = true;
      call?.stop();
      item.remove();
    },
  };
  again.addEventListener('click', () => {
    start();
    remove.focus();
    field.say(`Nouvel envoi de ${file.name}.`);
  });
  remove.addEventListener('click', () => {
    row.leave();
    field.say(`${file.name} est retiré.`);
    field.left();
    field.changed();
  });
  start();
  return row;
}

function button({ icons }: Field, drawing: string, words: string, about: string): HTMLButtonElement {
  const unseen = made('span', { class: 'unseen' }, ` ${about}`);
  return made('button', { type: 'button', class: 'btn' }, icon(icons, drawing), made('span', {}, words, unseen));
}

export function sizeOf(bytes: number): string {
  const [size, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), 'Ko'] : [bytes / 1_000_000, 'Mo'];
  return `${size.toLocaleString('fr-FR', { maximumFractionDigits: unit === 'Mo' ? 1 : 0 })}\u00a0${unit}`;
}
