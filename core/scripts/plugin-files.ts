/**
 * The files of a new module, after the cantine of core/testing/house: they work as they are, and are meant to be changed.
 * No line's layout hangs on the length of the name, so that the formatter has nothing to say.
 */
export function pluginFiles(name: string, title: string): Record<string, string> {
  const table = `${name.replaceAll('-', '_')}_entries`;
  return {
    'plugin.ts': declaration(name, title, table),
    'migrations/0001_entries.ts': migration(table),
    'views/_list.hbs': `<ul id="${name}-list">{{#each entries}}<li>{{date-fr day}} : {{label}}</li>{{else}}<li>Rien pour l’instant.</li>{{/each}}</ul>\n`,
    'views/entries.hbs': `<h1>${title}</h1>
{{> ${name}/_list}}
{{#if form}}{{#form form target="#${name}-list"}}
  {{field form.day}} {{field form.label}} <button class="btn first" id="${name}-save">Enregistrer</button>{{/form}}{{/if}}
`,
    'plugin.test.ts': test(name),
  };
}

const declaration = (name: string, title: string, table: string) => `\
import { date, definePlugin, get, page, post, type Reply, redirect, text, type Visit } from '@preau/core';

const entry = { day: date('Jour'), label: text('Texte', { max: 500 }) };

export default definePlugin({
  name: '${name}',
  title: '${title}',
  permissions: { edit: '${title} > Saisir' },
  rubrics: {
    entries: { title: '${title}', espaces: ['parents', 'eleves'], published: true },
  },
  // Every column about a person: purpose, retention, export, erasure. [] says that there is none.
  privacy: [],
  nav: [
    {
      area: 'admin',
      under: 'Communication > ${title}',
      title: '${title}',
      path: '/',
      allow: '${name}.edit',
    },
    {
      area: 'espace',
      under: 'Vie de l’école',
      title: '${title}',
      path: '/',
      allow: '${name}.entries',
    },
  ],
  routes: [
    get('espace', '/', '${name}.entries', list),
    get('admin', '/', '${name}.edit', list),
    post('admin', '/', '${name}.edit', entry, save),
  ],
});

async function list({ db }: Visit): Promise<Reply> {
  const entries = await db('${table}').orderBy('day');
  return page('${name}/entries', { entries }, '${name}/_list');
}

async function save({ db, input }: Visit<{ day: string; label: string }>): Promise<Reply> {
  await db('${table}').insert(input);
  return redirect('/gestion/${name}/', 'C’est enregistré.');
}
`;

const migration = (table: string) => `\
import { schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, '${table}', (t) => {
    t.date('day').notNullable();
    t.text('label').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('${table}');
}
`;

const test = (name: string) => `\
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const ENTRY = { day: '2026-11-25', label: 'Le premier texte' };
const WRITE = '/gestion/${name}/';
const READ = '/espace/parents/${name}/';

describe('${name}', () => {
  let school: TestSchool;

  beforeEach(async () => {
    school = await openSchool({ plugins: ['${name}'] });
  });
  afterEach(() => school.close());

  it('shows families what the school wrote', async () => {
    await school.as('direction').post(WRITE, ENTRY);
    expect((await school.as('parents').get(READ)).text).to.include(ENTRY.label);
  });

  it('sends a browser without JavaScript back to the page', async () => {
    const answer = await school.as('direction').post(WRITE, ENTRY);
    expect(answer.status).to.equal(303);
    expect(answer.location).to.equal(\`/\${school.rne}\${WRITE}\`);
  });

  it('asks again for what is missing', async () => {
    const answer = await school.as('direction').post(WRITE, { ...ENTRY, label: '' });
    expect(answer.status).to.equal(422);
  });

  it('is closed to a profile without the permission', async () => {
    expect((await school.as('quotidienne').post(WRITE, ENTRY)).status).to.equal(403);
  });

  it('keeps what a school wrote to that school', async () => {
    const other = await openSchool({ plugins: ['${name}'] });
    await school.as('direction').post(WRITE, ENTRY);
    expect((await other.as('parents').get(READ)).text).not.to.include(ENTRY.label);
    await other.close();
  });

  it('is nowhere in a school that switched it off', async () => {
    const other = await openSchool({ plugins: [] });
    expect((await other.as('direction').get(WRITE)).status).to.equal(404);
    expect((await other.as('parents').get(READ)).status).to.equal(404);
    await other.close();
  });

  it('écrivez ici ce que votre module promet', () => {
    expect.fail('remplacez ce test par une phrase sur l’école que votre module rend vraie');
  });
});
`;
