import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type {
  ArrivalCount,
  DataArrival,
  EndedIntegration,
  LatestCancellation,
} from '../../../domain/cancellations/dataAfterEnd.ts';
import { openTaskStates, type TaskContent } from '../../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../../domain/shared/vendors.ts';
import type { Db } from '../../client.ts';
import {
  cancellationIntegrations,
  cancellationRequests,
  cancellations,
  dataArrivals,
} from '../../schema/cancellations.ts';
import { tasks } from '../../schema/shared.ts';

/** Of each dealer whom the arrival may be of: the latest cancellation of that integration, with its last answer. */
export async function latestCancellations(
  db: Db,
  { integration, account, dealerId }: Pick<DataArrival, 'integration' | 'account' | 'dealerId'>,
): Promise<LatestCancellation[]> {
  const accounts = account === undefined ? await accountsWith(db, integration, dealerId!) : [account];
  if (accounts.length === 0) return [];
  const rows = await db
    .selectDistinctOn([cancellations.account], {
      cancellationId: cancellations.id,
      account: cancellations.account,
      state: cancellationIntegrations.state,
      steps: cancellationIntegrations.steps,
    })
    .from(cancellations)
    .innerJoin(cancellationIntegrations, eq(cancellationIntegrations.cancellationId, cancellations.id))
    .where(and(inArray(cancellations.account, accounts), eq(cancellationIntegrations.integration, integration)))
    .orderBy(cancellations.account, desc(cancellations.startedAt));
  return Promise.all(
    rows.map(async ({ cancellationId, account, state, steps }) => {
      const ends = steps.flatMap(({ endedAt }) => endedAt ?? []).sort();
      const [request] = await db
        .select({ dealerIds: cancellationRequests.dealerIds })
        .from(cancellationRequests)
        .where(
          and(
            eq(cancellationRequests.cancellationId, cancellationId),
            sql`${cancellationRequests.dealerIds} ? ${integration}`,
          ),
        )
        .orderBy(desc(cancellationRequests.requestedAt))
        .limit(1);
      return {
        ...{ cancellationId, account, integration, state },
        dealerId: request?.dealerIds?.[integration],
        endedAt: ends.length > 0 ? new Date(ends.at(-1)!) : null,
        answered: await lastAnswer(db, cancellationId, integration),
      };
    }),
  );
}

/** Dealers whose cancellation was requested with this ID at the vendor. */
async function accountsWith(db: Db, integration: string, dealerId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ account: cancellations.account })
    .from(cancellationRequests)
    .innerJoin(cancellations, eq(cancellations.id, cancellationRequests.cancellationId))
    .where(sql`${cancellationRequests.dealerIds} @> ${JSON.stringify({ [integration]: dealerId })}::jsonb`)
    .limit(20);
  return rows.map(({ account }) => account);
}

async function lastAnswer(db: Db, cancellationId: string, integration: IntegrationName) {
  const [task] = await db
    .select({ closedAt: tasks.closedAt, answers: tasks.answers })
    .from(tasks)
    .where(and(isItsTask(cancellationId, integration), inArray(tasks.state, ['done', 'not_completed'])))
    .orderBy(desc(tasks.closedAt))
    .limit(1);
  const outcome = task?.answers?.outcome;
  return task?.closedAt ? { at: task.closedAt, outcome: typeof outcome === 'string' ? outcome : undefined } : undefined;
}

const isItsTask = (cancellationId: string, integration: IntegrationName) =>
  and(
    eq(tasks.process, 'cancellations'),
    eq(tasks.subject, cancellationId),
    eq(tasks.kind, 'data-after-end'),
    eq(tasks.integration, integration),
  );

/**
 * Keeps an arrival, once, and brings the open task about it up to date.
 * @param textsOf the task's texts with what has arrived so far
 */
export async function keepArrival(
  db: Db,
  { cancellationId, integration }: EndedIntegration,
  { kind, receivedAt, source, by, keyHash }: DataArrival,
  textsOf: (count: ArrivalCount, known: TaskContent['texts']) => TaskContent['texts'],
): Promise<void> {
  await db.transaction(async (tx) => {
    // Locked first: of two that come at once the later one counts both.
    const [task] = await tx
      .select({ id: tasks.id, content: tasks.content })
      .from(tasks)
      .where(and(isItsTask(cancellationId, integration), inArray(tasks.state, [...openTaskStates])))
      .for('update');
    const kept = await tx
      .insert(dataArrivals)
      .values({ cancellationId, integration, keyHash, kind, receivedAt: new Date(receivedAt), source, reportedBy: by })
      .onConflictDoNothing()
      .returning({ keyHash: dataArrivals.keyHash });
    if (!task || kept.length === 0) return;
    const texts = textsOf(await countArrivals(tx, cancellationId, integration), task.content.texts);
    await tx
      .update(tasks)
      .set({ content: { ...task.content, texts } })
      .where(eq(tasks.id, task.id));
  });
}

/** What has arrived since the integration's end, as far as it was reported. */
export async function countArrivals(
  db: Pick<Db, 'select'>,
  cancellationId: string,
  integration: IntegrationName,
): Promise<ArrivalCount> {
  const isOfIt = and(eq(dataArrivals.cancellationId, cancellationId), eq(dataArrivals.integration, integration));
  const [count] = await db
    .select({
      files: sql<number>`count(*) filter (where ${dataArrivals.kind} = 'file')::int`,
      records: sql<number>`count(*) filter (where ${dataArrivals.kind} = 'record')::int`,
      first: sql`min(${dataArrivals.receivedAt})`.mapWith(dataArrivals.receivedAt),
      last: sql`max(${dataArrivals.receivedAt})`.mapWith(dataArrivals.receivedAt),
    })
    .from(dataArrivals)
    .where(isOfIt);
  const latest = sql`max(${dataArrivals.receivedAt})`;
  const sources = await db
    .select({ source: dataArrivals.source })
    .from(dataArrivals)
    .where(and(isOfIt, isNotNull(dataArrivals.source)))
    .groupBy(dataArrivals.source)
    .orderBy(desc(latest))
    .limit(5);
  const { files, records, first, last } = count!;
  return {
    ...{ files, records, first: first.toISOString(), last: last.toISOString() },
    sources: sources.flatMap(({ source }) => source ?? []),
  };
}
