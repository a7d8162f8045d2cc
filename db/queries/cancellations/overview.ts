import { and, countDistinct, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import {
  cancellationWorkflowId,
  type IntegrationState,
  integrationStates,
  openIntegrationStates,
  type WaitingOn,
} from '../../../domain/cancellations/cancellations.ts';
import type { Db } from '../../client.ts';
import { cancellationIntegrations, cancellations } from '../../schema/cancellations.ts';

// Written out, and not as a parameter, so that the planner sees that the partial index of open integrations fits.
const open = sql.raw(`state in (${openIntegrationStates.map((one) => `'${one}'`).join(', ')})`);

/** How many cancellations have an integration in each state. */
export async function countByState(db: Db): Promise<Record<IntegrationState, number>> {
  const { standing, cancellationId } = cancellationIntegrations;
  const rows = await db
    .select({ state: standing, count: countDistinct(cancellationId) })
    .from(cancellationIntegrations)
    .groupBy(standing);
  const counted = new Map(rows.map((row) => [row.state, row.count]));
  return Object.fromEntries(integrationStates.map((one) => [one, counted.get(one) ?? 0])) as Record<
    IntegrationState,
    number
  >;
}

export async function countOpen(db: Db): Promise<number> {
  return db.$count(cancellations, eq(cancellations.state, 'open'));
}

/** Whom open integrations wait for, by the code of the search attribute, how many of them, and since when; the most first. */
export async function waitingFor(db: Db): Promise<{ on: string; count: number; since: Date | null }[]> {
  const { steps, cancellationId, integration } = cancellationIntegrations;
  const on = sql<string>`step->>'waitingOnCode'`;
  const count = sql<number>`count(distinct (${cancellationId}, ${integration}))::int`;
  const rows = await db
    .select({
      on,
      count,
      since: sql<Date | null>`min((step->>'waitingSince')::timestamptz)`.mapWith(cancellations.startedAt),
    })
    .from(cancellationIntegrations)
    .innerJoin(sql`jsonb_array_elements(${steps}) as step`, sql`step->>'waitingOnCode' is not null`)
    .where(open)
    .groupBy(on)
    .orderBy(sql`${count} desc`, on);
  return rows;
}

/**
 * How many open cancellations have one of these workflows, or wait for one.
 * @param workflowIds workflows that cannot continue
 * @param waitsFor codes of the systems that are among them
 */
export async function countStopped(db: Db, workflowIds: string[], waitsFor: readonly WaitingOn[]): Promise<number> {
  if (workflowIds.length === 0) return 0;
  const its = cancellationIntegrations;
  const waits = waitsFor.map((code): SQL => sql`${its.steps} @> ${JSON.stringify([{ waitingOnCode: code }])}::jsonb`);
  const own = inArray(sql`${cancellationWorkflowId('')} || ${cancellations.account}`, workflowIds);
  const [row] = await db
    .select({ count: countDistinct(cancellations.id) })
    .from(cancellations)
    .leftJoin(its, and(eq(its.cancellationId, cancellations.id), inArray(its.state, [...openIntegrationStates])))
    .where(and(eq(cancellations.state, 'open'), or(own, inArray(its.workflowId, workflowIds), ...waits)));
  return row!.count;
}
