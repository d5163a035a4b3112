import { expect } from 'chai';
import { type Mailbox, startMailbox } from './mailbox.ts';
import { mailer } from './mailer.ts';

describe('mail', () => {
  let box: Mailbox;
  before(async () => {
    box = await startMailbox();
  });
  after(() => box.close());

  it('S18-10 sends one message to one recipient, whatever his name holds', async () => {
    const post = mailer(box.url, 'preau@exemple.fr');
    await post.send({
      to: { name: 'DUPONT, Claire "Cléa" <x@y.fr>', address: 'claire@exemple.fr' },
      subject: 'Votre école\nBcc: autre@exemple.fr',
      text: 'Bonjour',
    });
    const [got] = box.messages;
    expect(got?.to).to.deep.equal(['claire@exemple.fr']);
    expect(got?.from).to.equal('preau@exemple.fr');
    expect(got?.raw).to.include('Auto-Submitted: auto-generated').and.not.match(/^Bcc:/im);
    expect(got?.subject).to.equal('Votre école Bcc: autre@exemple.fr');
    post.close();
  });

  it('refuses what is no address before anything leaves, and says when no server is set', async () => {
    const post = mailer(box.url, 'preau@exemple.fr');
    const before = box.messages.length;
    for (const address of [
      '',
      'pas-une-adresse',
      'a@b@exemple.fr',
      'claire@exemple,fr',
      'a@exemple.fr, b@exemple.fr',
      'a@exemple.fr.',
    ])
      await post.send({ to: { name: 'X', address }, subject: 's', text: 't' }).then(
        () => expect.fail(`« ${address} » est partie`),
        (error: Error) => expect(error.message).to.include('nom@domaine.fr'),
      );
    expect(box.messages.length).to.equal(before);
    const none = await mailer(null, 'preau@exemple.fr')
      .send({ to: { name: 'X', address: 'x@exemple.fr' }, subject: 's', text: 't' })
      .catch((error: Error) => error.message);
    expect(none).to.include('SMTP_URL');
    post.close();
  });
});
