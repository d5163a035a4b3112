import type { Knex } from 'knex';

/** The global tables: they hold no pupil and no family, and are listed in core/house.test.ts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('grant usage on schema public to preau_app, preau_door');
  await knex.schema.createTable('schools', (t) => {
    t.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    t.text('rne').notNullable().unique();
    t.text('name').notNullable();
    t.text('address').notNullable().defaultTo('');
    t.text('postcode').notNullable().defaultTo('');
    t.text('city').notNullable().defaultTo('');
    t.text('phone').notNullable().defaultTo('');
    t.text('email').notNullable().defaultTo('');
    t.text('timezone').notNullable().defaultTo('Europe/Paris');
    t.text('state').notNullable().defaultTo('prepared').checkIn(['prepared', 'open']);
    // I-01: two secrets by two ways, kept as HMACs until the school is open.
    t.text('opening_login').nullable();
    t.binary('opening_code_hmac').nullable();
    t.timestamp('opening_expires_at').nullable();
    t.timestamp('opened_at').nullable();
    t.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
  });
  await knex.schema.createTable('school_plugins', (t) => {
    t.uuid('school_id').notNullable().references('schools.id').onDelete('CASCADE');
    t.text('plugin').notNullable();
    t.boolean('on').notNullable();
    t.primary(['school_id', 'plugin']);
  });
  // Made for rate-limiter-flexible; keys are HMACs, so that a backup tells nobody's login.
  await knex.schema.createTable('rate_limits', (t) => {
    t.text('key').primary();
    t.integer('points').notNullable().defaultTo(0);
    t.bigInteger('expire').nullable();
  });
  await knex.raw('grant select, insert, update, delete on schools, school_plugins, rate_limits to preau_app');
  await knex.raw('grant select on schools, school_plugins to preau_door');
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['rate_limits', 'school_plugins', 'schools']) await knex.schema.dropTable(table);
}
