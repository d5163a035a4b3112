import { audit } from '../audit.ts';
import { endSessions } from '../auth/sessions.ts';
import { frenchDay } from '../clock.ts';
import type { Deps, Mode, Person } from '../plugin/contract.ts';
import type { Modules } from '../plugin/modules-of.ts';
import { MODES } from './espaces.ts';
import { type Holding, holds, isLast, type Row, refusedProfile, rowOf, tooHigh } from './holding.ts';
import { grantsMode } from './modes.ts';

/** What an account may do in Gestion: the highest mode it may choose, and the profile of Gestion quotidienne. */
export interface Rights {
  mode: Mode;
  profileId: string | null;
}

/** What a form may offer; `refused` says why who acts cannot give it. */
export interface Offer {
  modes: { mode: Mode; refused: string | null }[];
  profiles: { id: string; name: string; refused: string | null }[];
}

/**
 * The scoped service `access`: the rights of others, with every guard. Nobody gives, takes or touches more than he has
 * himself in this session; the last person in Administration stays. Routes that call it say `fresh: true`.
 * Each act answers null when it is done, else why not, in French.
 */
export interface Access {
  /** Modes and profiles for the choices of a form, also for an account not made yet. */
  offer(): Promise<Offer>;
  /** Why these rights cannot be given, to a new account too; null when they can. */
  refusal(rights: Rights, kind: Person['kind']): Promise<string | null>;
  /** Gives an account its mode and profile. */
  give(accountId: string, rights: Rights): Promise<string | null>;
  /** Closes an account and its sessions at once; its links wait until they are proven again. */
  suspend(accountId: string): Promise<string | null>;
  bringBack(accountId: string): Promise<string | null>;
  /** Last day of a temporary account, included; null for no end. */
  setValidUntil(accountId: string, day: string | null): Promise<string | null>;
  /** To be asked before an account is reset, or goes with its person; holds the lock until the end of the visit. */
  refusalToLose(accountId: string): Promise<string | null>;
  /** Version of an account's rights, for the route option `version`; `hold` locks the row. */
  version(accountId: string, hold: boolean): Promise<string | null>;
}

declare module '../plugin/services.ts' {
  interface Services {
    access: Access;
  }
}

type Made = { row: Row } | { refused: string };

const GONE = 'Ce compte n’existe plus.';
const CHANGED = 'Vos propres droits viennent de changer. Rechargez la page.';
const LAST =
  'C’est la dernière personne qui administre l’école. Donnez d’abord le mode Administration à quelqu’un d’autre, qui s’est déjà connecté.';
const FAMILY = 'Un élève ou un responsable n’ouvre que son Espace.';

