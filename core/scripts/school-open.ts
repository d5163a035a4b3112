import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { connect } from '../database/connect.ts';
import { borrowDatabase, type OpenDatabase } from '../database/open.ts';
import { mailer } from '../mail/mailer.ts';
import { secretsFrom } from '../secret.ts';
import { communeAddress, normaliseInsee, wrongInsee } from '../tenancy/communes.ts';
import { type NewSchool, openingEnd, prepareCommune, prepareSchool } from '../tenancy/prepare-school.ts';
import { normaliseRne, wrongRne } from '../tenancy/rne.ts';
import type { Run } from './command.ts';

const NEEDED = ['name', 'address', 'postcode', 'city', 'email'] as const;

/** `school:open`: prepares a school and sends its identifiant; the code is printed, for another channel (I-01). */
export const openSchool: Run = async ({ words: [typed = ''], options }, config) => {
  const rne = normaliseRne(typed);
  // Before the database is even looked for: a letter copied wrong is the usual mistake (F01-2).
  const wrong = wrongRne(rne);
  if (wrong) throw new Error(wrong);
  const absent = NEEDED.find((name) => !options[name]?.trim());
  if (absent) throw new Error(`Il manque --${absent}.`);
  await prepared(config, SCHOOL, { ...options, rne } as unknown as NewSchool);
};

/** `commune:open`: the same for the console of a town hall, known by its INSEE code (F07-5). */
export const openCommune: Run = async ({ words: [typed = ''], options }, config) => {
  const insee = normaliseInsee(typed);
  const wrong = wrongInsee(insee);
  if (wrong) throw new Error(wrong);
  const absent = (['name', 'email'] as const).find((name) => !options[name]?.trim());
  if (absent) throw new Error(`Il manque --${absent}.`);
  const { name = '', email = '', address = '', postcode = '', city = name, phone, timezone } = options;
  await prepared(config, COMMUNE, { rne: insee, name, email, address, postcode, city, phone, timezone });
};

/** What is said of a school and of a town hall. */
interface Kind {
  prepare: typeof prepareSchool;
  one: string;
  it: string;
  to: string;
  opens: string;
  number: string;
  needs: string;
  becomes: string;
}
const SCHOOL: Kind = {
  prepare: prepareSchool,
  one: 'École',
  it: 'l’école',
  to: 'à l’école',
  opens: 'peut ouvrir son Préau',
  number: 'Numéro RNE',
  needs: 'le numéro RNE de l’école',
  becomes: 'La personne qui ouvre l’école en devient la direction.',
};
const COMMUNE: Kind = {
  prepare: prepareCommune,
  one: 'Console de la mairie',
  it: 'la console',
  to: 'à la mairie',
  opens: 'peut ouvrir sa console Préau, pour suivre les écoles qui s’ouvrent à elle',
  number: 'Code INSEE',
  needs: 'le code INSEE de la commune',
  becomes: 'La personne qui ouvre la console l’administre.',
};

async function prepared(config: Readonly<Config>, kind: Kind, fields: NewSchool): Promise<void> {
  const database = await borrowDatabase(config);
  try {
    await open(config, database, kind, fields, new Date());
  } finally {
    await database.stop();
  }
}

async function open(
  config: Readonly<Config>,
  database: OpenDatabase,
  kind: Kind,
  school: NewSchool,
  now: Date,
): Promise<void> {
  const app = connect(database.app, { max: 1 });
  try {
    if (!(await app.schema.hasTable('schools')))
      throw new Error('La base n’a pas encore de tables : lancez d’abord npm run preau -- migrate');
    const { login, code } = await kind.prepare(app, secretsFrom(database.secret), school, now);
    const until = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long' }).format(openingEnd(now));
    const failure = await send(config, kind, school, login, until);
    console.log(
      [
        `${kind.one} ${school.rne} préparée : « ${school.name} ».`,
        failure === null
          ? `Son identifiant est parti par e-mail à ${school.email}.`
          : `${failure} Donnez vous-même ${kind.to} son identifiant : ${login}`,
        `Code, à donner par une autre voie que l’e-mail (téléphone, SMS, main propre) : ${code}`,
        `Ils ouvrent ${kind.it} jusqu’au ${until}, sur ${openingAddress(config)}`,
      ].join('\n'),
    );
  } finally {
    await app.destroy();
  }
}

/** @returns null, or why the message did not leave. */
async function send(
  config: Readonly<Config>,
  kind: Kind,
  school: NewSchool,
  login: string,
  until: string,
): Promise<string | null> {
  const smtp = config.smtpUrl ?? runningHouse(config).smtp;
  if (!smtp) return 'Aucun serveur d’envoi n’est réglé (SMTP_URL), rien n’est parti.';
  const post = mailer(smtp, config.mailFrom);
  try {
    await post.send({
      to: { name: school.name, address: school.email },
      subject: `Ouverture de ${school.name} sur Préau`,
      text: letter(config, kind, school, login, until),
    });
    return null;
  } catch (error) {
    return `Le message à ${school.email} n’est pas parti (${error instanceof Error ? error.message : error}).`;
  } finally {
    post.close();
  }
}

/** What the house that runs in this folder says of itself: its address, and the demo's mailbox. */
function runningHouse(config: Readonly<Config>): { url?: string; smtp: string | null } {
  try {
    return JSON.parse(readFileSync(path.join(config.varFolder, 'running.json'), 'utf8'));
  } catch {
    return { smtp: null };
  }
}

const openingAddress = (config: Readonly<Config>, path = '/ouverture'): string =>
  new URL(path, runningHouse(config).url ?? config.url).href;

/** The page that shows who it is about: nobody copies the number from the letter. */
const identityOf = (kind: Kind, { rne }: NewSchool): string =>
  `/${kind === COMMUNE ? communeAddress(rne) : rne}/ouverture/`;

const letter = (config: Readonly<Config>, kind: Kind, school: NewSchool, login: string, until: string): string =>
  `Bonjour,

${school.name} ${kind.opens}. Il faut trois choses : ${kind.needs}, l’identifiant ci-dessous, et le code qui vous est donné par une autre voie que ce message.

Adresse : ${openingAddress(config, identityOf(kind, school))}
${kind.number} : ${school.rne}
Identifiant d’ouverture : ${login}

L’identifiant et le code servent jusqu’au ${until}. ${kind.becomes}

Vous n’attendiez pas ce message ? Ne faites rien : sans le code, il n’ouvre rien.

${config.operator.name}
${config.operator.contact}
`;
