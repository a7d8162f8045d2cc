import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSftp, type SftpOptions, type SftpSession } from '../../activities/connectors/sftp.ts';
import type { RemoteEntry } from '../../domain/shared/remoteFiles.ts';
import { sftpServers, type TestSftpServer } from '../support/sftpServers.ts';
import { type SilentProxy, startSilentProxy } from '../support/silentProxy.ts';

/** Larger than what is asked for in advance. */
const content = randomBytes(12_000_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const file = 'dealer/a_SL.csv';

describe.each(sftpServers)('connections to $server', ({ start }) => {
  let server: TestSftpServer;
  let entry: RemoteEntry;
  let sessions: SftpSession[] = [];
  let proxies: SilentProxy[] = [];
  beforeAll(async () => {
    server = await start();
    server.makeFolder('dealer');
    server.write(file, content);
    entry = (await (await opened()).list('dealer'))[0]!;
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    sessions = [];
    proxies = [];
  });

  async function opened(options?: SftpOptions, port = server.target.port): Promise<SftpSession> {
    const session = await openSftp({ ...server.target, port }, options);
    sessions.push(session);
    return session;
  }
  /** Through a proxy that can fall silent. */
  async function openedBehindProxy(options: SftpOptions): Promise<{ session: SftpSession; proxy: SilentProxy }> {
    const proxy = await startSilentProxy(server.target);
    proxies.push(proxy);
    return { session: await opened(options, proxy.port), proxy };
  }
  /** What came before it failed, and how it failed. */
  async function readUntilItFails(session: SftpSession, from = 0): Promise<{ bytes: Buffer; failure: unknown }> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of session.download(file, { from, expected: entry })) chunks.push(chunk);
      return { bytes: Buffer.concat(chunks), failure: undefined };
    } catch (failure) {
      return { bytes: Buffer.concat(chunks), failure };
    }
  }

  test.each([0.01, 0.5, 0.99])(
    'a connection that is cut at %d of a file, and the rest by another one',
    async (share) => {
      server.failAt(share, content.length, 'cut');
      const first = await readUntilItFails(await opened());
      expect(first.failure).toMatchObject({ type: 'SftpUnavailable', nonRetryable: false });
      expect(first.bytes.length).toBeLessThanOrEqual(share * content.length + 32_768);
      // Less than what was asked for in advance is lost.
      expect(first.bytes.length).toBeGreaterThan(share * content.length - 5_000_000);
      const second = await readUntilItFails(await opened(), first.bytes.length);
      expect(second.failure).toBeUndefined();
      expect(sha256(Buffer.concat([first.bytes, second.bytes]))).toBe(sha256(content));
    },
  );

  test('a server that stalls in the middle is given up, and the rest comes by another connection', async () => {
    server.failAt(0.5, content.length, 'stall');
    // Long enough that a busy machine is not taken for a stall, which would leave the fault to the second connection.
    const session = await opened({ stallMs: 5_000 });
    const first = await readUntilItFails(session);
    expect(first.failure).toMatchObject({ type: 'SftpTimedOut', nonRetryable: false });
    await expect(session.list('dealer')).rejects.toMatchObject({ type: 'SftpTimedOut' });
    const second = await readUntilItFails(await opened(), first.bytes.length);
    expect(second.failure).toBeUndefined();
    expect(sha256(Buffer.concat([first.bytes, second.bytes]))).toBe(sha256(content));
  });

  test('a file that is read slowly is no stall', async () => {
    const session = await opened({ stallMs: 2_000 });
    const hash = createHash('sha256');
    let chunks = 0;
    for await (const chunk of session.download(file, { expected: entry })) {
      hash.update(chunk);
      // All that was asked for in advance has come long before the next chunk is.
      if (chunks++ === 3) await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
    expect(hash.digest('hex')).toBe(sha256(content));
  });

  test('whatever is asked of a silent network fails in time, and the session closes', async () => {
    const { session, proxy } = await openedBehindProxy({ stallMs: 300 });
    proxy.silence();
    const expected = { size: 1, modifiedAt: new Date(0).toISOString() };
    const asked = [
      ...[session.list('dealer'), session.stat(file)],
      ...[session.head(file, 10, expected), session.remove('other.csv')],
    ];
    for (const one of await Promise.allSettled(asked))
      expect(one).toMatchObject({ status: 'rejected', reason: { type: 'SftpTimedOut' } });
    await session.close();
  });

  test('it closes within seconds while the network is silent', async () => {
    const { session, proxy } = await openedBehindProxy({});
    proxy.silence();
    const listing = session.list('dealer');
    listing.catch(() => {});
    const begun = performance.now();
    await Promise.all([session.close(), session.close()]);
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(10_000);
    await expect(listing).rejects.toMatchObject({ type: 'SftpUnavailable' });
  });

  test('closing ends what is asked, and nothing can be asked afterwards', async () => {
    const session = await opened();
    const reading = readUntilItFails(session);
    await session.close();
    expect((await reading).failure).toMatchObject({ type: 'SftpUnavailable' });
    await expect(session.list('dealer')).rejects.toMatchObject({ type: 'SftpUnavailable' });
  });

  test('a read ends at once with its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('the import was canceled');
    const session = await opened({ signal: controller.signal });
    const reading = session.download(file)[Symbol.asyncIterator]();
    await reading.next();
    controller.abort(reason);
    await expect(
      (async () => {
        while (!(await reading.next()).done);
      })(),
    ).rejects.toBe(reason);
    await expect(session.stat(file)).rejects.toBe(reason);
  });

  test('a reader that stops early leaves the session usable', async () => {
    const session = await opened();
    for await (const chunk of session.download(file)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await session.list('dealer')).toEqual([entry]);
  });
});
