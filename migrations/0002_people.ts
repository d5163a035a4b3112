import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** The directory: people, their addresses, classes, and who belongs to whom. Places and teachers belong to a school year. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(
    knex,
    'people',
    (t) => {
      t.text('kind').notNullable().checkIn(['pupil', 'guardian', 'teacher', 'staff']);
      t.text('genre').nullable().checkIn(['direction', 'administratif', 'accompagnant', 'periscolaire', 'mairie']);
      t.text('civility').nullable();
      t.text('last_name').notNullable();
      t.text('used_name').nullable();
      t.text('first_name').notNullable();
      t.text('used_first_name').nullable();
      t.date('birth_date').nullable();
      t.text('sex').nullable().checkIn(['F', 'M']);
      t.text('ine').nullable();
      t.text('email').nullable();
      t.text('phone_home').nullable();
      t.text('phone_work').nullable();
      t.text('phone_mobile').nullable();
      // ONDE's three columns: Attestation fournie, Autorisation associations, Autorisation photo.
      t.boolean('attestation').nullable();
      t.boolean('associations').nullable();
      t.boolean('photo').nullable();
      t.date('left_on').nullable();
      // No accents, lower case; row level security would not use an index on a function that is not leakproof.
      t.text('search').notNullable();
      t.integer('version').notNullable().defaultTo(1);
      t.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
      t.index(['school_id', 'kind', 'search']);
      t.index(['school_id', 'ine']);
    },
    { door: ['select'] },
  );
  await schoolTable(knex, 'addresses', (t) => {
    linkTo(t, 'person_id', 'people');
    t.integer('rank').notNullable();
    t.text('lines').notNullable();
    t.text('postcode').nullable();
    t.text('city').nullable();
    t.text('country').nullable();
    t.unique(['school_id', 'person_id', 'rank']);
  });
  await schoolTable(knex, 'classes', (t) => {
    t.integer('year').notNullable();
    t.text('label').notNullable();
    t.text('onde_id').nullable();
    t.text('search').notNullable();
    t.unique(['school_id', 'year', 'label']);
  });
  await schoolTable(knex, 'class_places', (t) => {
    linkTo(t, 'pupil_id', 'people');
    linkTo(t, 'class_id', 'classes', { optional: true });
    t.integer('year').notNullable();
    t.text('level').nullable();
    t.unique(['school_id', 'pupil_id', 'year']);
  });
  await schoolTable(knex, 'class_teachers', (t) => {
    linkTo(t, 'class_id', 'classes');
    linkTo(t, 'teacher_id', 'people');
    t.unique(['school_id', 'class_id', 'teacher_id']);
  });
  await schoolTable(knex, 'guardian_links', (t) => {
    linkTo(t, 'guardian_id', 'people');
    linkTo(t, 'pupil_id', 'people');
    // ONDE tells neither kinship nor authority: never invented.
    t.text('type').notNullable().defaultTo('inconnu');
    t.text('authority').notNullable().defaultTo('inconnu').checkIn(['oui', 'non', 'inconnu']);
    t.boolean('access').notNullable().defaultTo(true);
    t.boolean('receives').notNullable().defaultTo(true);
    t.date('restricted_on').nullable();
    t.text('restricted_reason').nullable();
    t.text('restricted_by').nullable();
    t.unique(['school_id', 'guardian_id', 'pupil_id']);
  });
  await schoolTable(knex, 'carer_pupils', (t) => {
    linkTo(t, 'carer_id', 'people');
    linkTo(t, 'pupil_id', 'people');
    t.unique(['school_id', 'carer_id', 'pupil_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of [
    'carer_pupils',
    'guardian_links',
    'class_teachers',
    'class_places',
    'classes',
    'addresses',
    'people',
  ])
    await knex.schema.dropTable(table);
}
