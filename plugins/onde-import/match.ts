export { absentPupils } from './absences.ts';
export { linkChildren } from './child-links.ts';
export { matchGuardians } from './guardian-match.ts';
export type * from './match-types.ts';
export { namesClose, normaliseName, pupilKey } from './names.ts';
export { diffPupil } from './pupil-diff.ts';
export { matchPupils } from './pupil-match.ts';
