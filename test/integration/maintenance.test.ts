import { randomUUID } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { Client } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { dealersCheck } from '../../worker/maintenance/cancellations.ts';
import { startMaintenance } from '../../worker/maintenance/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { testKeyring } from '../support/service.ts';
import { testTemporal } from '../support/testTemporal.ts';

let database: TestDatabase;
let server: Awaited<ReturnType<typeof testTemporal>>;
let temporal: Client;
beforeAll(async () => {
  [database, server] = await Promise.all([testDatabase(), testTemporal()]);
  const dataConverter = encryptingDataConverter(testKeyring);
  temporal = new Client({ connection: server.client.connection, namespace: server.namespace, dataConverter });
});
afterAll(() => Promise.all([database.close(), server.close()]));

it('the pause between two takeovers is dropped when the cancellation is closed', async () => {
  const { db } = database;
  const id = randomUUID();
  const save = (state: 'open' | 'closed') => db.update(cancellations).set({ state }).where(eq(cancellations.id, id));
  await db.insert(cancellations).values({
    ...{ id, account: 'D-1', reason: 'subscription_canceled', state: 'open', requestedBy: 'key:test' },
    startedAt: new Date(),
  });
  const dealer = temporal.workflow.getHandle(cancellationWorkflowId('D-1'));
  const runs = async () => (await dealer.describe()).status.name === 'RUNNING';
  const check = dealersCheck({ database, temporal });

  await check();
  expect(await runs()).toBe(true);
  await dealer.terminate('by mistake');
  await check();
  expect(await runs()).toBe(false);

  await save('closed');
  await check();
  await save('open');
  await check();
  expect(await runs()).toBe(true);
});

it('keeps no call to Temporal from one look to the next', async () => {
  const listening = new Map<AbortSignal, number>();
  const withAbortSignal = temporal.withAbortSignal.bind(temporal);
  const spy = vi.spyOn(temporal, 'withAbortSignal').mockImplementation(async (signal, look) => {
    const before = getEventListeners(signal as AbortSignal, 'abort').length;
    const result = await withAbortSignal(signal, look);
    expect(before).toBe(0);
    listening.set(signal as AbortSignal, getEventListeners(signal as AbortSignal, 'abort').length);
    return result;
  });
  const maintenance = startMaintenance({ database, temporal });
  try {
    await eventually(async () => listening.size >= 3);
  } finally {
    await maintenance.stop();
    spy.mockRestore();
  }
  expect([...listening.values()].some((calls) => calls > 0)).toBe(true);
});
