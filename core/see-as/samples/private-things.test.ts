import type { TestSchool } from '../../testing.ts';

/** What nobody but the test parent may read. */
export const CANARY = {
  subject: 'Objet CANARI-un',
  message: 'Message CANARI-deux',
  locker: 'Casier CANARI-trois',
  reason: 'Raison CANARI-quatre',
  notice: 'Notification CANARI-cinq',
};

/** A discussion, a locker document, a deposit to redo, a notice, and one information for many. @returns their ids. */
export async function privateThings(school: TestSchool): Promise<string[]> {
  const { parents, direction } = school.people;
  const at = new Date(Date.now() - 3_600_000);
  return school.db(async (db) => {
    const add = async (table: string, row: object): Promise<string> =>
      (await db(table).insert(row).returning('id'))[0].id;
    const thread = await add('discussions_threads', {
      subject: CANARY.subject,
      created_by: direction.personId,
      created_at: at,
      sent_at: at,
    });
    for (const one of [parents, direction])
      await add('discussions_members', { thread_id: thread, person_id: one.personId, joined_at: at });
    await add('discussions_messages', {
      thread_id: thread,
      author_id: direction.personId,
      body: `<p>${CANARY.message}</p>`,
      search: 'canari',
      at,
      staff_at: at,
    });
    const locker = await add('casier_documents', {
      state: 'sent',
      title: CANARY.locker,
      message: CANARY.message,
      author_id: direction.personId,
      author_name: 'Karine BRAUD',
      by_school: true,
      made_at: at,
      sent_at: at,
    });
    const held = { document_id: locker, person_id: parents.personId };
    await add('casier_recipients', { ...held, kind: 'guardians', delivered_at: at });
    await add('casier_children', { ...held, pupil_id: school.childId });
    const { year } = await db('class_places').first('year');
    const asked = await add('collecte_documents', { title: 'Assurance', year, all_classes: true, changed_at: at });
    const sending = await add('collecte_sendings', {
      document_id: asked,
      person_id: parents.personId,
      by_name: 'Paul LEROY',
      word: CANARY.message,
      at,
    });
    await add('collecte_deposits', {
      sending_id: sending,
      document_id: asked,
      pupil_id: school.childId,
      state: 'redo',
      reason: CANARY.reason,
    });
    await add('notices', {
      person_id: parents.personId,
      category: 'casier.document',
      about: `casier:${locker}`,
      title: CANARY.notice,
      path: `/casier/${locker}`,
      urgent: false,
      at,
      mail: 'none',
      mail_at: at,
    });
    const info = await add('infos_items', {
      kind: 'information',
      state: 'published',
      title: 'Fête du printemps',
      body: '<p>Venez nombreux.</p>',
      author_name: 'Karine BRAUD',
      changed_at: at,
      published_at: at,
    });
    await add('infos_recipients', {
      item_id: info,
      person_id: parents.personId,
      kind: 'guardians',
      delivered_at: at,
    });
    await add('infos_children', { item_id: info, person_id: parents.personId, pupil_id: school.childId });
    const file = await add('files', {
      about: `casier:${locker}`,
      key: 'rien',
      name: 'bulletin.pdf',
      type: 'application/pdf',
      size: 3,
      sha256: 'x',
      position: 0,
      at,
    });
    return [thread, locker, asked, info, file];
  });
}
