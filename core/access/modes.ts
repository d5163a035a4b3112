import type { Mode } from '../plugin/contract.ts';

const RANK: Mode[] = ['espace', 'quotidienne', 'administration'];
/** Whether an account whose highest mode is `grants` may sign in with `mode` (F02-02). */
export const grantsMode = (grants: Mode, mode: Mode): boolean => RANK.indexOf(mode) <= RANK.indexOf(grants);
