import { capitals, dayIn, type NewAccount, type Visit } from '@preau/core';
import type { Guardian } from './request-form.ts';
import { causeOf, type EnrolRequest } from './requests.ts';

interface Decisions {
  /** `child`, `g0`, `g1` -> somebody of the directory, or null for a new person. */
  ids: Map<string, string | null>;
  firstName: string;
  level: string;
  classId: string | null;
}

/**
 * The child and the responsible persons enter the directory, linked, each new one with an account. Whoever is there
 * already keeps his own e-mail address and telephone: a public form must not decide where a password is sent.
 * @returns the pupil.
 */
export async function enter(visit: Visit, request: EnrolRequest, decisions: Decisions): Promise<string> {
  const { services } = visit;
  const register = services.register.of({ cause: causeOf(request), year: request.year });
  const accounts: NewAccount[] = [];
  const { ids, level, classId } = decisions;
  const known = ids.get('child');
  const pupilId = known ?? (await newPupil());
  if (known) await bringBack(visit, request, known);
  await register.place([{ pupilId, classId: classId ?? (await classToday()), level }]);
  const guardianIds: string[] = [];
  for (const [at, guardian] of request.guardians.entries())
    guardianIds.push(ids.get(`g${at}`) ?? (await newGuardian(guardian)));
  await register.link([...new Set(guardianIds)].map((guardianId) => ({ guardianId, pupilId })));
  await services.accounts.create(accounts);
  return pupilId;

  /** Without another word, a pupil who has a class that year stays in it. */
  async function classToday(): Promise<string | null> {
    const place = await visit.db('class_places').where({ pupil_id: pupilId, year: request.year }).first('class_id');
    return place?.class_id ?? null;
  }

  async function newPupil(): Promise<string> {
    const lastName = capitals(request.last_name);
    const { firstName } = decisions;
    const coming = request.year > services.people.year;
    const [personId] = (await register.add('pupil', [
      {
        lastName,
        firstName,
        birthDate: request.birth_date,
        sex: request.sex,
        arrivesOn: coming ? firstDay(request) : null,
      },
    ])) as [string];
    accounts.push({ personId, kind: 'pupil', firstName, lastName });
    await lives(personId);
    return personId;
  }

  async function newGuardian({ lastName: typed, firstName, email, phone }: Guardian): Promise<string> {
    const lastName = capitals(typed);
    const [personId] = (await register.add('guardian', [{ lastName, firstName, email, phoneMobile: phone }])) as [
      string,
    ];
    accounts.push({ personId, kind: 'guardian', firstName, lastName });
    await lives(personId);
    return personId;
  }

  async function lives(personId: string): Promise<void> {
    const { street, postcode, city } = request.answers;
    if (!street && !city) return;
    const address = { lines: street ? [street] : [], postcode: postcode ?? null, city: city ?? null, country: null };
    await register.setAddresses([{ personId, addresses: [address] }]);
  }
}

/**
 * A pupil who had left is there again, from the first day of the year asked for; one who was to leave before that year
 * ends stays.
 */
async function bringBack(visit: Visit, request: EnrolRequest, id: string): Promise<void> {
  const { db, services, now, school } = visit;
  const { left_on } = await db('people').where({ id }).first('left_on');
  if (!left_on || left_on >= lastDay(request)) return;
  const gone = left_on <= dayIn(now, school.timezone);
  const coming = request.year > services.people.year;
  const fields = { leftOn: null, ...(gone && { arrivesOn: coming ? firstDay(request) : null }) };
  await services.register.of({ cause: causeOf(request), year: request.year }).change([{ id, fields }]);
}

/** The school year begins on 1 August (see core/clock.ts). */
const firstDay = ({ year }: EnrolRequest): string => `${year}-08-01`;
const lastDay = ({ year }: EnrolRequest): string => `${year + 1}-07-31`;
