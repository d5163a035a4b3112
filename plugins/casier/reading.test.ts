import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import sharp from 'sharp';
import {
  type Cast,
  deposit,
  filesOf,
  GESTION,
  later,
  NOW,
  PARENTS,
  sheet,
  TEACHERS,
  twoFamilies,
  words,
} from './samples/two-families.test.ts';

describe('what stands in a locker', () => {
  let school: TestSchool;
  let other: TestSchool;
  let cast: Cast;
  before(async () => {
    school = await openSchool({ plugins: ['casier', 'personnels'] });
    other = await openSchool({ plugins: ['casier'] });
    school.house.setNow(NOW);
    cast = await twoFamilies(school);
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await other.close();
    await school.close();
  });
  /** From the direction, and in the lockers. */
  async function given(
    to: string[],
    fields: Record<string, string | File> = {},
  ): Promise<{ id: string; file: string }> {
    school.house.setNow(NOW);
    const id = await deposit(school, school.as('direction'), GESTION, to, fields);
    school.house.setNow(later(2));
    const [file] = await filesOf(school, id);
    return { id, file: `/fichiers/${file?.id}` };
  }
  const recipient = (id: string, personId: string) =>
    school.db((db) => db('casier_recipients').where({ document_id: id, person_id: personId }).first());

  it('F16-7 B47 S18-11 the file of a deposit opens for its recipients and its depositor: every other role, family and school has 404', async () => {
    const { id, file } = await given([school.people.parents.personId]);
    // 1. Nobody signed in: the sign-in page, never the file.
    const visitor = await school.as('visiteur').get(file);
    expect([visitor.status, visitor.text.includes('soussigné')]).to.deep.equal([303, false]);
    expect(visitor.location).to.include('/connexion/');
    // 2. Not a recipient: another family, every other role of the school, whoever follows included, and another school.
    expect((await cast.grace.client.get(file)).status).to.equal(404);
    for (const role of ['quotidienne', 'enseignants', 'accompagnants', 'eleves', 'periscolaire', 'mairie'] as const)
      expect([role, (await school.as(role).get(file)).status]).to.deep.equal([role, 404]);
    for (const role of ['direction', 'parents'] as const)
      expect([role, (await other.as(role).get(file)).status]).to.deep.equal([role, 404]);
    // 3. The recipient.
    const got = await school.as('parents').get(file);
    expect([got.status, got.headers.get('cache-control')]).to.deep.equal([200, 'private, no-store']);
    expect(got.text).to.equal(await sheet().text());
    // 5. Who deposited it. 6. Words added to the link, HEAD and ranges change nothing.
    expect((await school.as('direction').get(file)).status).to.equal(200);
    expect((await cast.grace.client.get(`${file}?token=x`)).status).to.equal(404);
    for (const [client, status] of [
      [school.as('parents'), 200],
      [cast.grace.client, 404],
    ] as const) {
      await client.get('/compte/');
      const headers = { Cookie: client.cookie };
      expect((await fetch(school.url(file), { method: 'HEAD', headers, redirect: 'manual' })).status).to.equal(status);
      const range = await fetch(school.url(file), { headers: { ...headers, Range: 'bytes=0-3' }, redirect: 'manual' });
      expect(range.status === 206 ? 200 : range.status).to.equal(status);
    }
    // The same wall on every page of it.
    for (const path of ['', '/suivi', '/tableur', '/brouillon', '/destinataires', '/accord']) {
      expect((await cast.grace.client.get(`${PARENTS}${id}${path}`)).status).to.equal(404);
      expect((await other.as('direction').get(`${GESTION}${id}${path}`)).status).to.be.oneOf([303, 404]);
    }
    for (const act of ['archiver', 'annuler', 'retirer', 'relancer'])
      expect((await cast.grace.client.post(`${PARENTS}${id}/${act}`)).status).to.equal(404);
    // 4. Withdrawn: the old link opens nothing more, and says so to whom it had reached.
    await school.as('direction').post(`${GESTION}${id}/retirer`);
    expect((await school.as('parents').get(file)).status).to.equal(404);
    const gone = await school.as('parents').get(`${PARENTS}${id}`);
    expect([gone.status, words(gone).includes('n’est plus dans votre casier')]).to.deep.equal([404, true]);
    expect((await cast.grace.client.get(`${PARENTS}${id}`)).text).to.not.include('n’est plus dans votre casier');
  });

  it('B47 7 the picture of its first page opens by the same right, and looking at it is an opening', async () => {
    const { parents } = school.people;
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c84' } })
      .jpeg()
      .toBuffer();
    const { id } = await given([parents.personId], { files: new File([new Uint8Array(photo)], 'photo.jpg') });
    const parent = school.as('parents');
    const page = await parent.get(`${PARENTS}${id}`);
    // In a fold, and fetched when it is opened: the page alone says nothing.
    const preview = /<details[^>]*>.*?<img loading="lazy" src="([^"]+)"/s.exec(page.text)?.[1] as string;
    expect((await cast.grace.client.get(preview)).status).to.equal(404);
    expect((await school.as('mairie').get(preview)).status).to.equal(404);
    expect((await school.as('visiteur').get(preview)).status).to.equal(303);
    expect((await recipient(id, parents.personId)).opened_at).to.equal(null);
    expect((await parent.get(preview)).headers.get('content-type')).to.equal('image/jpeg');
    expect((await recipient(id, parents.personId)).opened_at).to.deep.equal(later(2));
  });

  it('a module that is off opens no locker and no file', async () => {
    const { file } = await given([school.people.parents.personId]);
    const { app } = school.house.house;
    await app('school_plugins').where({ school_id: school.id, plugin: 'casier' }).update({ on: false });
    expect((await school.as('parents').get(file)).status).to.equal(404);
    expect((await school.as('parents').get(PARENTS)).status).to.equal(404);
    await app('school_plugins').where({ school_id: school.id, plugin: 'casier' }).update({ on: true });
    expect((await school.as('parents').get(file)).status).to.equal(200);
  });

  it('F16-6 the opening is written down in the same visit, first and last; looking at the locker marks nothing', async () => {
    const { parents } = school.people;
    const { id, file } = await given([parents.personId], { title: 'Bulletin' });
    const parent = school.as('parents');
    await parent.get(PARENTS);
    expect(words(await parent.get(`${PARENTS}${id}`))).to.include('Vous ne l’avez pas encore ouvert');
    expect((await recipient(id, parents.personId)).opened_at).to.equal(null);
    await parent.get(file);
    school.house.setNow(later(60));
    await parent.get(file);
    expect(await recipient(id, parents.personId)).to.deep.include({ opened_at: later(2), last_opened_at: later(60) });
    const unread = await school.db((db) =>
      db('notices')
        .where({ about: `casier:${id}` })
        .whereNull('read_at'),
    );
    expect(unread).to.deep.equal([]);
    expect(words(await school.as('direction').get(`${GESTION}${id}`)))
      .to.include('Ouvert par 1 sur 1')
      .and.include('Ouvert mercredi 25 novembre à 11 h 02')
      .and.include('la dernière fois mercredi 25 novembre à 12 h 00');
    // The depositor’s own look is not an opening.
    await school.as('direction').get(file);
    expect(await recipient(id, parents.personId)).to.deep.include({ last_opened_at: later(60) });
  });

  it('C-28 S18 B52 each item names the child with the class; a guardian restricted since loses what is about that child, the other child’s stays', async () => {
    const { parents } = school.people;
    const director = school.as('direction');
    const about = async (pupil: string, title: string) => {
      school.house.setNow(NOW);
      const draft = await director.post(`${GESTION}deposer/eleves`, { id: [pupil] });
      const nature = await school.db(async (db) => (await db('casier_natures').first('id')).id);
      await director.post(draft.location as string, { nature, title, files: sheet(), act: 'valider' });
      school.house.setNow(later(2));
      return school.db(async (db) => (await db('casier_documents').where({ title }).first('id')).id as string);
    };
    const [mila, tom] = [await about(school.childId, 'Bilan de Mila'), await about(cast.tom, 'Bilan de Tom')];
    const parent = school.as('parents');
    expect(words(await parent.get(`${PARENTS}?q=bilan`)))
      .to.include('Pour Mila (CE1 Jonquilles)')
      .and.include('Pour Tom (CP)');
    const link = { guardian_id: parents.personId, pupil_id: school.childId };
    await school.db((db) =>
      db('guardian_links').where(link).update({ restricted_on: '2026-11-25', restricted_reason: 'x' }),
    );
    const left = words(await parent.get(`${PARENTS}?q=bilan`));
    expect(left).to.include('Bilan de Tom').and.not.include('Mila');
    expect((await parent.get(`${PARENTS}${mila}`)).status).to.equal(404);
    expect((await parent.post(`${PARENTS}${mila}/archiver`)).status).to.equal(404);
    const [lost] = await filesOf(school, mila);
    const [stays] = await filesOf(school, tom);
    expect((await parent.get(`/fichiers/${lost?.id}`)).status).to.equal(404);
    expect((await parent.get(`/fichiers/${stays?.id}`)).status).to.equal(200);
    // Nor is he reminded of it.
    expect(words(await director.get(`${GESTION}${mila}`))).to.not.include('Relancer 1 personne');
    await school.db((db) => db('guardian_links').where(link).update({ restricted_on: null, restricted_reason: null }));
  });

  it('F17-01 F17-02 the two screens of Diffusion count who has opened; « Relancer » tells exactly those left; the spreadsheet names them', async () => {
    const { enseignants, quotidienne, parents } = school.people;
    const director = school.as('direction');
    const both = [enseignants.personId, quotidienne.personId, parents.personId];
    const { id, file } = await given(both, { title: 'Plan de sécurité' });
    await school.as('enseignants').get(file);
    const tabs = words(await director.get(GESTION));
    for (const title of [
      'Casier numérique',
      'Mon casier',
      'Diffusion : Prof. & Pers.',
      'Diffusion : Responsables & Élèves',
    ])
      expect(tabs).to.include(title);
    const team = words(await director.get(`${GESTION}diffusion/equipe?q=securite`));
    expect(team).to.include('Plan de sécurité').and.include('ouvert par 1/2');
    expect(words(await director.get(`${GESTION}diffusion/familles?q=SÉCURITÉ`))).to.include('ouvert par 0/1');
    expect(words(await director.get(`${GESTION}diffusion/familles?q=rien`))).to.include('Aucun document ne correspond');
    const follow = words(await director.get(`${GESTION}${id}/suivi`));
    expect(follow)
      .to.include('KRUG Anne-Sophie')
      .and.include('Mila (CE1 Jonquilles), Tom (CP)')
      .and.include('Relancer 2 personnes');
    expect(words(await director.get(`${GESTION}${id}/suivi?etat=reste`))).to.not.include('KRUG');
    // Pressed twice, told once.
    for (const _ of [1, 2]) await director.post(`${GESTION}${id}/relancer`, { after: '0' });
    const reminded: string[] = await school.db((db) =>
      db('notices')
        .where({ about: `casier:${id}:rappel-1` })
        .pluck('person_id'),
    );
    expect(reminded).to.have.members([quotidienne.personId, parents.personId]);
    const sheetOf = await director.get(`${GESTION}${id}/tableur`);
    expect(sheetOf.text).to.include('KRUG;Anne-Sophie').and.include('25/11/2026');
    // By permission: the mairie’s profile neither follows nor deposits, and has its locker.
    expect((await school.as('mairie').get(`${GESTION}diffusion/equipe`)).status).to.equal(403);
    expect((await school.as('mairie').get(GESTION)).status).to.equal(200);
    // Whoever follows sees names and counts, never the file (F16-7).
    const fromTeacher = await deposit(school, school.as('enseignants'), TEACHERS, [parents.personId], {
      title: 'Devoirs',
    });
    school.house.setNow(later(9));
    const followed = await director.get(`${GESTION}${fromTeacher}/suivi`);
    expect(words(followed)).to.include('Devoirs').and.include('LEROY Paul');
    expect(followed.text).to.not.include('/fichiers/');
  });

  it('P17 « Retirer » takes it out of all lockers, forgets its notices and says who had opened it', async () => {
    const { enseignants, parents } = school.people;
    const director = school.as('direction');
    const { id, file } = await given([enseignants.personId, parents.personId], { title: 'À retirer' });
    await school.as('enseignants').get(file);
    expect((await director.post(`${GESTION}${id}/annuler`)).location).to.match(new RegExp(`${id}$`));
    expect((await school.as('enseignants').post(`${TEACHERS}${id}/retirer`)).status).to.equal(404);
    await director.post(`${GESTION}${id}/retirer`);
    expect(words(await director.get(`${GESTION}${id}`)))
      .to.include('est retiré des casiers. 1 personne l’avait déjà ouvert : Anne-Sophie KRUG.')
      .and.include('Retiré des casiers');
    expect(await school.db((db) => db('notices').where({ about: `casier:${id}` }))).to.deep.equal([]);
    expect(words(await school.as('parents').get(`${PARENTS}?q=retirer`))).to.include('Aucun document ne correspond');
    const lines: string[] = await school.db((db) =>
      db('audit_log').where('about', 'like', 'À retirer%').orderBy('at').pluck('act'),
    );
    expect(lines).to.include('Document déposé').and.include('Document retiré des casiers');
  });

  it('« Archiver » is for oneself, with « Annuler »; a locker is searched, filtered by nature and paged', async () => {
    const { parents } = school.people;
    const { id } = await given([parents.personId, cast.grace.personId], { title: 'Règlement intérieur' });
    const parent = school.as('parents');
    await parent.post(`${PARENTS}${id}/archiver`);
    const after = await parent.get(`${PARENTS}?q=reglement`);
    expect(words(after)).to.include('« Règlement intérieur » est archivé, pour vous seul').and.include('Annuler');
    expect(words(await parent.get(`${PARENTS}?vue=archives`))).to.include('Règlement intérieur');
    expect(words(await cast.grace.client.get(PARENTS))).to.include('Règlement intérieur');
    await parent.post(`${PARENTS}${id}/archiver`, { back: 'oui' });
    const natures = await school.db((db) =>
      db('casier_natures').whereIn('label', ['Santé', 'Administratif']).pluck('id'),
    );
    const found = await Promise.all(
      natures.map(async (one) => words(await parent.get(`${PARENTS}?q=reglement&nature=${one}`))),
    );
    expect(found.filter((text) => text.includes('Aucun document ne correspond'))).to.have.length(1);
    await school.db(async (db) => {
      const made = await db('casier_documents')
        .insert(
          Array.from({ length: 35 }, (_, n) => ({
            title: `Papier ${n}`,
            search: `papier ${n}`,
            author_name: 'x',
            by_school: true,
            state: 'sent',
            made_at: NOW,
            sent_at: NOW,
          })),
        )
        .returning('id');
      const mine = made.map((one) => ({ document_id: one.id, person_id: parents.personId }));
      await db('casier_recipients').insert(mine.map((one) => ({ ...one, kind: 'guardians', delivered_at: NOW })));
      await db('casier_children').insert(mine.map((one) => ({ ...one, pupil_id: school.childId })));
    });
    const pages = await Promise.all([1, 2].map((n) => parent.get(`${PARENTS}?q=papier&page=${n}`)));
    expect(pages.map(({ text }) => text.split('<article').length - 1)).to.deep.equal([30, 5]);
    expect(words(pages[0] as never)).to.include('Plus anciens');
    for (const odd of ['?page=-3', '?page=x', '?vue=zzz', '?nature=%27', `?q=${'é'.repeat(200)}%25`])
      expect((await parent.get(PARENTS + odd)).status).to.equal(200);
  });

  it('somebody who leaves takes no document with him: his name stays on what he deposited, his own locker goes', async () => {
    const { id, file } = await given([school.people.parents.personId], { title: 'Signé' });
    await school.db(async (db) => {
      await db('casier_documents').where({ id }).update({ author_id: null });
      await db('people').where({ id: cast.grace.personId }).delete();
    });
    expect(words(await school.as('parents').get(`${PARENTS}${id}`))).to.include('De Mme');
    expect((await school.as('parents').get(file)).status).to.equal(200);
    expect(await school.db((db) => db('casier_recipients').where({ person_id: cast.grace.personId }))).to.deep.equal(
      [],
    );
  });

  it('a document is kept during its school year and the next one, then goes with its files', async () => {
    const { id } = await given([school.people.parents.personId]);
    const { house } = school.house;
    const { rows } = await house.app.raw('select door(?, null) as told', [school.rne]);
    const night = async (day: string) => {
      school.house.setNow(new Date(`${day}T02:00:00Z`));
      await school.db((db) => house.jobs.later(db, rows[0].told.school, 'casier', 'nightly.purge', null));
      await school.runJobs();
    };
    await night('2028-07-31');
    expect(await filesOf(school, id)).to.have.length(1);
    await night('2028-08-02');
    expect(await filesOf(school, id)).to.deep.equal([]);
    expect(await school.db((db) => db('casier_documents').where({ id }).first())).to.equal(undefined);
  });
});
