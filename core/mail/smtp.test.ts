import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { isAddress, meantAddress } from './addresses.ts';
import { readAnswer } from './answers.ts';
import { ForbiddenServer, isPublic, reach } from './guard.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';
import { mailer } from './mailer.ts';
import { tooBig, USUAL_SIZE } from './size.ts';
import { trySmtp } from './smtp.ts';

describe('a mail server somebody gives', () => {
  let box: Mailbox;
  before(async () => {
    box = await startMailbox();
    box.play({ accounts: { ecole: 'juste' } });
  });
  after(() => box.close());
  const server = (more: object = {}) => ({
    host: '127.0.0.1',
    port: box.port,
    encryption: 'none' as const,
    user: 'ecole',
    password: 'juste',
    ...more,
  });

  it('is tried before it is kept, and what is wrong is said beside its field', async () => {
    expect(await trySmtp(server(), true)).to.equal(null);
    const field = async (more: object) => (await trySmtp(server(more), true))?.field;
    expect(await field({ password: 'faux' })).to.equal('password');
    expect(await field({ port: 1 })).to.equal('port');
    expect(await field({ host: 'serveur.invalid' })).to.equal('host');
    expect(await field({ host: 'smtp.exemple.fr/../x' })).to.equal('host');
    expect(await field({ encryption: 'tls' })).to.equal('encryption');
    expect(await field({ encryption: 'starttls' })).to.equal('encryption');
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(web, 'listening');
    expect(await field({ port: (web.address() as AddressInfo).port })).to.equal('host');
    web.close();
    expect(box.messages).to.deep.equal([]);
  });

  it('S18 is never on a private network, by address or by name, in IPv4 or IPv6, unless the house allows it', async () => {
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      'fe80::1',
      'fd00:ec2::254',
      '64:ff9b::a00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      'ff02::1',
    ])
      expect(isPublic(address), address).to.equal(false);
    for (const address of ['8.8.8.8', '172.32.0.1', '2a01:e0a::1', '2606:4700::1'])
      expect(isPublic(address), address).to.equal(true);
    const refused = async (host: string, addresses: string[], port = 587) =>
      reach({ host, port, encryption: 'tls' }, false, async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ).catch((error: ForbiddenServer) => error.field);
    expect(await refused('interne.exemple.fr', ['10.0.0.1'])).to.equal('host');
    expect(await refused('double.exemple.fr', ['8.8.8.8', '127.0.0.1']), 'one of two is enough').to.equal('host');
    expect(await refused('[::1]', [])).to.equal('host');
    expect(await refused('smtp.exemple.fr', ['8.8.8.8'], 6379)).to.equal('port');
    expect(await refused('smtp.exemple.fr', ['8.8.8.8']), 'what was looked up is what is called').to.equal('8.8.8.8');
    for (const host of ['2130706433', '0x7f.1', '127.1', 'localhost'])
      expect(await reach({ host, port: 587, encryption: 'tls' }, false).catch(() => 'refusé'), host).to.equal('refusé');
    expect((await trySmtp(server({ port: 587, encryption: 'tls' }), false))?.reason).to.include('réseau privé');
    expect((await trySmtp(server({ host: '8.8.8.8', port: 587 }), false))?.field).to.equal('encryption');
  });

  it('S18 the same holds when a message leaves', async () => {
    const post = mailer(box.url, 'preau@exemple.fr', false);
    const sender = { name: 'École', replyTo: null, own: { address: 'ecole@exemple.fr', server: server() } };
    const letter = { to: { name: 'X', address: 'x@exemple.fr' }, subject: 's', text: 't', sender };
    const thrown = await post.send(letter).catch((error: Error) => error);
    expect(thrown).to.be.instanceOf(ForbiddenServer);
    expect(box.messages).to.deep.equal([]);
    post.close();
    const allowed = mailer(box.url, 'preau@exemple.fr', true);
    await allowed.send(letter);
    await allowed.send(letter);
    expect(box.messages.map((one) => one.from)).to.deep.equal(['ecole@exemple.fr', 'ecole@exemple.fr']);
    allowed.close();
  });

  const answered = (response: string, command = 'RCPT TO') =>
    readAnswer({ code: 'EENVELOPE', command, response, responseCode: Number(response.slice(0, 3)), message: response });
  for (const [response, fate, reason] of [
    ['550 5.1.1 unknown user', 'refuse', 'n’existe pas'],
    ['550 No such user here', 'refuse', 'n’existe pas'],
    ['552 5.2.2 mailbox over quota', 'refuse', 'pleine'],
    ['452 4.2.2 mailbox full', 'retry', 'pleine'],
    ['550 5.7.1 message rejected by policy', 'refuse', 'refuse les messages'],
    ['552 5.3.4 message size exceeds fixed limit', 'refuse', 'trop gros'],
    ['450 4.2.0 greylisted', 'retry', 'd’attendre'],
    ['451 4.3.0 try later', 'retry', 'd’attendre'],
    ['550 5.4.5 Daily user sending limit exceeded', 'pause', 'limite d’envoi'],
    ['452 4.5.3 Too many recipients', 'pause', 'limite d’envoi'],
    ['421 4.7.28 rate limited', 'pause', 'limite d’envoi'],
    ['550 You have exceeded your hourly quota', 'pause', 'limite d’envoi'],
    ['421 4.3.2 closing', 'pause', 'ne répond pas'],
  ] as const)
    it(`C-38 reads « ${response} » as ${fate}`, () => {
      const verdict = answered(response);
      expect(verdict.fate).to.equal(fate);
      expect(verdict.reason).to.include(reason);
    });

  it('C-38 reads what the network says: the sender waits, the message is not lost', () => {
    for (const code of ['ECONNECTION', 'ETIMEDOUT', 'EDNS', 'ESOCKET'])
      expect(readAnswer({ code, message: 'x' }).fate, code).to.equal('pause');
    expect(readAnswer({ code: 'EAUTH', responseCode: 535, message: 'x' }).reason).to.include('mot de passe');
    expect(readAnswer({ code: 'EABORT', message: 'x' }).fate).to.equal('retry');
    expect(readAnswer(new Error('x')).fate).to.equal('retry');
  });

  it('B21 knows an address from what is none, and says what was probably meant', () => {
    for (const address of ['a@b.fr', "o'neill+ecole@sous.exemple.fr", 'x_1@école.fr'])
      expect(isAddress(address), address).to.equal(true);
    for (const address of [
      'a@b',
      'a..b@c.fr',
      '.a@b.fr',
      'a@b.fr.',
      'a@-b.fr',
      'é@b.fr',
      'a@١b.fr',
      'a b@c.fr',
      'a@b.fr\nBcc: x@y.fr',
      '"a"@b.fr',
    ])
      expect(isAddress(address), address).to.equal(false);
    for (const [typed, meant] of [
      ['claire@exemple,fr', 'claire@exemple.fr'],
      ['hugo@exemple.fr.', 'hugo@exemple.fr'],
      ['léa@gmail', 'lea@gmail.com'],
      ['paul@orangefr', 'paul@orange.fr'],
      ['zoe @ free.fr', 'zoe@free.fr'],
      ['max(arobase)sfr.fr', 'max@sfr.fr'],
      ['pas-une-adresse', null],
      ['a@b@exemple.fr', null],
    ] as const)
      expect(meantAddress(typed), typed).to.equal(meant);
  });

  it('B29 counts an attachment as the message will carry it', () => {
    const file = (bytes: number) => [{ name: 'planning.pdf', bytes }];
    expect(tooBig([])).to.equal(null);
    expect(tooBig(file(7_500_000), USUAL_SIZE)).to.equal(null);
    expect(tooBig(file(7_900_000), USUAL_SIZE)).to.match(/7,9\sMo, soit 10,8\sMo/);
    expect(tooBig([...file(4_000_000), ...file(4_000_000)])).to.include('pèsent');
  });
});
