import type { Container, House } from '../container.ts';
import type { School, Transaction, Visit, Work } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { schoolWithin } from '../tenancy/schools.ts';
import { openWork } from '../web/work.ts';

/** A school that opens itself to this town hall, as its list names it. */
export interface Granted {
  id: string;
  name: string;
  city: string;
}

/** Schools that open themselves to the commune of this transaction, by name. */
export async function grantedSchools(db: Transaction): Promise<Granted[]> {
  const { rows } = await db.raw('select * from granted_schools()');
  return rows;
}

/** What the console may use inside a school. */
export interface Inside {
  school: School;
  modules: ReturnType<House['modules']['of']>;
  /** Whether the profile this school gives its town hall holds a permission of a module that is on. */
  opens(permission: string): boolean;
  /** Work of one of its modules, in nobody's name. */
  workOf(plugin: string): Work;
}

/**
 * Runs `work` inside a school as long as it opens itself to this commune: asked anew by each act, and held until its end, so
 * that a school which has withdrawn answers nothing more (P10).
 * @returns null when it does not, or no longer.
 */
export function insideGranted<T>(
  container: Container,
  commune: School,
  schoolId: string,
  work: (inside: Inside) => Promise<T>,
): Promise<T | null> {
  const { house } = container;
  return inSchool(house.app, schoolId, async (db) => {
    const { rows } = await db.raw('select * from hold_grant(?)', [commune.id]);
    const [held] = rows as { rne: string; profile_id: string }[];
    if (!held) return null;
    const profile = await db('profiles').where({ id: held.profile_id }).first('permissions');
    const school = await schoolWithin(db, held.rne);
    const modules = house.modules.of(school);
    const permissions: string[] = profile?.permissions ?? [];
    return work({
      school,
      modules,
      opens: (permission) => modules.permissions.has(permission) && permissions.includes(permission),
      workOf: (plugin) => openWork(container, plugin, school, db, { accountId: null, name: commune.name }),
    });
  });
}

/** Pages that look into schools hold no transaction of the commune meanwhile; the message of the act before is theirs to take away. */
export const grantedTo = (visit: Visit) =>
  visit.step(async ({ db }) => {
    if (visit.account) await db.raw('select leave_message(?, null)', [visit.account.sessionHandle]);
    return grantedSchools(db);
  });