/** The scoped service `access`. */
export function access({ db, school, now, by, modules }: Deps & { modules: Modules }): Access {
  const on = modules.of(school);

  /** Who acts, as he stands now and not as he stood at the door; never above the mode of his session. */
  async function actor(): Promise<Holding | null> {
    const { account } = by;
    if (!account) return null;
    const row = await rowOf(db, account.id);
    if (row?.state !== 'active' || !grantsMode(row.mode, account.mode)) return null;
    return { mode: account.mode, permissions: row.permissions };
  }

  /** Every change of rights waits for the one before: two administrators who lower each other at once leave one. */
  const lock = () =>
    db.raw("select pg_advisory_xact_lock(hashtextextended('administrators ' || ?, 0))", [school.id]).then(() => {});

  async function touch(accountId: string, loses: (row: Row) => boolean): Promise<Made> {
    await lock();
    const mine = await actor();
    if (!mine) return { refused: CHANGED };
    const row = await rowOf(db, accountId, true);
    if (!row) return { refused: GONE };
    if (!holds(mine, row))
      return { refused: `${row.name} a des droits que vous n’avez pas : vous ne pouvez pas les changer.` };
    if (loses(row) && (await isLast(db, row))) return { refused: LAST };
    return { row };
  }

  async function refusedGift(mine: Holding, rights: Rights, kind: Person['kind']): Promise<string | null> {
    if (rights.mode !== 'espace' && (kind === 'pupil' || kind === 'guardian')) return FAMILY;
    if (!grantsMode(mine.mode, rights.mode)) return tooHigh(rights.mode);
    if (rights.mode === 'quotidienne' && !rights.profileId) return 'Choisissez le profil de la Gestion quotidienne.';
    if (!rights.profileId) return null;
    const profile = await db('profiles').where({ id: rights.profileId }).first('name', 'permissions');
    if (!profile) return 'Ce profil n’existe plus. Choisissez-en un autre.';
    return refusedProfile(mine, profile, on);
  }

  const write = (act: string, row: Row, what: string) =>
    audit(
      db,
      now,
      { account: by.account ?? null, person: null, who: by.name },
      act,
      `${row.name} (${row.login})${what && ` : ${what}`}`,
    );

  return {
    async offer() {
      const mine = await actor();
      const profiles: { id: string; name: string; permissions: string[] }[] = await db('profiles')
        .orderByRaw('lower(name)')
        .select('id', 'name', 'permissions');
      return {
        modes: (Object.keys(MODES) as Mode[]).map((mode) => ({
          mode,
          refused: mine && grantsMode(mine.mode, mode) ? null : tooHigh(mode),
        })),
        profiles: profiles.map((one) => ({
          id: one.id,
          name: one.name,
          refused: mine ? refusedProfile(mine, one, on) : CHANGED,
        })),
      };
    },

    async refusal(rights, kind) {
      const mine = await actor();
      return mine ? refusedGift(mine, rights, kind) : CHANGED;
    },

    async give(accountId, rights) {
      const made = await touch(accountId, (row) => row.mode === 'administration' && rights.mode !== 'administration');
      if ('refused' in made) return made.refused;
      const { row } = made;
      const profileId = rights.mode === 'espace' ? null : rights.profileId;
      if (row.mode === rights.mode && row.profile_id === profileId) return null;
      const refused = await refusedGift((await actor()) as Holding, { ...rights, profileId }, row.kind);
      if (refused) return refused;
      await db('accounts').where({ id: row.id }).update({ mode: rights.mode, profile_id: profileId });
      const given = profileId && (await db('profiles').where({ id: profileId }).first('name'));
      await write('Droits changés', row, `${MODES[rights.mode]}${given ? `, profil « ${given.name} »` : ''}`);
      return null;
    },

    async suspend(accountId) {
      const made = await touch(accountId, () => true);
      if ('refused' in made) return made.refused;
      if (made.row.state === 'suspended') return null;
      await db('accounts').where({ id: made.row.id }).update({ state: 'suspended' });
      await endSessions(db, made.row.id);
      await write('Compte suspendu', made.row, '');
      return null;
    },

    async bringBack(accountId) {
      const made = await touch(accountId, () => false);
      if ('refused' in made) return made.refused;
      if (made.row.state !== 'suspended') return null;
      await db('accounts')
        .where({ id: made.row.id })
        .update({ state: made.row.password_hash ? 'active' : 'provisional' });
      await write('Compte remis en service', made.row, '');
      return null;
    },

    async setValidUntil(accountId, day) {
      const made = await touch(accountId, () => day !== null);
      if ('refused' in made) return made.refused;
      // The last day counts to its last minute, where the school is.
      const until = day && db.raw('((?::date + 1)::timestamp at time zone ?)', [day, school.timezone]);
      await db('accounts').where({ id: made.row.id }).update({ valid_until: until });
      await write('Fin du compte changée', made.row, day ? frenchDay(day) : 'sans fin');
      return null;
    },

    async refusalToLose(accountId) {
      const made = await touch(accountId, () => true);
      return 'refused' in made ? made.refused : null;
    },

    async version(accountId, hold) {
      const query = db('accounts').where({ id: accountId });
      const row = await (hold ? query.forUpdate() : query).first('mode', 'profile_id', 'state', 'valid_until');
      return row ? [row.mode, row.profile_id, row.state, row.valid_until?.toISOString()].join(' ') : null;
    },
  };
}
