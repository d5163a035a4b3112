// The import rules of the house. `npm run check:imports` runs them; `comment` is what a developer reads.
// Paths are regular expressions over paths from the project's root; $1 and $2 are the groups of `from.path`.

const PLUGIN = '^(plugins|core/testing/house)/([^/]+)/';
const TEST = '\\.test\\.ts$';
const RUN_TIME = { dependencyTypesNot: ['type-only'] };

module.exports = {
  forbidden: [
    {
      name: 'core-knows-no-plugin',
      comment: 'Le socle n’importe ni module ni thème : il ne sait d’eux que ce qu’ils déclarent.',
      severity: 'error',
      from: { path: '^(core|config|migrations)/', pathNot: '^core/testing/house/' },
      to: { path: '^(plugins|themes)/' },
    },
    {
      name: 'core-knows-no-test-house',
      comment: 'Le socle n’importe pas les modules de la maison de test, sauf dans ses tests.',
      severity: 'error',
      from: { path: '^(core|config|migrations)/', pathNot: ['^core/testing/house/', TEST] },
      to: { path: '^core/testing/house/' },
    },
    {
      name: 'plugin-public-face',
      comment:
        'Un module n’importe que @preau/core, ses propres fichiers et les types du contract.ts d’un autre module.',
      severity: 'error',
      from: { path: PLUGIN, pathNot: TEST },
      to: {
        path: '^(core|config|migrations|plugins|themes)/',
        pathNot: ['^$1/$2/', '^core/api\\.ts$', '^(plugins|core/testing/house)/[^/]+/contract\\.ts$'],
      },
    },
    {
      name: 'plugin-test-public-face',
      comment: 'Le test d’un module n’importe que @preau/core, @preau/core/testing et les fichiers de son module.',
      severity: 'error',
      from: { path: `${PLUGIN}.*${TEST}` },
      to: {
        path: '^(core|config|migrations|plugins|themes)/',
        pathNot: ['^$1/$2/', '^core/(api|testing)\\.ts$', '^(plugins|core/testing/house)/[^/]+/contract\\.ts$'],
      },
    },
    {
      name: 'plugin-says-core-by-name',
      comment: 'Un module écrit @preau/core, pas un chemin : son dossier doit pouvoir vivre ailleurs.',
      severity: 'error',
      from: { path: PLUGIN },
      to: { path: '^core/(api|testing)\\.ts$', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'plugin-contract-types-only',
      comment: 'Du contract.ts d’un autre module, on n’importe que des types (import type).',
      severity: 'error',
      from: { path: PLUGIN },
      to: { path: '^(plugins|core/testing/house)/[^/]+/contract\\.ts$', pathNot: '^$1/$2/', ...RUN_TIME },
    },
    {
      name: 'plugin-plain-packages',
      comment:
        'Un module n’importe ni le serveur, ni la base, ni les fichiers, ni les processus : il les demande au socle.',
      severity: 'error',
      from: { path: PLUGIN, pathNot: TEST },
      to: {
        path: [
          '^(node:)?(fs|child_process)(/|$)',
          '(^|node_modules/)(koa|@koa/router|awilix|pg|pg-boss|handlebars|argon2|nodemailer|puppeteer)(/|$)',
        ],
      },
    },
    {
      name: 'plugin-knex-types-only',
      comment: 'Un module n’importe de knex que des types : sa connexion est visit.db.',
      severity: 'error',
      from: { path: PLUGIN, pathNot: TEST },
      to: { path: '(^|node_modules/)knex(/|$)', ...RUN_TIME },
    },
    {
      name: 'one-switch',
      comment: 'Seul core/plugin/modules-of.ts lit le registre : on demande à modulesOf(school) ce qui est en service.',
      severity: 'error',
      from: { pathNot: '^core/plugin/(modules-of|registry)\\.ts$' },
      to: { path: '^core/plugin/registry\\.ts$', ...RUN_TIME },
    },
    {
      name: 'no-cycle',
      comment: 'Deux fichiers ne s’importent pas en rond, sauf par leurs seuls types.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: RUN_TIME },
    },
  ],
  options: {
    // Type imports count too; the script fails when the compiler cannot be used, since then nothing is seen.
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
