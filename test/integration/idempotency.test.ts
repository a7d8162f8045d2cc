import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeStarted } from '../../db/idempotency.ts';
import { cancellationRequests, cancellations } from '../../db/schema.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

it('an answer and the workflow’s own rows of the same request do not deadlock', async () => {
  const { db } = database;
  const [id, requestId, account] = [randomUUID(), randomUUID(), 'D-1001'];
  const facts = { reason: 'subscription_cancelled', requestedBy: 'key:offboarding' } as const;
  await db.insert(cancellations).values({ id, account, state: 'open', ...facts });
  const request = {
    requestId,
    reason: facts.reason,
    integrations: ['crm/elead' as const],
    dealerIds: {},
    whenActive: 'refuse' as const,
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
