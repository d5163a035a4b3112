import type { Container, House } from '../container.ts';
import { definePlugin, type Job, type Json, type PersonalData, type Plugin } from '../plugin/contract.ts';
import { deliver } from './deliver.ts';
import { journalRoutes } from './journal.ts';
import { POST } from './outbox.ts';

const KEPT_DAYS = 365;

const personal = (column: string, purpose: string, retention: string): PersonalData => ({
  column,
  purpose,
  retention,
  export: 'yes',
  erase: 'with-person',
});

/** Sending, and Communication > Courriers et Documents > Journal des envois (C-38, proposal 17). */
export const sendings = (house: House, container: () => Container): Plugin =>
  definePlugin({
    name: POST,
    title: 'Envoi d’e-mails',
    permissions: { journal: 'Communication > Voir le journal des envois' },
    nav: [
      {
        area: 'admin',
        under: 'Communication > Courriers et Documents',
        title: 'Journal des envois',
        path: '/',
        allow: `${POST}.journal`,
        icon: 'send',
      },
    ],
    privacy: [
      personal('mailings.*', 'Retrouver qui a envoyé quoi, et quand', 'Un an'),
      personal(
        'outbox.*',
        'Envoyer un message à une personne, et dire à l’école s’il est parti',
        'Un an ; le texte et les pièces jointes sont effacés dès que le message est parti, refusé ou annulé',
      ),
      {
        column: 'outbox_pauses.*',
        purpose: 'Attendre quand le fournisseur d’un compte d’envoi n’accepte plus de message',
        retention: 'Un jour',
        export: 'no',
        erase: 'keep',
      },
    ],
    jobs: { send: (job, data) => deliver(house, container, job, data) },
    nightly: { tidy },
    routes: journalRoutes,
  });

/** Lines of a year ago go; a message whose job was lost with its queue gets one again. */
async function tidy(job: Job): Promise<void> {
  await job.step(async ({ db, now, later }) => {
    const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    await db('mailings')
      .where('created_at', '<', ago(KEPT_DAYS * 24))
      .delete();
    await db('outbox_pauses').where('until', '<', ago(1)).delete();
    const left = await db('outbox')
      .whereIn('state', ['queued', 'held', 'sending'])
      .where('deliver_at', '<', ago(1))
      .where((one) => one.whereNull('sending_since').orWhere('sending_since', '<', ago(1)))
      .select('id', 'state', 'attempts');
    const orders: Json[] = left.map(({ id, state, attempts }) => ({
      message: id,
      ...(state === 'sending' ? { attempt: attempts } : {}),
    }));
    if (orders.length) await later('send', orders);
  });
}
