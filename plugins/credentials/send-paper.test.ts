import { type Client, openPdf, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const ENVOIS = '/gestion/credentials/envois';
const written = {
  subject: 'Vos accès',
  body: 'Bonjour [Prénom] [NOM],\nIdentifiant : [Identifiant de connexion]\n[Lien de connexion]',
};

describe('letters on paper (fiche 13)', () => {
  let school: TestSchool;
  let direction: Client;
  let path: string;
  // The queue goes by PostgreSQL's hour: the house may be ahead of it, not behind.
  let began: Date;

  beforeEach(async () => {
    school = await openSchool({ name: 'École Jean-Macé' });
    began = new Date();
    school.house.setNow(began);
    direction = school.as('direction');
    for (const first_name of ['Jeanne', 'Alice', 'Rémy'])
      await direction.post('/gestion/personnels/professeurs/creer', { last_name: 'Martin', first_name });
    await school.db((db) => db('people').where({ first_name: 'Jeanne' }).update({ email: 'jeanne@exemple.fr' }));
    const id = await school.db((db) => db('people').where({ last_name: 'MARTIN' }).pluck('id'));
    path = inside((await direction.post(`${ENVOIS}/professeurs`, { id })).location);
  });
  afterEach(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const inside = (location: string | null) => (location as string).replace(`/${school.rne}`, '');
  const print = (fields: Record<string, string> = {}) =>
    direction.post(`${path}/papier`, { ...written, modele: '', qui: '', ...fields });
  /** The print's own page, once its job is done. */
  async function printed(fields: Record<string, string> = {}): Promise<string> {
    const answer = await print(fields);
    expect(answer.status, 'without JavaScript').to.equal(303);
    const to = inside(answer.location);
    expect((await direction.get(to)).text)
      .to.include('Courriers en préparation')
      .and.include('<progress');
    await school.runJobs();
    return to;
  }
  const fileOf = (to: string, client = direction) =>
    fetch(school.url(`${to}/etiquettes.pdf`), { headers: { Cookie: client.cookie } });
  const open = async (to: string) => openPdf(Buffer.from(await (await fileOf(to)).arrayBuffer()));

  it('F13-4 F13-6 one page a person with the school on top, his own words, and a code that opens his link and no other', async () => {
    const to = await printed();
    expect((await direction.get(to)).text).to.include('Courriers prêts');
    for (const labels of ['/choix', '/generer'])
      expect((await direction.post(to + labels, { model: 'x', sheet: '', start: '1' })).status, labels).to.equal(404);
    const pdf = await open(to);
    expect(pdf.pages).to.equal(3);
    expect([pdf.title, pdf.language, pdf.tagged]).to.deep.equal(['Vos accès — École Jean-Macé', 'fr', true]);
    const links = new Set<string>();
    for (const page of [0, 1, 2]) {
      const words = pdf.text(page);
      const names = ['Jeanne', 'Alice', 'Rémy'].filter((name) => words.includes(`Bonjour ${name} MARTIN`));
      expect(names, words).to.have.length(1);
      for (const word of [
        'École Jean-Macé',
        '2 place du Préau',
        '01000 Bourg-Fictif',
        `le ${began.toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'short' })}`,
        'Vos accès',
      ])
        expect(words).to.include(word);
      const [code, ...others] = await pdf.codes(page);
      expect(others).to.deep.equal([]);
      expect(words.replaceAll('\n', '')).to.include(code?.text as string);
      links.add(code?.text as string);
    }
    expect(links.size).to.equal(3);
  });

  it('F13-8 only those without an address, when the others have had their mail', async () => {
    const page = await direction.get(`${path}/papier?qui=sans`);
    expect(page.text).to.include('Générer 2 courriers (PDF)').and.not.include('Jeanne');
    const pdf = await open(await printed({ qui: 'sans' }));
    expect(pdf.pages).to.equal(2);
    expect(pdf.text(0) + pdf.text(1)).to.not.include('Jeanne');
  });

  it('F13-8 the window leads to their labels, for exactly those', async () => {
    const { text } = await direction.get(path);
    const form = /<form method="post" action="([^"]+etiquettes\/professeurs)">(.*?)<\/form>/s.exec(
      text,
    ) as RegExpExecArray;
    const id = [...(form[2] as string).matchAll(/name="id" value="([^"]+)"/g)].map((one) => one[1] as string);
    const names = await school.db((db) => db('people').whereIn('id', id).orderBy('first_name').pluck('first_name'));
    expect(names).to.deep.equal(['Alice', 'Rémy']);
    expect((await direction.get((await direction.post(form[1] as string, { id })).location as string)).text).to.include(
      '2 étiquettes',
    );
  });

  it('a bad form comes back with its text (422), and no key is made', async () => {
    const { status, text } = await print({ body: 'Bonjour [Prenom]' });
    expect(status).to.equal(422);
    expect(text).to.include('[Prenom] n’est pas une variable').and.include('Bonjour [Prenom]');
    expect(await school.db((db) => db('account_keys').select())).to.deep.equal([]);
  });

  it('B19 warns before letters of names our font cannot draw are printed', async () => {
    expect((await direction.get(`${path}/papier`)).text).not.to.include('id="lettres"');
    await school.db((db) => db('people').where({ first_name: 'Alice' }).update({ first_name: 'Нина' }));
    const { text } = await direction.get(`${path}/papier`);
    expect(/id="lettres".*?<\/ul>/s.exec(text)?.[0])
      .to.include('MARTIN Нина (Н и н а)')
      .and.not.include('Rémy');
  });

  it('is its maker’s only, for an hour, and nothing of it is left in clear', async () => {
    const to = await printed();
    const [row] = await school.db((db) => db('credentials_prints').select());
    expect(row.content).to.equal(null);
    expect(row.pdf.toString('latin1')).to.not.include('%PDF').and.not.include('MARTIN');
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['credentials.hand-out'] }),
    );
    await school.as('quotidienne').get('/compte/');
    expect((await fileOf(to, school.as('quotidienne'))).status).to.equal(404);
    expect((await school.as('quotidienne').get(to)).status).to.equal(404);
    school.house.setNow(new Date(began.getTime() + 3_600_001));
    await school.runJobs();
    expect((await direction.get(to)).text).to.include('Le fichier a été effacé');
    expect((await school.db((db) => db('credentials_prints').first())).pdf).to.equal(null);
  });
});
