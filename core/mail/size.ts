/** What a server usually announces, and what most mailboxes still take. */
export const USUAL_SIZE = 10 * 1024 * 1024;
/** Headers, and the text of a letter. */
const AROUND = 16 * 1024;
const LINE = 76;

/** Bytes an attachment has in the message: four for three, and an end to each line. */
const encoded = (bytes: number): number => {
  const letters = Math.ceil(bytes / 3) * 4;
  return letters + Math.ceil(letters / LINE) * 2;
};

const FRENCH = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 });
const megabytes = (bytes: number) => `${FRENCH.format(bytes / 1_000_000)}\u00a0Mo`;

/**
 * Says before anything is queued that a server would refuse these attachments, and what to do instead (case B29).
 * @param limit what the server announces (SIZE), in bytes. @returns null when they fit.
 */
export function tooBig(attachments: { name: string; bytes: number }[], limit = USUAL_SIZE): string | null {
  const total = attachments.reduce((sum, one) => sum + encoded(one.bytes), 0);
  if (!attachments.length || total + AROUND <= limit) return null;
  const names = attachments.map((one) => `«\u00a0${one.name}\u00a0»`).join(', ');
  const weigh = attachments.length > 1 ? 'pèsent' : 'pèse';
  const own = attachments.reduce((sum, one) => sum + one.bytes, 0);
  return `${names} ${weigh} ${megabytes(own)}, soit ${megabytes(total)} une fois dans un e-mail. Le serveur d’envoi n’en prend pas plus de ${megabytes(limit)}. Déposez plutôt ce fichier dans un casier.`;
}
