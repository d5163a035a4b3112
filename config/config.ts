import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A setting that cannot be used; the message is one French sentence that names it. */
export class BadSetting extends Error {
  override name = 'BadSetting';
}

/** A bucket of an S3 store. */
export interface Bucket {
  name: string;
  /** Folder inside the bucket, '' for all of it. */
  prefix: string;
  region: string;
  /** Null: Amazon's own. */
  endpoint: string | null;
  keyId: string;
  key: string;
}

export interface Config {
  /** The project's folder. */
  root: string;
  /** Where a running house keeps what is its own: embedded database, secret, pid. */
  varFolder: string;
  port: number;
  /** Public address; absolute links and the Origin check use it, never the Host header. */
  url: URL;
  trustProxy: boolean;
  /** Null: the embedded PostgreSQL. */
  database: { app: string; owner: string | null; door: string } | null;
  smtpUrl: string | null;
  mailFrom: string;
  /** Whether an account's own mail server may be on a private network. */
  smtpPrivateHosts: boolean;
  /** Folder of the files that schools keep; of those on their way only, when a bucket keeps them. */
  filesFolder: string;
  /** Null: files are kept in the folder. */
  filesBucket: Bucket | null;
  /** Bytes of files one school may keep. */
  filesPerSchool: number;
  secret: Buffer | null;
  demo: boolean;
  pluginFolders: string[];
  pluginPackages: string[];
  /** Who runs the house; families turn to their school, its team to the operator (F18-5). */
  operator: { name: string; host: string; contact: string; phone: string | null; hours: string | null };
}

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * Reads and checks every setting once. The variables are listed in config/example.env.
 * @throws BadSetting naming the first variable that cannot be used.
 */
export function readConfig(env: Record<string, string | undefined>, root = ROOT): Readonly<Config> {
  const port = readPort(env.PORT);
  const url = readUrl(env.PREAU_URL, `http://localhost:${port}`);
  const database = readDatabase(env);
  const demo = readFlag('PREAU_DEMO', env.PREAU_DEMO, database === null);
  const secret = readSecret(env.PREAU_SECRET);
  const filesBucket = readBucket(env.FILES_URL, env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY);
  if (!secret && !demo)
    throw new BadSetting('PREAU_SECRET manque : donnez 32 octets au hasard en hexadécimal (openssl rand -hex 32).');
  return Object.freeze({
    root,
    varFolder: path.join(root, 'var'),
    port,
    url,
    trustProxy: readFlag('TRUST_PROXY', env.TRUST_PROXY, false),
    database,
    smtpUrl: readScheme('SMTP_URL', env.SMTP_URL, ['smtp:', 'smtps:']),
    mailFrom: readMail(env.MAIL_FROM, `preau@${url.hostname}`),
    smtpPrivateHosts: readFlag('SMTP_PRIVATE_HOSTS', env.SMTP_PRIVATE_HOSTS, demo),
    filesFolder: readFolder(filesBucket ? '' : env.FILES_URL, path.join(root, 'var', 'files')),
    filesBucket,
    filesPerSchool: readGigabytes(env.FILES_PER_SCHOOL),
    secret,
    demo,
    pluginFolders: readList(env.PLUGIN_FOLDERS).map((folder) => path.resolve(root, folder)),
    pluginPackages: readList(env.PLUGIN_PACKAGES),
    operator: {
      name: env.OPERATOR_NAME?.trim() || 'Exploitant non renseigné (OPERATOR_NAME)',
      host: env.OPERATOR_HOST?.trim() || 'Hébergeur non renseigné (OPERATOR_HOST)',
      contact: env.OPERATOR_CONTACT?.trim() || `contact@${url.hostname}`,
      phone: env.OPERATOR_PHONE?.trim() || null,
      hours: env.OPERATOR_HOURS?.trim() || null,
    },
  });
}

function readPort(value: string | undefined): number {
  if (!value) return 4200;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new BadSetting(`PORT doit être un nombre de 1 à 65535, pas « ${value} ».`);
  return port;
}

function readUrl(value: string | undefined, fallback: string): URL {
  const url = URL.parse(value || fallback);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/')
    throw new BadSetting(
      `PREAU_URL doit être une adresse complète sans chemin (https://preau.exemple.fr), pas « ${value} ».`,
    );
  // A session cookie without Secure must not cross the Internet in clear.
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname))
    throw new BadSetting(`PREAU_URL doit commencer par https:// hors d’un réseau privé, pas « ${value} ».`);
  return url;
}

