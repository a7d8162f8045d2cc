/** Keeps the table in docs/architecture.md true: which folder may import which. */
const folders = [
  'domain',
  'workflows',
  'activities',
  'db',
  'worker',
  'api',
  'records',
  'console',
  'sandbox',
  'service',
  'embedded',
  'bin',
  'demo',
  'test',
  'bench',
];
const folder = (name, allowed, note) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: note,
  from: { path: `^${name}/` },
  to: { path: `^(${folders.join('|')})/`, pathNot: `^(${[name, ...allowed].join('|')})/` },
});

const processes = '(cancellations|feeds|pipelines|leads|inquiries)';
/** Where each process has a folder, or a file, of its own. */
const layers =
  '^(?:domain|workflows|activities|api/modules|records|console/src/pages|db/schema|db/queries|worker/maintenance)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'a-process-imports-no-other-process',
      severity: 'error',
      comment: 'where processes meet, one starts the other’s workflow by its name',
      from: { path: `${layers}${processes}[./]` },
      to: { path: `${layers}${processes}[./]`, pathNot: `${layers}$1[./]` },
    },
    {
      name: 'shared-imports-no-process',
      severity: 'error',
      from: { path: `${layers}shared[./]|^activities/connectors/|^api/server/plugins/|^db/queries/[^/]+$` },
      to: { path: `${layers}${processes}[./]` },
    },
    folder('domain', [], 'the words and rules of the business import nothing of the project'),
    folder('workflows', ['domain', 'activities'], 'deterministic code; of the activities only the types'),
    {
      name: 'workflows-take-only-types-of-activities',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-stay-deterministic',
      severity: 'error',
      comment: 'no Node module in workflow code',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'preloaded-modules-keep-nothing-of-one-workflow',
      severity: 'error',
      from: { path: '^workflows/preloaded' },
      to: { path: '^(workflows|activities)/', reachable: true },
    },
    folder('activities', ['domain', 'db']),
    {
      name: 'connectors-import-only-domain',
      severity: 'error',
      from: { path: '^activities/connectors/' },
      to: { path: `^(${folders.join('|')})/`, pathNot: '^(domain|activities/connectors)/' },
    },
    folder('db', ['domain']),
    folder('worker', ['domain', 'workflows', 'activities', 'db']),
    folder('api', ['domain', 'db', 'records']),
    folder('records', ['domain'], 'React without Mantine and without a server: the API and the console render it'),
    folder(
      'console',
      ['domain', 'records', 'api'],
      'of the API only its description, to make the types of its answers',
    ),
    {
      name: 'console-pages-import-no-server',
      severity: 'error',
      from: { path: '^console/src/' },
      to: { path: '^(api|db|workflows|activities|service|embedded|bin)/' },
    },
    folder('sandbox', ['domain']),
    folder('service', ['domain', 'db', 'activities', 'worker', 'api']),
    folder('embedded', ['domain', 'db', 'worker', 'service', 'sandbox']),
    folder('bin', ['domain', 'db', 'worker', 'service', 'embedded', 'demo', 'sandbox']),
    folder('demo', ['domain', 'service', 'sandbox']),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: '^(test|bench)/' }, to: { path: '^(test|bench)/' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|console/dist)' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
