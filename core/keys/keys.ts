import type { Config } from '../../config/config.ts';
import { mayUse } from '../access/permissions.ts';
import { whyShut } from '../access/shut.ts';
import { auditEach } from '../audit.ts';
import { handsOut } from '../directory/account-facts.ts';
import { nameOf } from '../directory/rows.ts';
import { refusedHanding } from '../directory/team-secret.ts';
import type { Account, Deps } from '../plugin/contract.ts';
import type { Modules } from '../plugin/modules-of.ts';
import type { Secrets } from '../secret.ts';
import { type Holder, holders } from './holders.ts';
import type { Keys } from './keys-types.ts';
import { SAMPLE_CODE } from './link.ts';
import { makeKeys } from './make.ts';
import { statusesOf } from './status.ts';

type Needs = Deps & { secrets: Secrets; config: Readonly<Config>; modules: Modules };
const SECRETS = 'ressources.secrets';
const TEAM = ['teacher', 'staff'];
const NOBODY = 'Personne n’est connecté.';

/** The scoped service `keys`. */
export function keys({ db, now, school, by, secrets, config, modules }: Needs): Keys {
  const on = modules.of(school);
  const addressOf = (code: string) => `${config.url.origin}/${school.rne}/c/${code}`;

  function refusal(who: Account | null, holder: Holder | undefined): string | null {
    if (!who) return NOBODY;
    if (!holder) return 'N’a pas de compte de connexion.';
    if (holder.id === who.id || TEAM.includes(holder.kind)) {
      const refused = refusedHanding(who, holder);
      if (refused) return refused;
    } else {
      const may = mayUse(SECRETS, who, on);
      if (!may.ok) return may.reason;
      if (!handsOut(holder)) return 'Ce compte ouvre la Gestion : la direction le donne depuis sa fiche.';
      if (holder.kind === 'guardian' && !holder.linked)
        return 'N’a l’accès à l’Espace pour aucun enfant de l’école : voyez les liens sur sa fiche.';
    }
    const shut = whyShut({ ...holder, validUntil: holder.valid_until, secretExpiresAt: null }, now);
    if (shut === 'suspended') return 'Son compte est suspendu.';
    return shut === 'over' ? 'Son compte a pris fin.' : null;
  }

  return {
    async sort(personIds) {
      const who = by.account ?? null;
      const found = await holders(db, personIds, now, school);
      const refused = personIds.flatMap((personId) => {
        const reason = refusal(who, found.get(personId));
        return reason ? [{ personId, reason }] : [];
      });
      const out = new Set(refused.map((one) => one.personId));
      return { may: personIds.filter((id) => !out.has(id)), refused };
    },

    async issue(personIds, { way, days }) {
      const who = by.account;
      if (!who) throw new Error('Keys are handed out in somebody’s name: in a visit, not in a job.');
      const found = await holders(db, personIds, now, school, true);
      const may = personIds.flatMap((id) => {
        const holder = found.get(id);
        return holder && !refusal(who, holder) ? [holder] : [];
      });
      const expires = new Date(now.getTime() + days * 86_400_000);
      const made = await makeKeys({ db, now, secrets }, may, { way, expires, by: who.id, addressOf });
      const names = may.filter((_, at) => made[at]?.secret).map((one) => `${nameOf(one)} (${one.login})`);
      const act = way === 'print' ? 'Clé de connexion imprimée' : 'Clé de connexion envoyée par e-mail';
      await auditEach(db, now, { accountId: who.id, who: by.name }, act, names);
      return made;
    },

    sample: (kind) => ({
      personId: '00000000-0000-0000-0000-000000000000',
      kind,
      login: 'EXEMPLE',
      secret: 'Exemp23456',
      link: addressOf(SAMPLE_CODE),
    }),

    statuses: (personIds) => statusesOf(db, now, personIds),
  };
}
