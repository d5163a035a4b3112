import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openSchool, openTestHouse, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const SCHOOL = '/gestion/email-accounts/etablissement';
const SECRET = 'Cerisier & pie 41';
const words = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\s+/g, ' ');

/** A mail server of somebody's, which wants his user and secret. */
async function startServer() {
  const received: { from: string; raw: string }[] = [];
  const asked: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      asked.push(`${username} ${password}`);
      if (username === 'secretariat' && password === SECRET) return done(null, { user: username });
      return done(new Error('no'));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = session.envelope.mailFrom;
        received.push({ from: from ? from.address : '', raw: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, received, asked, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

describe('the own server of a mail account (F09-10, case B26)', () => {
  let school: TestSchool;
  let server: Awaited<ReturnType<typeof startServer>>;
  let id: string;
  before(async () => {
    server = await startServer();
    school = await openSchool({ plugins: ['email-accounts'] });
  });
  after(async () => {
    await server.close();
    await school.close();
  });
  beforeEach(async () => {
    id = await readyIn(school);
  });

  const director = () => school.as('direction');
  const box = () => school.db((db) => db('email_accounts_boxes').where({ id }).first());
  const page = async () => (await director().get(`${SCHOOL}/${id}/envoi`)).text;
  const settings = (more: Record<string, string> = {}) => ({
    way: 'own',
    host: '127.0.0.1',
    port: String(server.port),
    encryption: 'none',
    user: 'secretariat',
    password: SECRET,
    ...more,
  });
  const save = async (more: Record<string, string> = {}) => {
    const version = /name="version" value="(\d+)"/.exec(await page())?.[1] as string;
    return director().post(`${SCHOOL}/${id}/envoi`, { ...settings(more), version });
  };

  it('B26 is tried before it is saved, keeps its secret sealed and never shows it again', async () => {
    const saved = await save();
    expect(saved.status, words(saved.text)).to.equal(303);
    const list = words((await director().get(saved.location as string)).text);
    expect(list).to.include('« Secrétariat » envoie par 127.0.0.1. L’essai a réussi.');
    const row = await box();
    expect(row.smtp_sealed.toString('latin1')).not.to.include(SECRET);
    expect(school.house.house.secrets.open('module email-accounts.smtp', row.smtp_sealed)).to.equal(SECRET);
    const shown = await page();
    expect(shown).not.to.include(SECRET).and.not.include('Cerisier');
    expect(words(shown)).to.include('Mot de passe enregistré : laissez vide pour le garder');
    const kept = await save({ password: '' });
    expect(kept.status, words(kept.text)).to.equal(303);
    expect(school.house.house.secrets.open('module email-accounts.smtp', (await box()).smtp_sealed)).to.equal(SECRET);
    const told = await school.db((db) => db('audit_log').where({ act: 'Compte e-mail : envoi réglé' }));
    expect(JSON.stringify(told)).to.include('127.0.0.1').and.not.include('Cerisier');
  });

  it('B26 says beside the right field what is wrong, keeps what was typed save the secret, and saves nothing', async () => {
    for (const [more, said] of [
      [{ password: 'faux' }, 'Le serveur refuse cet identifiant avec ce mot de passe'],
      [{ port: '1' }, 'Le serveur refuse la connexion sur ce port'],
      [{ host: 'pas un serveur' }, 'Écrivez le nom du serveur'],
      [{ host: '', user: '', password: '' }, 'Tapez le mot de passe de ce serveur.'],
      [{ encryption: 'rot13' }, 'Choisissez « Chiffrement » dans la liste.'],
      [{ port: '99999' }, 'Écrivez un nombre entier de 1 à 65535.'],
    ] as [Record<string, string>, string][]) {
      const bad = await save(more);
      expect(bad.status, said).to.equal(422);
      expect(words(bad.text)).to.include(said);
      // Its « & » would be escaped in a page.
      expect(bad.text).not.to.include('Cerisier');
      expect(bad.text).to.include(`value="${more.user ?? 'secretariat'}"`);
    }
    expect((await box()).smtp_host).to.equal(null);
  });

  it('S18-10 does not give the secret it keeps to another server, nor to another user', async () => {
    await save();
    const other = await startServer();
    for (const more of [{ port: String(other.port) }, { host: 'localhost' }, { user: 'autre' }] as Record<
      string,
      string
    >[]) {
      const bad = await save({ ...more, password: '' });
      expect(bad.status).to.equal(422);
      expect(words(bad.text)).to.include('tapez le mot de passe de nouveau');
    }
    expect(other.asked).to.deep.equal([]);
    await other.close();
  });

  it('B26 sends with the account’s own address in From and envelope, through its own server', async () => {
    await save();
    await send(school, id);
    await school.runJobs();
    expect(server.received).to.have.length(1);
    expect(server.received[0]?.from).to.equal('secretariat@ecole.test');
    const { from } = await PostalMime.parse(server.received[0]?.raw ?? '');
    expect(from).to.deep.include({ name: `Secrétariat, École ${school.rne}`, address: 'secretariat@ecole.test' });
    expect(school.house.mailbox.messages.some((one) => one.subject === 'Par son serveur')).to.equal(false);
  });

  it('B26 goes back to the platform and forgets the server; whoever saves second is told', async () => {
    await save();
    const version = /name="version" value="(\d+)"/.exec(await page())?.[1] as string;
    const back = await director().post(`${SCHOOL}/${id}/envoi`, { way: 'house', encryption: 'tls', version });
    expect(back.status).to.equal(303);
    expect(await box()).to.include({ smtp_host: null, smtp_user: null, smtp_sealed: null });
    const late = await director().post(`${SCHOOL}/${id}/envoi`, { ...settings(), version });
    expect(late.status).to.equal(422);
    expect(words(late.text)).to.include('Quelqu’un d’autre a changé ces réglages');
  });

  it('S18-10 refuses a server on a private network where the house does not allow it', async () => {
    const house = await openTestHouse({ env: { SMTP_PRIVATE_HOSTS: '0' } });
    const strict = await openSchool({ plugins: ['email-accounts'], house });
    const there = await readyIn(strict);
    for (const host of ['127.0.0.1', 'localhost', '10.0.0.8', '::1', '169.254.169.254']) {
      const answer = await strict
        .as('direction')
        .post(`${SCHOOL}/${there}/envoi`, { ...settings({ host, port: '465', encryption: 'tls' }), version: '1' });
      expect(answer.status, host).to.equal(422);
      expect(words(answer.text)).to.include('Ce serveur est sur un réseau privé');
    }
    await strict.close();
  });
});

/** A school account that has gone through its steps; the director may send from it. */
async function readyIn(school: TestSchool): Promise<string> {
  return school.db(async (db) => {
    await db('email_accounts_boxes').delete();
    const at = new Date();
    const [{ id }] = await db('email_accounts_boxes')
      .insert({
        label: 'Secrétariat',
        address: 'secretariat@ecole.test',
        created_at: at,
        verified_at: at,
        secured_at: at,
      })
      .returning('id');
    await db('email_accounts_allowed').insert({ box_id: id, account_id: school.people.direction.accountId });
    return id;
  });
}

async function send(school: TestSchool, id: string): Promise<void> {
  const { container, house } = school.house;
  const { rows } = await house.app.raw('select door(?, null) as told', [school.rne]);
  const { accountId } = school.people.direction;
  await school.db((db) =>
    container.services(rows[0].told.school, db, house.clock(), { accountId, name: 'Karine BRAUD' }).outbox.send({
      title: 'Connexion des responsables',
      purpose: 'credentials.letter',
      sender: `email-accounts:${id}`,
      letters: [
        { to: { name: 'Paul LEROY', address: 'paul@exemple.fr' }, subject: 'Par son serveur', text: 'Bonjour.' },
      ],
    }),
  );
}
