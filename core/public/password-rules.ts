/** Rules of the guide for a password one chooses (F02-05 to F02-11): the floor. The same code answers while typing and after sending. */
export interface PasswordContext {
  lastName: string;
  firstName: string;
  login: string;
  /** The current password when it is known in clear (it has just been typed), else null. */
  current: string | null;
}

export interface RuleResult {
  rule: string;
  met: boolean;
  /** What is missing, in words. */
  missing: string;
}

/** Chosen so often that they are tried first. Compared without case and without the digits and signs at the end. */
const COMMON = [
  'azerty',
  'azertyuiop',
  'qwerty',
  'motdepasse',
  'password',
  'passw',
  'bonjour',
  'soleil',
  'doudou',
  'loulou',
  'chouchou',
  'marseille',
  'paris',
  'france',
  'ecole',
  'maitresse',
  'abcd',
  'abcdef',
  'abcdefgh',
  'aqwzsx',
  'jetaime',
  'iloveyou',
  'princesse',
  'football',
  'admin',
  'directeur',
  'directrice',
  'preau',
  'nicolas',
  'camille',
  'chocolat',
  'welcome',
  'bienvenue',
];

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Each rule, met or not, in the order of the guide. */
export function passwordRules(password: string, again: string, who: PasswordContext): RuleResult[] {
  const folded = plain(password);
  const names = [who.login, who.lastName, who.firstName].map(plain).filter((name) => name.length > 0);
  const inside = names.find((name) => folded === name || (name.length >= 4 && folded.includes(name)));
  const root = folded.replace(/[^a-z]+$/, '').replace(/^[^a-z]+/, '');
  const hasLower = /\p{Ll}/u.test(password);
  const hasUpper = /\p{Lu}/u.test(password);
  const length = [...password].length;
  const check = (rule: string, met: boolean, missing: string): RuleResult => ({
    rule,
    met: password !== '' && met,
    missing,
  });
  return [
    check('contenir au moins 8 caractères', length >= 8, `il en manque ${Math.max(8 - length, 1)}`),
    check('contenir au moins un caractère numérique', /\p{Nd}/u.test(password), 'il manque un chiffre'),
    check('contenir au moins une lettre', /\p{L}/u.test(password), 'il manque une lettre'),
    check(
      'mélanger des minuscules et des majuscules',
      hasLower && hasUpper,
      hasLower ? 'il manque une majuscule' : 'il manque une minuscule',
    ),
    check('être différent du nom et de l’identifiant', !inside, `il contient ${(inside ?? '').toUpperCase()}`),
    check('être différent du mot de passe actuel', who.current === null || password !== who.current, 'c’est le même'),
    check(
      'ne pas être un mot de passe trop courant',
      !COMMON.includes(root) && !/^(.)\1+$/u.test(password),
      'il est parmi les premiers que l’on essaie',
    ),
    check(
      'être saisi deux fois à l’identique',
      password === again,
      again === '' ? 'pas encore' : 'les deux saisies diffèrent',
    ),
  ];
}

/** From 0 (refused) to 4; words make a better password than signs. */
export function passwordStrength(password: string, who: PasswordContext): { score: number; words: string } {
  const rules = passwordRules(password, password, who);
  if (rules.some((rule) => !rule.met)) return { score: password ? 1 : 0, words: 'faible' };
  const length = [...password].length;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  if (different < 6) return { score: 1, words: 'faible' };
  if (length >= 16) return { score: 4, words: 'excellente' };
  if (length >= 12) return { score: 3, words: 'bonne' };
  return length >= 10 && kinds === 4 ? { score: 3, words: 'bonne' } : { score: 2, words: 'moyenne' };
}
