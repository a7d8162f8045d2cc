import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireLease, type OwnKey, releaseKey, storeStarted, takeKey } from '../../db/queries/idempotency.ts';
import { cancellationRequests, cancellations, idempotencyKeys } from '../../db/schema/schema.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

it("storing an answer does not deadlock with the workflow's rows for the same request", async () => {
  const { db } = database;
  const [id, requestId, account] = [randomUUID(), randomUUID(), 'D-1001'];
  const facts = { reason: 'subscription_canceled', requestedBy: 'key:offboarding' } as const;
  await db.insert(cancellations).values({ id, account, state: 'open', ...facts });
  const request = {
    requestId,
    reason: facts.reason,
    integrations: ['crm/elead' as const],
    dealerIds: {},
    whenActive: 'block' as const,
    by: facts.requestedBy,
  };
  const call = { caller: facts.requestedBy, key: 'key', item: -1 };

  let stored: Promise<void> | undefined;
  await db.transaction(async (workflow) => {
    await workflow.update(cancellations).set({ startedAt: new Date() }).where(eq(cancellations.id, id));
    stored = storeStarted(db, call, { status: 202, body: {} }, { id, account, request });
    stored.catch(() => {});
    const waits = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await db.execute(waits)).rows.length).toBe(1);
    const row = { requestId, cancellationId: id, integrations: request.integrations, whenActive: request.whenActive };
    await workflow.insert(cancellationRequests).values({ ...row, ...facts });
  });
  await stored;
  expect(await db.$count(cancellationRequests)).toBe(1);
});

describe('a call that takes longer than its lease on the Idempotency-Key', () => {
  const take = async (key: string) => takeKey(database.db, callOf(key), 'hash');
  const callOf = (key: string) => ({ caller: 'key:slow', key, item: -1 });
  const rowOf = (key: string) => eq(idempotencyKeys.key, key);
  /** A slow call, and the one that took the key over 31 seconds later. */
  async function slowAndNext(key: string): Promise<{ slow: OwnKey; next: OwnKey }> {
    const slow = await take(key);
    const createdAt = sql`${idempotencyKeys.createdAt} - interval '31 seconds'`;
    // What the slow call knows is as old as its row.
    const [row] = await database.db
      .update(idempotencyKeys)
      .set({ createdAt })
      .where(rowOf(key))
      .returning({ leasedAt: sql<string>`${idempotencyKeys.createdAt}::text` });
    const next = await take(key);
    expect([slow, next]).toMatchObject([
      { state: 'ours', fresh: true },
      { state: 'ours', fresh: false, requestId: (slow as OwnKey).requestId },
    ]);
    return { slow: { ...(slow as OwnKey), ...row }, next: next as OwnKey };
  }

  it('and is rejected does not release the key held by the next call', async () => {
    const { slow, next } = await slowAndNext('rejected late');
    await releaseKey(database.db, callOf('rejected late'), slow);
    expect(await take('rejected late')).toEqual({ state: 'under_way' });
    await releaseKey(database.db, callOf('rejected late'), next);
    expect(await take('rejected late')).toMatchObject({ state: 'ours', fresh: true });
  });

  it("and fails does not end the next call's lease", async () => {
    const { slow, next } = await slowAndNext('failed late');
    await expireLease(database.db, callOf('failed late'), slow);
    expect(await take('failed late')).toEqual({ state: 'under_way' });
    await expireLease(database.db, callOf('failed late'), next);
    expect(await take('failed late')).toMatchObject({ state: 'ours', fresh: false, requestId: slow.requestId });
  });

  it("neither replaces the next call's answer nor answers for another request", async () => {
    const started = (requestId: string) => ({
      id: randomUUID(),
      account: 'D-1001',
      request: {
        ...{ requestId, reason: 'subscription_canceled' as const, integrations: [], dealerIds: {} },
        ...{ whenActive: 'block' as const, by: 'key:slow' },
      },
    });
    const answer = (from: string) => ({ status: 202, body: { from } });
    const store = (key: string, from: string, { requestId }: OwnKey) =>
      storeStarted(database.db, callOf(key), answer(from), started(requestId));
    const { slow, next } = await slowAndNext('answered late');
    await store('answered late', 'next', next);
    await store('answered late', 'slow', slow);
    expect(await take('answered late')).toEqual({ state: 'answered', response: answer('next') });

    const released = await slowAndNext('answered after a release');
    await releaseKey(database.db, callOf('answered after a release'), released.next);
    const other = (await take('answered after a release')) as OwnKey;
    expect(other.requestId).not.toBe(released.slow.requestId);
    await store('answered after a release', 'slow', released.slow);
    expect(await take('answered after a release')).toEqual({ state: 'under_way' });
  });
});
