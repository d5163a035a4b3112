import { audit } from '../audit.ts';
import { schoolYear } from '../clock.ts';
import { guardianCalled, NAME_COLUMNS, type Named } from '../directory/rows.ts';
import type { Deps } from '../plugin/contract.ts';
import { note } from './history.ts';
import { among } from './write.ts';

/** Whom the people of the school look after: a teacher's classes, an accompagnant's pupils. */
export interface Team {
  /** Gives a teacher these classes of the school year, and no other. */
  teach(teacherId: string, classIds: string[]): Promise<void>;
  /** Gives an accompagnant these pupils, and no other (F08-4): he sees nobody else (F08-6). */
  care(carerId: string, pupilIds: string[]): Promise<void>;
}

declare module '../plugin/services.ts' {
  interface Services {
    team: Team;
  }
}

/** The scoped service `team`. */
export function team({ db, school, now, by }: Deps): Team {
  const year = schoolYear(now, school.timezone);
  const called = async (id: string): Promise<string> => {
    const row: Named = await db('people')
      .where({ id })
      .first(...NAME_COLUMNS);
    return guardianCalled(row);
  };
  return {
    async teach(teacherId, classIds) {
      const ofYear: string[] = await db('classes').where({ year }).pluck('id');
      const before: string[] = await among(db('class_teachers'), 'class_id', ofYear)
        .where({ teacher_id: teacherId })
        .pluck('class_id');
      const wanted = ofYear.filter((id) => classIds.includes(id));
      const [come, gone] = [without(wanted, before), without(before, wanted)];
      if (gone.length) await among(db('class_teachers'), 'class_id', gone).where({ teacher_id: teacherId }).delete();
      if (come.length) await db('class_teachers').insert(come.map((id) => ({ class_id: id, teacher_id: teacherId })));
      if (!come.length && !gone.length) return;
      const name = await called(teacherId);
      await note(db, now, { cause: null, year, by }, [
        ...come.map((classId) => ({ classId, field: 'teacher' as const, before: null, after: name })),
        ...gone.map((classId) => ({ classId, field: 'teacher' as const, before: name, after: null })),
      ]);
    },
    async care(carerId, pupilIds) {
      const wanted: string[] = await among(db('people'), 'id', pupilIds).where({ kind: 'pupil' }).pluck('id');
      const before: string[] = await db('carer_pupils').where({ carer_id: carerId }).pluck('pupil_id');
      const [come, gone] = [without(wanted, before), without(before, wanted)];
      if (gone.length) await among(db('carer_pupils'), 'pupil_id', gone).where({ carer_id: carerId }).delete();
      if (come.length) await db('carer_pupils').insert(come.map((id) => ({ carer_id: carerId, pupil_id: id })));
      if (!come.length && !gone.length) return;
      const who = { account: by.account ?? null, person: null, who: by.name };
      const what = `${await called(carerId)} : ${come.length} de plus, ${gone.length} de moins, ${wanted.length} en tout`;
      await audit(db, now, who, 'Élèves affectés', what);
    },
  };
}

const without = (all: string[], some: string[]) => all.filter((id) => !some.includes(id));
