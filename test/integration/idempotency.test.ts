import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireLease, type OwnKey, releaseKey, storeAnswer, takeKey } from '../../db/queries/idempotency.ts';
import { idempotencyKeys } from '../../db/schema/shared.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

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

  it("and is rejected does not release the next call's key", async () => {
    const { slow, next } = await slowAndNext('rejected late');
    await releaseKey(database.db, callOf('rejected late'), slow);
    expect(await take('rejected late')).toEqual({ state: 'in_progress' });
    await releaseKey(database.db, callOf('rejected late'), next);
    expect(await take('rejected late')).toMatchObject({ state: 'ours', fresh: true });
  });

  it("and fails does not end the next call's lease", async () => {
    const { slow, next } = await slowAndNext('failed late');
    await expireLease(database.db, callOf('failed late'), slow);
    expect(await take('failed late')).toEqual({ state: 'in_progress' });
    await expireLease(database.db, callOf('failed late'), next);
    expect(await take('failed late')).toMatchObject({ state: 'ours', fresh: false, requestId: slow.requestId });
  });

  it("neither replaces the next call's answer nor answers for another request", async () => {
    const answer = (from: string) => ({ status: 202, body: { from } });
    const store = (key: string, from: string, own: OwnKey) => storeAnswer(database.db, callOf(key), own, answer(from));
    const { slow, next } = await slowAndNext('answered late');
    await store('answered late', 'next', next);
    await store('answered late', 'slow', slow);
    expect(await take('answered late')).toEqual({ state: 'answered', response: answer('next') });

    const released = await slowAndNext('answered after a release');
    await releaseKey(database.db, callOf('answered after a release'), released.next);
    const other = (await take('answered after a release')) as OwnKey;
    expect(other.requestId).not.toBe(released.slow.requestId);
    await store('answered after a release', 'slow', released.slow);
    expect(await take('answered after a release')).toEqual({ state: 'in_progress' });
  });
});
