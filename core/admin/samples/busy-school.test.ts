import type { Transaction } from '../../plugin/contract.ts';
import { ROLES, type Role, type TestSchool } from '../../testing.ts';

/** A Wednesday at 11 h in Paris: no quiet hour. */
export const NOW = new Date('2026-11-25T10:00:00Z');
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

/** The modules whose blocks stand on a home. */
export const MODULES = ['infos', 'collecte', 'casier', 'discussions'];

const KINDS: Partial<Record<Role, string>> = { parents: 'guardians', enseignants: 'teachers', eleves: 'pupils' };
const KNOWN = { author_name: 'Mme KRUG', changed_at: NOW };

/** A second child for the parent, in a class of its own. */
export const addBrother = (school: TestSchool): Promise<string> =>
  school.db(async (db) => {
    const { year } = await db('classes').where({ id: school.classId }).first('year');
    const [{ id: classId }] = await db('classes').insert({ year, label: 'GS', search: 'gs' }).returning('id');
    const [{ id }] = await db('people')
      .insert({ kind: 'pupil', last_name: 'LEROY', first_name: 'Thomas-Alexandre', search: 'leroy thomas' })
      .returning('id');
    await db('class_places').insert({ pupil_id: id, class_id: classId, year, level: 'GS' });
    await db('guardian_links').insert({ guardian_id: school.people.parents.personId, pupil_id: id });
    return id;
  });

/** Thirty informations for everybody, and of each thing that can be asked of somebody one or two. */
export const fillHomes = (school: TestSchool, brotherId: string): Promise<void> =>
  school.db(async (db) => {
    const readers = ROLES.map((role) => ({ id: school.people[role].personId, kind: KINDS[role] ?? 'staff' }));
    const children = [school.childId, brotherId];
    const parent = school.people.parents.personId;
    const direction = school.people.direction.personId;
    for (let n = 0; n < 30; n++)
      await inform(db, { title: `Nouvelle ${n}`, body: '<p>À savoir.</p>' }, ago(n * 5), readers, [school.childId]);
    const family = readers.filter(({ id }) => id === parent);
    const sign = { title: 'Sortie à la ferme', receipt: 'sign', to_day: '2026-11-27' };
    await inform(db, sign, ago(2), family, children);
    await inform(db, { title: 'Kermesse', kind: 'survey', closes_on: '2026-12-04' }, ago(3), family, [brotherId]);
    await db('infos_items').insert({ ...KNOWN, kind: 'information', state: 'to-approve', title: 'Piscine lundi' });
    const sentBack = { state: 'draft', author_id: school.people.enseignants.personId, word: 'Précisez l’heure.' };
    await db('infos_items').insert({ ...KNOWN, ...sentBack, kind: 'information', title: 'Cahiers à couvrir' });
    await db('casier_documents').insert({ ...CASIER, ...sentBack, title: 'Bilan' });
    await collect(db, school, parent);
    await deposit(db, parent, children);
    await db('casier_documents').insert({ ...CASIER, state: 'to-approve', title: 'Photos de la sortie' });
    const asked = await discuss(db, 'Demande de rendez-vous', school.people.enseignants.personId, parent);
    await discuss(db, 'Absence jeudi', parent, school.people.enseignants.personId);
    await db('discussions_reports').insert({ thread_id: asked, person_id: parent, reason: 'Ton blessant', at: NOW });
    await db('password_requests').insert({ account_id: school.people.mairie.accountId, why: 'password', at: NOW });
    await db('collecte_readers').insert({
      document_id: (await db('collecte_documents').where({ title: 'Fiche sanitaire' }).first('id')).id,
      person_id: direction,
    });
  });

async function inform(
  db: Transaction,
  values: object,
  delivered_at: Date,
  readers: { id: string; kind: string }[],
  children: string[],
) {
  const item = { ...KNOWN, kind: 'information', state: 'published', published_at: delivered_at, ...values };
  const [{ id: item_id }] = await db('infos_items').insert(item).returning('id');
  await db('infos_recipients').insert(
    readers.map(({ id: person_id, kind }) => ({ item_id, person_id, kind, delivered_at })),
  );
  const parents = readers.filter(({ kind }) => kind === 'guardians');
  await db('infos_children').insert(
    parents.flatMap(({ id: person_id }) => children.map((pupil_id) => ({ item_id, person_id, pupil_id }))),
  );
}

/** One document that is missing for both children, one the parent has deposited, one the school has accepted. */
async function collect(db: Transaction, school: TestSchool, parent: string) {
  const { year } = await db('classes').where({ id: school.classId }).first('year');
  const ask = async (title: string, values: object = {}) => {
    const row = { title, year, changed_at: NOW, all_classes: true, ...values };
    return (await db('collecte_documents').insert(row).returning('id'))[0].id as string;
  };
  await ask('Attestation d’assurance', { deposit: 'until', until_day: '2026-11-27' });
  for (const title of ['Fiche sanitaire', 'Droit à l’image']) {
    const document_id = await ask(title, { all_classes: false });
    await db('collecte_classes').insert({ document_id, class_id: school.classId });
    await db('collecte_readers').insert({ document_id, person_id: school.people.enseignants.personId });
    const [{ id: sending_id }] = await db('collecte_sendings')
      .insert({ document_id, person_id: parent, by_name: 'Paul Leroy', at: ago(5) })
      .returning('id');
    const decided = title === 'Droit à l’image' ? { state: 'accepted', decided_at: ago(1) } : {};
    await db('collecte_deposits').insert({ sending_id, document_id, pupil_id: school.childId, ...decided });
  }
}

const CASIER = { author_name: 'Mme KRUG', by_school: true, made_at: NOW };

async function deposit(db: Transaction, person_id: string, children: string[]) {
  for (const [at, pupil_id] of children.entries()) {
    const [{ id: document_id }] = await db('casier_documents')
      .insert({ ...CASIER, state: 'sent', title: `Livret ${at + 1}`, sent_at: ago(4) })
      .returning('id');
    await db('casier_recipients').insert({ document_id, person_id, kind: 'guardians', delivered_at: ago(4) });
    await db('casier_children').insert({ document_id, person_id, pupil_id });
  }
}

async function discuss(db: Transaction, subject: string, from: string, to: string): Promise<string> {
  const [{ id: thread_id }] = await db('discussions_threads')
    .insert({ subject, created_by: from, created_at: ago(3), sent_at: ago(3) })
    .returning('id');
  await db('discussions_members').insert(
    [from, to].map((person_id) => ({ thread_id, person_id, joined_at: ago(3), sees_from: ago(3) })),
  );
  await db('discussions_messages').insert({
    ...{ thread_id, author_id: from, at: ago(2), staff_at: ago(2), search: '' },
    body: '<p>Seriez-vous libre jeudi à 16 h 45 ?</p>',
  });
  return thread_id;
}
