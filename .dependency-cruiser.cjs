/** Keeps the table of rooms in docs/rooms.md true: which room may import which. */
const rooms = [
  'domain',
  'workflows',
  'activities',
  'db',
  'worker',
  'api',
  'console',
  'sandbox',
  'start',
  'test',
  'bench',
];
const room = (name, allowed, note) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: note,
  from: { path: `^${name}/` },
  to: { path: `^(${rooms.join('|')})/`, pathNot: `^(${[name, ...allowed].join('|')})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    room('domain', [], 'the words and rules of the business import nothing of the project'),
    room('workflows', ['domain', 'activities'], 'deterministic code; of the activities only the types'),
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
    room('activities', ['domain', 'db']),
    room('db', ['domain']),
    room('worker', ['domain', 'workflows', 'activities', 'db']),
    room('api', ['domain', 'db', 'workflows']),
    {
      name: 'api-takes-only-types-of-workflows',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^workflows/', dependencyTypesNot: ['type-only'] },
    },
    room('console', ['domain', 'api'], 'of the API only its description, to make the types of its answers'),
    {
      name: 'console-pages-import-no-server',
      severity: 'error',
      from: { path: '^console/src/' },
      to: { path: '^(api|db|workflows|activities|start)/' },
    },
    room('sandbox', ['domain']),
    room('start', ['domain', 'db', 'activities', 'worker', 'api', 'sandbox']),
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
