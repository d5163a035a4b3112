import type { Work } from '@preau/core';
import { type LabelPerson, type LabelStyle, misfits } from './label-make.ts';
import { wrongWords } from './letter-fill.ts';
import { VARIABLES, type Values, type Variable, wordsIn } from './variables.ts';

/** What previews stand on: an address of QR codes that opens nothing, and the address one types, without its scheme. */
export function exampleOf({ services, school }: Pick<Work, 'services' | 'school'>): { link: string; address: string } {
  const link = services.keys.sample('guardian').link as string;
  return { link, address: `${new URL(link).host}/${school.rne}` };
}

/** A family nobody knows, with all that can be long: the longest login there is, three children. */
export function examplePeople(link: string, address: string, count: number): LabelPerson[] {
  const names: [string, string, string][] = [
    ['LEOTI', 'Sophie', 'Mila (CE1)'],
    ['DE LA FONTAINE-VANDENBROUCKE', 'Marie-Christine', 'Maxence (CE1), Rose (GS)'],
    ['ÇELIK', 'Ayşe', 'Deniz (CP)'],
  ];
  return Array.from({ length: count }, (_, at) => {
    const [NOM, Prénom, enfants] = names[at % names.length] as [string, string, string];
    const login = `${Prénom[0]}${NOM}`.normalize('NFD').replace(/[^A-Z]/g, '');
    return {
      who: `${NOM} ${Prénom}`,
      spent: false,
      link,
      values: exampleValues({ NOM, Prénom, enfants, login, link, address }),
    };
  });
}

function exampleValues(of: Record<'NOM' | 'Prénom' | 'enfants' | 'login' | 'link' | 'address', string>): Values {
  const all = Object.fromEntries(VARIABLES.map((one) => [one, ''])) as Values;
  return {
    ...all,
    Civilité: 'Mme',
    NOM: of.NOM,
    Prénom: of.Prénom,
    Enfants: of.enfants,
    Classe: 'CE1',
    'Enfants ou classe': of.enfants,
    'Identifiant de connexion': of.login,
    'Mot de passe': 'Exemp23456',
    'Adresse de connexion': of.address,
    'Lien de connexion': of.link,
    'Nom de l’école': 'École',
  };
}

/** Logins end at 30 letters; W is the widest, A the widest of those that are drawn at full height. */
const LONGEST = ['A'.repeat(30), 'W'.repeat(30)];

/** Whether labels of this style hold the longest logins whole; else what to do about it, in French (case B16). */
export function tooTight(style: LabelStyle, link: string, address: string): string | null {
  const people = LONGEST.map((login) => {
    const [one] = examplePeople(link, address, 1) as [LabelPerson];
    return { ...one, values: { ...one.values, 'Identifiant de connexion': login } };
  });
  if (!misfits(style, people).length) return null;
  return style.large
    ? 'En gros caractères ce texte ne tient pas sur une étiquette de cette taille : choisissez une planche plus grande, Avery L7165 par exemple.'
    : 'Ce texte ne tient pas sur une étiquette de cette taille : enlevez une ligne, ou choisissez une planche plus grande.';
}

/** What is wrong with the text of a label; null when it can be printed. */
export function wrongContent(content: string): string | null {
  const words = wrongWords(content);
  if (words) return words.replace('partirait', 'serait imprimé');
  const held = wordsIn(content);
  const lacking = NEEDED.filter((word) => !held.includes(word)).map((word) => `[${word}]`);
  return lacking.length ? `Ajoutez ${lacking.join(' et ')} : sans cela personne ne peut se connecter.` : null;
}
const NEEDED: Variable[] = ['Identifiant de connexion', 'Mot de passe'];
