import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { connect } from '../database/connect.ts';
import { borrowDatabase, type OpenDatabase } from '../database/open.ts';
import { mailer } from '../mail/mailer.ts';
import { secretsFrom } from '../secret.ts';
import { type NewSchool, openingEnd, prepareSchool } from '../tenancy/prepare-school.ts';
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
  const database = await borrowDatabase(config);
  try {
    await open(config, database, { ...options, rne } as unknown as NewSchool, new Date());
  } finally {
    await database.stop();
  }
};

async function open(config: Readonly<Config>, database: OpenDatabase, school: NewSchool, now: Date): Promise<void> {
  const app = connect(database.app, { max: 1 });
  try {
    if (!(await app.schema.hasTable('schools')))
      throw new Error('La base n’a pas encore de tables : lancez d’abord npm run preau -- migrate');
    const { login, code } = await prepareSchool(app, secretsFrom(database.secret), school, now);
    const until = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long' }).format(openingEnd(now));
    const failure = await send(config, school, login, until);
    console.log(
      [
        `École ${school.rne} préparée : « ${school.name} ».`,
        failure === null
          ? `Son identifiant est parti par e-mail à ${school.email}.`
          : `${failure} Donnez vous-même à l’école son identifiant : ${login}`,
        `Code, à donner par une autre voie que l’e-mail (téléphone, SMS, main propre) : ${code}`,
        `Ils ouvrent l’école jusqu’au ${until}, sur ${openingAddress(config)}`,
      ].join('\n'),
    );
  } finally {
    await app.destroy();
  }
}

/** @returns null, or why the message did not leave. */
async function send(config: Readonly<Config>, school: NewSchool, login: string, until: string): Promise<string | null> {
  const smtp = config.smtpUrl ?? runningHouse(config).smtp;
  if (!smtp) return 'Aucun serveur d’envoi n’est réglé (SMTP_URL), rien n’est parti.';
  const post = mailer(smtp, config.mailFrom);
  try {
    await post.send({
      to: { name: school.name, address: school.email },
      subject: `Ouverture de ${school.name} sur Préau`,
      text: letter(config, school, login, until),
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

const openingAddress = (config: Readonly<Config>): string =>
  new URL('/ouverture', runningHouse(config).url ?? config.url).href;

const letter = (config: Readonly<Config>, school: NewSchool, login: string, until: string): string =>
  `Bonjour,

${school.name} peut ouvrir son Préau. Il faut trois choses : le numéro RNE de l’école, l’identifiant ci-dessous, et le code qui vous est donné par une autre voie que ce message.

Adresse : ${openingAddress(config)}
Numéro RNE : ${school.rne}
Identifiant d’ouverture : ${login}

L’identifiant et le code servent jusqu’au ${until}. La personne qui ouvre l’école en devient la direction.

Vous n’attendiez pas ce message ? Ne faites rien : sans le code, il n’ouvre rien.

${config.operator.name}
${config.operator.contact}
`;
