import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openFeedServer } from '../../activities/feeds/server.ts';
import type { FeedServerSettings } from '../../domain/feeds/server.ts';
import type { FeedSettings } from '../../domain/feeds/settings.ts';
import { noFaults } from '../../domain/shared/sandboxFaults.ts';
import { startSftp } from '../../sandbox/sftp/sftp.ts';

const server = await startSftp(noFaults());
afterAll(() => server.close());
beforeEach(() => server.reset());

const { host, port, secretsDir } = server;
const settings: FeedSettings = { sftp: { hosts: [{ host, port }], secretsDir } };
const feedImport: FeedServerSettings = {
  host,
  port,
  username: 'sandbox-username',
  password: 'sandbox-password',
  privateKey: null,
  hostKeys: [server.hostKey],
};

async function opens(given: Partial<FeedServerSettings> = {}): Promise<void> {
  const session = await openFeedServer(settings, { ...feedImport, ...given });
  expect(await session.list('')).toEqual([]);
  await session.close();
}

test('an import’s secrets are read by their names', async () => {
  await opens();
  await opens({ password: null, privateKey: 'sandbox-key' });
});

test('a rotated password counts at once', async () => {
  writeFileSync(join(secretsDir, 'rotated'), 'the old one');
  await expect(opens({ password: 'rotated' })).rejects.toMatchObject({ type: 'SftpUnauthorized' });
  writeFileSync(join(secretsDir, 'rotated'), `${server.password}\n`);
  await opens({ password: 'rotated' });
});

test('only servers that are allowed are connected to', async () => {
  await expect(openFeedServer({}, feedImport)).rejects.toMatchObject({
    type: 'FeedsNotConfigured',
    nonRetryable: true,
  });
  for (const other of [{ host: 'localhost' }, { port: 22 }, { host: '169.254.169.254' }])
    await expect(opens(other)).rejects.toMatchObject({
      type: 'FeedHostNotAllowed',
      nonRetryable: true,
      message: expect.stringMatching(/is not in FEED_SFTP_HOSTS/),
    });
  expect(server.seen.connections).toBe(0);
});

test('nothing is connected to without the secret', async () => {
  for (const missing of [{ username: 'nobody' }, { password: 'none' }, { privateKey: '../keys/client' }])
    await expect(opens(missing)).rejects.toMatchObject({ type: 'FeedSecretUnusable' });
  expect(server.seen.connections).toBe(0);
});
