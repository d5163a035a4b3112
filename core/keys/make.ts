import { openProvisional, SECRET_DAYS, secretHmac } from '../accounts/accounts.ts';
import { bulk } from '../people/write.ts';
import type { Transaction } from '../plugin/contract.ts';
import { newSecret, type Secrets, tokenHash } from '../secret.ts';
import type { Holder } from './holders.ts';
import type { Key } from './keys-types.ts';
import { newCode } from './link.ts';

interface Making {
  way: 'print' | 'mail';
  expires: Date;
  by: string;
  addressOf(code: string): string;
}

/** A key for each holder, in their order, in two statements however many they are. */
export async function makeKeys(
  { db, now, secrets }: { db: Transaction; now: Date; secrets: Secrets },
  holders: Holder[],
  { way, expires, by, addressOf }: Making,
): Promise<Key[]> {
  const drawn: SecretRow[] = [];
  const links: LinkRow[] = [];
  const made = holders.map((holder) => {
    const key = { personId: holder.person_id, kind: holder.kind, login: holder.login };
    if (holder.state !== 'provisional') return { ...key, secret: null, link: null };
    const kept = openProvisional(secrets, holder, now);
    const secret = kept ?? newSecret();
    // What is typed is good for as long as what is scanned: both stand on the same paper.
    const until = kept ? (holder.secret_expires_at as Date) : new Date(now.getTime() + SECRET_DAYS * 86_400_000);
    if (!kept || until < expires)
      drawn.push({
        id: holder.id,
        secret_hmac: hex(secretHmac(secrets, holder.person_id, secret)),
        secret_sealed: hex(secrets.seal('provisional', secret)),
        secret_expires_at: until < expires ? expires : until,
      });
    const code = newCode();
    links.push({ account_id: holder.id, token_hash: hex(tokenHash(code)) });
    return { ...key, secret, link: addressOf(code) };
  });
  await bulk(drawn, (json) => db.raw(KEEP, [json]));
  await bulk(links, (json) => db.raw(LINK, [way, now, by, expires, json]));
  return made;
}

interface SecretRow {
  id: string;
  secret_hmac: string;
  secret_sealed: string;
  secret_expires_at: Date;
}
interface LinkRow {
  account_id: string;
  token_hash: string;
}
const hex = (bytes: Buffer) => `\\x${bytes.toString('hex')}`;

const KEEP = `update accounts set secret_hmac = r.secret_hmac, secret_sealed = r.secret_sealed,
    secret_expires_at = r.secret_expires_at
  from json_to_recordset(?) as r(id uuid, secret_hmac bytea, secret_sealed bytea, secret_expires_at timestamptz)
  where accounts.id = r.id`;
const LINK = `insert into account_keys (account_id, way, token_hash, made_at, made_by, expires_at)
  select r.account_id, ?, r.token_hash, ?, ?, ? from json_to_recordset(?) as r(account_id uuid, token_hash bytea)`;
