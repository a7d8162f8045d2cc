import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { outbox } from '../../db/schema/shared.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { type OwnServer, ownPostgres, ownTemporal } from '../support/ownServers.ts';
import { expectAllReplay } from '../support/replay.ts';
import { startService, type TestService, workerLog } from '../support/service.ts';
import { manyDealers } from './dealers.ts';
import { type Cancellation, playUntilClosed, startSurely } from './people.ts';

/** Servers that go away in the middle, and come back. */
const dealers = manyDealers(20);
const [early, late] = [dealers.slice(0, 10), dealers.slice(10)];

let server: OwnServer;
let service: TestService;
let api: TestApi;
afterEach(async () => {
  await api?.close();
  await service?.close();
  await server?.close();
});

async function expectUnavailable(answer: { status: number; headers: Record<string, unknown>; body: object }) {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.body).toMatchObject({ type: '/problems/unavailable' });
}

async function expectAllEndedOnce(cancellations: Cancellation[]) {
  expect(cancellations).toHaveLength(dealers.length);
  for (const { integrations } of cancellations) {
    for (const { state, steps } of integrations) {
      expect(state).toBe('ended');
      expect(steps.map((step) => step.state)).toEqual(steps.map(() => 'done'));
    }
  }
  const { sandbox } = service;
  const removed = sandbox.state.runs.flatMap((run) => run.results.map((result) => result.dealerId));
  expect(removed).toHaveLength(4);
  expect(new Set(removed).size).toBe(4);
  const mails = (await service.db.select().from(outbox)).filter((mail) => mail.kind === 'vendor_request');
  expect(mails).toHaveLength(4);
  for (const { messageId } of mails)
    expect(sandbox.smtp.messages.filter((one) => one.messageId === messageId)).toHaveLength(1);
  await expectAllReplay(service);
}

it('PostgreSQL down for 30 seconds: the API says when to retry, and nothing is lost or done twice', async () => {
  server = await ownPostgres();
  service = await startService({ postgresUrl: server.address, dealers });
  api = await apiOf(service);
  const ids = await Promise.all(early.map(({ id }) => startSurely(api, id)));

  await server.stop();
  const key = randomUUID();
  await expectUnavailable(await api.start({ account: late[0]!.id }, key));
  await expectUnavailable(await api.get('olivia', '/v1/tasks'));
  await expectUnavailable(await api.post('olivia', `/v1/tasks/${randomUUID()}/claim`));
  // The time is the fault itself: activities fail again and again meanwhile, and the lease of the call's key ends.
  await sleep(30_000);
  await server.start();

  const again = await api.start({ account: late[0]!.id }, key);
  expect(again.status).toBe(202);
  ids.push(again.body.id, ...(await Promise.all(late.slice(1).map(({ id }) => startSurely(api, id)))));
  await expectAllEndedOnce(await playUntilClosed(api, service, ids));

  const failures = workerLog.filter((line) => /PostgreSQL did not carry out a statement|ECONNREFUSED/.test(line));
  expect(failures.length).toBeGreaterThan(0);
  for (const line of workerLog) expect(line).not.toMatch(/params:|@example\.com|Fault \d+ Motors/);
});

it('Temporal down: the API says when to retry, and nothing is lost or done twice', async () => {
  server = await ownTemporal();
  service = await startService({ temporalAddress: server.address, dealers });
  api = await apiOf(service);
  const ids = await Promise.all(early.map(({ id }) => startSurely(api, id)));

  await server.stop();
  const key = randomUUID();
  await expectUnavailable(await api.start({ account: late[0]!.id }, key));
  const list = await api.get<{ cancellations: unknown[] }>('reader', '/v1/cancellations');
  expect(list.status, 'what is only read needs no Temporal').toBe(200);
  await server.start();

  const again = await startWithKey(late[0]!.id, key);
  ids.push(again, ...(await Promise.all(late.slice(1).map(({ id }) => startSurely(api, id)))));
  await expectAllEndedOnce(await playUntilClosed(api, service, ids));
});

/** The client's connection comes back after a pause of its own. */
async function startWithKey(account: string, key: string): Promise<string> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
    const { status, body } = await api.start({ account }, key);
    if (status === 202) return body.id;
    expect(status).toBe(503);
  }
  throw new Error('the API did not come back');
}
