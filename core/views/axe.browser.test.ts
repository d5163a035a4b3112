import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { openCommune, openTo, type TestCommune } from '../commune/samples/open-commune.test.ts';
import { bringAxe, openPage, openSchool, type Role, type TestSchool, tinyPdf, violations } from '../testing.ts';

type Who = Role | 'visiteur' | 'agent';

/** Every page of the product, as the role that sees most of it; [role, path]. */
const PAGES: [Role | 'visiteur', string][] = [
  ['visiteur', '/connexion/'],
  ['visiteur', '/connexion/?vers=%2Fparents'],
  ['visiteur', '/connexion/oubli'],
  ['visiteur', '/connexion/oubli/envoye'],
  ['visiteur', '/c/'],
  ['visiteur', '/c/EXEMPLE-ne-sert-a-rien'],
  ['visiteur', '/c/rien'],
  ['visiteur', '/aide/'],
  ['visiteur', '/aide/telephone/index'],
  ['visiteur', '/assistance/'],
  ['visiteur', '/accessibilite/'],
  ['visiteur', '/telephone/hors-connexion'],
  ['visiteur', '/rien'],
  ['visiteur', '/potager/'],
  ['visiteur', '/inscription/'],
  ['visiteur', '/etablissement-page/'],
  ['direction', '/gestion/accueil/'],
  ['direction', '/gestion/ressources/classes'],
  ['direction', '/gestion/ressources/classes/:class'],
  ['direction', '/gestion/ressources/classes/:class/modifier'],
  ['direction', '/gestion/annee/'],
  ['direction', '/gestion/annee/classe/:class'],
  ['direction', '/gestion/annee/valider'],
  ['direction', '/gestion/ressources/eleves'],
  ['direction', '/gestion/ressources/eleves?q=zzz'],
  ['direction', '/gestion/ressources/eleves?groupe=classe'],
  ['direction', '/gestion/ressources/eleves?modifier=:pupil.class'],
  ['direction', '/gestion/ressources/eleves/:pupil'],
  ['direction', '/gestion/ressources/eleves/:pupil?historique=tout'],
  ['direction', '/gestion/ressources/eleves/:pupil/modifier'],
  ['direction', '/gestion/ressources/eleves/:pupil/classe'],
  ['direction', '/gestion/ressources/eleves/:pupil/adresses/nouvelle'],
  ['direction', '/gestion/ressources/eleves/:pupil/contacts'],
  ['direction', '/gestion/ressources/eleves/:pupil/responsables?q=le'],
  ['direction', '/gestion/ressources/eleves/:pupil/responsables/:guardian/lien'],
  ['direction', '/gestion/ressources/eleves/:pupil/responsables/:guardian/restreindre'],
  ['direction', '/gestion/ressources/eleves/:pupil/compte'],
  ['direction', '/gestion/ressources/eleves/:pupil/compte/reinitialiser'],
  ['direction', '/gestion/ressources/responsables'],
  ['direction', '/gestion/ressources/responsables/:guardian'],
  ['direction', '/gestion/ressources/responsables/:guardian/modifier'],
  ['direction', '/gestion/onde-import/eleves'],
  ['direction', '/gestion/onde-import/responsables'],
  ['direction', '/gestion/onde-import/tableur'],
  ['direction', '/gestion/onde-import/attente'],
  ['direction', '/gestion/onde-import/imports'],
  ['direction', '/gestion/personnels/professeurs'],
  ['direction', '/gestion/personnels/professeurs/:teacher'],
  ['direction', '/gestion/personnels/professeurs/:teacher/classes'],
  ['direction', '/gestion/personnels/personnels'],
  ['direction', '/gestion/personnels/personnels/:carer'],
  ['direction', '/gestion/personnels/personnels/:carer/eleves'],
  ['direction', '/gestion/personnels/personnels/:member/modifier'],
  ['direction', '/gestion/personnels/personnels/:member/fonction'],
  ['direction', '/gestion/personnels/personnels/:member/mode'],
  ['direction', '/gestion/personnels/personnels/:member/duree'],
  ['direction', '/gestion/personnels/personnels/:member/compte'],
  ['direction', '/gestion/personnels/personnels/:member/compte/reinitialiser'],
  ['direction', '/gestion/personnels/personnels/:member/suspendre'],
  ['direction', '/gestion/personnels/personnels/:member/retirer'],
  ['direction', '/gestion/personnels/fonctions'],
  ['direction', '/gestion/personnels/civilites'],
  ['direction', '/gestion/personnels/importer'],
  ['direction', '/gestion/email-accounts/'],
  ['direction', '/gestion/email-accounts/etablissement/nouveau'],
  ['direction', '/gestion/email-accounts/mes-comptes/nouveau'],
  ['direction', '/gestion/credentials/suivi'],
  ['direction', '/gestion/credentials/suivi/jamais'],
  ['direction', '/gestion/credentials/remise/:class'],
  ['direction', '/gestion/credentials/etiquettes'],
  ['direction', '/gestion/credentials/courriers'],
  ['direction', '/gestion/credentials/courriers/nouveau'],
  ['direction', '/gestion/configuration/modules'],
  ['direction', '/gestion/configuration/modules?arreter=potager'],
  ['direction', '/gestion/configuration/modules/potager'],
  ['direction', '/gestion/fichiers/place'],
  ['direction', '/gestion/etablissement-page/'],
  ['direction', '/gestion/etablissement-page/corps'],
  ['direction', '/gestion/etablissement-page/pied'],
  ['direction', '/gestion/etablissement-page/apercu'],
  ['direction', '/gestion/etablissement-page/textes'],
  ['direction', '/gestion/etablissement-page/sites'],
  ['direction', '/gestion/etablissement-page/documents'],
  ['direction', '/gestion/etablissement-page/galerie'],
  ['direction', '/gestion/etablissement-page/autorisations'],
  ['direction', '/gestion/etablissement-page/autorisations/:pupil'],
  ['direction', '/gestion/mairie/'],
  ['direction', '/gestion/profils/'],
  ['direction', '/gestion/profils/:profile'],
  ['direction', '/gestion/profils/:profile?name=x&q=menus'],
  ['direction', '/gestion/profils/pourquoi/:guardian'],
  ['direction', '/gestion/espaces-web/enseignants/familles'],
  ['direction', '/gestion/espaces-web/'],
  ['direction', '/gestion/espaces-web/visuel/parents'],
  ['direction', '/gestion/espaces-web/eleves?rubrique=infos.informations'],
  ['direction', '/gestion/looks/'],
  ['direction', '/gestion/emporter/'],
  ['direction', '/gestion/looks/?picked=%23ffd45e'],
  ['direction', '/gestion/agenda/'],
  ['direction', '/gestion/agenda/nouveau'],
  ['direction', '/gestion/infos/'],
  ['direction', '/gestion/infos/nouvelle'],
  ['direction', '/gestion/infos/nouveau-sondage'],
  ['direction', '/gestion/infos/modeles'],
  ['direction', '/gestion/infos/categories'],
  ['direction', '/gestion/infos/recues'],
  ['direction', '/gestion/discussions/'],
  ['direction', '/gestion/discussions/nouvelle'],
  ['direction', '/gestion/discussions/signalements'],
  ['direction', '/gestion/collecte/'],
  ['direction', '/gestion/collecte/nouveau'],
  ['direction', '/gestion/collecte/recapitulatif'],
  ['direction', '/gestion/collecte/archive'],
  ['direction', '/gestion/collecte/:document/archive'],
  ['direction', '/gestion/collecte/:document/revoir'],
  ['direction', '/gestion/collecte/:document/eleves/:pupil'],
  ['direction', '/gestion/collecte/:document/modifier'],
  ['direction', '/gestion/collecte/:document/classes'],
  ['direction', '/gestion/collecte/:document/depot'],
  ['direction', '/gestion/collecte/:document/lecteurs'],
  ['direction', '/gestion/collecte/:document/notifier'],
  ['direction', '/gestion/collecte/:document/relancer'],
  ['direction', '/gestion/collecte/:document/archiver'],
  ['direction', '/gestion/collecte/recapitulatif/:pupil'],
  ['direction', '/gestion/casier/'],
  ['direction', '/gestion/casier/?vue=deposes'],
  ['direction', '/gestion/casier/deposer'],
  ['direction', '/gestion/casier/diffusion/equipe'],
  ['direction', '/gestion/casier/diffusion/familles'],
  ['direction', '/gestion/casier/natures'],
  ['direction', '/gestion/inscription/demandes'],
  ['direction', '/gestion/inscription/formulaire'],
  ['direction', '/gestion/inscription/formulaire/apercu'],
  ['direction', '/gestion/communication/regles'],
  ['direction', '/gestion/communication/coupure'],
  ['direction', '/gestion/voir-comme/'],
  ['direction', '/gestion/voir-comme/?q=leroy'],
  ['direction', '/gestion/potager/'],
  ['direction', '/gestion/potager/plants'],
  ['direction', '/gestion/assistance/'],
  ['parents', '/assistance/'],
  ['direction', '/gestion/aide/'],
  ['direction', '/aide/recherche?q=eleve'],
  ['direction', '/aide/guide'],
  ['direction', '/aide/documents'],
  ['parents', '/aide/infos/lire'],
  ['direction', '/gestion/securite/'],
  ['direction', '/gestion/envois/'],
  ['direction', '/gestion/securite/demandes'],
  ['direction', '/gestion/deconnexion/'],
  ['direction', '/notifications/'],
  ['parents', '/notifications/'],
  ['parents', '/notifications/reglages'],
  ['direction', '/compte/'],
  ['direction', '/autres-comptes/'],
  ['direction', '/gestion/potager/notes'],
  ['parents', '/autres-comptes/'],
  ['parents', '/autres-comptes/enfant'],
  ['parents', '/autres-comptes/enfant?ecole=Nulle-Part'],
  ['parents', '/autres-comptes/enfant/:rne'],
  ['parents', '/fil/'],
  ['direction', '/fil/'],
  ['direction', '/confirmation/'],
  ['direction', '/compte/securite'],
  ['direction', '/compte/appareils'],
  ['parents', '/espace/parents/accueil/'],
  ['parents', '/espace/parents/accueil/enfants/:pupil'],
  ['parents', '/espace/parents/accueil/plus'],
  ['parents', '/espace/parents/potager/'],
  ['parents', '/espace/parents/agenda/'],
  ['parents', '/espace/parents/agenda/calendrier'],
  ['parents', '/espace/parents/infos/'],
  ['parents', '/espace/parents/casier/'],
  ['parents', '/espace/parents/casier/deposer'],
  ['parents', '/espace/parents/collecte/a-fournir'],
  ['parents', '/espace/parents/collecte/a-fournir/:pupil/:document'],
  ['parents', '/espace/parents/discussions/'],
  ['parents', '/espace/parents/discussions/nouvelle'],
  ['parents', '/gestion/accueil/'],
  ['enseignants', '/espace/enseignants/accueil/'],
  ['enseignants', '/espace/enseignants/accueil/classes/:class'],
  ['enseignants', '/espace/enseignants/accueil/enfants/:pupil'],
  ['enseignants', '/espace/enseignants/infos/mes-envois'],
  ['enseignants', '/espace/enseignants/collecte/a-collecter'],
  ['enseignants', '/espace/enseignants/collecte/nouveau'],
  ['enseignants', '/espace/enseignants/collecte/recapitulatif'],
  ['accompagnants', '/espace/accompagnants/accueil/'],
  ['eleves', '/espace/eleves/accueil/'],
  ['direction', '/espace/direction/accueil/'],
  ['periscolaire', '/espace/periscolaire/accueil/'],
  ['mairie', '/espace/mairie/accueil/'],
];
/** The console of a town hall, as its administrator. */
const TOWN = [
  '/connexion/',
  '/gestion/console/',
  '/gestion/console/ecoles/:school',
  '/gestion/console/informations',
  '/gestion/console/informations/nouvelle',
  '/gestion/console/informations/:draft',
  '/gestion/console/informations/:post',
  '/gestion/console/informations/:post/retirer',
  '/gestion/console/agents',
  '/gestion/console/agents/:agent',
  '/compte/',
];
const SITE = ['/', '/ouverture', '/mentions-legales', '/donnees-personnelles', '/accessibilite', '/courrier'];

