import type { Person } from '../plugin/contract.ts';

/** What opens an account, for the paper or the mail that carries it to its owner; never kept in a row in clear. */
export interface Key {
  personId: string;
  kind: Person['kind'];
  login: string;
  /** The provisional secret; null once the account is open (« Compte déjà ouvert »). */
  secret: string | null;
  /** Whole address of the QR code (PREAU_URL/rne/c/code); null once personalised. One time; each print makes a new one. */
  link: string | null;
}

/** How far a person is from being connected. */
export interface KeyStatus {
  personId: string;
  login: string;
  /** none: never handed out · printed / mailed: still good · expired: its time is over · used: signed in at least once. */
  state: 'none' | 'printed' | 'mailed' | 'expired' | 'used';
  /** When that came about. */
  at: Date | null;
  /** Until when a printed or mailed key is good. */
  expires: Date | null;
}

/**
 * The scoped service `keys`. Whoever sees a secret can be that person, so each act asks who acts: families with
 * `ressources.secrets`, the team in Administration only, nobody for himself. Routes that call `issue` say `fresh: true`.
 */
export interface Keys {
  /** Whose keys who acts may hand out, in the order given, and why not the others' (French). People without account are refused too. */
  sort(personIds: string[]): Promise<{ may: string[]; refused: { personId: string; reason: string }[] }>;
  /**
   * Makes the keys of those who may have them (the others are left out): expired or missing provisional secrets are
   * drawn anew, good ones stay as they are, so that papers handed out before still serve. No slow hash. Journal line.
   * @param way 'print' or 'mail', for the status. @param days life of the link.
   * @throws Error in a job, which acts in nobody's name.
   */
  issue(personIds: string[], options: { way: 'print' | 'mail'; days: number }): Promise<Key[]>;
  /** A key of nobody, as previews show it: it opens a page that says so. */
  sample(kind: Person['kind']): Key;
  statuses(personIds: string[]): Promise<Map<string, KeyStatus>>;
}

declare module '../plugin/services.ts' {
  interface Services {
    keys: Keys;
  }
}
