import { dayIn } from '../clock.ts';
import type { OpenHouse } from '../house.ts';
import { tinyPdf } from '../pdf/tiny-pdf.ts';
import type { Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { handOf } from './demo-hand.ts';

/** Two documents asked of families, once: a parent has deposited one, a few have come on paper, the others are missing. */
export async function collect(open: OpenHouse, origin: string, school: { id: string; rne: string }): Promise<void> {
  const { house } = open;
  if (!house.modules.plugin('collecte')) return;
  const inside = <T>(work: (db: Transaction) => Promise<T>) => inSchool(house.app, school.id, work);
  if (await inside((db) => db('collecte_documents').first('id'))) return;
  const cast = await inside(castOf);
  if (!cast) return;
  const director = handOf(open, origin, school, cast.director, 'administration');
  const days = (count: number) => dayIn(new Date(house.clock().getTime() + count * 86_400_000), 'Europe/Paris');
  const made = await director('/gestion/collecte/nouveau', {
    title: 'Autorisation de droit à l’image',
    guidance: 'Le formulaire distribué en classe, signé par les deux responsables.',
  });
  if (!made) return;
  await director(made, { all: 'on' });
  await director(made.replace('classes', 'depot'), { deposit: 'until', until: days(21) });
  const insurance: string = (
    await inside((db) => db('collecte_documents').where({ title: 'Attestation d’assurance' }).first('id'))
  ).id;
  const desk = `/gestion/collecte/${insurance}`;
  await director(`${desk}/classes`, { classes: cast.classes });
  await director(`${desk}/depot`, { deposit: 'until', until: days(14) });
  await director(`${desk}/notifier`, { notify: 'on', day: days(1) });
  for (const pupil of cast.classmates) await director(`${desk}/eleves/${pupil}/papier`, { validUntil: days(250) });
  const parent = handOf(open, origin, school, cast.parent, 'espace');
  const paper = tinyPdf("Attestation d'assurance (démonstration)");
  const form = new FormData();
  form.append('files', new File([paper], 'attestation assurance.pdf', { type: 'application/pdf' }));
  form.append('validUntil', days(280));
  await parent(`/espace/parents/collecte/a-fournir/${cast.child}/${insurance}`, form);
}

interface Cast {
  director: string;
  /** The account whose login is printed, and one of his children. */
  parent: string;
  child: string;
  /** Classes of his children, and a few other pupils of them. */
  classes: string[];
  classmates: string[];
}

async function castOf(db: Transaction): Promise<Cast | null> {
  const parent = await db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .where({ 'people.kind': 'guardian', 'accounts.state': 'active' })
    .first('accounts.id', 'people.id as person');
  const director = await db('accounts').where({ login: 'KBRAUD' }).first('id');
  if (!parent || !director) return null;
  const own = db('guardian_links').where({ guardian_id: parent.person }).select('pupil_id');
  const places: { pupil_id: string; class_id: string }[] = await db('class_places')
    .whereIn('pupil_id', own)
    .whereNotNull('class_id')
    .orderBy('pupil_id');
  const [first] = places;
  if (!first) return null;
  const classes = [...new Set(places.map((one) => one.class_id))];
  const classmates: string[] = await db('class_places')
    .whereIn('class_id', classes)
    .whereNotIn('pupil_id', own.clone())
    .orderBy('pupil_id')
    .limit(3)
    .pluck('pupil_id');
  return { director: director.id, parent: parent.id, child: first.pupil_id, classes, classmates };
}