/** One page for each layout, to be seen in every theme and width. */
const LAYOUTS: [Role | 'visiteur', string][] = [
  ['visiteur', '/connexion/'],
  ['visiteur', '/potager/'],
  ['parents', '/espace/parents/collecte/a-fournir'],
];

describe('accessibility, in a browser (C-01 to C-04)', function () {
  this.timeout(240_000);
  let school: TestSchool;
  let profileId: string;
  let documentId: string;
  let town: TestCommune;
  const posts = { draft: '', post: '' };
  before(async () => {
    school = await openSchool({ rubrics: ['etablissement'] });
    const direction = school.as('direction');
    await direction.post('/gestion/collecte/nouveau', { title: 'Fiche sanitaire' });
    documentId = await school.db(async (db) => (await db('collecte_documents').orderBy('rank', 'desc').first('id')).id);
    await direction.post(`/gestion/collecte/${documentId}/classes`, { all: 'on' });
    const given = new File([tinyPdf('Fiche sanitaire')], 'fiche.pdf');
    await school
      .as('parents')
      .post(`/espace/parents/collecte/a-fournir/${school.childId}/${documentId}`, { files: given });
    town = await openCommune('Mairie de Bourg-Fictif');
    await openTo(town, school, ['infos.send', 'infos.read', 'ressources.pupils-read']);
    for (const post of ['draft', 'post'] as const) {
      const fields = { title: 'Travaux', body: 'Passez par le parc.', families: school.id };
      posts[post] =
        (await town.chief.post('/gestion/console/informations/nouvelle', fields)).location?.split('/').at(-1) ?? '';
    }
    await town.chief.post(`/gestion/console/informations/${posts.post}`, { sure: '' });
    await school.runJobs();
    profileId = await school.db(async (db) => (await db('profiles').where({ name: 'Vie scolaire' }).first('id')).id);
  });
  after(async () => {
    await school.close();
    await town.commune.close();
  });

  const real = (path: string) =>
    path
      .replace(':rne', school.rne)
      .replace(':school', school.id)
      .replace(':draft', posts.draft)
      .replace(':post', posts.post)
      .replace(':agent', town.chiefId)
      .replace(':class', school.classId)
      .replace(':pupil', school.childId)
      .replace(':profile', profileId)
      .replace(':document', documentId)
      .replace(':guardian', school.people.parents.personId)
      .replace(':teacher', school.people.enseignants.personId)
      .replace(':carer', school.people.accompagnants.personId)
      .replace(':member', school.people.quotidienne.personId);

  async function as(page: Page, role: Who): Promise<void> {
    await page.browserContext().deleteCookie(...(await page.browserContext().cookies()));
    if (role === 'visiteur') return;
    const client = role === 'agent' ? town.chief : school.as(role);
    if (!client.cookie) await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
  }

  it('has no violation on any page at 360 px, one h1, a unique title, no sideways scroll', async () => {
    const said: string[] = [];
    const titles = new Map<string, string>();
    const console: string[] = [];
    const pages: [Who | null, string][] = [
      ...SITE.map((path): [null, string] => [null, path]),
      ...TOWN.map((path): [Who, string] => ['agent', path]),
      ...PAGES,
    ];
    const urlOf = (role: Who | null, path: string) =>
      role ? (role === 'agent' ? town.commune : school).url(real(path)) : school.house.origin + path;
    // Two hands: most of the time goes by in the browser.
    const look = async () => {
      const { page, context } = await openPage(360);
      await bringAxe(page);
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 4(03|04|10)/.test(message.text()))
          console.push(`${page.url()} ${message.text()}`);
      });
      for (let next = pages.shift(); next; next = pages.shift()) {
        const [role, path] = next;
        if (role) await as(page, role);
        await page.goto(urlOf(role, path));
        said.push(...(await violations(page, `${role} ${path}`)));
        if (!role) continue;
        const title = await page.title();
        const other = titles.get(`${role} ${title}`);
        if (other && other.split('?')[0] !== path.split('?')[0] && !/^\/(espace|gestion\/aide|aide)\//.test(path))
          said.push(`${path}: same title as ${other}, ${title}`);
        titles.set(`${role} ${title}`, path);
      }
      await context.close();
    };
    await Promise.all([look(), look()]);
    expect(said).to.deep.equal([]);
    expect(console).to.deep.equal([]);
  });

  it('F11-06 C-02 P7 has no violation in any theme, each layout, light or dark, narrow or wide', async () => {
    const said: string[] = [];
    const look = async (width: 360 | 1280, theme: string, pages: typeof LAYOUTS) => {
      const { page, context } = await openPage(width);
      await bringAxe(page);
      for (const [role, path] of pages) {
        await as(page, role);
        await page.goto(school.url(path));
        // A page is loaded once for light and dark: that is a setting of whoever looks at it.
        for (const scheme of ['light', 'dark']) {
          await page.emulateMediaFeatures([
            { name: 'prefers-color-scheme', value: scheme },
            { name: 'prefers-reduced-motion', value: 'reduce' },
          ]);
          await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
          said.push(...(await violations(page, `${theme} ${scheme} ${width} ${path}`)));
        }
      }
      await context.close();
    };
    for (const theme of school.house.house.views.themes.keys()) {
      await school.db(async (db) => {
        await db('espace_themes').delete();
        await db('espace_themes').insert({ espace: 'parents', theme });
      });
      // Gestion wears the base whatever the Espaces wear.
      const pages: typeof LAYOUTS =
        theme === 'base' ? [...LAYOUTS, ['direction', '/gestion/ressources/eleves']] : LAYOUTS;
      await Promise.all([look(360, theme, pages), look(1280, theme, pages)]);
    }
    expect(said).to.deep.equal([]);
  });

  it('I-04 keeps touch targets of 44 px in the Espaces', async () => {
    const { page, context } = await openPage(360);
    await as(page, 'parents');
    await page.goto(school.url('/espace/parents/accueil/'));
    const small = await page.$$eval('nav a, .bar a, .bar button, .btn, .foot a', (list) =>
      list
        .filter((one) => one.checkVisibility())
        .map((one) => ({ text: one.textContent?.trim(), height: one.getBoundingClientRect().height }))
        .filter((one) => one.height < 44),
    );
    expect(small).to.deep.equal([]);
    await context.close();
  });
});
