/**
 * The public face of Préau: the only file a plugin imports, as `@preau/core`.
 * A plugin receives a `Visit` and returns a `Reply`; it never sees Koa, the pool, the container or the template engine.
 */

export type { Accounts, NewAccount } from './accounts/accounts.ts';
export { dayIn, schoolYear } from './clock.ts';
export {
  choice,
  choices,
  date,
  email,
  type Field,
  type Form,
  hidden,
  type InputOf,
  longText,
  number,
  password,
  text,
  tick,
  type Upload,
  upload,
} from './form/form.ts';
export { Model } from './model.ts';
export { likePattern, searchKey } from './people/names.ts';
export type { People, PupilLine } from './people/people.ts';
export type { PersonFields, PostalAddress, Register, RegisteredGuardian, RegisteredPupil } from './people/register.ts';
export {
  type Account,
  type Block,
  csv,
  definePlugin,
  type Espace,
  type Events,
  file,
  forbidden,
  get,
  invalid,
  type Job,
  type Json,
  missing,
  type NavEntry,
  type Person,
  type PersonalData,
  type Plugin,
  page,
  pdf,
  post,
  type Reply,
  type Route,
  type Rubric,
  redirect,
  type School,
  type Services,
  type Step,
  type Transaction,
  type Visit,
  type Work,
} from './plugin/contract.ts';
export { eachSchool, linkTo, schoolTable } from './tenancy/school-table.ts';
