import { dayIn } from '../clock.ts';
import type { OpenHouse } from '../house.ts';
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
  const form = new FormData();
  form.append('files', new File([certificate()], 'attestation assurance.pdf', { type: 'application/pdf' }));
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

/** One page that says what it is. */
function certificate(): string {
  const text =
    "BT /F 20 Tf 72 740 Td (Attestation d'assurance scolaire) Tj 0 -40 Td /F 12 Tf (Document de d\\351monstration, sans valeur.) Tj ET";
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${text.length}>>\nstream\n${text}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
  ];
  let pdf = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = pdf.length;
    pdf += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const end = pdf.length;
  return `${pdf}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${end}\n%%EOF\n`;
}
