import { domainToASCII } from 'node:url';

// Nothing an address parser could split, quote or mend: what is written here is what the server is told.
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const DOMAIN = /^([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]*[\p{L}\p{N}]$/u;

/** Whether a message can be sent there as it stands (case B21). */
export function isAddress(address: string): boolean {
  const [local = '', domain = '', ...more] = address.split('@');
  if (more.length || address.length > 254 || local.length > 64) return false;
  return LOCAL.test(local) && DOMAIN.test(domain) && domainToASCII(domain) !== '';
}

/** As the envelope must say it: letters of a domain that are not ASCII have a spelling of their own. */
export function asSent(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`;
}

/** Domains whose slips are known; a name without its ending is given it. */
const ENDINGS: Record<string, string> = {
  gmail: 'gmail.com',
  hotmail: 'hotmail.com',
  outlook: 'outlook.com',
  icloud: 'icloud.com',
  yahoo: 'yahoo.fr',
  orange: 'orange.fr',
  wanadoo: 'wanadoo.fr',
  free: 'free.fr',
  sfr: 'sfr.fr',
  laposte: 'laposte.net',
};
const JOINED = new Map(Object.values(ENDINGS).map((domain) => [domain.replace('.', ''), domain]));

/** What was probably meant by an address that cannot be; null when nothing likely comes of it. Shown, never used by itself. */
export function meantAddress(address: string): string | null {
  const typed = address
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^<(.*)>$/, '$1')
    .replace(/\s*(\(?arobase\)?|\(at\)| at )\s*/i, '@')
    .replace(/\s+/g, '')
    .replace(/[,;:]/g, '.')
    .replace(/@{2,}/, '@')
    .replace(/\.{2,}/g, '.')
    .replace(/\.?@\.?/, '@')
    .replace(/^\.+|\.+$/g, '');
  const [local = '', domain = ''] = typed.split('@');
  const ended = ENDINGS[domain.toLowerCase()] ?? JOINED.get(domain.toLowerCase()) ?? domain;
  const meant = typed.includes('@') ? `${unaccented(local)}@${ended}` : '';
  return meant !== address && isAddress(meant) ? meant : null;
}

const unaccented = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

/** Why an address cannot be written to, in French. */
export const notAnAddress = (address: string): string =>
  /[^ -~]/.test(address.split('@')[0] ?? '')
    ? `L’adresse ${address} contient un accent ou un signe qu’une adresse ne peut pas contenir.`
    : `L’adresse ${address} n’a pas la forme nom@domaine.fr.`;
