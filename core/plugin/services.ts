/** What `visit.services` offers. The core's services stand here; a plugin's `contract.ts` merges its own into it. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging.
export interface Services {}
