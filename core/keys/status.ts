import type { Knex } from 'knex';
import { among } from '../people/write.ts';
import type { Transaction } from '../plugin/contract.ts';
import type { KeyStatus } from './keys-types.ts';

/**
 * How far each account is from being connected, to be joined as `key`: person_id, login, state and its moment `at`, expires
 * (see KeyStatus). Who has chosen a password, or has signed in since his last key was made, is connected.
 */
export const keyStates = (db: Transaction, now: Date): Knex.Raw =>
  db.raw(
    `(select person_id, login, state, expires_at as expires,
        case state when 'used' then last_sign_in_at when 'expired' then expires_at else made_at end as at
      from (select a.person_id, a.login, a.last_sign_in_at, k.made_at, k.expires_at, case
          when a.password_hash is not null or a.last_sign_in_at >= coalesce(k.made_at, a.last_sign_in_at) then 'used'
          when k.made_at is null then 'none'
          when k.expires_at <= ? then 'expired'
          when k.way = 'mail' then 'mailed' else 'printed' end as state
        from accounts a
        left join (select distinct on (account_id) account_id, way, made_at, expires_at from account_keys
          order by account_id, made_at desc) k on k.account_id = a.id) told) as key`,
    [now],
  );

type Told = Omit<KeyStatus, 'personId'> & { person_id: string };

export async function statusesOf(db: Transaction, now: Date, personIds: string[]): Promise<Map<string, KeyStatus>> {
  const rows: Told[] = await among(db.from(keyStates(db, now)), 'person_id', personIds).select('*');
  return new Map(
    rows.map(({ person_id: personId, state, ...told }) => [
      personId,
      { ...told, personId, state, expires: state === 'used' ? null : told.expires },
    ]),
  );
}