function isPrivateHost(host: string): boolean {
  return (
    /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+)$/.test(
      host,
    ) || /\.(localhost|local|internal|home\.arpa)$/.test(host)
  );
}

function readDatabase(env: Record<string, string | undefined>): Config['database'] {
  const app = readScheme('DATABASE_URL', env.DATABASE_URL, ['postgres:', 'postgresql:']);
  const owner = readScheme('DATABASE_OWNER_URL', env.DATABASE_OWNER_URL, ['postgres:', 'postgresql:']);
  const door = readScheme('DATABASE_DOOR_URL', env.DATABASE_DOOR_URL, ['postgres:', 'postgresql:']);
  if (!app) {
    if (owner || door)
      throw new BadSetting('DATABASE_URL manque : DATABASE_OWNER_URL et DATABASE_DOOR_URL la complètent.');
    return null;
  }
  if (!door) throw new BadSetting('DATABASE_DOOR_URL manque : c’est l’adresse de la base pour le rôle preau_door.');
  return { app, owner, door };
}

function readScheme(name: string, value: string | undefined, schemes: string[]): string | null {
  if (!value) return null;
  const url = URL.parse(value);
  if (!url || !schemes.includes(url.protocol))
    throw new BadSetting(`${name} doit commencer par ${schemes.map((s) => `${s}//`).join(' ou ')}.`);
  return value;
}

function readFolder(value: string | undefined, fallback: string): string {
  if (!value) return fallback;
  const url = URL.parse(value);
  if (url?.protocol !== 'file:' || url.host)
    throw new BadSetting(
      `FILES_URL doit être un dossier de ce serveur (file:///srv/preau/fichiers) ou un seau S3 (s3://seau?region=…), pas « ${value} ».`,
    );
  return fileURLToPath(url);
}

const S3_EXAMPLE = 's3://seau/dossier?region=fr-par&endpoint=https://s3.fr-par.exemple.fr';

/** `s3://bucket/prefix?region=…&endpoint=…`; its keys are settings of their own, since addresses end in logs. */
function readBucket(value = '', keyId = '', key = ''): Bucket | null {
  const url = URL.parse(value);
  if (url?.protocol !== 's3:') return null;
  if (url.username || url.password || url.port || url.hash)
    throw new BadSetting(
      'FILES_URL ne porte ni clé ni mot de passe : donnez AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY.',
    );
  const name = url.hostname;
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  const region = url.searchParams.get('region') ?? '';
  const endpoint = url.searchParams.get('endpoint');
  const other = [...url.searchParams.keys()].some((one) => one !== 'region' && one !== 'endpoint');
  const named = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && /^[a-z0-9-]+$/.test(region);
  if (!named || !/^([\w-]+(\/[\w-]+)*)?$/.test(prefix) || other || (endpoint !== null && !isEndpoint(endpoint)))
    throw new BadSetting(`FILES_URL doit nommer un seau S3, sa région et s’il le faut son adresse (${S3_EXAMPLE}).`);
  if (!keyId || !key)
    throw new BadSetting(
      'AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY manquent : ce sont les clés du seau de FILES_URL.',
    );
  return { name, prefix, region, endpoint, keyId, key };
}

/** Files of children do not cross the Internet in clear. */
function isEndpoint(value: string): boolean {
  const url = URL.parse(value);
  if (url?.pathname !== '/' || url.search || url.username) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isPrivateHost(url.hostname));
}

function readGigabytes(value: string | undefined): number {
  const number = Number(value || 5);
  if (!(number > 0 && number < 100_000))
    throw new BadSetting(`FILES_PER_SCHOOL doit être un nombre de Go, par exemple 5, pas « ${value} ».`);
  return Math.round(number * 1e9);
}

function readMail(value: string | undefined, fallback: string): string {
  if (!value) return fallback;
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(value))
    throw new BadSetting(`MAIL_FROM doit être une adresse e-mail seule, pas « ${value} ».`);
  return value;
}

function readSecret(value: string | undefined): Buffer | null {
  if (!value) return null;
  if (!/^[0-9a-f]{64,}$/i.test(value))
    throw new BadSetting('PREAU_SECRET doit avoir au moins 64 chiffres hexadécimaux (openssl rand -hex 32).');
  return Buffer.from(value, 'hex');
}

function readFlag(name: string, value: string | undefined, fallback: boolean): boolean {
  if (value === undefined || value === '') return fallback;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new BadSetting(`${name} doit être 1 ou 0, pas « ${value} ».`);
}

function readList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
