import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { taskQueues } from '../../domain/shared/taskQueues.ts';
import { apiSettings, deploymentSettings, workerSettings } from '../../service/config.ts';
import { defaultLimits } from '../../worker/limits.ts';

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, unknown>;
  ports?: string[];
  secrets?: string[];
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  networks?: string[];
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  configs: Record<string, { content: string }>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string; gateway: string }[] } }>;
}

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const compose: Compose = parse(text, { merge: true });

test("docker-compose.yml is valid by the Compose Specification's schema", () => {
  const schema = JSON.parse(readFileSync(new URL('../support/compose-spec.schema.json', import.meta.url), 'utf8'));
  delete schema.$schema;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();

  const wrong = structuredClone(compose) as { services: Record<string, object> };
  Object.assign(wrong.services.api!, { port: '8080' });
  expect(validate(wrong)).toBe(false);
});

test("Temporal's Web UI is reached through the API only, and changes no workflow", () => {
  const { environment, ports, networks } = compose.services['temporal-ui']!;
  expect({ ports, networks }).toEqual({ ports: undefined, networks: ['temporal'] });
  expect(environment).toMatchObject({ TEMPORAL_UI_PUBLIC_PATH: '/temporal', TEMPORAL_DISABLE_WRITE_ACTIONS: 'true' });
  expect(compose.services.api!.environment!.WEB_UI_UPSTREAM).toBe('http://temporal-ui:8080');
});

test('ports are published on 127.0.0.1 only', () => {
  const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
  expect(published.length).toBeGreaterThan(0);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('only the services that need them are on the internal networks of Temporal and PostgreSQL', () => {
  const on = (network: string) =>
    Object.keys(compose.services).filter((name) => (compose.services[name]!.networks ?? ['default']).includes(network));
  const ours = ['migrate', 'api', 'worker', 'bulk-worker', 'make-current'];
  expect(on('temporal').sort()).toEqual(['temporal', 'temporal-namespace', 'temporal-ui', ...ours].sort());
  expect(on('database').sort()).toEqual(['postgres', 'temporal', 'temporal-schema', ...ours].sort());
  expect(on('default').sort()).toEqual(ours.sort());
  expect(compose.networks).toMatchObject({ temporal: { internal: true }, database: { internal: true } });
});

test("the API trusts X-Forwarded-For of its network's gateway only", () => {
  const [config] = compose.networks.default!.ipam!.config;
  const [, gateway] = /:-([\d.]+)\}$/.exec(config!.gateway)!;
  expect(compose.services.api!.environment!.TRUST_PROXY).toBe(`\${TRUST_PROXY:-${gateway}}`);
  expect(config!.subnet).toBe(`\${DOCKER_SUBNET:-${gateway!.replace(/\.1$/, '.0')}/24}`);
});

test('the API and the workers open the gate for the same statuses', () => {
  for (const name of ['api', 'worker', 'bulk-worker'])
    expect(compose.services[name]!.environment!.GATE_INACTIVE_STATUSES).toBe(`\${GATE_INACTIVE_STATUSES:-}`);
});

test('every secret is a file that git ignores, and no setting contains one', () => {
  const used = new Set(Object.values(compose.services).flatMap(({ secrets = [] }) => secrets));
  expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
  for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/secrets\//);
  const ignored = readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['secrets/', '.env']));
  const settings = Object.values(compose.services).flatMap(({ environment = {} }) => Object.entries(environment));
  const secretOnes = settings.filter(([name]) => /PASSWORD|SECRET|TOKEN(?!_URL)|KEYS|API_KEY/.test(name));
  expect(secretOnes.map(([name]) => name)).toEqual(expect.arrayContaining(['DEALEROPS_CODEC_KEYS', 'CST_TOKEN']));
  for (const [name, value] of secretOnes) expect(`${name}=${value}`).toMatch(/=(\$\{\w+:\+)?(file:)?\/run\/secrets\//);
});

test('every dependency has a health check or is a step that ends', () => {
  for (const { depends_on = {} } of Object.values(compose.services))
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const service = compose.services[name]!;
      expect(service, name).toBeDefined();
      if (condition === 'service_healthy') expect(service.healthcheck?.test, name).toBeDefined();
    }
});

test('every service has a stop grace period as long as its work', () => {
  const seconds = (name: string) => Number(/^(\d+)s$/.exec(compose.services[name]!.stop_grace_period ?? '')?.[1]);
  expect(seconds('api')).toBeGreaterThan(120);
  for (const name of ['worker', 'bulk-worker']) expect(seconds(name)).toBeGreaterThan(45);
});

test('no build is made current before its workers of both task queues are healthy', () => {
  expect(compose.services['make-current']!.depends_on).toEqual({
    worker: { condition: 'service_healthy' },
    'bulk-worker': { condition: 'service_healthy' },
  });
});

test('the shell scripts in it have valid syntax', () => {
  const scripts = Object.values(compose.services)
    .filter(({ command }) => command?.length === 1)
    .map(({ command }) => command![0]!);
  scripts.push(compose.configs.postgres_roles!.content);
  expect(scripts.length).toBe(4);
  for (const script of scripts) execFileSync('bash', ['-n'], { input: script.replaceAll('$$', '$') });
});

