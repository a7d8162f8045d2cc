import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { progressActivities } from '../../activities/cancellations/progress.ts';
import { joinOrOpenCancellation } from '../../db/queries/cancellations/requests.ts';
import { cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type TestTemporal, testTemporal } from '../support/testTemporal.ts';

/** Which cancellation a request joins, and when a cancellation can be joined no more. */

let database: TestDatabase;
let temporal: TestTemporal;
beforeAll(async () => {
  [database, temporal] = await Promise.all([testDatabase(), testTemporal()]);
});
afterAll(async () => {
  await temporal?.close();
  await database?.close();
});

const newRequest = () => ({
  requestId: randomUUID(),
  ...{ reason: 'subscription_canceled' as const, integrations: ['crm/elead' as const] },
  ...{ whenActive: 'block' as const, by: 'key:test' },
});
const dealer = { name: 'Lakeview Kia', timeZone: 'America/Chicago' };
const place = (account: string, request = newRequest()) =>
  joinOrOpenCancellation(database.db, account, request, dealer);
const at = '2026-01-05T10:00:00.000Z';
const take = (account: string, cancellationId: string, request: ReturnType<typeof newRequest>) =>
  progressActivities({ database, temporal: temporal.client }).recordRequest({
    account,
    request: { ...request, cancellationId },
    at,
  });
const close = (cancellationId: string, requestIds: string[] = []) =>
  progressActivities({ database, temporal: temporal.client }).closeCancellation({ cancellationId, requestIds, at });

it('fifty requests at once for one dealer join one cancellation, and another dealer has its own', async () => {
  const placed = await Promise.all(Array.from({ length: 50 }, () => place('D-1')));
  expect(new Set(placed.map(({ cancellationId }) => cancellationId)).size).toBe(1);
  expect(await database.db.$count(cancellationRequests)).toBe(50);
  const other = await place('D-2');
  expect(other.cancellationId).not.toBe(placed[0]!.cancellationId);
});

it('the same request again has the same cancellation, also when that has closed; a new one begins another', async () => {
  const request = newRequest();
  const first = await place('D-3', request);
  expect(first.taken).toBe(false);
  expect(await place('D-3', request)).toEqual(first);
  await take('D-3', first.cancellationId, request);
  expect(await close(first.cancellationId)).toEqual({ untaken: [] });
  expect(await place('D-3', request)).toEqual({ cancellationId: first.cancellationId, taken: true });
  expect((await place('D-3')).cancellationId).not.toBe(first.cancellationId);
});

it('a cancellation does not close while a request has joined it that its workflow has not taken', async () => {
  const [first, late] = [newRequest(), newRequest()];
  const { cancellationId } = await place('D-4', first);
  await take('D-4', cancellationId, first);
  await place('D-4', late);
  const { untaken } = await close(cancellationId);
  expect(untaken).toEqual([{ ...late, cancellationId, dealerIds: undefined }]);
  const [row] = await database.db.select().from(cancellations).where(eq(cancellations.id, cancellationId));
  expect(row).toMatchObject({ state: 'open', joinable: true });
});

it('a cancellation that the tables have lost, whole or a request of it, is not closed as if it were there', async () => {
  const request = newRequest();
  const { cancellationId } = await place('D-8', request);
  await take('D-8', cancellationId, request);
  expect(await close(cancellationId, [request.requestId, randomUUID()])).toEqual({ untaken: [], lost: true });
  expect(await close(randomUUID())).toEqual({ untaken: [], lost: true });
  expect(await close(cancellationId, [request.requestId])).toEqual({ untaken: [] });
});

it('a request that comes while a cancellation closes waits, and begins the next one', async () => {
  const request = newRequest();
  const { cancellationId } = await place('D-5', request);
  let placed: ReturnType<typeof place> | undefined;
  await database.db.transaction(async (closing) => {
    await closing
      .update(cancellations)
      .set({ state: 'closed', joinable: false })
      .where(eq(cancellations.id, cancellationId));
    placed = place('D-5');
    const waits = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await database.db.execute(waits)).rows.length).toBe(1);
  });
  expect((await placed!).cancellationId).not.toBe(cancellationId);
});

it('a request that joins while its workflow takes another one waits for that, and neither fails', async () => {
  const first = newRequest();
  const { cancellationId } = await place('D-6', first);
  const joining = Array.from({ length: 20 }, () => place('D-6'));
  const taking = Array.from({ length: 20 }, () => take('D-6', cancellationId, first));
  const placed = await Promise.all(joining);
  await Promise.all(taking);
  expect(new Set(placed.map((one) => one.cancellationId))).toEqual(new Set([cancellationId]));
});

it('a workflow writes the rows that PostgreSQL has lost', async () => {
  const request = { ...newRequest(), cancellationId: randomUUID() };
  const { standings } = await progressActivities({ database, temporal: temporal.client }).recordRequest({
    account: 'D-7',
    request,
    at,
  });
  expect(standings).toMatchObject([{ how: 'to_begin', integration: 'crm/elead', requestId: request.requestId }]);
  expect(await place('D-7')).toEqual({ cancellationId: request.cancellationId, taken: false });
});
