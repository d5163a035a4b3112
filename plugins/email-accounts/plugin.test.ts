import type { Account, Sender, SenderChoice, Services } from '@preau/core';
import { type Client, openSchool, PASSWORD, type Role, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import PostalMime from 'postal-mime';
import plugin from './plugin.ts';
import { senders } from './senders.ts';

const SCHOOL = '/gestion/email-accounts/etablissement';
const OWN = '/gestion/email-accounts/mes-comptes';
const words = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\s+/g, ' ');

/** Étape 2 as a browser sends it. @returns the id of the mail account. */
async function makeBox(school: TestSchool, path: string, address: string, who?: Client, label = 'Secrétariat') {
  const made = await (who ?? school.as('direction')).post(`${path}/nouveau`, { label, address });
  expect(made.status, words(made.text)).to.equal(303);
  return /\/([0-9a-f-]{36})\/code$/.exec(made.location as string)?.[1] as string;
}

/** The newest code that reached that address. */
async function codeFor(school: TestSchool, address: string): Promise<string> {
  await school.runJobs();
  const found = school.house.mailbox.messages.find((one) => one.to.includes(address));
  return /\b\d{6}\b/.exec(found?.text ?? '')?.[0] as string;
}

/** Étape 3, with the code read in the mailbox. */
async function verify(school: TestSchool, path: string, id: string, address: string, who?: Client): Promise<void> {
  const code = await codeFor(school, address);
  const right = await (who ?? school.as('direction')).post(`${path}/${id}/code`, { code });
  expect(right.status, words(right.text)).to.equal(303);
}

interface Desk {
  offered(): Promise<SenderChoice[]>;
  open(id: string): Promise<Sender | null>;
  services: Services;
}
/** What a sending of that person meets, in a transaction of its own. */
async function worker<T>(school: TestSchool, role: Role, work: (desk: Desk) => Promise<T>): Promise<T> {
  const { container, house } = school.house;
  const { rows } = await house.app.raw('select door(?, null) as told', [school.rne]);
  const here = rows[0].told.school;
  return school.db(async (db) => {
    const { accountId } = school.people[role];
    const row = await db('accounts')
      .leftJoin('profiles', 'profiles.id', 'profile_id')
      .where('accounts.id', accountId)
      .first('mode', 'permissions');
    const account = { id: accountId, mode: row.mode, permissions: row.permissions ?? [] } as unknown as Account;
    const by = { accountId, name: role, account };
    const now = house.clock();
    const services = container.services(here, db, now, by);
    const one = { school: here, db, services, now } as never;
    return work({ services, offered: () => senders.offered(one, by), open: (id) => senders.open(one, id) });
  });
}

async function partsOf(raw: string) {
  const mail = await PostalMime.parse(raw);
  return { from: mail.from, replyTo: mail.replyTo?.[0]?.address };
}

