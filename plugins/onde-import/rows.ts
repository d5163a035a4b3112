export { readGuardians } from './guardian-rows.ts';
export { type PupilCounts, readPupils, summarisePupils } from './pupil-rows.ts';
export type * from './row-types.ts';
