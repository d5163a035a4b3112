import { expect } from 'chai';
import type { Transaction } from '../plugin/contract.ts';
import { openSchool, type TestSchool } from '../testing.ts';
import type { Register } from './directory-types.ts';

const CAUSE = 'essai:1';
const NEW = { firstName: 'Léa', lastName: 'AUBRY' };

describe('the history of the directory (issue 3: « Any batch can be undone later »)', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  /** The register as a plugin has it, in a transaction of its own. */
  const inRegister = <T>(work: (register: Register, db: Transaction) => Promise<T>, cause?: string): Promise<T> =>
    school.db((db) => {
      const { container, house } = school.house;
      const told = { id: school.id, timezone: 'Europe/Paris' } as never;
      const { register } = container.services(told, db, house.clock(), { accountId: null, name: 'Karine BRAUD' });
      return work(cause ? register.of({ cause }) : register, db);
    });
  const childId = () => school.childId;
  const parentId = () => school.people.parents.personId;
  const undo = () => inRegister((register) => register.undo(CAUSE));
  const person = (id: string) => school.db((db) => db('people').where({ id }).first());
  const history = () => school.db((db) => db('people_history').orderBy('seq'));

  it('C-26 notes each change with who, when, before and after, and nothing that did not change', async () => {
    await inRegister((register) =>
      register.change([{ id: parentId(), fields: { email: 'paul@exemple.fr', firstName: 'Paul' } }]),
    );
    const [one, ...others] = await history();
    expect(others).to.have.length(0);
    expect([one.field, one.before, one.after, one.who, one.cause]).to.deep.equal([
      'email',
      null,
      'paul@exemple.fr',
      'Karine BRAUD',
      null,
    ]);
  });

  it('gives fields, addresses, class and a restored link their earlier values', async () => {
    const before = await person(childId());
    const address = { lines: ['1 rue du Lac'], postcode: '01000', city: 'BOURG', country: 'FRANCE' };
    await inRegister((register) => register.setAddresses([{ personId: childId(), addresses: [address] }]));
    await inRegister(async (register) => {
      await register.change([{ id: childId(), fields: { usedName: 'PETIT', birthDate: '2018-03-13', photo: true } }]);
      await register.setAddresses([{ personId: childId(), addresses: [{ ...address, city: 'LYON' }, address] }]);
      const [classId] = await register.classes([{ label: 'CE2 Lilas', ondeId: '42' }]);
      await register.place([{ pupilId: childId(), classId: classId as string, level: 'CE2' }]);
      await register.unlink([{ guardianId: parentId(), pupilId: childId() }]);
    }, CAUSE);
    expect((await person(childId())).search).to.equal('petit leroy mila');
    const undone = await undo();
    expect(undone).to.deep.equal({ restored: 6, removed: 0, unlinked: 0, kept: [] });
    const after = await person(childId());
    expect([after.used_name, after.birth_date, after.photo, after.search]).to.deep.equal([
      null,
      before.birth_date,
      null,
      before.search,
    ]);
    await school.db(async (db) => {
      expect(await db('addresses').where({ person_id: childId() }).pluck('city')).to.deep.equal(['BOURG']);
      const place = await db('class_places').where({ pupil_id: childId() }).first();
      expect([place.class_id, place.level]).to.deep.equal([school.classId, 'CE1']);
      expect(await db('classes').where({ label: 'CE2 Lilas' }), 'the class it made').to.have.length(0);
      expect(await db('guardian_links').where({ guardian_id: parentId(), pupil_id: childId() })).to.have.length(1);
    });
  });

  it('keeps and names what somebody changed since, field by field', async () => {
    await inRegister(
      (register) => register.change([{ id: parentId(), fields: { email: 'a@exemple.fr', phoneMobile: '0600000001' } }]),
      CAUSE,
    );
    await inRegister((register) => register.change([{ id: parentId(), fields: { email: 'b@exemple.fr' } }]));
    expect(await undo()).to.deep.equal({
      restored: 1,
      removed: 0,
      unlinked: 0,
      kept: [{ who: 'LEROY Paul', what: 'E-mail : modifié depuis' }],
    });
    const row = await person(parentId());
    expect([row.email, row.phone_mobile]).to.deep.equal(['b@exemple.fr', null]);
  });

  it('undoes causes in any order: the earlier of two gives back what it found', async () => {
    const set = (email: string, cause: string) =>
      inRegister((register) => register.change([{ id: parentId(), fields: { email } }]), cause);
    await set('a@exemple.fr', CAUSE);
    await set('b@exemple.fr', 'essai:2');
    expect((await undo()).kept).to.have.length(1);
    await inRegister((register) => register.undo('essai:2'));
    expect((await person(parentId())).email).to.equal('a@exemple.fr');
  });

  it('removes only people the cause made and nobody has touched: edited, signed in, linked or held by a module, they stay and are named', async () => {
    const ids = await inRegister(async (register, db) => {
      const made = await register.add(
        'guardian',
        ['UN', 'DEUX', 'TROIS', 'QUATRE'].map((lastName) => ({ ...NEW, lastName })),
      );
      const children = await register.add('pupil', [NEW]);
      await register.link(made.map((guardianId) => ({ guardianId, pupilId: children[0] as string })));
      for (const [at, id] of made.entries())
        await db('accounts').insert({ person_id: id, login: `LESSAI${at}`, state: 'provisional' });
      return made;
    }, CAUSE);
    const [, edited, signedIn, linked] = ids as [string, string, string, string];
    await inRegister((register) => register.change([{ id: edited, fields: { email: 'deux@exemple.fr' } }]));
    await school.db((db) => db('accounts').where({ person_id: signedIn }).update({ state: 'active' }));
    await inRegister((register) => register.link([{ guardianId: linked, pupilId: childId() }]));
    const undone = await undo();
    expect(undone.removed, 'UN and the pupil').to.equal(2);
    expect(undone.unlinked).to.equal(4);
    expect(undone.kept.map((one) => one.who).sort()).to.deep.equal(['DEUX Léa', 'QUATRE Léa', 'TROIS Léa']);
    expect(undone.kept.find((one) => one.who === 'TROIS Léa')?.what).to.equal('son compte a déjà servi');
  });

  it('a link that was restricted since stays, with both its people', async () => {
    await inRegister(async (register) => {
      const [guardianId] = await register.add('guardian', [{ ...NEW, lastName: 'SÉPARÉ' }]);
      await register.link([{ guardianId: guardianId as string, pupilId: childId() }]);
    }, CAUSE);
    const link = await school.db((db) => db('guardian_links').where({ origin: CAUSE }).first());
    await inRegister((register) =>
      register.changeLinks([
        {
          guardianId: link.guardian_id,
          pupilId: childId(),
          fields: { restrictedOn: '2026-11-25', restrictedReason: 'jugement' },
        },
      ]),
    );
    expect((await undo()).removed).to.equal(0);
    expect((await school.db((db) => db('guardian_links').where({ id: link.id }).first())).restricted_reason).to.equal(
      'jugement',
    );
  });

  it('a second undo does nothing, and another school’s cause is not reached', async () => {
    await inRegister((register) => register.change([{ id: parentId(), fields: { email: 'a@exemple.fr' } }]), CAUSE);
    const other = await openSchool();
    const { container, house } = school.house;
    await other.db((db) =>
      container.services({ id: other.id, timezone: 'Europe/Paris' } as never, db, house.clock()).register.undo(CAUSE),
    );
    expect((await person(parentId())).email).to.equal('a@exemple.fr');
    await undo();
    await inRegister((register) => register.change([{ id: parentId(), fields: { email: 'a@exemple.fr' } }]));
    expect(await undo()).to.deep.equal({ restored: 0, removed: 0, unlinked: 0, kept: [] });
    expect((await person(parentId())).email).to.equal('a@exemple.fr');
    await other.close();
  });
});
