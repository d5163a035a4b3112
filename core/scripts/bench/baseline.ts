import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Handlebars from 'handlebars';
import knexOf, { type Knex } from 'knex';
import Koa from 'koa';
import pg from 'pg';
import { inChild } from './child.ts';

/** One page: a whole template, and which rows it shows. */
export interface BarePage {
  path: string;
  rows: 'pupils' | 'plants';
  schoolId: string;
  year: number;
  today: string;
  template: string;
}

export interface BareOrder {
  /** The superuser's: without the wall between schools, the baseline pays nothing for it. */
  database: string;
  pages: BarePage[];
}

/** What the house is measured against: Koa, one query by knex, one template by Handlebars, and nothing else. */
await inChild<BareOrder>(async ({ database, pages }) => {
  // Not the house's own connect(): what is made faster there must not make the baseline faster.
  const knex = knexOf({ client: 'pg', connection: database, pool: { min: 0, max: 20 } });
  pg.types.setTypeParser(pg.types.builtins.DATE, (day) => day);
  const engine = Handlebars.create();
  const shown = new Map(pages.map((page) => [page.path, { page, render: engine.compile(page.template) }]));
  const app = new Koa();
  app.use(async (ctx) => {
    const found = shown.get(ctx.path);
    if (!found) return;
    const rows = await queryOf(knex, found.page);
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = found.render({ rows });
  });
  const server = app.listen(0);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await knex.destroy();
    },
  };
});

function queryOf(knex: Knex, { rows, schoolId, year, today }: BarePage): Knex.QueryBuilder {
  if (rows === 'plants') return knex('potager_plants').where({ school_id: schoolId }).orderBy('name').select('*');
  return knex('people')
    .where({ 'people.school_id': schoolId, 'people.kind': 'pupil' })
    .where((present) => present.whereNull('people.left_on').orWhere('people.left_on', '>', today))
    .leftJoin('class_places', (join) =>
      join
        .on('class_places.school_id', 'people.school_id')
        .andOn('class_places.pupil_id', 'people.id')
        .andOn('class_places.year', knex.raw('?', [year])),
    )
    .leftJoin('classes', (join) =>
      join.on('classes.school_id', 'class_places.school_id').andOn('classes.id', 'class_places.class_id'),
    )
    .leftJoin('accounts', (join) =>
      join.on('accounts.school_id', 'people.school_id').andOn('accounts.person_id', 'people.id'),
    )
    .orderBy('people.search')
    .orderBy('people.id')
    .limit(100)
    .select(
      'people.id',
      knex.raw('coalesce(people.used_name, people.last_name) as last_name'),
      knex.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
      knex.raw("to_char(people.birth_date, 'DD/MM/YYYY') as born"),
      knex.raw("case people.sex when 'M' then 'G' else people.sex end as sex"),
      'class_places.class_id',
      'class_places.level',
      'classes.label as class_label',
      'accounts.login',
    );
}
