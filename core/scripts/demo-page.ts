import { readFile } from 'node:fs/promises';
import { dayIn } from '../clock.ts';
import type { OpenHouse } from '../house.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { handOf } from './demo-hand.ts';
import { castOf, send } from './demo-talk.ts';

const HOME = '/gestion/etablissement-page';

/** The page of the school as a director would fill it, published, once; its two photos are drawn. Without the module, nothing. */
export async function present(open: OpenHouse, origin: string, school: { id: string; rne: string }): Promise<void> {
  const { house } = open;
  if (!['infos', 'etablissement-page'].every((name) => house.modules.plugin(name))) return;
  const cast = await inSchool(house.app, school.id, async (db) =>
    (await db('etablissement_page_contents').first('id')) ? null : castOf(db),
  );
  if (!cast) return;
  const director = handOf(open, origin, school, cast.director, 'administration');
  await director(`${HOME}/textes`, {
    intro: 'De la petite section au CM2, entre la rivière et le marché.',
    hours: 'Lundi, mardi, jeudi et vendredi\nde 8 h 30 à 11 h 45 et de 13 h 30 à 16 h 15',
    editoTitle: 'Bienvenue',
    'edito.html':
      '<p>Cette page vous présente notre école. Cette année, chaque classe jardine\u00a0: le potager est ouvert aux familles <strong>le premier samedi du mois</strong>.</p><p>Pour une inscription ou une question, appelez-nous\u00a0: nous vous répondons.</p>',
  });
  for (const [name, alt] of PHOTOS) {
    const form = new FormData();
    form.append('files', new File([await readFile(new URL(`demo-${name}.webp`, import.meta.url))], `${name}.webp`));
    form.append('alt', alt);
    form.append('nobody', 'on');
    await director(`${HOME}/galerie`, form);
  }
  for (const [title, address] of LINKS) await director(`${HOME}/documents/ajouter`, { title, address });
  const day = (count: number) => dayIn(new Date(house.clock().getTime() + count * 86_400_000), 'Europe/Paris');
  await send(director, cast.families, '/gestion/infos/nouvelle', {
    publish: 'on',
    onPage: 'on',
    from: day(0),
    to: day(60),
    title: 'Portes ouvertes au potager',
    'body.html':
      '<p>Samedi de 10 h à midi, venez voir ce que les classes ont semé. Entrée par la cour, sans rendez-vous.</p>',
    receipt: 'read',
  });
  // The minutes in which it could still be called back are over: the page shows it from the start.
  await inSchool(house.app, school.id, (db) =>
    db('infos_items').where({ on_page: true }).update({ cancel_until: null }),
  );
  await director('/gestion/espaces-web/publier', { what: 'etablissement', on: '1', from: '' });
}

const PHOTOS: [name: string, alt: string][] = [
  ['marelle', 'La marelle peinte dans la cour, devant l’école'],
  ['potager', 'Le potager : des semis, des tomates et un arrosoir bleu'],
];
const LINKS: [title: string, address: string][] = [
  ['L’académie de Lyon', 'https://www.ac-lyon.fr/'],
  ['Le calendrier scolaire', 'https://www.education.gouv.fr/calendrier-scolaire'],
];