test('with Temporal elsewhere, no Temporal service is started or waited for, and our programs get its address', () => {
  const elsewhere = readFileSync(new URL('../../docker-compose.temporal-elsewhere.yml', import.meta.url), 'utf8');
  const gone = { tag: '!reset', resolve: () => null };
  const instead = { tag: '!override', collection: 'map' as const };
  const over: Compose = parse(elsewhere, { merge: true, customTags: [gone, instead] });
  const left = Object.keys(compose.services).filter((name) => over.services[name] !== null);
  expect(left.sort()).toEqual(['api', 'bulk-worker', 'make-current', 'migrate', 'postgres', 'worker']);
  for (const name of left.filter((one) => one !== 'postgres')) {
    const { environment, depends_on = compose.services[name]!.depends_on!, secrets } = over.services[name]!;
    expect(Object.keys(depends_on).filter((waitedFor) => !left.includes(waitedFor))).toEqual([]);
    expect(environment).toMatchObject({
      TEMPORAL_API_KEY: 'file:/run/secrets/temporal_api_key',
      WEB_UI_UPSTREAM: `\${WEB_UI_UPSTREAM:-}`,
    });
    expect(secrets).toEqual(Object.keys(over.secrets));
  }
});

test('every command and file named in the instructions exists', () => {
  const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const { scripts } = JSON.parse(read('package.json'));
  for (const name of ['README.md', 'docs/production.md', 'docker-compose.yml']) {
    const words = read(name);
    const commands = [...words.matchAll(/npm run (?:--\S+ )*([\w:-]+)/g)].map(([, command]) => command);
    expect(commands.length, name).toBeGreaterThan(0);
    expect(Object.keys(scripts), name).toEqual(expect.arrayContaining(commands));
    const files = [...words.matchAll(/(?<![\w/-])(bin|docs|test|workflows)\/[\w/-]+\.\w+/g)].map(([file]) => file);
    expect(files.length, name).toBeGreaterThan(0);
    for (const file of files)
      expect([name, file, existsSync(new URL(`../../${file}`, import.meta.url))]).toEqual([name, file, true]);
  }
});

describe('with the secrets of `npm run make-secrets`', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-secrets-'));
  const makeSecrets = () =>
    execFileSync('npm', ['run', '--silent', 'make-secrets', '--', folder], { encoding: 'utf8' });
  beforeAll(() => {
    expect(makeSecrets()).toContain('smtp_url');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What Compose makes of the settings when only MAIL_FROM is given, with the secrets' real places. */
  function environmentOf(name: string): Record<string, string> {
    const set: Record<string, string> = { MAIL_FROM: 'Dealerops <dealerops@example.com>' };
    const entries = Object.entries(compose.services[name]!.environment!).map(([key, value]) => [
      key,
      String(value)
        .replace(/\$\{(\w+):\?[^}]*\}/g, (_, variable) => set[variable] ?? '')
        .replace(/\$\{(\w+):\+([^}]*)\}/g, (_, variable, given) => (set[variable] ? given : ''))
        .replace(/\$\{(\w+):-([^}]*)\}/g, (_, variable, otherwise) => set[variable] ?? otherwise)
        .replace('/run/secrets', folder),
    ]);
    return Object.fromEntries(entries);
  }

  test('all secrets exist, in a folder closed to other users', () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const { file } of Object.values(compose.secrets))
      expect(statSync(join(folder, file.slice(10))).isFile()).toBe(true);
    const before = readFileSync(join(folder, 'codec_keys'), 'utf8');
    makeSecrets();
    expect(readFileSync(join(folder, 'codec_keys'), 'utf8')).toBe(before);
  });

  test('an empty secret is reported by name', () => {
    expect(() => workerSettings(environmentOf('worker'))).toThrow(/^SMTP_URL: file:\S+smtp_url is empty or not set$/);
  });

  test('the API and the worker accept the settings', () => {
    const environment = (name: string) => ({ ...environmentOf(name), SMTP_URL: 'smtp://mail.example.com:587' });
    const password = readFileSync(join(folder, 'dealerops_database_password'), 'utf8');
    expect(apiSettings(environment('api'))).toMatchObject({
      databaseUrl: `postgres://dealerops:${password}@postgres:5432/dealerops`,
      temporal: { connectionOptions: { address: 'temporal:7233' }, namespace: 'dealerops' },
      keyring: { currentId: 'first' },
      mail: { url: 'smtp://mail.example.com:587', from: { name: 'Dealerops', address: 'dealerops@example.com' } },
      connectors: { cst: undefined },
      trustProxy: ['172.30.87.1'],
      webUi: { upstream: 'http://temporal-ui:8080' },
    });
    const worker = workerSettings(environment('worker'));
    expect(worker).toMatchObject({ healthPort: 8081, publicUrl: 'http://localhost:8080', deployment: 'dealerops' });
    expect(deploymentSettings(environment('make-current')).deployment).toBe(worker.deployment);
    const bulkWorker = workerSettings(environment('bulk-worker'));
    expect(bulkWorker).toEqual({ ...worker, queues: ['dealerops-bulk'] });
    expect([...worker.queues, ...bulkWorker.queues]).toEqual(taskQueues);
    expect(worker.limits).toEqual(defaultLimits);
  });
});
