import { choice } from '../form/form.ts';

/** Three answers: no answer is not a no. */
export const yesNo = (label: string) => choice(label, { '': 'Non renseigné', oui: 'Oui', non: 'Non' });
export const fromYesNo = (value: '' | 'oui' | 'non'): boolean | null => (value === '' ? null : value === 'oui');
export const toYesNo = (value: boolean | null): string => (value === null ? '' : value ? 'oui' : 'non');

/** What a guardian may be to a pupil; ONDE never says, so it begins unknown. */
export const LINK_TYPES = {
  inconnu: 'Inconnu',
  mère: 'Mère',
  père: 'Père',
  'tuteur ou tutrice': 'Tuteur ou tutrice',
  'de la famille': 'Autre membre de la famille',
  'aide sociale à l’enfance': 'Aide sociale à l’enfance',
  autre: 'Autre',
} as const;
/** « mère »; nothing as long as nobody has said. */
export const typeInWords = (type: string): string => (type === 'inconnu' ? '' : type);

/** An INE's usual shapes; another one is told, never refused: the rule of the check letter is not known. */
export const oddIne = (ine: string): boolean => !/^(?:\d{10}[A-Z]|\d{9}[A-Z]{2}|\d{4}A\d{5}[A-Z])$/.test(ine);
