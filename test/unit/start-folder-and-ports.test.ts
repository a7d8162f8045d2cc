import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDataDir } from '../../embedded/dataDir.ts';
import { choosePorts } from '../../embedded/embeddedPorts.ts';
import { ignoredSettings } from '../../embedded/ignoredSettings.ts';
import { workerLogLine } from '../../embedded/workerLog.ts';

async function listening(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

/** Not by `getPort`, which would not give it to the code under test for a while. */
async function freePort(): Promise<number> {
  const { port, server } = await listening();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the ports of npm start', () => {
  const chosen = async (...[kept, usual, more]: [object, object, { elsewhere?: 'temporal'[] }?]) => {
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const ports = await choosePorts(kept, { elsewhere: [], say, ...more }, usual);
    return { ports, said };
  };

  test('are the usual ones, also where the last start had to take another', async () => {
    const [usual, kept] = [await freePort(), await freePort()];
    const { ports, said } = await chosen({ api: kept }, { api: usual });
    expect(ports.api).toBe(usual);
    expect(said).toEqual([]);
  });

  test('are those of the last start where the usual one is in use, which is said with what to do', async () => {
    const { port, server } = await listening();
    const kept = await freePort();
    const { ports, said } = await chosen({ api: kept }, { api: port });
    server.close();
    expect(ports.api).toBe(kept);
    expect(said).toEqual([`${port} is in use: this time the API is at http://localhost:${kept}; free it, or set PORT`]);
  });

  test('of servers that run elsewhere are not spoken of', async () => {
    const { port, server } = await listening();
    const usual = { temporal: port };
    expect((await chosen({}, usual)).said).toEqual([
      expect.stringMatching(`^${port} is in use: this time Temporal is at 127.0.0.1:`),
    ]);
    expect((await chosen({}, usual, { elsewhere: ['temporal'] })).said).toEqual([]);
    server.close();
  });
});

describe('the data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-folder-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is made with the folders above it', () => {
    const path = join(folder, 'a', 'b');
    const dataDir = openDataDir(path);
    expect(dataDir.path).toBe(path);
    dataDir.release();
  });

  test.each(['data', 'data/below'])('is not a file, or below one: %s', (name) => {
    writeFileSync(join(folder, 'data'), '');
    expect(() => openDataDir(join(folder, name))).toThrow(
      `DEALEROPS_DATA_DIR: ${folder}/data is a file: set it to a folder, or to one that can be made`,
    );
  });

  test.skipIf(process.platform !== 'linux')('that the system cannot make is refused at once', () => {
    expect(() => openDataDir('/proc/dealerops')).toThrow(
      /^DEALEROPS_DATA_DIR: \/proc\/dealerops cannot be made \(\w+\): set it to a folder that this user may write$/,
    );
  });
});

describe('settings that npm start does not read', () => {
  test('are named, one line each', () => {
    expect(ignoredSettings({ CST_URL: 'foo', SMTP_URL: '', PATH: '/bin', PORT: '9000', WEB_UI_URL: 'x' })).toEqual([
      'CST_URL is ignored: npm start uses its own; see "In production" of README.md',
      'WEB_UI_URL is ignored: npm start reads it only together with TEMPORAL_ADDRESS',
    ]);
  });

  test("Temporal's are read where TEMPORAL_ADDRESS is set", () => {
    const environment = { TEMPORAL_NAMESPACE: 'dealerops', WEB_UI_URL: 'x' };
    expect(ignoredSettings(environment)).toHaveLength(2);
    expect(ignoredSettings({ ...environment, TEMPORAL_ADDRESS: 'localhost:7233' })).toEqual([]);
  });
});

test("a failed try is one line of npm start's log, with the causes and without stacks", () => {
  const error = new Error('CST did not answer\nin time', { cause: new Error('HTTP 503') });
  const meta = { activityType: 'checkGate', workflowId: 'cancellation/dms/cdk/D-1', attempt: 3, error };
  expect(workerLogLine({ level: 'WARN', timestampNanos: 0n, message: 'Activity failed', meta })).toBe(
    'WARN  Activity failed: checkGate of cancellation/dms/cdk/D-1 (attempt 3): CST did not answer | in time: HTTP 503',
  );
  expect(workerLogLine({ level: 'WARN', timestampNanos: 0n, message: 'Slow' })).toBe('WARN  Slow');
});
