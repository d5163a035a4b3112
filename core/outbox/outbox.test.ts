import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import PostalMime from 'postal-mime';
import type { Received } from '../mail/mailbox.ts';
import type { Actor, Plugin, School } from '../plugin/contract.ts';
import { openSchool, openTestHouse, type Role, type TestHouse, type TestSchool } from '../testing.ts';
import { beforeSending, type SendingGroup } from './before-sending.ts';
import type { Letter, Mailing, Sender } from './outbox-types.ts';

const sample = <T>(name: string): T =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'samples', name), 'utf8')) as T;
const MINUTE = 60_000;

describe('sending', () => {
  let house: TestHouse;
  let school: TestSchool;
  /** What a module's account sends as, by id. */
  const accounts: Record<string, Sender> = {};
  let start: Date;

  before(async () => {
    house = await openTestHouse();
    // The accounts of a module: offered to Administration, opened by the worker.
    (house.house.modules.plugin('potager') as Plugin).senders = {
      offered: async (_work, by) =>
        by.account?.mode === 'administration' ? Object.keys(accounts).map((id) => ({ id, title: `Compte ${id}` })) : [],
      open: async (_work, id) => accounts[id] ?? null,
    };
  });
  beforeEach(async () => {
    school = await openSchool({ house });
    start = new Date();
    house.setNow(start);
    house.mailbox.play({});
    house.mailbox.messages.length = 0;
    for (const id of Object.keys(accounts)) delete accounts[id];
  });
  afterEach(async () => {
    house.setNow(null);
    await school.close();
  });

  const told = async (): Promise<School> =>
    (await house.house.app.raw('select door(?, null) as told', [school.rne])).rows[0].told.school;
  const actor = (role: Role): Actor => ({
    accountId: school.people[role].accountId,
    name: role,
    account: { mode: role === 'direction' ? 'administration' : 'quotidienne', permissions: [] } as never,
  });
  const at = async <T>(
    work: (outbox: ReturnType<typeof house.container.services>['outbox']) => T | Promise<T>,
    by?: Actor,
  ) => {
    const where = await told();
    return school.db(async (db) => work(house.container.services(where, db, house.house.clock(), by).outbox));
  };
  const queue = (letters: Letter[], more: Partial<Mailing> = {}, by: Actor | undefined = actor('direction')) =>
    at((outbox) => outbox.send({ title: 'Réunion', purpose: 'test.letter', letters, ...more }), by);
  const letter = (address: string | null, more: Partial<Letter> = {}): Letter => ({
    to: { name: `Personne ${address}`, address },
    subject: 'Réunion',
    text: 'Bonjour',
    ...more,
  });
  const many = (n: number) => Array.from({ length: n }, (_, i) => letter(`p${i + 1}@exemple.fr`));
  const rows = (): Promise<Record<string, string & Date & number & Buffer>[]> =>
    school.db((db) => db('outbox').orderBy('to_address').select());
  const states = async () => {
    const counts: Record<string, number> = {};
    for (const row of await rows()) counts[String(row.state)] = (counts[String(row.state)] ?? 0) + 1;
    return counts;
  };
  const received = () => house.mailbox.messages.map((one) => one.to.join(',')).sort();
  const pass = async (minutes: number) => {
    house.setNow(new Date(house.house.clock().getTime() + minutes * MINUTE));
    await school.runJobs();
  };
  const only = (): Received => {
    expect(house.mailbox.messages).to.have.length(1);
    return house.mailbox.messages[0] as Received;
  };
  const page = async (id: string, role: Role = 'direction') => school.as(role).get(`/gestion/envois/${id}`);
  /** As the director sees it who signs in again. */
  const later = async (id: string) =>
    (await school.asAccount(school.people.direction.accountId, 'administration')).get(`/gestion/envois/${id}`);

  it('C-38 leaves after the visit and not in it; what was undone never leaves', async () => {
    await school
      .db(async (db) => {
        await house.container
          .services(await told(), db, start)
          .outbox.send({ title: 'Réunion', purpose: 'test.letter', letters: many(2) });
        throw new Error('undone');
      })
      .catch(() => {});
    await school.runJobs();
    expect(received()).to.deep.equal([]);
    const { queued } = await queue(many(2));
    expect([queued, received()]).to.deep.equal([2, []]);
    await school.runJobs();
    expect(received()).to.deep.equal(['p1@exemple.fr', 'p2@exemple.fr']);
    expect(await states()).to.deep.equal({ sent: 2 });
    await pass(10);
    expect(received(), 'the watch of a message that has left finds nothing to do').to.have.length(2);
  });

  it('B20 one From, one recipient, names equal after decoding, whatever they hold', async () => {
    const { from, to } = sample<{ from: Letter['to']; to: { name: string; address: string } }>(
      'B20-noms-virgule-guillemets.json',
    );
    const { port } = house.mailbox;
    accounts.ecole = {
      name: from.name,
      replyTo: null,
      own: {
        address: from.address as string,
        server: { host: '127.0.0.1', port, encryption: 'none', user: 'ecole', password: 'secret' },
      },
    };
    await queue([letter(to.address, { to })], { sender: 'potager:ecole' });
    await school.runJobs();
    const got = only();
    expect(got.to).to.deep.equal([to.address]);
    const mail = await PostalMime.parse(got.raw);
    expect([mail.from, mail.to]).to.deep.equal([from, [to]]);
    expect(got.raw.match(/^From:/gm)).to.have.length(1);
  });

  it('B21 one wrong address stops nobody: 25 sent, five listed with their reason, nothing mended', async () => {
    const { recipients, expect: wanted } = sample<{
      recipients: { id: number; email: string }[];
      expect: { listed: number[] };
    }>('B21-une-adresse-fausse.json');
    house.mailbox.play({ recipient: (to) => (to === 'rejet@exemple.fr' ? '550 5.1.1 unknown user' : null) });
    const letters = recipients.map(({ id, email }) => letter(email, { to: { name: `Parent ${id}`, address: email } }));
    const { id, queued, unreachable } = await queue(letters);
    expect(queued).to.equal(26);
    expect(unreachable.map((one) => [one.name, one.suggestion])).to.deep.equal([
      ['Parent 7', 'claire.dupont@exemple.fr'],
      ['Parent 13', null],
      ['Parent 20', null],
      ['Parent 28', 'hugo.garnier@exemple.fr'],
    ]);
    await school.runJobs();
    expect(await states()).to.deep.equal({ sent: 25, refused: 5 });
    expect(received()).to.have.length(25);
    expect(received(), 'spaces are trimmed').to.include('lina@exemple.fr');
    const refused = (await rows()).filter((row) => String(row.state) === 'refused');
    expect(refused.map((row) => Number(String(row.to_name).slice(7))).sort((a, b) => a - b)).to.deep.equal(
      wanted.listed,
    );
    const { text } = await page(id);
    for (const words of ['25 partis', '5 refusés', 'Peut-être claire.dupont@exemple.fr', 'Cette adresse n’existe pas'])
      expect(text).to.include(words);
  });

  it('B22 a quota reached half way: 40 sent, 80 wait and none failed; an hour later all have it once', async () => {
    const { recipients, expect: wanted } = sample<{
      recipients: number;
      expect: { afterFirstRun: { sent: number; waiting: number }; afterResume: { sent: number } };
    }>('B22-quota.json');
    const { sent, waiting } = wanted.afterFirstRun;
    let tried = 0;
    house.mailbox.play({ message: () => (++tried > sent ? '550 5.4.5 Daily sending limit exceeded' : null) });
    const { id } = await queue(many(recipients));
    await school.runJobs();
    expect(await states()).to.deep.equal({ sent, queued: waiting });
    expect(tried, 'those that wait are not even tried').to.equal(sent + 1);
    const { text } = await page(id);
    expect(text)
      .to.include('La limite d’envoi du fournisseur est atteinte.')
      .and.match(/80 messages qui attendent partiront\s+à partir de \w+ \d+/);
    expect((await school.as('direction').get('/gestion/envois/')).text).to.include('La limite d’envoi du fournisseur');
    house.mailbox.play({});
    await pass(59);
    expect(await states()).to.deep.equal({ sent, queued: waiting });
    await pass(1);
    expect(await states()).to.deep.equal({ sent: wanted.afterResume.sent });
    expect(new Set(received()).size).to.equal(recipients);
    expect(received()).to.have.length(recipients);
  });

  it('B25 no family sees the address of another, in any header or body', async () => {
    const counterExample = readFileSync(path.join(import.meta.dirname, 'samples/B25-fuite-adresses.eml'), 'utf8');
    const families = counterExample.match(/p\d@exemple\.fr/g) as string[];
    await queue(families.map((address) => letter(address)));
    await school.runJobs();
    expect(received()).to.deep.equal(families);
    for (const one of house.mailbox.messages) {
      expect(one.to).to.have.length(1);
      for (const other of families) expect(one.raw.includes(other), other).to.equal(other === one.to[0]);
      expect(one.raw).not.to.match(/^(cc|bcc):/im);
    }
  });

  it('B26 From and envelope are of the domain we sign for; the person is in the name and in Reply-To', async () => {
    const { accounts: given } = sample<{ accounts: { label: string; address: string }[] }>('B26-expediteur-dmarc.json');
    for (const { label, address } of given) accounts[label] = { name: label, replyTo: address, own: null };
    for (const { label } of given) await queue([letter('claire@exemple.fr')], { sender: `potager:${label}` });
    await school.runJobs();
    expect(house.mailbox.messages).to.have.length(given.length);
    for (const one of house.mailbox.messages) {
      const mail = await PostalMime.parse(one.raw);
      expect(mail.from?.address).to.equal(house.house.config.mailFrom);
      const account = given.find(({ label }) => label === mail.from?.name);
      expect(mail.replyTo?.map((reply) => reply.address)).to.deep.equal([account?.address]);
    }
  });

  it('B27 says that a machine wrote it, and keeps the Message-ID of its row', async () => {
    await queue(many(1));
    await school.runJobs();
    const { raw } = only();
    const [row] = await rows();
    expect(raw)
      .to.match(/^Auto-Submitted: auto-generated\r?$/m)
      .and.match(/^X-Auto-Response-Suppress: All\r?$/m);
    expect(raw).to.include(`Message-ID: ${row?.message_id}`);
    expect(raw.match(/^(Message-ID|Date|From|To|Subject):/gim)).to.have.length(5);
    expect(row?.message_id).to.match(/^<[0-9a-f-]{36}@localhost>$/);
  });

  it('B28 a subject arrives as it was typed, on one line, without a header added or a mark that reverses the list', async () => {
    const { subjects } = sample<{ subjects: string[] }>('B28-objets.json');
    const wanted = subjects.map((subject) =>
      subject
        .replace(/\r\n|\u2028/g, ' ')
        .replace(/\u202e/g, '')
        .trim(),
    );
    await queue(subjects.map((subject, n) => letter(`p${n}@exemple.fr`, { subject })));
    await school.runJobs();
    for (const [n, title] of wanted.entries()) {
      const got = house.mailbox.messages.find((one) => one.to[0] === `p${n}@exemple.fr`);
      const decoded = title.startsWith('=?') ? [title, 'déjà'] : [title];
      expect(decoded).to.include(got?.subject);
      expect(got?.raw).not.to.match(/^Bcc:/im);
      for (const line of got?.raw.split('\r\n') ?? []) expect(Buffer.byteLength(line)).to.be.at.most(998);
    }
    expect((await rows()).map((row) => String(row.subject))).to.have.members(wanted);
  });

  it('B29 an attachment over the limit once encoded is stopped before anything is queued', async () => {
    const { files } = sample<{ files: { name: string; bytes: number }[] }>('B29-piece-jointe-trop-grosse.json');
    const carrying = (at: number) => {
      const { name, bytes } = files[at] as { name: string; bytes: number };
      return [
        letter('p@exemple.fr', {
          attachments: [{ name, type: 'application/pdf', body: Buffer.alloc(bytes, 'préau') }],
        }),
      ];
    };
    const said = await queue(carrying(1)).catch((error: Error) => error.message);
    expect(said).to.match(/7,9\sMo, soit 10,8\sMo.*pas plus de 10,5\sMo.*casier/);
    expect(await rows()).to.deep.equal([]);
    house.mailbox.play({ size: 10_485_760 });
    await queue(carrying(0));
    await school.runJobs();
    const { attachments } = await PostalMime.parse(only().raw);
    expect(attachments.map((one) => [one.filename, (one.content as ArrayBuffer).byteLength])).to.deep.equal([
      ['planning.pdf', 7_500_000],
    ]);
  });

  it('C-37 P17 says before a sending how many it reaches, of which kinds and classes, and who is left out and why', async () => {
    const person = (address: string | null, n: number) => ({ name: `Parent ${n}`, address });
    const guardians = [...many(43).map((one) => one.to), ...[null, null, ' '].map(person)];
    const group = { one: 'responsable', many: 'responsables' };
    const teachers = { one: 'professeur', many: 'professeurs', people: [person('prof@exemple.fr', 1)] };
    const said = (groups: SendingGroup<Letter['to']>[], classes?: number) =>
      at((outbox) => beforeSending(outbox, groups, { classes }));
    const before = await said([{ ...group, people: guardians }], 2);
    expect(before.sentence).to.equal('43 responsables de 2 classes, 3 sans adresse');
    expect([before.total, before.unreachable.map((one) => one.name)]).to.deep.equal([
      43,
      ['Parent 0', 'Parent 1', 'Parent 2'],
    ]);
    const wrong = await said([{ ...group, people: [person('claire@exemple,fr', 1)] }, teachers]);
    expect(wrong.sentence).to.equal('1 professeur, 1 avec une adresse fausse');
    expect(wrong.unreachable[0]?.suggestion).to.equal('claire@exemple.fr');
    expect((await said([{ ...group, people: guardians }, teachers])).sentence).to.include(
      '43 responsables et 1 professeur',
    );
    expect((await said([{ ...group, people: [person(null, 1)] }])).sentence).to.equal('0 responsable, 1 sans adresse');
  });

  it('C-37 P17 a sending to many can be called off for 60 seconds: nobody has received it', async () => {
    const { id } = await queue(many(43), { recall: true });
    await pass(59 / 60);
    expect(received()).to.deep.equal([]);
    const before = (await page(id)).text;
    expect(before)
      .to.match(/Part dans 1\ss\./)
      .and.include('Annuler l’envoi')
      .and.include('43 personnes n’ont');
    const answer = await school.as('direction').post(`/gestion/envois/${id}/annuler`);
    expect(answer.status).to.equal(303);
    expect((await page(id)).text).to.include('43 personnes ne recevront rien');
    await pass(60);
    expect(received()).to.deep.equal([]);
    expect(await states()).to.deep.equal({ cancelled: 43 });
    expect(
      (await rows()).every((row) => row.content === null),
      'its texts are gone',
    ).to.equal(true);
    const { id: other } = await queue(many(3), { recall: true });
    await pass(1.1);
    expect(received()).to.have.length(3);
    expect(await at((outbox) => outbox.cancel(other))).to.equal(0);
    expect((await page(other)).text)
      .to.include('3 partis')
      .and.not.include('Annuler l’envoi');
  });

  it('C-38 waits until deliverAt, and is not sent after until', async () => {
    const { id } = await queue(many(2), { deliverAt: new Date(start.getTime() + 24 * 60 * MINUTE) });
    await pass(23 * 60);
    expect(await states()).to.deep.equal({ held: 2 });
    expect((await page(id)).text).to.match(/Part le \d\d\/\d\d\/\d{4} à /);
    await pass(60);
    expect(received()).to.have.length(2);
    house.mailbox.messages.length = 0;
    await queue(many(2), { until: new Date(house.house.clock().getTime() + 10 * MINUTE) });
    house.setNow(new Date(house.house.clock().getTime() + 10 * MINUTE));
    await school.runJobs();
    expect(received()).to.deep.equal([]);
    expect(await states()).to.deep.equal({ sent: 2, refused: 2 });
  });

  it('C-38 a server that asks to wait is tried again after 1, 5 and 15 minutes, and then has it', async () => {
    const tries: number[] = [];
    house.mailbox.play({
      recipient() {
        tries.push(Math.round((house.house.clock().getTime() - start.getTime()) / MINUTE));
        return '450 4.2.0 greylisted, try again later';
      },
    });
    const { id } = await queue(many(1));
    await school.runJobs();
    expect((await page(id)).text)
      .to.include('Nouvel essai prévu')
      .and.include('Le serveur du destinataire demande d’attendre.');
    for (let minute = 0; minute < 21; minute++) await pass(1);
    expect(tries).to.deep.equal([0, 1, 6, 21]);
    house.mailbox.play({});
    await pass(60);
    expect(received()).to.deep.equal(['p1@exemple.fr']);
    expect(await states()).to.deep.equal({ sent: 1 });
  });

  it('C-38 a server that is never there is given up after two days, and says so', async () => {
    accounts.ecole = {
      name: 'Secrétariat',
      replyTo: null,
      own: {
        address: 'secretariat@exemple.fr',
        server: { host: '127.0.0.1', port: 1, encryption: 'none', user: 'u', password: 'mot-de-passe-du-compte' },
      },
    };
    const { id } = await queue(many(2), { sender: 'potager:ecole' });
    await school.runJobs();
    expect(await states()).to.deep.equal({ queued: 2 });
    expect((await page(id)).text).to.include('Le serveur d’envoi ne répond pas.');
    await pass(2 * 24 * 60);
    expect(await states()).to.deep.equal({ refused: 2 });
    expect((await later(id)).text)
      .to.include('Le serveur d’envoi ne répond pas.')
      .and.include('2 refusés');
  });

  it('a wrong password of an account holds its messages, and those of no other', async () => {
    const { port } = house.mailbox;
    const server = { host: '127.0.0.1', port, encryption: 'none', user: 'ecole', password: 'faux' } as const;
    accounts.ecole = { name: 'Secrétariat', replyTo: null, own: { address: 'secretariat@exemple.fr', server } };
    accounts.autre = { name: 'Direction', replyTo: 'direction@exemple.fr', own: null };
    house.mailbox.play({ accounts: { ecole: 'juste' }, recipient: () => null });
    await queue(many(3), { sender: 'potager:ecole' });
    await school.runJobs();
    expect(await states()).to.deep.equal({ queued: 3 });
    expect((await rows()).map((row) => row.reason)).to.include(
      'Le serveur d’envoi refuse l’identifiant ou le mot de passe du compte.',
    );
    house.mailbox.play({});
    await queue([letter('autre@exemple.fr')], { sender: 'potager:autre' });
    await school.runJobs();
    expect(received()).to.deep.equal(['autre@exemple.fr']);
    accounts.ecole = {
      name: 'Secrétariat',
      replyTo: null,
      own: { address: 'secretariat@exemple.fr', server: { ...server, password: 'juste' } },
    };
    house.mailbox.play({ accounts: { ecole: 'juste' } });
    await pass(60);
    expect(await states()).to.deep.equal({ sent: 4 });
  });

  it('a message left by a worker that is gone is sent again after 5 minutes, under the same Message-ID, and not before', async () => {
    await queue(many(2));
    const [row] = await rows();
    const id = String(row?.id);
    await school.db((db) => db('outbox').where({ id }).update({ state: 'sending', attempts: 1, sending_since: start }));
    const where = await told();
    await school.db((db) =>
      house.house.jobs.later(
        db,
        where,
        'envois',
        'send',
        { message: id, attempt: 1 },
        new Date(start.getTime() + 5 * MINUTE),
      ),
    );
    await school.runJobs();
    expect(received(), 'it may still be on its way').to.deep.equal(['p2@exemple.fr']);
    await pass(4.9);
    expect(received()).to.have.length(1);
    await pass(0.1);
    expect(received()).to.deep.equal(['p1@exemple.fr', 'p2@exemple.fr']);
    expect(house.mailbox.messages[0]?.raw).to.include(`Message-ID: ${row?.message_id}`);
  });

  it('a message whose job was lost with its queue gets one again at night', async () => {
    await queue(many(1));
    await school.db((db) => db.raw("delete from pgboss.job where name = 'envois.send'"));
    house.setNow(new Date(start.getTime() + 2 * 60 * MINUTE));
    const where = await told();
    await school.db((db) => house.house.jobs.later(db, where, 'envois', 'nightly.tidy', null));
    await school.runJobs();
    expect(received()).to.have.length(1);
  });

  it('S18 whoever an account is not offered to may not send from it, and nothing is queued', async () => {
    accounts.ecole = { name: 'Secrétariat', replyTo: null, own: null };
    const offered = (role: Role) => at(async (outbox) => (await outbox.senders()).map((one) => one.id), actor(role));
    expect(await offered('direction')).to.deep.equal(['potager:ecole', 'house']);
    expect(await offered('quotidienne')).to.deep.equal(['house']);
    for (const sender of ['potager:ecole', 'potager:', 'connexion:house', 'rien']) {
      const thrown = await queue(many(1), { sender }, actor('quotidienne')).catch((error) => error.status);
      expect(thrown, sender).to.equal(403);
    }
    expect(await rows()).to.deep.equal([]);
    await queue(many(1), { sender: 'potager:ecole' });
    delete accounts.ecole;
    await school.runJobs();
    expect((await rows()).map((row) => [String(row.state), row.reason])).to.deep.equal([
      ['refused', 'Le compte e-mail choisi pour cet envoi n’existe plus.'],
    ]);
  });

  it('S18-12 keeps the text sealed, and no longer than until it has left', async () => {
    await queue([letter('p@exemple.fr', { text: 'Votre mot de passe : Zx81Zx81' })], { recall: true });
    const [held] = await rows();
    expect(String(held?.content)).not.to.include('Zx81');
    const { rows: jobs } = await house.house.app.raw("select data::text from pgboss.job where name = 'envois.send'");
    expect(JSON.stringify(jobs)).not.to.match(/Zx81|exemple\.fr/);
    await pass(2);
    expect(only().text).to.include('Zx81Zx81');
    expect((await rows())[0]?.content).to.equal(null);
  });

  it('a code that cannot arrive becomes a request to the school', async () => {
    const { personId, accountId } = school.people.parents;
    house.mailbox.play({ recipient: () => '550 5.1.1 unknown user' });
    const to = { name: 'Paul', address: 'paul@exemple.fr', personId };
    await queue([letter(null, { to })], { purpose: 'connexion.code' }, undefined);
    await school.runJobs();
    const asked = await school.db((db) => db('password_requests').select('account_id', 'why'));
    expect(asked).to.deep.equal([{ account_id: accountId, why: 'pin' }]);
  });

  it('queues 600 letters in one go', async () => {
    const { queued } = await queue(many(600), { recall: true });
    expect(queued).to.equal(600);
    const { rows: jobs } = await house.house.app.raw(
      "select count(*)::int as n, count(distinct data->'data'->>'message')::int as messages from pgboss.job where name = 'envois.send' and state = 'created' and data->>'school' = ?",
      [school.id],
    );
    expect(jobs).to.deep.equal([{ n: 600, messages: 600 }]);
  });

  it('C-37 what was sent back after its sending was called off does not leave any more', async () => {
    const { id } = await queue(many(2));
    // One is on its way when « Annuler » is pressed; the server asks to wait.
    const [row] = await rows();
    house.mailbox.play({ recipient: () => '450 4.2.0 greylisted' });
    await school.runJobs();
    await school.db((db) =>
      db('outbox')
        .where({ id: String(row?.id) })
        .update({ state: 'sending' }),
    );
    expect(await at((outbox) => outbox.cancel(id))).to.equal(1);
    await school.db((db) =>
      db('outbox')
        .where({ id: String(row?.id) })
        .update({ state: 'queued' }),
    );
    house.mailbox.play({});
    await pass(1);
    expect(await states()).to.deep.equal({ cancelled: 2 });
    expect(received()).to.deep.equal([]);
  });

  describe('the journal', () => {
    it('C-38 shows what people have sent, a hundred a page; what the house sends by itself is apart', async () => {
      await queue(many(1), { title: 'Réunion de rentrée' });
      for (let n = 1; n <= 101; n += 1) {
        house.setNow(new Date(start.getTime() + n * MINUTE));
        await queue(many(1), { title: `Code ${n}.` }, { accountId: null, name: 'Préau' });
      }
      const list = async (query: string) => (await school.as('direction').get(`/gestion/envois/${query}`)).text;
      expect(await list(''))
        .to.include('Réunion de rentrée')
        .and.match(/^(?!.*Code \d)/s);
      const first = await list('?de=preau');
      expect(first).to.include('Code 101.').and.include('Code 2.').and.include('Plus anciens');
      expect(first).not.to.include('Réunion de rentrée');
      expect(first).not.to.include('Code 1.');
      expect(await list('?de=preau&page=2'))
        .to.include('Code 1.')
        .and.include('Plus récents')
        .and.not.include('Code 2.');
      for (const odd of ['0', '-1', 'x', '99999999999999999999', '1e9'])
        expect((await school.as('direction').get(`/gestion/envois/?page=${odd}`)).status, odd).to.equal(200);
      expect((await page('x')).status).to.equal(404);
    });

    it('S18-01 is for those who may see it; who sent it sees his own; another school sees nothing', async () => {
      const { id } = await queue(many(2), { recall: true }, actor('quotidienne'));
      expect((await school.as('quotidienne').get('/gestion/envois/')).status, 'without the permission').to.equal(403);
      expect((await page(id, 'quotidienne')).status, 'his own').to.equal(200);
      const { id: other } = await queue(many(1), { recall: true });
      expect((await page(other, 'quotidienne')).status, 'somebody else’s').to.equal(404);
      expect((await school.as('quotidienne').post(`/gestion/envois/${other}/annuler`)).status).to.equal(404);
      for (const role of ['parents', 'enseignants', 'mairie'] as const)
        for (const path of ['/gestion/envois/', `/gestion/envois/${id}`])
          expect((await school.as(role).get(path)).status, `${role} ${path}`).to.be.oneOf([403, 404]);
      const neighbour = await openSchool({ house });
      expect((await neighbour.as('direction').get(`/gestion/envois/${id}`)).status).to.equal(404);
      expect((await neighbour.as('direction').post(`/gestion/envois/${id}/annuler`)).status).to.equal(404);
      expect((await neighbour.as('direction').get('/gestion/envois/')).text).to.include('Rien n’est encore parti');
      await neighbour.close();
      await school.db((db) =>
        db('profiles')
          .where({ name: 'Vie scolaire' })
          .update({ permissions: ['envois.journal'] }),
      );
      expect((await page(other, 'quotidienne')).status, 'with the permission').to.equal(200);
      expect(
        (await school.as('quotidienne').post(`/gestion/envois/${other}/annuler`)).status,
        'looking is not calling off',
      ).to.equal(404);
      expect(await states()).to.deep.equal({ held: 3 });
      expect((await school.as('quotidienne').post(`/gestion/envois/${id}/annuler`)).status).to.equal(303);
      expect((await school.as('direction').post(`/gestion/envois/${other}/annuler`)).status).to.equal(303);
      expect(await states()).to.deep.equal({ cancelled: 3 });
    });

    it('C-38 lists each sending with its states; a refused address leads to the card; the line outlives the person', async () => {
      house.mailbox.play({ recipient: (to) => (to.startsWith('p2') ? '552 5.2.2 mailbox over quota' : null) });
      const [made] = await school.db((db) =>
        db('people')
          .insert({ kind: 'guardian', last_name: 'DUPONT', first_name: 'Claire', search: 'dupont claire' })
          .returning('id'),
      );
      const letters = many(3);
      (letters[1] as Letter).to.personId = made.id;
      const { id } = await queue(letters);
      await school.runJobs();
      const journal = (await school.as('direction').get('/gestion/envois/')).text;
      for (const words of ['Réunion', '2 partis', '1 refusé']) expect(journal).to.include(words);
      const { text } = await page(id);
      expect(text)
        .to.include('La boîte aux lettres du destinataire est pleine.')
        .and.include(`/gestion/ressources/responsables/${made.id}`);
      await school.db((db) => db('people').where({ id: made.id }).delete());
      expect((await page(id)).text)
        .to.include('Personne p2@exemple.fr')
        .and.not.include('Corriger l’adresse');
      house.setNow(new Date(start.getTime() + 366 * 24 * 60 * MINUTE));
      const where = await told();
      await school.db((db) => house.house.jobs.later(db, where, 'envois', 'nightly.tidy', null));
      await school.runJobs();
      expect(await rows()).to.deep.equal([]);
    });
  });
});
