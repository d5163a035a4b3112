/**
 * The public face of Préau: the only file a plugin imports, as `@preau/core`.
 * A plugin receives a `Visit` and returns a `Reply`; it never sees Koa, the pool, the container or the template engine.
 */

export { espaceOptions } from './access/options.ts';
export type { Access, Offer, Rights } from './access/rights.ts';
export type { Accounts, NewAccount } from './accounts/accounts.ts';
export { ALREADY_OPEN } from './accounts/opened.ts';
export type { Audience, Recipient, RecipientKind } from './audience/audience-types.ts';
export { type Picker, pickerRoutes } from './audience/picker.ts';
export { type AudienceWords, audienceWords, childrenInWords } from './audience/words.ts';
export { audit, auditDaily } from './audit.ts';
export type { Visitors } from './auth/visitors.ts';
export {
  dayAfter,
  dayIn,
  dayInWords,
  dayTitle,
  firstMoment,
  frenchDay,
  lastMoment,
  momentAt,
  schoolYear,
} from './clock.ts';
export type { Figure, TownHall, TownHallPost } from './commune/town-hall-types.ts';
export type { Delivered, Delivery, Readers } from './delivery/delivery-types.ts';
export type { CardHistory } from './directory/history-view.ts';
export { capitals, LEVELS } from './directory/list-words.ts';
export { nameColumns } from './directory/name-columns.ts';
export type { Handing, TeamAccount } from './directory/team-secret.ts';
export { archivePaths } from './files/archive-paths.ts';
export type { Arrival, Attached, Files, KeptFile } from './files/files-types.ts';
export { sizeInWords } from './files/names.ts';
export {
  attachments,
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
  record,
  richText,
  strings,
  text,
  tick,
  time,
  type Upload,
  upload,
} from './form/form.ts';
export { isId } from './identifier.ts';
export { birthField } from './keys/birth.ts';
export type { Key, KeyStatus, Keys } from './keys/keys-types.ts';
export { keyStates } from './keys/status.ts';
export { defineList, type List, type ListAct, type Mark, pickForm, type Row } from './list/declare.ts';
export { ownWords } from './list/own-words.ts';
export { backToList, picked } from './list/picked.ts';
export { listRoutes } from './list/routes.ts';
export { logoPath } from './looks/logo.ts';
export { Model } from './model.ts';
export type { Notice, Notices } from './notices/notices-types.ts';
export { type BeforeSending, beforeSending, type SendingGroup } from './outbox/before-sending.ts';
export type {
  Letter,
  Mailing,
  Outbox,
  Sender,
  SenderChoice,
  Senders,
  SmtpServer,
  Unreachable,
} from './outbox/outbox-types.ts';
export { undrawn } from './pdf/letters.ts';
export { type QrPath, QUIET, qrPath } from './pdf/qr.ts';
export type {
  LinkFields,
  PersonFields,
  PostalAddress,
  Register,
  RegisteredGuardian,
  RegisteredPerson,
  RegisteredPupil,
  Undone,
} from './people/directory-types.ts';
export { GENRES, type Genre } from './people/genres.ts';
export { addressInWords, FIELD_TITLES, inWords, placeInWords } from './people/history.ts';
export { likePattern, searchKey, signature } from './people/names.ts';
export type { People, PupilLine } from './people/people.ts';
export type { Team } from './people/team.ts';
export {
  type Account,
  type Block,
  type Command,
  type CommandDesk,
  type CommandLine,
  csv,
  definePlugin,
  type Espace,
  type Events,
  type FeedItem,
  file,
  forbidden,
  get,
  type Invalid,
  invalid,
  type Job,
  type Json,
  missing,
  type NavEntry,
  type Page,
  type Person,
  type PersonalData,
  type Plugin,
  type PublicPage,
  page,
  pdf,
  post,
  type Reply,
  type Route,
  type Rubric,
  type RubricHome,
  redirect,
  type School,
  type Services,
  type Step,
  type Transaction,
  type Visit,
  type Work,
  type ZipEntry,
  zip,
} from './plugin/contract.ts';
export type { Outside, Slow } from './plugin/slow.ts';
export { plainOf } from './rich-text/plain.ts';
export { csvText } from './table/csv-text.ts';
export type { Encoding } from './table/decoding.ts';
export { normaliseHeading } from './table/headings.ts';
export { counted, french, type Problem, problem, quoted, type Remark } from './table/problem.ts';
export {
  type Refusal,
  readTable,
  type Separator,
  type Table,
  type TableRow,
  type TableWords,
} from './table/read-table.ts';
export { remembering } from './table/remember.ts';
export { eachSchool, linkTo, schoolTable } from './tenancy/school-table.ts';
export type { Vault } from './vault.ts';
