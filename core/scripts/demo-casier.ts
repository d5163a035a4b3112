import type { OpenHouse } from '../house.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { handOf } from './demo-hand.ts';

/** A document in the lockers of the whole team, and one for the parent whose login is printed, once. Without the module, nothing. */
export async function lockers(open: OpenHouse, origin: string, school: { id: string; rne: string }): Promise<void> {
  const { house } = open;
  if (!house.modules.plugin('casier')) return;
  const cast = await inSchool(house.app, school.id, async (db) => {
    if (await db('casier_documents').first('id')) return null;
    const director = await db('accounts').where({ login: 'KBRAUD' }).first('id');
    const parent = await db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .where({ 'people.kind': 'guardian', 'accounts.state': 'active' })
      .first('people.id');
    const team: string[] = await db('people').whereIn('kind', ['teacher', 'staff']).pluck('id');
    return director && { director: director.id as string, team, family: parent ? [parent.id as string] : [] };
  });
  if (!cast) return;
  const director = handOf(open, origin, school, cast.director, 'administration');
  const deposits: [to: string[], name: string, text: string, nature: string][] = [
    [
      cast.team,
      'Protocole de sortie.txt',
      'En cas d’alarme : sortir dans le calme, se compter sous le préau.',
      'Sécurité',
    ],
    [cast.family, 'Règlement intérieur.txt', 'L’école ouvre à 8 h 20 et ferme à 16 h 30.', 'Règlement'],
  ];
  for (const [to, name, text, newNature] of deposits) {
    if (!to.length) continue;
    const form = new FormData();
    for (const [key, value] of Object.entries({ newNature, act: 'choisir' })) form.append(key, value);
    form.append('files', new File([text], name));
    const picker = await director('/gestion/casier/deposer', form);
    if (!picker) continue;
    await director(picker, { to, par: 'classe', resp: 'tous' });
    await director(picker.replace('destinataires', 'brouillon'), { newNature, act: 'valider' });
  }
}