describe('mail accounts', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['email-accounts'] });
  });
  after(() => school.close());
  afterEach(async () => {
    school.house.setNow(null);
    // What a test did not wait for must not reach the mailbox after the code of the next.
    await school.runJobs();
    await school.db(async (db) => {
      for (const table of ['boxes', 'codes']) await db(`email_accounts_${table}`).delete();
    });
  });

  const director = () => school.as('direction');
  const box = (id: string) => school.db((db) => db('email_accounts_boxes').where({ id }).first());
  const journal = (act: string) => school.db((db) => db('audit_log').where({ act }).orderBy('at', 'desc').first());
  /** A session in Gestion quotidienne with these permissions. */
  async function daily(...permissions: string[]) {
    const { accountId } = school.people.quotidienne;
    await school.db(async (db) => {
      const { profile_id } = await db('accounts').where({ id: accountId }).first('profile_id');
      await db('profiles').where({ id: profile_id }).update({ permissions });
    });
    return school.asAccount(accountId, 'quotidienne');
  }

  describe('« Gestion des comptes e-mails »', () => {
    it('F09-01 F09-02 opens from Configuration, with « Compte établissement » and « Comptes personnels », and says what to do first', async () => {
      const home = await director().get('/gestion/configuration/modules');
      expect(home.text).to.include('Paramétrer l’envoi d’e-mails');
      const text = words((await director().get('/gestion/email-accounts/')).text);
      expect(text).to.include('Gestion des comptes e-mails');
      for (const one of [
        'Compte établissement',
        'Comptes personnels',
        'Aucun compte établissement',
        'Aucun compte personnel',
      ])
        expect(text).to.include(one);
    });

    it('F09-02 shows each block to those who have that right, once in the menu, and neither to others', async () => {
      const own = words((await (await daily('email-accounts.own')).get('/gestion/email-accounts/')).text);
      expect(own).to.include('Comptes personnels').and.not.include('Compte établissement');
      const both = await (await daily('email-accounts.own', 'email-accounts.school')).get('/gestion/email-accounts/');
      expect(words(both.text)).to.include('Comptes personnels').and.include('Compte établissement');
      expect(both.text.match(/Paramétrer l’envoi d’e-mails<\/a>/g)).to.have.length(1);
      const none = await (await daily('ressources.pupils-read')).get('/gestion/email-accounts/');
      expect(none.status).to.equal(403);
      expect(none.text).not.to.include('Paramétrer l’envoi d’e-mails</a>');
    });
  });

  describe('adding one', () => {
    it('F09-03 F09-04 F09-05 F09-06 a school account goes from « + » to its staff, by plain forms without JavaScript', async () => {
      const first = await director().get(`${SCHOOL}/nouveau`);
      expect(words(first.text)).to.include('Étape 2 : Création du compte établissement').and.include('Suivant');
      const made = await director().post(`${SCHOOL}/nouveau`, {
        label: 'Secrétariat',
        address: 'secretariat@ecole-exemple.test',
      });
      expect(made.status).to.equal(303);
      const id = /etablissement\/([0-9a-f-]{36})\/code$/.exec(made.location as string)?.[1] as string;
      const asking = await director().get(made.location as string);
      expect(words(asking.text)).to.include('Étape 3 : Vérification du code');
      expect(asking.text)
        .to.match(/autocomplete="one-time-code"/)
        .and.match(/inputmode="numeric"/);
      const code = await codeFor(school, 'secretariat@ecole-exemple.test');
      expect((await box(id)).verified_at).to.equal(null);
      const right = await director().post(`${SCHOOL}/${id}/code`, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
      expect(right.status, words(right.text)).to.equal(303);
      const step4 = words((await director().get(right.location as string)).text);
      expect(step4).to.include('Étape 4 : Sécurisation du compte établissement');
      const secured = await director().post(`${SCHOOL}/${id}/securiser`, { _proof: PASSWORD });
      expect(secured.location).to.match(/habilites\?etape=5$/);
      const step5 = await director().get(secured.location as string);
      expect(words(step5.text))
        .to.include('Étape 5 : indiquez les personnels habilités')
        .and.include('1 personne est cochée');
      const saved = await director().post(`${SCHOOL}/${id}/habilites`, {
        people: [school.people.direction.accountId, school.people.enseignants.accountId],
      });
      const list = words((await director().get(saved.location as string)).text);
      expect(list).to.include('2 personnes peuvent envoyer depuis « Secrétariat ».');
      expect(list).to.include('2 personnes habilitées : Mme BRAUD Karine, Mme KRUG Anne-Sophie.');
      expect((await journal('Compte e-mail : personnels habilités')).about).to.include(
        'habilité : Mme KRUG Anne-Sophie',
      );
    });

    it('F09-03 the first account of the school starts with the address the school is known by, and the next with nothing', async () => {
      const fresh = await openSchool({ plugins: ['email-accounts'] });
      const first = await fresh.as('direction').get(`${SCHOOL}/nouveau`);
      expect(first.text).to.include(`value="ecole-${fresh.rne.toLowerCase()}@exemple.fr"`);
      await makeBox(fresh, SCHOOL, 'secretariat@exemple.fr');
      expect((await fresh.as('direction').get(`${SCHOOL}/nouveau`)).text).not.to.include('@exemple.fr"');
      await fresh.close();
    });

    it('F09-05 the guide’s secret question is one’s own password: nothing is usable before it, and a wrong one opens nothing', async () => {
      const id = await makeBox(school, SCHOOL, 'securite@exemple.fr');
      expect((await director().post(`${SCHOOL}/${id}/securiser`)).status, 'before the code').to.equal(422);
      await verify(school, SCHOOL, id, 'securite@exemple.fr');
      const asked = await director().post(`${SCHOOL}/${id}/securiser`);
      expect(asked.status, 'asked, though just signed in').to.equal(422);
      expect(words(asked.text)).to.include('Votre mot de passe');
      const wrong = await director().post(`${SCHOOL}/${id}/securiser`, { _proof: 'Pas le mien 1' });
      expect(wrong.status).to.equal(422);
      expect((await box(id)).secured_at).to.equal(null);
      expect(await worker(school, 'direction', ({ offered }) => offered())).to.deep.equal([]);
      expect((await director().post(`${SCHOOL}/${id}/securiser`, { _proof: PASSWORD })).status).to.equal(303);
      expect(await worker(school, 'direction', ({ offered }) => offered())).to.have.length(1);
      const help = words((await director().get('/aide/email-accounts/etablissement-securiser')).text);
      expect(help).to.include('question secrète').and.include('mot de passe');
    });

    it('F09-03 says beside the field what is wrong, keeps what was typed, and takes an address once', async () => {
      const bad = await director().post(`${SCHOOL}/nouveau`, { label: 'Secrétariat', address: 'secretariat' });
      expect(bad.status).to.equal(422);
      expect(bad.text).to.include('value="Secrétariat"').and.include('n’a pas la forme nom@domaine.fr');
      await makeBox(school, SCHOOL, 'une@exemple.fr');
      const twice = await director().post(`${SCHOOL}/nouveau`, { label: 'Deux', address: 'UNE@exemple.fr' });
      expect(twice.status).to.equal(422);
      expect(words(twice.text)).to.include('Cette adresse est déjà dans la liste.');
      const mine = await director().post(`${OWN}/nouveau`, { label: 'Deux', address: 'une@exemple.fr' });
      expect(mine.status, 'nobody learns what others have').to.equal(303);
    });

    it('F09-03 breaks on nothing a form may hold', async () => {
      for (const label of ['\u0000', 'a'.repeat(5000), "'; drop table email_accounts_boxes --", '\ud800'])
        for (const address of [
          '',
          '@',
          'a@b',
          `${'a'.repeat(300)}@exemple.fr`,
          'é@exemple.fr',
          'a@exemple.fr\nBcc: b@exemple.fr',
        ]) {
          const { status } = await director().post(`${SCHOOL}/nouveau`, { label, address });
          expect(status, `${label.slice(0, 20)} ${address.slice(0, 20)}`).to.equal(422);
        }
    });
  });

  describe('the code (S18-06)', () => {
    const address = 'code@exemple.fr';
    const wrongOf = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

    it('F09-04 is told in that message only: the tables keep neither it nor anything to find it by', async () => {
      const id = await makeBox(school, SCHOOL, address);
      const rows = await school.db((db) => db('email_accounts_codes').where({ box_id: id }));
      const code = await codeFor(school, address);
      expect(JSON.stringify(rows)).not.to.include(code);
      const queued: unknown[] = await school.db((db) => db('outbox').where({ to_address: address }));
      expect(JSON.stringify(queued)).not.to.include(code);
    });

    it('F09-04 is refused when wrong, and after five tries even the right one is', async () => {
      const id = await makeBox(school, SCHOOL, address);
      const code = await codeFor(school, address);
      for (let n = 1; n <= 5; n++) {
        const no = await director().post(`${SCHOOL}/${id}/code`, { code: wrongOf(code) });
        expect(no.status).to.equal(422);
        expect(words(no.text)).to.include(n < 5 ? `Il reste ${5 - n} essai` : 'Cinq essais sont faits');
      }
      const late = await director().post(`${SCHOOL}/${id}/code`, { code });
      expect(words(late.text)).to.include('Cinq essais sont faits : ce code ne sert plus.');
      expect((await box(id)).verified_at).to.equal(null);
    });

    it('F09-04 is refused after ten minutes; a new one is asked, and ends the one before', async () => {
      const id = await makeBox(school, SCHOOL, address);
      const old = await codeFor(school, address);
      school.house.setNow(new Date(Date.now() + 10 * 60_000 + 1000));
      const late = await director().post(`${SCHOOL}/${id}/code`, { code: old });
      expect(words(late.text)).to.include('Ce code n’est plus valable');
      const again = await director().post(`${SCHOOL}/${id}/renvoyer`);
      expect(words((await director().get(again.location as string)).text)).to.include(
        'Un nouveau code part à code@exemple.fr',
      );
      const fresh = await codeFor(school, address);
      if (fresh !== old) expect((await director().post(`${SCHOOL}/${id}/code`, { code: old })).status).to.equal(422);
      expect((await director().post(`${SCHOOL}/${id}/code`, { code: fresh })).status).to.equal(303);
    });

    it('F09-04 is not sent when nobody could use it any more', async () => {
      const id = await makeBox(school, SCHOOL, 'tard@exemple.fr');
      school.house.setNow(new Date(Date.now() + 11 * 60_000));
      await school.runJobs();
      expect(school.house.mailbox.messages.filter((one) => one.to.includes('tard@exemple.fr'))).to.deep.equal([]);
      expect(id).to.be.a('string');
    });

    it('F09-04 leaves nothing behind after a day', async () => {
      await makeBox(school, SCHOOL, address);
      const night = (now: number) =>
        plugin.nightly?.purge?.({
          step: (work: (one: object) => unknown) => school.db(async (db) => work({ db, now: new Date(now) })),
        } as never);
      const left = () => school.db((db) => db('email_accounts_codes'));
      await night(Date.now() + 23 * 3_600_000);
      expect(await left()).to.have.length(1);
      await night(Date.now() + 25 * 3_600_000);
      expect(await left()).to.have.length(0);
    });

    it('F09-04 is for that account only: the code of one proves no other', async () => {
      const one = await makeBox(school, SCHOOL, address);
      const code = await codeFor(school, address);
      const two = await makeBox(school, SCHOOL, 'autre@exemple.fr');
      const other = await codeFor(school, 'autre@exemple.fr');
      if (code !== other) expect((await director().post(`${SCHOOL}/${two}/code`, { code })).status).to.equal(422);
      expect((await director().post(`${SCHOOL}/${one}/code`, { code })).status).to.equal(303);
    });

    it('F09-04 opens once, however many send it at the same moment', async () => {
      const id = await makeBox(school, SCHOOL, address);
      const code = await codeFor(school, address);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => director().post(`${SCHOOL}/${id}/code`, { code })),
      );
      expect(answers.filter((one) => one.status === 303)).to.have.length(1);
      expect(answers.filter((one) => one.status === 422)).to.have.length(49);
    });

    it('F09-04 lets 50 wrong ones sent at once evaluate five and no more', async () => {
      const id = await makeBox(school, SCHOOL, address);
      const code = await codeFor(school, address);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => director().post(`${SCHOOL}/${id}/code`, { code: wrongOf(code) })),
      );
      expect(answers.every((one) => one.status === 422)).to.equal(true);
      const { tries } = await school.db((db) => db('email_accounts_codes').where({ box_id: id }).first('tries'));
      expect(tries).to.equal(5);
    });

    it('F09-04 is asked five times an hour at most, and guessed ten times in a quarter, also over several accounts', async () => {
      let evaluated = 0;
      const ids = [await makeBox(school, SCHOOL, address), await makeBox(school, OWN, address)];
      ids.push(await makeBox(school, SCHOOL, 'trois@exemple.fr'));
      for (const [at, id] of ids.entries()) {
        const path = at === 1 ? OWN : SCHOOL;
        for (let n = 0; n < 5; n++) {
          const { text } = await director().post(`${path}/${id}/code`, { code: '000000' });
          if (words(text).includes('dernier code envoyé')) evaluated += 1;
        }
      }
      expect(evaluated).to.equal(10);
      await director().post(`${SCHOOL}/${ids[0]}/renvoyer`);
      await director().post(`${SCHOOL}/${ids[0]}/renvoyer`);
      const sixth = await director().post(`${SCHOOL}/${ids[0]}/renvoyer`);
      expect(sixth.status).to.equal(422);
      expect(words(sixth.text)).to.include('Cinq codes ont été demandés en une heure. Attendez 60 minutes.');
      const seventh = await director().post(`${OWN}/nouveau`, { label: 'Encore', address: 'encore@exemple.fr' });
      expect(seventh.status).to.equal(422);
      // Removing an account and adding it again gives no further code.
      await director().post(`${SCHOOL}/${ids[2]}/retirer`);
      const again = await director().post(`${SCHOOL}/nouveau`, { label: 'Trois', address: 'trois@exemple.fr' });
      expect(again.status).to.equal(422);
      school.house.setNow(new Date(Date.now() + 61 * 60_000));
      expect((await director().post(`${SCHOOL}/${ids[0]}/renvoyer`)).status).to.equal(303);
    });
  });

  describe('who may send', () => {
    it('F09-07 a personal account is its owner’s: 404 for everybody else, Administration too', async () => {
      const her = await daily('email-accounts.own', 'email-accounts.school');
      const id = await makeBox(school, OWN, 'samia@exemple.fr', her);
      await verify(school, OWN, id, 'samia@exemple.fr', her);
      const done = await her.post(`${OWN}/${id}/securiser`, { _proof: PASSWORD });
      expect(words((await her.get(done.location as string)).text)).to.include('samia@exemple.fr');
      expect((await director().get('/gestion/email-accounts/')).text).not.to.include('samia@exemple.fr');
      for (const path of [OWN, SCHOOL])
        for (const page of ['code', 'securiser', 'envoi', 'retirer'])
          expect((await director().get(`${path}/${id}/${page}`)).status, `${path} ${page}`).to.equal(404);
      expect((await director().post(`${OWN}/${id}/code`, { code: '123456' })).status).to.equal(404);
      expect((await director().post(`${OWN}/${id}/renvoyer`)).status).to.equal(404);
      expect((await director().post(`${OWN}/${id}/securiser`, { _proof: PASSWORD })).status).to.equal(404);
      expect((await director().post(`${OWN}/${id}/envoi`, { way: 'house', encryption: 'tls' })).status).to.equal(404);
      await director().post(`${OWN}/${id}/retirer`);
      expect(await box(id), 'still there').to.be.an('object');
      expect((await journal('Compte e-mail ajouté')).about).to.equal('compte personnel');
    });

    it('F09-07 what is sent from a personal account carries the person’s own name, whatever he calls it', async () => {
      const her = await daily('email-accounts.own');
      const id = await makeBox(school, OWN, 'samia@exemple.fr', her, 'Madame la Rectrice');
      await verify(school, OWN, id, 'samia@exemple.fr', her);
      await her.post(`${OWN}/${id}/securiser`, { _proof: PASSWORD });
      expect(await worker(school, 'quotidienne', ({ open }) => open(id))).to.deep.equal({
        name: 'Samia LEOTI',
        replyTo: 'samia@exemple.fr',
        own: null,
      });
      const offers = () => worker(school, 'quotidienne', ({ offered }) => offered());
      expect(await offers()).to.deep.equal([{ id, title: 'Madame la Rectrice (samia@exemple.fr)' }]);
      await daily('ressources.pupils-read');
      expect(await offers(), 'the right was taken back').to.deep.equal([]);
    });

    it('F09-08 F09-09 F09-10 a school account is offered to those ticked, and to nobody else; a crafted id sends nothing', async () => {
      const id = await ready('ecole@exemple.fr');
      const offers = (role: 'direction' | 'quotidienne') =>
        worker(school, role, async ({ services }) => (await services.outbox.senders()).map((one) => one.id));
      const send = (role: 'direction' | 'quotidienne') =>
        worker(school, role, ({ services }) =>
          services.outbox.send({
            title: 'Connexion des responsables',
            purpose: 'credentials.letter',
            sender: `email-accounts:${id}`,
            letters: [
              {
                to: { name: 'Paul LEROY', address: 'paul@exemple.fr' },
                subject: 'Vos informations de connexion',
                text: '…',
              },
            ],
          }),
        );
      expect(await offers('direction')).to.deep.equal([`email-accounts:${id}`, 'house']);
      expect(await offers('quotidienne')).to.deep.equal(['house']);
      let refused = '';
      await send('quotidienne').catch((error: Error) => {
        refused = error.message;
      });
      expect(refused).to.include('Vous ne pouvez pas envoyer');
      await director().post(`${SCHOOL}/${id}/habilites`, { people: school.people.quotidienne.accountId });
      expect(await offers('direction'), 'the director too, once unticked').to.deep.equal(['house']);
      expect(await offers('quotidienne')).to.deep.equal([`email-accounts:${id}`, 'house']);
      expect((await send('quotidienne')).queued).to.equal(1);
    });

    it('F09-06 only people of the team can be ticked; a search keeps those it does not show; a second editor is told', async () => {
      const id = await ready('ecole@exemple.fr');
      const path = `${SCHOOL}/${id}/habilites`;
      const page = (await director().get(path)).text;
      expect(page).not.to.include('LEROY');
      const version = /name="_version" value="(\d+)"/.exec(page)?.[1] as string;
      const { direction, enseignants, parents } = school.people;
      const found = (await director().get(`${path}?q=krug&people=${direction.accountId}&_version=${version}`)).text;
      expect(words(found)).to.include('1 personne trouvée').and.include('1 personne est cochée');
      expect(found).to.include(`<input type="hidden" name="people" value="${direction.accountId}">`);
      const people = [direction.accountId, enseignants.accountId, parents.accountId, 'x'];
      expect((await director().post(path, { people, _version: version })).status).to.equal(303);
      const kept = await school.db((db) => db('email_accounts_allowed').where({ box_id: id }).pluck('account_id'));
      expect(kept).to.have.members([direction.accountId, enseignants.accountId]);
      const late = await director().post(path, { people: [], _version: version });
      expect(late.status).to.equal(422);
      expect(words(late.text)).to.include('Quelqu’un d’autre a enregistré');
    });

    it('F09-06 asks the password again after ten minutes before it changes who may send, how, or that it is there (S18-14)', async () => {
      const id = await ready('ecole@exemple.fr');
      school.house.setNow(new Date(Date.now() + 11 * 60_000));
      for (const path of ['habilites', 'retirer']) {
        const asked = await director().post(`${SCHOOL}/${id}/${path}`, { people: school.people.mairie.accountId });
        expect(asked.status, path).to.equal(422);
        expect(words(asked.text)).to.include('Confirmez que c’est bien vous');
      }
      expect((await director().get(`${SCHOOL}/${id}/envoi`)).location).to.include('/confirmation/');
      expect(await box(id)).to.be.an('object');
    });
  });

  describe('sending by the platform (case B26)', () => {
    it('B26 From and envelope are the platform’s, the person is in the name and Reply-To, and the screen says why', async () => {
      const her = await daily('email-accounts.own');
      const address = 'remy.martin@fournisseur-strict.example';
      const mine = await makeBox(school, OWN, address, her);
      await verify(school, OWN, mine, address, her);
      await her.post(`${OWN}/${mine}/securiser`, { _proof: PASSWORD });
      const warned = words((await her.get(`${OWN}/${mine}/envoi`)).text);
      expect(warned).to.include('règle DMARC').and.include(`l’adresse ${address} ne s’affiche pas comme expéditeur`);
      expect(warned).to.include('Les familles voient le nom « Samia LEOTI » et l’adresse d’envoi de la plateforme');
      const shared = await ready('secretariat@ecole-exemple.test');
      for (const [role, id, name, replyTo] of [
        ['quotidienne', mine, 'Samia LEOTI', address],
        ['direction', shared, `Secrétariat, École ${school.rne}`, 'secretariat@ecole-exemple.test'],
      ] as const) {
        await worker(school, role, ({ services }) =>
          services.outbox.send({
            title: 'Essai',
            purpose: 'email-accounts.test',
            sender: `email-accounts:${id}`,
            letters: [
              { to: { name: 'Paul LEROY', address: 'paul@exemple.fr' }, subject: `Essai ${role}`, text: 'Bonjour.' },
            ],
          }),
        );
        await school.runJobs();
        const sent = school.house.mailbox.messages.find((one) => one.subject === `Essai ${role}`);
        expect(sent?.from).to.equal(school.house.house.config.mailFrom);
        const headers = await partsOf(sent?.raw ?? '');
        expect(headers.from).to.deep.include({ name, address: school.house.house.config.mailFrom });
        expect(headers.replyTo).to.equal(replyTo);
        expect(sent?.raw).to.not.match(/^(From|Sender|Return-Path):.*(fournisseur-strict|ecole-exemple)/im);
      }
    });
  });

  describe('removing one', () => {
    it('F09-02 asks first, says what becomes of what waits, and nothing leaves from it any more', async () => {
      const id = await ready('ecole@exemple.fr');
      const asked = words((await director().get(`${SCHOOL}/${id}/retirer`)).text);
      expect(asked).to.include('Les messages qui attendaient d’en partir ne partiront pas');
      await worker(school, 'direction', ({ services }) =>
        services.outbox.send({
          title: 'Demain',
          purpose: 'email-accounts.test',
          sender: `email-accounts:${id}`,
          letters: [{ to: { name: 'Paul LEROY', address: 'paul@exemple.fr' }, subject: 'Resté là', text: '…' }],
        }),
      );
      const gone = await director().post(`${SCHOOL}/${id}/retirer`);
      expect(words((await director().get(gone.location as string)).text)).to.include(
        'Le compte « Secrétariat » est retiré.',
      );
      await school.runJobs();
      expect(school.house.mailbox.messages.some((one) => one.subject === 'Resté là')).to.equal(false);
      const [line] = await school.db((db) => db('outbox').where({ subject: 'Resté là' }));
      expect(line.state).to.equal('refused');
      expect(await worker(school, 'direction', ({ open }) => open(id))).to.equal(null);
      expect(await worker(school, 'direction', ({ open }) => open("x' or 1=1"))).to.equal(null);
    });
  });

  describe('around', () => {
    it('C-01 is shut to other profiles, gone when switched off, and another school’s account is unknown', async () => {
      const id = await ready('ecole@exemple.fr');
      const other = await daily('ressources.pupils-read');
      expect((await other.get(`${SCHOOL}/nouveau`)).status).to.equal(403);
      expect((await other.post(`${SCHOOL}/${id}/retirer`)).status).to.equal(403);
      expect((await school.as('enseignants').get('/gestion/email-accounts/')).status).to.equal(403);
      const off = await openSchool({ plugins: [] });
      expect((await off.as('direction').get('/gestion/email-accounts/')).status).to.equal(404);
      const neighbour = await openSchool({ plugins: ['email-accounts'] });
      expect((await neighbour.as('direction').get(`${SCHOOL}/${id}/retirer`)).status).to.equal(404);
      expect(await worker(neighbour, 'direction', ({ open }) => open(id))).to.equal(null);
      await Promise.all([off.close(), neighbour.close()]);
    });

    it('F09-01 is a step of the start-up checklist, done with the first school account that is ready', async () => {
      const line = async () => {
        const home = words((await director().get('/gestion/accueil/')).text);
        return /Paramétrer l’envoi d’e-mails (Fait|La suivante)/.exec(home)?.[1];
      };
      expect(await line()).to.equal('La suivante');
      await ready('ecole@exemple.fr');
      expect(await line()).to.equal('Fait');
    });
  });

  /** A school account that may send. */
  async function ready(address: string): Promise<string> {
    const id = await makeBox(school, SCHOOL, address);
    await verify(school, SCHOOL, id, address);
    expect((await director().post(`${SCHOOL}/${id}/securiser`, { _proof: PASSWORD })).status).to.equal(303);
    return id;
  }
});
