import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultOnboarding, mayConnect } from '../../domain/feeds/settings.ts';
import { apiSettings, workerSettings } from '../../service/config.ts';
import { resolveSecret } from '../../service/secrets.ts';
import { StartError } from '../../service/startError.ts';
import { defaultLimits } from '../../worker/limits.ts';

const folder = mkdtempSync(join(tmpdir(), 'dealerops-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const codecKeys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const right = {
  DATABASE_URL: 'postgres://dealerops@db.example.com/dealerops',
  TEMPORAL_ADDRESS: 'temporal.example.com:7233',
  DEALEROPS_CODEC_KEYS: 'env:THE_KEYS',
  THE_KEYS: codecKeys,
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'dealer ops <ops@example.com>',
};
const vinSolutions = {
  VINSOLUTIONS_EVENTS_URL: 'https://events.example.com',
  VINSOLUTIONS_EVENTS_TOKEN_URL: 'https://login.example.com/connect/token',
  VINSOLUTIONS_EVENTS_CLIENT_ID: 'dealerops',
  VINSOLUTIONS_EVENTS_CLIENT_SECRET: 'env:THE_SECRET',
  VINSOLUTIONS_EVENTS_API_KEY: 'env:THE_SECRET',
  VINSOLUTIONS_EVENTS_DEALERS: 'D-1103, 555204',
  THE_SECRET: 'a-secret',
};
const problems = (environment: Record<string, string>) => {
  try {
    apiSettings(environment);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
};

test('the required settings are enough, and the others have defaults', () => {
  expect(apiSettings(right)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    connectors: { cst: undefined },
    logLevel: 'info',
  });
  expect(workerSettings(right)).toMatchObject({ healthPort: 8081, deployment: undefined });
});

test('optional connectors are off until all their settings are given', () => {
  expect(workerSettings(right)).toMatchObject({
    connectors: { vinSolutionsEvents: undefined, fortellis: undefined },
  });
  const { connectors, cancellations } = workerSettings({ ...right, ...vinSolutions });
  expect(connectors.vinSolutionsEvents).toMatchObject({ clientSecret: 'a-secret' });
  expect(cancellations.vinSolutionsDealers).toEqual(['D-1103', '555204']);
  const all = workerSettings({ ...right, ...vinSolutions, VINSOLUTIONS_EVENTS_DEALERS: ' All ' });
  expect(all.cancellations.vinSolutionsDealers).toBe('all');
});

test('feeds connect to the servers that are named, at the port that is named or 22', () => {
  expect(apiSettings(right).feeds.sftp).toBeUndefined();
  const given = { FEED_SFTP_HOSTS: ' SFTP.example.com, files.example.com:2222,[::1]', FEED_SECRETS_DIR: '/secrets' };
  const { feeds } = workerSettings({ ...right, ...given });
  expect(feeds.sftp!.secretsDir).toBe('/secrets');
  const allowed = ['sftp.example.com:22', 'Sftp.Example.com:22', 'files.example.com:2222', '::1:22'];
  const others = ['sftp.example.com:2222', 'files.example.com:22', 'example.com:22', 'a.sftp.example.com:22'];
  const serverOf = (text: string) => ({ host: text.replace(/:\d+$/, ''), port: Number(/\d+$/.exec(text)![0]) });
  for (const text of allowed) expect(mayConnect(feeds, serverOf(text)), text).toBe(true);
  for (const text of others) expect(mayConnect(feeds, serverOf(text)), text).toBe(false);
  expect(mayConnect({}, serverOf(allowed[0]!))).toBe(false);
});

test('onboardings wait as configured, and people write the mails where ProResponse’s address is not set', () => {
  expect(workerSettings(right).feeds.onboarding).toEqual(defaultOnboarding);
  const given = { PRORESPONSE_EMAIL: 'data@example.com', FEED_PERMISSION_DAYS: '30' };
  expect(workerSettings({ ...right, ...given }).feeds.onboarding).toEqual({
    ...defaultOnboarding,
    ...{ proResponseEmail: 'data@example.com', permissionDays: 30 },
  });
});

test('a worker process works for both task queues, or for those that are named, each with limits of its own', () => {
  expect(workerSettings(right)).toMatchObject({ queues: ['dealerops', 'dealerops-bulk'], limits: defaultLimits });
  expect(workerSettings({ ...right, WORKER_QUEUES: 'dealerops-bulk' }).queues).toEqual(['dealerops-bulk']);
  expect(workerSettings({ ...right, WORKER_QUEUES: ' dealerops-bulk , dealerops' }).queues).toHaveLength(2);
  const { limits } = workerSettings({
    ...right,
    ...{ WORKER_ACTIVITIES: '7', WORKER_WORKFLOW_TASKS: '8', WORKER_CACHED_WORKFLOWS: '9' },
    ...{ BULK_WORKER_ACTIVITIES: '1', BULK_WORKER_WORKFLOW_TASKS: '2', BULK_WORKER_CACHED_WORKFLOWS: '0' },
  });
  expect(limits).toEqual({
    dealerops: { activities: 7, workflowTasks: 8, cachedWorkflows: 9 },
    'dealerops-bulk': { activities: 1, workflowTasks: 2, cachedWorkflows: 0 },
  });
});

test.each([
  ['WORKER_QUEUES', 'bulk', 'must be dealerops or dealerops-bulk, or both with a comma between'],
  ['WORKER_QUEUES', 'dealerops,', 'must be dealerops or dealerops-bulk, or both with a comma between'],
  ['WORKER_QUEUES', 'dealerops,dealerops', 'must be dealerops or dealerops-bulk, or both with a comma between'],
  ['WORKER_ACTIVITIES', '0', 'must be a whole number from 1 to 1000'],
  ['WORKER_WORKFLOW_TASKS', '1', 'must be a whole number from 2 to 1000'],
  ['BULK_WORKER_CACHED_WORKFLOWS', 'many', 'must be a whole number from 0 to 100000'],
  ['BULK_WORKER_ACTIVITIES', '1.5', 'must be a whole number from 1 to 1000'],
])('the worker rejects %s=%s in one line', (name, value, message) => {
  expect(() => workerSettings({ ...right, [name]: value })).toThrow(new StartError(`${name}: ${message}`));
});

test('reverse proxies are given as addresses or networks', () => {
  const TRUST_PROXY = '10.0.0.5, 172.16.0.0/12,fd00::/8';
  expect(apiSettings({ ...right, TRUST_PROXY }).trustProxy).toEqual(['10.0.0.5', '172.16.0.0/12', 'fd00::/8']);
});

test("Temporal's API key is a value or a reference", () => {
  const keyOf = (TEMPORAL_API_KEY: string) =>
    apiSettings({ ...right, TEMPORAL_API_KEY, THE_KEY: 'a-key' }).temporal.connectionOptions.apiKey;
  expect([keyOf('a-key'), keyOf('env:THE_KEY'), keyOf('')]).toEqual(['a-key', 'a-key', undefined]);
  expect(problems({ ...right, TEMPORAL_API_KEY: 'env:NOT_THERE' })).toEqual([
    'TEMPORAL_*: env:NOT_THERE is empty or not set',
  ]);
});

test('each missing setting is reported in its own line', () => {
  expect(problems({})).toEqual([
    'DATABASE_URL: is not set',
    'DEALEROPS_CODEC_KEYS: is not set',
    'SMTP_URL: is not set',
    'MAIL_FROM: is not set',
  ]);
});

test.each([
  [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL: must be an address such as postgres://user@host:5432/dealerops'],
  [{ DATABASE_URL: 'file:/nowhere' }, 'DATABASE_URL: /nowhere cannot be read (ENOENT)'],
  [{ DEALEROPS_CODEC_KEYS: codecKeys }, 'DEALEROPS_CODEC_KEYS: must be a reference, env:NAME or file:/path'],
  [{ THE_KEYS: 'k1:c2hvcnQ=' }, 'DEALEROPS_CODEC_KEYS: Line 1 of the codec keys'],
  [{ PORT: '70000' }, 'PORT: must be a port'],
  [{ PORT: 'http' }, 'PORT: must be a port'],
  [{ MAIL_FROM: 'ops' }, 'MAIL_FROM: must be a mailbox such as Dealerops <dealerops@example.com>'],
  [{ MAIL_FROM: 'Acme, Inc. <ops@example.com>' }, 'MAIL_FROM: must be a mailbox such as'],
  [{ MAIL_FROM: 'a@example.com, b@example.com' }, 'MAIL_FROM: must be one mailbox, not 2'],
  [{ MAIL_FROM: 'x\r\nBcc: <y@example.com>' }, 'MAIL_FROM: must be a mailbox such as'],
  [{ SMTP_URL: 'smtp://ops:50%@mail.example.com' }, 'SMTP_URL: has a % that encodes nothing: write % as %25'],
  [{ DATABASE_URL: 'postgres://o:%zz@db/dealerops' }, 'DATABASE_URL: has a % that encodes nothing: write % as %25'],
  [{ PUBLIC_URL: 'ftp://example.com' }, 'PUBLIC_URL: must be an http:// or https:// address'],
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY: must be addresses or networks of reverse proxies'],
  [{ TRUST_PROXY: '10.0.0.1, 0.0.0.0/0' }, 'TRUST_PROXY: must be addresses or networks of reverse proxies'],
  [{ CST_URL: 'https://cst.example.com' }, 'CST_TOKEN: must be set too, as CST_URL is'],
  [
    { SALESFORCE_CLIENT_ID: 'x' },
    'SALESFORCE_URL, SALESFORCE_CLIENT_SECRET: must be set too, as SALESFORCE_CLIENT_ID is',
  ],
  [
    { FORTELLIS_SUBSCRIPTIONS_URL: 'https://fortellis.example.com', FORTELLIS_API_KEY: 'env:THE_KEYS' },
    'FORTELLIS_TOKEN_URL, FORTELLIS_API_SECRET: must be set too, as FORTELLIS_SUBSCRIPTIONS_URL is',
  ],
  [{ ...vinSolutions, VINSOLUTIONS_EVENTS_DEALERS: '' }, 'VINSOLUTIONS_EVENTS_DEALERS: must be set too, as'],
  [
    { ...vinSolutions, VINSOLUTIONS_EVENTS_DEALERS: 'D-1103, all' },
    'VINSOLUTIONS_EVENTS_DEALERS: must be all, or accounts and Dealer IDs with commas between them; "all" is neither',
  ],
  [
    { ...vinSolutions, VINSOLUTIONS_EVENTS_DEALERS: 'D-1103,' },
    'VINSOLUTIONS_EVENTS_DEALERS: must be all, or accounts and Dealer IDs with commas between them; "" is neither',
  ],
  [
    { ...vinSolutions, VINSOLUTIONS_EVENTS_API_KEY: 'the-key-itself' },
    'VINSOLUTIONS_EVENTS_API_KEY: must be a reference, env:NAME or file:/path',
  ],
  [{ DATA_AFTER_END_GRACE_DAYS: '91' }, 'DATA_AFTER_END_GRACE_DAYS: must be a whole number of days from 0 to 90'],
  [{ DATA_AFTER_END_GRACE_DAYS: '1.5' }, 'DATA_AFTER_END_GRACE_DAYS: must be a whole number of days from 0 to 90'],
  [
    { AUTO_TAM_DIRECTORY_URL: 'http://sheets.example.com/tam' },
    'AUTO_TAM_DIRECTORY_URL: must be an https:// address without a user or password',
  ],
  [
    { AUTO_TAM_DIRECTORY_URL: 'https://me:secret@sheets.example.com/tam' },
    'AUTO_TAM_DIRECTORY_URL: must be an https:// address without a user or password',
  ],
  [{ AUTO_TAM_DIRECTORY_URL: 'javascript:alert(1)' }, 'AUTO_TAM_DIRECTORY_URL: must be an https:// address'],
  [{ FEED_SFTP_HOSTS: 'sftp.example.com' }, 'FEED_SECRETS_DIR: must be set too, as FEED_SFTP_HOSTS is'],
  ...['sftp.example.com,', 'sftp://sftp.example.com', 'a b', 'host:0', 'host:65536', 'user@host', '*', '::1'].map(
    (FEED_SFTP_HOSTS): [Record<string, string>, string] => [
      { FEED_SFTP_HOSTS, FEED_SECRETS_DIR: '/secrets' },
      'FEED_SFTP_HOSTS: must be servers with commas between them, such as sftp.example.com, files.example.com:2222',
    ],
  ),
  [
    { FEED_SFTP_HOSTS: 'sftp.example.com', FEED_SECRETS_DIR: 'secrets' },
    'FEED_SECRETS_DIR: must be an absolute path of a folder',
  ],
  [
    { FEED_SUGGESTIONS_TO: 'http://example.com' },
    'FEED_SUGGESTIONS_TO: must be an email address, or a web address that begins with https://',
  ],
  [{ PRORESPONSE_EMAIL: 'data@' }, 'PRORESPONSE_EMAIL: must be an email address, such as data@example.com'],
  [{ FEED_PERMISSION_DAYS: '0' }, 'FEED_PERMISSION_DAYS: must be a whole number from 7 to 365'],
  [{ TEMPORAL_TLS_CLIENT_CERT_PATH: '/a', TEMPORAL_TLS_CLIENT_CERT_DATA: 'b' }, 'TEMPORAL_*: '],
])('%j is reported in one line', (wrong, line) => {
  const told = problems({ ...right, ...wrong });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(line);
});

test('the sender is a mailbox with any display name', () => {
  const from = (MAIL_FROM: string) => apiSettings({ ...right, MAIL_FROM }).mail.from;
  expect(from('"Dealers, Ops" <ops@example.com>')).toEqual({ name: 'Dealers, Ops', address: 'ops@example.com' });
  expect(from('ops@münchen.example')).toEqual({ name: '', address: 'ops@münchen.example' });
});

test('no message contains a secret', () => {
  const secret = 'not-for-any-eyes';
  const wrong = {
    ...right,
    DATABASE_URL: secret,
    DEALEROPS_CODEC_KEYS: secret,
    THE_SECRET: secret,
    SMTP_URL: 'env:THE_SECRET',
  };
  const told = problems(wrong);
  expect(told).toHaveLength(3);
  const undecodable = problems({ ...right, SMTP_URL: 'env:URL', URL: `smtp://ops:${secret}%@mail.example.com` });
  expect(undecodable).toHaveLength(1);
  expect([...told, ...undecodable].join()).not.toContain(secret);
});

test('a secret is trimmed, and read from a variable or a file of limited size', () => {
  writeFileSync(join(folder, 'secret'), '  a b \n');
  writeFileSync(join(folder, 'large'), 'x'.repeat(65 * 1024));
  expect(resolveSecret(`file:${join(folder, 'secret')}`)).toBe('a b');
  expect(resolveSecret('env:X', { X: 'y\n' })).toBe('y');
  expect(() => resolveSecret(`file:${join(folder, 'large')}`)).toThrow('is larger than');
  expect(() => resolveSecret('env:X', {})).toThrow('env:X is empty or not set');
});
