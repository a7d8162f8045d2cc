import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { feedFile } from '../../sandbox/sftp/feedFile.ts';
import { defaultLimits } from '../../worker/limits.ts';
import { apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { startService } from '../support/service.ts';
import { startSilentProxy } from '../support/silentProxy.ts';
import { failedTries } from './failedTries.ts';

/** An SFTP server that stops answering while runs of feed imports use it. */

const rows = 20_000;
const large = Buffer.concat([...feedFile({ rows, seed: 15, dms: 'ids', kind: 'sales', customers: 4_000 })]);
const small = Buffer.concat([...feedFile({ rows: 5, seed: 15, dms: 'ids', kind: 'sales', customers: 2 })]);

const service = await startService({ bulkWorker: true, secondLookMs: 100 });
const api = await apiOf(service);
const closing: { close(): Promise<unknown> }[] = [api, service];
afterAll(async () => {
  for (const one of closing) await one.close();
});
const { sftp } = service.sandbox;
const { sftp: faults } = service.sandbox.faults;

/** A feed of a server on another port, which feeds may connect to. */
function feedAt(port: number) {
  service.outside.feeds.sftp!.hosts = [...service.outside.feeds.sftp!.hosts, { host: '127.0.0.1', port }];
  return feedOf(service, { port });
}
async function proxied() {
  const proxy = await startSilentProxy(sftp);
  closing.unshift(proxy);
  return { proxy, feed: await feedAt(proxy.port) };
}

it('a server that falls silent while it is connected to, listed and read: each run imports the whole file when it answers again', async () => {
  const [connecting, listing, reading] = [await proxied(), await proxied(), await proxied()];
  connecting.feed.put('a_SL.csv', small);
  listing.feed.put('a_SL.csv', small);
  reading.feed.put('a_SL.csv', large);

  faults.slowListingMs = 30_000;
  const listed = await listing.feed.start();
  await eventually(async () => sftp.seen.credentials === 1);
  listing.proxy.silence();
  faults.slowListingMs = 0;
  connecting.proxy.failAfter(1, 'stall');
  const connected = await connecting.feed.start();
  faults.next.push({ stallAt: large.length / 2 });
  const read = await reading.feed.start();

  for (const run of [connected, listed, read]) expect(await run.result()).toEqual({ outcome: 'imported' });
  const tries = [connected, listed, read].map(({ workflowId }) => failedTries(service, workflowId));
  expect(await Promise.all(tries)).toEqual([
    [{ activity: 'listFolder', failure: 'SftpTimedOut' }],
    [{ activity: 'listFolder', failure: 'SftpTimedOut' }],
    [{ activity: 'importFile', failure: 'SftpTimedOut' }],
  ]);
  for (const [{ feed }, count] of [
    [connecting, 5],
    [listing, 5],
    [reading, rows],
  ] as const) {
    expect(await feed.runs()).toMatchObject([
      { outcome: 'imported', reason: null, counts: { read: count, inserted: count } },
    ]);
    expect(await feed.files()).toMatchObject([{ state: 'imported', removalProblem: null }]);
    expect([feed.left(), await feed.tasks()]).toEqual([[], []]);
  }
});

/** A server that takes connections and says nothing, until it passes them on to the sandbox's. */
async function muteServer() {
  const held = new Set<Socket>();
  /** How many there were when each connection came. */
  const heldThen: number[] = [];
  let isMute = true;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (!isMute) {
      const upstream = connect({ host: '127.0.0.1', port: sftp.port });
      upstream.on('error', () => {});
      socket.pipe(upstream).pipe(socket);
      return;
    }
    held.add(socket.resume());
    heldThen.push(held.size);
    socket.on('close', () => held.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.unshift({ close: async () => server.close() });
  return {
    port: (server.address() as AddressInfo).port,
    held,
    heldThen,
    answer() {
      isMute = false;
      for (const socket of held) socket.destroy();
    },
  };
}

it('the feeds of a server that does not answer leave places of the worker to those of other servers', async () => {
  const mute = await muteServer();
  const places = defaultLimits['dealerops-bulk'].activities;
  const stalled = await Promise.all(Array.from({ length: 10 }, () => feedAt(mute.port)));
  for (const feed of stalled) feed.put('a_SL.csv', small);
  const runs = await Promise.all(stalled.map((feed) => feed.start()));
  await eventually(async () => mute.held.size === places);
  const other = await feedOf(service);
  other.put('a_SL.csv', small);
  expect(await other.run()).toEqual({ outcome: 'imported' });
  // Until then none of them can have heard that the server does not answer.
  await eventually(async () => mute.heldThen.length > places + 1);
  expect(mute.heldThen.slice(places)).toEqual(mute.heldThen.slice(places).map(() => 1));
  for (const feed of stalled) expect(await feed.runs()).toMatchObject([{ outcome: null }]);

  mute.answer();
  for (const run of runs) expect(await run.result()).toEqual({ outcome: 'imported' });
  for (const feed of stalled) {
    expect(await feed.runs()).toMatchObject([{ counts: { read: 5, inserted: 5 } }]);
    expect([feed.left(), await feed.tasks()]).toEqual([[], []]);
  }
});
