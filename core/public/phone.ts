// A school on a phone: the worker that keeps what was read (core/phone/worker.ts), and what must not be lost or left.
import { made } from './dom.js';

/** The browser's own offer to install, as Chrome and Edge give it. */
export interface Offer extends Event {
  prompt(): Promise<unknown>;
}

/** Only on demand, never by itself: « Mon compte » has a button. */
export function offer(event: Offer, button: HTMLElement): void {
  button.hidden = false;
  button.addEventListener('click', () => event.prompt().then(() => button.remove()));
}

const { phone, account } = document.body.dataset;

async function join(scope: string | undefined): Promise<void> {
  const { serviceWorker } = navigator;
  if (scope) await serviceWorker.register(`${scope}telephone/sw.js`, { scope, updateViaCache: 'all' });
  const [came] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  // The worker has not seen this page come: it is told of it.
  if (account && !came?.workerStart) (await serviceWorker.ready).active?.postMessage({ account, url: location.href });
}
// Private browsing, no room: the pages work as they always did.
join(phone).catch(() => {});

async function forget(): Promise<void> {
  for (const name of await caches.keys()) if (/^preau .* lu /.test(name)) await caches.delete(name);
}

function tell(form: HTMLFormElement, words: string): void {
  form.querySelector('.hors-ligne')?.remove();
  form.append(made('p', { class: 'note warn hors-ligne', role: 'alert' }, words));
}

/** Before htmx and the browser: without a network a form stays as it is, and says so. Leaving takes away what was kept first. */
async function hold(event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (form.method !== 'post') return;
  const leaves = !!form.getAttribute('action')?.endsWith('/connexion/sortie');
  if (!leaves && navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (leaves) await forget().catch(() => {});
  if (navigator.onLine) return form.submit();
  tell(
    form,
    leaves
      ? 'Hors connexion : ce qui était gardé sur ce téléphone est effacé, mais vous n’êtes pas encore déconnecté. Recommencez quand la connexion revient.'
      : 'Hors connexion : rien n’est parti. Votre texte reste ici, recommencez quand la connexion revient.',
  );
}
document.addEventListener('submit', hold, true);
window.addEventListener('online', () => {
  for (const note of document.querySelectorAll('.hors-ligne')) note.remove();
});
