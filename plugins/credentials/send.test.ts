import { type Answer, type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { purgeSendings } from './sendings.ts';

const ENVOIS = '/gestion/credentials/envois';
const TEACHERS = '/gestion/personnels/professeurs';
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&(amp|quot|lt|gt);/g, '')
    .replace(/[\s\u00a0\u202f]+/g, ' ');

describe('letters: sending them (fiche 13)', () => {
  let school: TestSchool;
  let direction: Client;
  // The queue goes by PostgreSQL's hour: the house may be ahead of it, not behind.
  let began: Date;
  /** Ids of teachers by first name. */
  let teachers: Record<string, string>;

  beforeEach(async () => {
    school = await openSchool();
    began = new Date();
    school.house.setNow(began);
    school.house.mailbox.messages.length = 0;
    direction = school.as('direction');
    teachers = {};
    for (const first_name of ['Jeanne', 'Alice', 'Rémy']) {
      await direction.post(`${TEACHERS}/creer`, { last_name: 'Martin', first_name });
      const { id } = await school.db((db) => db('people').where({ first_name }).first('id'));
      teachers[first_name] = id;
      if (first_name !== 'Rémy') await address(id, `${first_name.toLowerCase()}@exemple.fr`);
    }
  });
  afterEach(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const address = (id: string, email: string | null) => school.db((db) => db('people').where({ id }).update({ email }));
  const ids = () => Object.values(teachers);
  const wait = (seconds: number) => school.house.setNow(new Date(began.getTime() + seconds * 1000));
  const inside = (answer: Answer) => (answer.location as string).replace(`/${school.rne}`, '');
  /** Presses the act of a list; the path of the window of this sending. */
  const start = async (id: string[], list = 'professeurs', client = direction) =>
    inside(await client.post(`${ENVOIS}/${list}`, { id }));
  const text = async (path: string) => plain((await direction.get(path)).text);
  const written = {
    subject: 'Vos accès, [Prénom]',
    body: '[Prénom] [NOM] : [Identifiant de connexion], [Mot de passe]\n\n[Lien de connexion]',
  };
  const send = (path: string, fields: Record<string, string> = {}) =>
    direction.post(`${path}/message`, { ...written, sender: 'house', modele: '', ...fields });
  const received = () => school.house.mailbox.messages;
  const mails = async () => {
    wait(61);
    await school.runJobs();
    return received();
  };
  const mailings = () => school.db((db) => db('mailings').where({ purpose: 'credentials.letter' }));

  it('F13-3 the lists of teachers, staff, guardians and pupils each have the act, for those selected or all', async () => {
    for (const [list, path] of [
      [TEACHERS, 'professeurs'],
      ['/gestion/personnels/personnels', 'personnels'],
      ['/gestion/ressources/responsables', 'responsables'],
      ['/gestion/ressources/eleves', 'eleves'],
    ])
      expect((await direction.get(list as string)).text).to.include(`/${school.rne}${ENVOIS}/${path}`);
    const all = inside(await direction.post(`${ENVOIS}/professeurs`, { tout: 'on', sauf: teachers.Alice as string }));
    expect(await text(all))
      .to.include('Jeanne MARTIN')
      .and.not.include('Alice MARTIN');
    // A pupil's id sent to the list of teachers is nobody there.
    expect(await start([school.childId])).to.equal(TEACHERS);
    const nobody = await direction.post(`${ENVOIS}/professeurs?q=zz`);
    expect(nobody.status).to.equal(303);
    expect(plain((await direction.get(nobody.location as string)).text)).to.include(
      'Cochez d’abord au moins un professeur',
    );
  });

  it('F13-4 F13-5 the window offers the output, the model of this list first, and a preview person by person', async () => {
    const path = await start(ids());
    const { text: html } = await direction.get(path);
    expect(html)
      .to.match(/value="mail" checked/)
      .and.match(/selected>Connexion des professeurs</);
    expect(plain(html)).to.include('2 professeurs, 1 sans adresse');
    expect(plain(html)).to.include('Bonjour Alice MARTIN,').and.include('EXEMPLE').and.include('1 sur 2');
    const paper = await text(`${path}?sortie=pdf&personne=3`);
    expect(paper).to.include('Bonjour Rémy MARTIN,').and.include('3 sur 3');
    expect(await school.db((db) => db('account_keys').select()), 'a preview makes no key').to.deep.equal([]);
    for (const odd of ['personne=99', 'personne=x', 'modele=rien', 'sortie=fax'])
      expect((await direction.get(`${path}?${odd}`)).status, odd).to.equal(200);
  });

  it('F13-6 F09-08 F09-10 « Imprimer/Mailer » shows objet and corps of the model, and the accounts one may send from', async () => {
    const path = await start(ids());
    const { text: html } = await direction.get(`${path}/message?sortie=mail&modele=`);
    expect(html)
      .to.include('Votre accès à Préau')
      .and.match(/<option value="house" selected>/);
    expect(plain(html)).to.include('1 personne ne recevra rien Rémy MARTIN');
    expect((await direction.get(`${path}/message?sortie=pdf`)).location).to.include('/papier');
    await send(path);
    expect((await mails()).map((one) => one.subject).sort(), 'connection details leave').to.deep.equal([
      'Vos accès, Alice',
      'Vos accès, Jeanne',
    ]);
  });

  /** A mail account of the school, verified and secured, from which these may send. */
  const box = (label: string, allowed: string[]) =>
    school.db(async (db) => {
      const [{ id }] = await db('email_accounts_boxes')
        .insert({ label, address: `${label}@ecole.fr`, verified_at: began, secured_at: began, created_at: began })
        .returning('id');
      for (const account_id of allowed) await db('email_accounts_allowed').insert({ box_id: id, account_id });
      return `email-accounts:${id}`;
    });

  it('F09-08 F09-09 the accounts one may send from are chosen among; answers go there; that of others is refused (403)', async () => {
    const mine = await box('secretariat', [school.people.direction.accountId]);
    const theirs = await box('mairie', [school.people.quotidienne.accountId]);
    const path = await start(ids());
    const { text: html } = await direction.get(`${path}/message`);
    expect(html).to.include(`<option value="${mine}" selected>secretariat`).and.not.include(theirs);
    expect((await send(path, { sender: theirs })).status).to.equal(403);
    expect(await mailings()).to.deep.equal([]);
    await send(path, { sender: mine });
    expect((await mails()).map((one) => /^Reply-To: .*$/m.exec(one.raw)?.[0])).to.have.length(2);
    for (const one of received()) expect(one.raw).to.match(/^Reply-To: .*secretariat@ecole\.fr/m);
  });

  it('F09-09 an account that is not offered is refused (403), and nothing leaves', async () => {
    const path = await start(ids());
    const NOBODY = '00000000-0000-4000-8000-000000000000';
    for (const sender of [`email-accounts:${NOBODY}`, 'x', 'house:house'])
      expect((await send(path, { sender })).status, sender).to.equal(403);
    expect(await mailings()).to.deep.equal([]);
    expect(await school.db((db) => db('account_keys').select())).to.deep.equal([]);
  });

  it('F13-7 one message a person, to his address alone, with his own login, password and link', async () => {
    const answer = await send(await start(ids()));
    expect(answer.status).to.equal(303);
    expect(plain((await direction.get(answer.location as string)).text)).to.include(
      '2 e-mails partent dans une minute.',
    );
    await mails();
    expect(
      received()
        .map((one) => one.to)
        .sort(),
    ).to.deep.equal([['alice@exemple.fr'], ['jeanne@exemple.fr']]);
    for (const mail of received()) {
      const name = mail.to[0] === 'alice@exemple.fr' ? 'Alice' : 'Jeanne';
      const other = name === 'Alice' ? 'Jeanne' : 'Alice';
      const row = await school.db((db) => db('accounts').where({ person_id: teachers[name] }).first());
      const secret = school.house.house.secrets.open('provisional', row.secret_sealed) as string;
      expect(mail.text).to.include(`${name} MARTIN : ${row.login}, ${secret}`);
      expect(mail.text).to.match(new RegExp(`^http://\\S+/${school.rne}/c/[\\w-]{22}$`, 'm'));
      expect(mail.raw).to.not.include(other).and.not.include(other.toLowerCase());
      const signIn = { mode: 'espace', login: row.login, password: secret, vers: '', suite: '' };
      expect((await school.as('visiteur').post('/connexion/', signIn)).status, 'it opens').to.equal(303);
    }
    const rows = await school.db((db) => db('outbox').select());
    expect(JSON.stringify(rows)).to.not.include('/c/');
  });

  it('F13-8 P17 C-37 who has no address is told before, left out, and named after, with what to print', async () => {
    await address(teachers.Alice as string, 'alice@exemple,fr');
    const path = await start(ids());
    const before = await text(path);
    expect(before).to.include('Rémy MARTIN').and.include('alice@exemple,fr');
    await send(path);
    const page = await text((await mailings()).length ? path : '');
    expect(page).to.include('Ce courrier est parti par e-mail').and.include('Rémy MARTIN').and.include('Imprimer');
    expect(await mails()).to.have.length(1);
  });

  it('F13-8 when nobody has an address, the window says so and offers the PDF', async () => {
    const path = await start([teachers.Rémy as string]);
    expect(await text(path))
      .to.include('Aucune de ces personnes n’a d’adresse e-mail')
      .and.include('Choisir la sortie PDF');
    expect(await text(`${path}/message`)).to.include('personne ne recevrait rien');
    expect((await send(path)).status).to.equal(422);
    expect(await mailings()).to.deep.equal([]);
  });

  it('P17 C-38 within 60 seconds all is called off: nobody has received anything', async () => {
    const path = await start(ids());
    const answer = await send(path);
    const { text: html } = await direction.get(answer.location as string);
    const cancel = /action="([^"]+annuler[^"]*)"/.exec(html)?.[1] as string;
    wait(59);
    await school.runJobs();
    expect(received()).to.deep.equal([]);
    expect((await direction.post(cancel, {})).status).to.equal(303);
    expect(await mails()).to.deep.equal([]);
    expect((await direction.get(`${path}/message`)).status, 'and it can be sent after all').to.equal(200);
  });

  it('a form sent twice, or again from an open window, sends once', async () => {
    const path = await start(ids());
    const key = /name="_key" value="([^"]+)"/.exec((await direction.get(`${path}/message`)).text)?.[1] as string;
    await Promise.all([send(path, { _key: key }), send(path, { _key: key })]);
    const again = await send(path);
    expect(plain((await direction.get(again.location as string)).text)).to.include('Ce courrier est déjà parti');
    expect((await direction.get(`${path}/message`)).location, 'back in the browser').to.equal(`/${school.rne}${path}`);
    expect(await mailings()).to.have.length(1);
    expect(await mails()).to.have.length(2);
  });

  it('a bad form comes back with its text (422), without JavaScript too', async () => {
    const path = await start(ids());
    const empty = await send(path, { subject: '' });
    expect(empty.status).to.equal(422);
    expect(empty.text).to.include('Remplissez « Objet ».').and.include('[Identifiant de connexion], [Mot de passe]');
    const slip = await send(path, { body: 'Bonjour [Prenom]' });
    expect(slip.status).to.equal(422);
    expect(slip.text).to.include('[Prenom] n’est pas une variable').and.include('Bonjour [Prenom]');
    expect(await mailings()).to.deep.equal([]);
  });

  it('B24 a guardian of three children receives one message that names all three', async () => {
    const { personId, accountId } = school.people.parents;
    await school.db(async (db) => {
      for (const first_name of ['Nino', 'Zoé']) {
        const [{ id }] = await db('people')
          .insert({ kind: 'pupil', last_name: 'LEROY', first_name, search: `leroy ${first_name.toLowerCase()}` })
          .returning('id');
        await db('guardian_links').insert({ guardian_id: personId, pupil_id: id });
      }
      const [{ id: restricted }] = await db('people')
        .insert({ kind: 'pupil', last_name: 'LEROY', first_name: 'Rose', search: 'leroy rose' })
        .returning('id');
      await db('guardian_links').insert({ guardian_id: personId, pupil_id: restricted, restricted_on: '2026-09-01' });
      await db('accounts').where({ id: accountId }).update({ state: 'provisional', password_hash: null });
    });
    await address(personId, 'paul@exemple.fr');
    await send(await start([personId], 'responsables'), { body: 'Pour [Enfants]\n[Téléphone de l’école]' });
    const [mail, ...others] = await mails();
    expect(others).to.deep.equal([]);
    expect(mail?.text).to.include('Mila (CE1 Jonquilles), Nino, Zoé').and.include('04 74 00 00 00');
    expect(mail?.text, 'the link with Rose is restricted').not.to.include('Rose');
  });

  it('whose key may not be handed out is left out, with the reason; who signs in already keeps his password', async () => {
    const [director, teacher] = [school.people.direction.personId, school.people.enseignants.personId];
    await address(director, 'karine@exemple.fr');
    expect(await text(await start([director], 'personnels')))
      .to.include('Karine BRAUD')
      .and.include('aucune de ces personnes');
    await address(teacher, 'anne@exemple.fr');
    await send(await start([teacher]));
    expect((await mails())[0]?.text)
      .to.include('compte déjà ouvert')
      .and.not.include('/c/');
  });

  it('asks the password again after ten minutes, and keeps the text', async () => {
    const path = await start(ids());
    wait(11 * 60);
    const asked = await send(path);
    expect(asked.status).to.equal(422);
    expect(asked.text).to.include('type="password"').and.include('Vos accès, [Prénom]');
    expect(await mailings()).to.deep.equal([]);
  });

  it('is for those with the right (403), its maker (404), its school (404), and while the module is on (404)', async () => {
    const path = await start(ids());
    for (const role of ['parents', 'enseignants', 'mairie'] as const)
      expect((await school.as(role).get(path)).status, role).to.equal(403);
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['credentials.hand-out'] }),
    );
    for (const one of [path, `${path}/message`, `${path}/papier`])
      expect((await school.as('quotidienne').get(one)).status, 'another account').to.equal(404);
    expect(
      (await school.as('quotidienne').post(`${path}/message`, { ...written, sender: 'house', modele: '' })).status,
    ).to.equal(404);
    const other = await openSchool();
    expect((await other.as('direction').get(path)).status, 'another school').to.equal(404);
    await other.close();
    const off = await openSchool({ plugins: ['personnels'] });
    expect((await off.as('direction').get(path)).status, 'module off').to.equal(404);
    await off.close();
  });

  it('what is prepared is forgotten after a month', async () => {
    await start(ids());
    await school.db((db) => purgeSendings({ db, now: new Date(began.getTime() + 31 * 86_400_000) } as never));
    expect(await school.db((db) => db('credentials_sendings').select())).to.deep.equal([]);
  });
});
