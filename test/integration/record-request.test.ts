import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { progressActivities } from '../../activities/cancellations/progress.ts';
import { cancellationRequests } from '../../db/schema/cancellations.ts';
import type { CancellationRequest } from '../../domain/cancellations/cancellations.ts';
import { testDatabase } from '../support/database.ts';
import { testTemporal } from '../support/testTemporal.ts';

it('a repeated request keeps the time of its first call', async () => {
  const database = await testDatabase();
  const temporal = await testTemporal();
  const statements = vi.spyOn(pg.Client.prototype, 'query');
  const readsOfEvents = () =>
    statements.mock.calls.filter(([of]) => /^select "at" from "events"/.test((of as { text?: string }).text ?? ''))
      .length;
  try {
    const { recordRequest } = progressActivities({ database, temporal: temporal.client });
    const request: CancellationRequest = {
      ...{
        requestId: randomUUID(),
        cancellationId: randomUUID(),
        reason: 'subscription_canceled',
        integrations: ['crm/elead'],
      },
      ...{ whenActive: 'block', by: 'key:test' },
    };
    const take = (at: string) => recordRequest({ account: 'D-1', request, at });
    await take('2026-01-05T10:00:00.000Z');
    expect(readsOfEvents()).toBe(0);
    await take('2026-01-05T11:00:00.000Z');
    expect(readsOfEvents()).toBe(1);
    const [row] = await database.db
      .select()
      .from(cancellationRequests)
      .where(eq(cancellationRequests.requestId, request.requestId));
    expect(row!.requestedAt.toISOString()).toBe('2026-01-05T10:00:00.000Z');
  } finally {
    statements.mockRestore();
    await temporal.close();
    await database.close();
  }
});
