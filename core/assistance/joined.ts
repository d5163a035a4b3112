import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deviceWords } from '../auth/sessions.ts';
import type { House } from '../container.ts';
import type { Visit } from '../plugin/contract.ts';
import { inseeOf, isCommune } from '../tenancy/communes.ts';
import { adminScreens, espaceNav } from '../views/chrome.ts';

/** What is joined to a message, as its writer reads it before sending. */
export interface Joined {
  title: string;
  text: string;
}

/**
 * What the helper needs to know and nobody should have to type.
 * @param screen path of the page one came from, as `namelessPath` leaves it.
 */
export function joined(house: House, visit: Visit, screen: string): Joined[] {
  const { account, person, school, client } = visit;
  const place = account?.mode === 'espace' ? 'Mon Espace' : 'Gestion';
  return [
    { title: 'Votre nom', text: `${person?.firstName} ${person?.lastName}, identifiant ${account?.login}` },
    {
      title: 'Votre école',
      text: `${school.name}, ${school.city} (${isCommune(school) ? `INSEE ${inseeOf(school)}` : `RNE ${school.rne}`})`,
    },
    ...(screen ? [{ title: 'Écran', text: screenInWords(house, visit, screen) }] : []),
    { title: 'Appareil', text: `${browserInWords(client.agent)}, dans ${place}` },
    { title: 'Version de Préau', text: version(house) },
  ];
}

/** Only the words of an address travel: what names a row, a person or a key stays behind. */
export function namelessPath(from: string): string {
  const words = from.split('/').filter(Boolean).slice(0, 8);
  if (!words.every((word) => word.length <= 200)) return '';
  return words.length
    ? `/${words.map((word) => (/^[a-z]{1,20}(-[a-z]{1,20}){0,3}$/.test(word) ? word : '…')).join('/')}`
    : '';
}

/** « Ressources > Élèves (/gestion/ressources/eleves/…) » */
function screenInWords({ modules }: House, { school, account, espace }: Visit, screen: string): string {
  if (!account) return screen;
  const on = modules.of(school);
  const screens =
    account.mode === 'espace'
      ? account.espaces.flatMap((one) => espaceNav(school, account, on, espace ?? one, ''))
      : adminScreens(school, account, on).map(({ top, sub, view, url }) => ({
          title: [...new Set([top, sub, view])].join(' > '),
          url,
        }));
  const under = ({ url }: { url: string }) => `${screen}/`.startsWith(url.endsWith('/') ? url : `${url}/`);
  const found = screens.filter(under).sort((a, b) => b.url.length - a.url.length)[0];
  return found ? `${found.title} (${screen})` : screen;
}

/** « Firefox 128, Windows » */
function browserInWords(agent: string): string {
  const [browser = '', ...system] = deviceWords(agent).split(', ');
  const number = new RegExp(`${browser === 'Safari' ? 'Version' : browser === 'Edge' ? 'Edg' : browser}/(\\d{1,4})`);
  const found = number.exec(agent)?.[1];
  return [found ? `${browser} ${found}` : browser, ...system].join(', ');
}

let told: string | null = null;
function version({ config }: House): string {
  told ??= JSON.parse(readFileSync(path.join(config.root, 'package.json'), 'utf8')).version as string;
  return told;
}
