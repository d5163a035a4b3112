import type { People, PupilLine } from '../people/people.ts';
import type { Transaction, Viewing } from '../plugin/contract.ts';
import { MODEL } from './model-person.ts';

/** The directory as the model person knows it: one made-up child or pupil in a class of the school, and nobody else (P9). */
export function modelPeople(real: People, db: Transaction, { espace, classId }: Viewing): People {
  const teaching = espace === 'enseignants';
  const lines = async (): Promise<PupilLine[]> => {
    if (!WITH_PUPILS.includes(espace)) return [];
    const here = classId ? await db('classes').where({ id: classId }).first('id', 'label') : null;
    const place = here && (await db('class_places').where({ class_id: here.id }).whereNotNull('level').first('level'));
    const me = espace === 'eleves';
    return [
      {
        id: me ? MODEL.person : MODEL.child,
        lastName: 'MODÈLE',
        firstName: me ? 'Camille' : 'Sacha',
        birthDate: null,
        // A teacher's class is made up too, or its real pupils would be there.
        classId: here ? (teaching ? MODEL.class : here.id) : null,
        classLabel: here?.label ?? null,
        level: place?.level ?? null,
      },
    ];
  };
  const classes = async () =>
    (await lines()).flatMap(({ classId: id, classLabel: label }) => (id && label ? [{ id, label, pupils: 1 }] : []));
  return {
    ...real,
    concerning: lines,
    classesOf: classes,
    concerningPupil: async (_, id) => (await lines()).find((one) => one.id === id) ?? null,
    concerningClass: async (_, id) => (await classes()).find((one) => one.id === id) ?? null,
  };
}

const WITH_PUPILS: Viewing['espace'][] = ['parents', 'eleves', 'enseignants', 'accompagnants'];
