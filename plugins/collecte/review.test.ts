import { type Answer, type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import sharp from 'sharp';
import {
  addClass,
  addDocument,
  addGuardian,
  addPupil,
  GESTION,
  give,
  later,
  NOW,
  states,
  TEACHER,
  words,
} from './samples/two-families.test.ts';

describe('looking through what families deposited', () => {
  let school: TestSchool;
  let direction: Client;
  let teacher: Client;
  let gs: string;
  let tom: string;
  let zoe: string;
  let father: { id: string; name: string };
  let mother: { id: string; name: string };
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    direction = school.as('direction');
    teacher = school.as('enseignants');
    gs = await addClass(school, 'GS');
    tom = await addPupil(school, school.classId, { lastName: 'LEROY', firstName: 'Tom', birthDate: '2019-02-01' });
    zoe = await addPupil(school, gs, { lastName: 'LEROY', firstName: 'Zoé', birthDate: '2021-02-01' });
    father = { id: school.people.parents.personId, name: 'Paul Leroy' };
    mother = { id: (await addGuardian(school, 'Claire LEROY', [school.childId, tom, zoe])).id, name: 'Claire Leroy' };
    await school.db((db) => db('guardian_links').insert({ guardian_id: father.id, pupil_id: tom }));
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const bothReaders = () => [school.people.direction.personId, school.people.enseignants.personId];
  const seenIn = (text: string): string => /name="seen" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const decides = async (
    document: string,
    sending: string,
    decision: string,
    {
      client = direction,
      base = GESTION,
      ...fields
    }: { client?: Client; base?: string; [field: string]: unknown } = {},
  ) =>
    client.post(`${base}/${document}/revoir/decider`, {
      sending,
      seen: 'attend',
      done: '0',
      pupil: '',
      decision,
      ...(fields as Record<string, string>),
    });
  const passIn = ({ text }: Answer): string =>
    (/id="passer" href="([^"]*)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
  /** The values of the button « Annuler » on the next page. */
  const undoIn = (text: string) => {
    const form = /<form method="post" action="([^"]*annuler)">(.*?)<\/form>/s.exec(text);
    const values = [...(form?.[2] ?? '').matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    return { to: form?.[1] ?? '', values: Object.fromEntries(values) as Record<string, string> };
  };

  it('F17-11 the queue shows one deposit at a time, the oldest first, says how many, and goes on to the next at each decision', async () => {
    const document = await addDocument(school, 'Assurance');
    const second = await give(school, document, { pupils: [tom], by: father, at: later(-10) });
    const first = await give(school, document, {
      pupils: [school.childId],
      by: mother,
      at: later(-30),
      files: ['recto.pdf', 'verso.pdf'],
    });
    const page = await direction.get(`${GESTION}/${document}/revoir`);
    expect(words(page))
      .to.include('Dépôt 1 sur 2 à revoir')
      .and.include('Mila LEROY (CE1 Jonquilles)')
      .and.include('Claire Leroy')
      .and.include('mercredi 25 novembre à 10 h 30')
      .and.include('verso.pdf')
      .and.not.include('Tom');
    expect(page.text).to.match(/<img [^>]*src="[^"]*\/apercu\?page&#x3D;1"[^>]*loading="lazy"/);
    const accepted = await decides(document, first, 'accepter');
    expect(accepted.location).to.include(`envoi=${second}&faits=1`);
    const next = await direction.get(accepted.location as string);
    expect(words(next)).to.include('Dépôt 2 sur 2 à revoir').and.include('Accepté : Mila LEROY');
    const sentBack = await decides(document, second, 'illisible', { done: '1' });
    const end = await direction.get(sentBack.location as string);
    expect(words(end)).to.include('Tout est vu').and.include('2 dépôts revus à l’instant');
    expect(await states(school, first)).to.deep.equal(['accepted']);
    const line = await school.db((db) => db('collecte_deposits').where({ sending_id: second }).first());
    expect(line).to.include({ state: 'redo', reason: 'illisible', decided_by: 'Karine BRAUD' });
  });

  it('F17-11 whoever passes a deposit finds it at the end; « À refaire » in own words wants words', async () => {
    const document = await addDocument(school, 'Passer');
    const first = await give(school, document, { pupils: [tom], by: father, at: later(-20) });
    await give(school, document, { pupils: [school.childId], by: father, at: later(-10) });
    const page = await direction.get(`${GESTION}/${document}/revoir`);
    const pass = passIn(page);
    const second = await direction.get(pass);
    expect(words(second)).to.include('Dépôt 2 sur 2');
    const over = passIn(second);
    expect(words(await direction.get(over))).to.include('2 dépôts attendent encore');
    expect(await states(school, first)).to.deep.equal(['deposited']);
    const without = await decides(document, first, 'mots', { words: ' ' });
    expect(without.status).to.equal(422);
    expect(words(without)).to.include('Dites à la famille ce qu’il faut refaire.').and.include('Tom LEROY');
    expect((await decides(document, first, 'mots', { words: 'Il manque la page 2.' })).status).to.equal(303);
    expect(words(await direction.get(`${GESTION}/${document}/eleves/${tom}`))).to.include(
      'À refaire : Il manque la page 2.',
    );
  });

  it('F17-11 « Annuler » gives the state back and the family hears nothing', async () => {
    const document = await addDocument(school, 'Annuler');
    const sending = await give(school, document, { pupils: [school.childId], by: father });
    const told = () => school.db((db) => db('notices').whereLike('about', `collecte:${document}:%`));
    const answer = await decides(document, sending, 'perime');
    expect(await told()).to.have.length(1);
    const undo = undoIn((await direction.get(answer.location as string)).text);
    const back = await direction.post(undo.to, undo.values);
    expect(back.location).to.include(`envoi=${sending}`);
    expect(words(await direction.get(back.location as string)))
      .to.include('ce dépôt attend de nouveau')
      .and.include('Dépôt 1 sur 1');
    expect(await states(school, sending)).to.deep.equal(['deposited']);
    expect(await told()).to.have.length(0);
    const again = await direction.post(undo.to, undo.values);
    expect(words(await direction.get(again.location as string))).to.include('plus rien à annuler');
  });

  it('S18-18 of two who decide at once the second is told what the first decided, and nothing is overwritten', async () => {
    const document = await addDocument(school, 'À deux', { readers: bothReaders() });
    const sending = await give(school, document, { pupils: [tom], by: father });
    const answers = await Promise.all([
      decides(document, sending, 'accepter'),
      decides(document, sending, 'mauvais', { client: teacher, base: TEACHER }),
    ]);
    expect(answers.map((one) => one.status)).to.deep.equal([303, 303]);
    const row = await school.db((db) => db('collecte_deposits').where({ sending_id: sending }).first());
    const directionWon = row.state === 'accepted';
    const loser = directionWon ? teacher : direction;
    const [won, lost] = (directionWon ? answers : answers.toReversed()) as [Answer, Answer];
    expect(won.location).to.include('faits=1');
    const said = words(await loser.get(lost.location as string));
    expect(said).to.include(
      directionWon ? 'Karine BRAUD l’a déjà accepté' : 'Anne-Sophie KRUG l’a déjà renvoyé à refaire',
    );
    expect(said).to.include('rien n’a changé');
    // Whoever sees what was decided may change it.
    const shown = await direction.get(`${GESTION}/${document}/revoir?envoi=${sending}`);
    expect(words(shown)).to.include('Ce dépôt est déjà revu');
    const changed = await decides(document, sending, 'incomplet', { seen: seenIn(shown.text) });
    expect(changed.status).to.equal(303);
    expect(await states(school, sending)).to.deep.equal(['redo']);
  });

  it('S18-18 a decision on what the family has replaced meanwhile decides nothing', async () => {
    const document = await addDocument(school, 'Remplacé');
    const old = await give(school, document, { pupils: [tom], by: father, at: later(-20) });
    const newer = await give(school, document, { pupils: [tom], by: father, at: later(-5), replaces: old });
    const answer = await decides(document, old, 'accepter');
    expect(answer.location).to.include(`envoi=${newer}`);
    expect(words(await direction.get(answer.location as string))).to.include('La famille vient de remplacer ce dépôt');
    expect([...(await states(school, old)), ...(await states(school, newer))]).to.deep.equal([
      'deposited',
      'deposited',
    ]);
  });

  it('F17-11 a decision on one deposit for brothers and sisters is for all of them whom the person sees, and says so', async () => {
    const document = await addDocument(school, 'Fratrie', { readers: bothReaders() });
    const sending = await give(school, document, { pupils: [school.childId, tom, zoe], by: mother });
    const page = words(await teacher.get(`${TEACHER}/${document}/revoir`));
    expect(page)
      .to.include('Votre décision vaut pour Mila LEROY (CE1 Jonquilles) et Tom LEROY (CE1 Jonquilles)')
      .and.not.include('Zoé');
    await decides(document, sending, 'accepter', { client: teacher, base: TEACHER });
    const rows: { pupil_id: string; state: string }[] = await school.db((db) =>
      db('collecte_deposits').where({ sending_id: sending }),
    );
    const stateOf = Object.fromEntries(rows.map((row) => [row.pupil_id, row.state]));
    expect(stateOf).to.deep.equal({ [school.childId]: 'accepted', [tom]: 'accepted', [zoe]: 'deposited' });
    expect(words(await direction.get(`${GESTION}/${document}/revoir`)))
      .to.include('Zoé LEROY (GS)')
      .and.include('Dépôt 1 sur 1');
    expect((await decides(document, sending, 'accepter')).status).to.equal(303);
    expect(await states(school, sending)).to.deep.equal(['accepted', 'accepted', 'accepted']);
  });

  it('B42 both parents’ files stay, a newer one of the same parent replaces his own, and names show who and when', async () => {
    const document = await addDocument(school, 'Deux parents');
    const first = await give(school, document, { pupils: [tom], by: father, at: later(-60) });
    const hers = await give(school, document, { pupils: [tom], by: mother, at: later(-40) });
    await give(school, document, { pupils: [tom], by: father, at: later(-20), replaces: first });
    const page = await direction.get(`${GESTION}/${document}/eleves/${tom}`);
    const [now = '', before = ''] = words(page).split('Dépôts remplacés');
    expect(now)
      .to.include('Déposé par Paul Leroy')
      .and.include('à 10 h 40')
      .and.include('Déposé par Claire Leroy')
      .and.include('à 10 h 20');
    expect(before).to.include('déposé par Paul Leroy, mercredi 25 novembre à 10 h');
    expect(page.text.split('>attestation.pdf<').length - 1).to.equal(3);
    const queue = words(await direction.get(`${GESTION}/${document}/revoir?envoi=${hers}`));
    expect(queue).to.include('Autres dépôts (2)');
    // Decided from the page of the pupil, one comes back to it.
    const answer = await decides(document, hers, 'accepter', { pupil: tom });
    expect(answer.location).to.include(`/eleves/${tom}`);
  });

  it('F17-14 a director who was not chosen, a teacher of another class, a parent and another school open no deposit and decide nothing', async () => {
    const document = await addDocument(school, 'Réservé', { readers: [school.people.enseignants.personId] });
    const sending = await give(school, document, { pupils: [zoe], by: mother });
    const his = await give(school, document, { pupils: [tom], by: father });
    const files = await school.db((db) =>
      db('files')
        .where({ about: `collecte:${sending}` })
        .pluck('id'),
    );
    const pages = [`/${document}/revoir`, `/${document}/archive`, `/${document}/archive/zip`];
    for (const path of pages) {
      const answer = await direction.get(GESTION + path);
      expect(answer.status, path).to.equal(403);
      expect(words(answer)).to.include('réservés aux personnes choisies');
    }
    expect((await decides(document, sending, 'accepter')).status).to.equal(403);
    expect(
      (await direction.post(`${GESTION}/${document}/revoir/annuler`, { sending, decided: '', was: 'accepted' })).status,
    ).to.equal(403);
    // She sees that it came and from whom, not what it is.
    const seen = await direction.get(`${GESTION}/${document}/eleves/${zoe}`);
    expect(words(seen))
      .to.include('Déposé par Claire Leroy')
      .and.include('Seules les personnes choisies')
      .and.not.include('attestation.pdf');
    expect(seen.text)
      .to.not.match(/fichiers\/[0-9a-f]{8}-/)
      .and.not.include('revoir/decider');
    expect((await direction.get(`/fichiers/${files[0]}`)).status).to.equal(404);
    // The teacher was chosen, but Zoé is in another class.
    expect((await teacher.get(`${TEACHER}/${document}/eleves/${zoe}`)).status).to.equal(404);
    expect((await decides(document, sending, 'accepter', { client: teacher, base: TEACHER })).status).to.equal(404);
    expect((await teacher.get(`/fichiers/${files[0]}`)).status).to.equal(404);
    expect(words(await teacher.get(`${TEACHER}/${document}/revoir`)))
      .to.include('Dépôt 1 sur 1')
      .and.include('Tom');
    const parent = school.as('parents');
    for (const path of [...pages, `/${document}/eleves/${tom}`, '/recapitulatif', '/archive'])
      for (const base of [GESTION, TEACHER, '/espace/parents/collecte'])
        expect((await parent.get(base + path)).status, base + path).to.be.oneOf([403, 404]);
    const other = await openSchool({ plugins: ['collecte'] });
    for (const path of [...pages, `/${document}/eleves/${tom}`])
      expect((await other.as('direction').get(GESTION + path)).status, path).to.equal(404);
    await other.close();
    expect([...(await states(school, sending)), ...(await states(school, his))]).to.deep.equal([
      'deposited',
      'deposited',
    ]);
  });

  it('F17-14 a teacher who was not chosen does not find the document, nor a sending of another document through his own', async () => {
    const closed = await addDocument(school, 'Fermé');
    const sending = await give(school, closed, { pupils: [tom], by: father });
    const open = await addDocument(school, 'Ouvert', { readers: [school.people.enseignants.personId] });
    for (const path of ['/revoir', '/archive', `/eleves/${tom}`])
      expect((await teacher.get(`${TEACHER}/${closed}${path}`)).status, path).to.equal(404);
    expect((await decides(open, sending, 'accepter', { client: teacher, base: TEACHER })).status).to.equal(404);
    for (const id of ['', 'x', `${sending}'`])
      expect((await decides(open, id, 'accepter', { client: teacher, base: TEACHER })).status, id).to.be.oneOf([
        404, 422,
      ]);
    expect(await states(school, sending)).to.deep.equal(['deposited']);
  });

  it('F17-11 « Remis en papier » counts as given, with its date where one is asked, and can be taken back', async () => {
    const document = await addDocument(school, 'Papier', { values: { asks_validity: true } });
    const page = `${GESTION}/${document}/eleves/${tom}`;
    const asked = await direction.post(`${page}/papier`, {});
    expect(asked.status).to.equal(422);
    expect(words(asked)).to.include('Écrivez la date qui est sur le document.');
    expect(words(await direction.post(`${page}/papier`, { validUntil: '2026-11-24' }))).to.include(
      'Cette date est passée',
    );
    const done = await direction.post(`${page}/papier`, { validUntil: '2027-08-31' });
    const after = await direction.get(done.location as string);
    expect(words(after)).to.include('Remis en papier').and.include('31/08/2027').and.include('Karine BRAUD');
    const undo = undoIn(after.text);
    expect(words(await direction.get((await direction.post(undo.to, undo.values)).location as string))).to.include(
      'Rien n’est déposé',
    );
    expect(
      (await direction.post(`${GESTION}/${document}/eleves/${school.people.parents.personId}/papier`, {})).status,
    ).to.equal(404);
  });

  it('F17-11 files that the school received itself are deposited in the family’s place; taken back, what they replaced stands again', async () => {
    const document = await addDocument(school, 'Par la poste', { classes: [school.classId] });
    const page = `${GESTION}/${document}/eleves/${tom}`;
    const picture = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#c8b890' } })
      .png()
      .toBuffer();
    const scan = (name: string) => new File([picture as BlobPart], name);
    const one = await direction.post(`${page}/papier`, { files: scan('scan.png') });
    expect(one.status, words(one)).to.equal(303);
    await direction.get(page);
    school.house.setNow(later(5));
    await direction.post(`${page}/papier`, { files: scan('scan-2.png') });
    const both = await direction.get(page);
    expect(words(both)).to.include('Déposé par Karine BRAUD').and.include('scan-2.png').and.include('Dépôts remplacés');
    const undo = undoIn(both.text);
    await direction.post(undo.to, undo.values);
    expect(words(await direction.get(page)))
      .to.include('scan.png')
      .and.not.include('scan-2.png')
      .and.not.include('Dépôts remplacés');
    expect(
      await school.db((db) => db('files').whereLike('about', 'collecte:%').where({ name: 'scan-2.png' })),
    ).to.have.length(0);
    // A teacher who neither asks for it nor reads it takes nothing in.
    expect((await teacher.post(`${TEACHER}/${document}/eleves/${tom}/papier`, {})).status).to.equal(404);
    // It is not asked of the other class.
    expect((await direction.post(`${GESTION}/${document}/eleves/${zoe}/papier`, {})).status).to.equal(404);
  });
});
