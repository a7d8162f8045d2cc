import { and, asc, desc, eq, exists, gte, inArray, lt, or, sql } from 'drizzle-orm';
import type { IntegrationState } from '../../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../../domain/shared/vendors.ts';
import type { Db } from '../../client.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../schema/cancellations.ts';
import { tasks } from '../../schema/shared.ts';
import { eventsOfSubject } from '../events.ts';

export type CancellationRow = typeof cancellations.$inferSelect;
export type IntegrationRow = typeof cancellationIntegrations.$inferSelect;

export interface CancellationFilter {
  account?: string;
  integration?: IntegrationName;
  /** Of any of its integrations, or with `integration` of that one. */
  state?: IntegrationState;
  /** Whether the cancellation itself is open. */
  open?: boolean;
  from?: Date;
  to?: Date;
  before?: { startedAt: Date; id: string };
  limit: number;
}

/** Newest first, each with where its integrations stand. */
export async function listCancellations(
  db: Db,
  filter: CancellationFilter,
): Promise<(CancellationRow & { integrations: IntegrationRow[] })[]> {
  const { account, integration, state, open, from, to, before } = filter;
  const integrationMatches =
    integration || state
      ? exists(
          db
            .select({ one: sql`1` })
            .from(cancellationIntegrations)
            .where(
              and(
                eq(cancellationIntegrations.cancellationId, cancellations.id),
                integration && eq(cancellationIntegrations.integration, integration),
                state && eq(cancellationIntegrations.state, state),
              ),
            ),
        )
      : undefined;
  const rows = await db
    .select()
    .from(cancellations)
    .where(
      and(
        account === undefined ? undefined : eq(cancellations.account, account),
        open === undefined ? undefined : eq(cancellations.state, open ? 'open' : 'closed'),
        from && gte(cancellations.startedAt, from),
        to && lt(cancellations.startedAt, to),
        before &&
          or(
            lt(cancellations.startedAt, before.startedAt),
            and(eq(cancellations.startedAt, before.startedAt), sql`${cancellations.id} > ${before.id}`),
          ),
        integrationMatches,
      ),
    )
    .orderBy(desc(cancellations.startedAt), asc(cancellations.id))
    .limit(filter.limit);
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const integrations = await db
    .select()
    .from(cancellationIntegrations)
    .where(inArray(cancellationIntegrations.cancellationId, ids));
  return rows.map((row) => ({ ...row, integrations: integrations.filter((one) => one.cancellationId === row.id) }));
}

/** The integrations of the dealer's cancellations that are open, as their workflows last wrote them. */
export async function openIntegrations(db: Db, account: string): Promise<IntegrationRow[]> {
  const rows = await db
    .select({ row: cancellationIntegrations })
    .from(cancellationIntegrations)
    .innerJoin(cancellations, eq(cancellations.id, cancellationIntegrations.cancellationId))
    .where(and(eq(cancellations.account, account), eq(cancellations.state, 'open')))
    .orderBy(desc(cancellations.startedAt));
  return rows.map(({ row }) => row);
}

/** All that is known of one cancellation: for its page, and for the audit record. */
export async function findCancellation(db: Db, id: string) {
  const [row] = await db.select().from(cancellations).where(eq(cancellations.id, id));
  if (!row) return null;
  const [integrations, requests, itsTasks, itsEvents] = await Promise.all([
    db
      .select()
      .from(cancellationIntegrations)
      .where(eq(cancellationIntegrations.cancellationId, id))
      .orderBy(asc(cancellationIntegrations.integration)),
    db
      .select()
      .from(cancellationRequests)
      .where(eq(cancellationRequests.cancellationId, id))
      .orderBy(asc(cancellationRequests.requestedAt)),
    db
      .select()
      .from(tasks)
      .where(and(eq(tasks.process, 'cancellations'), eq(tasks.subject, id)))
      .orderBy(asc(tasks.openedAt)),
    eventsOfSubject(db, 'cancellations', id),
  ]);
  return { ...row, integrations, requests, tasks: itsTasks, events: itsEvents };
}

export type CancellationRecord = NonNullable<Awaited<ReturnType<typeof findCancellation>>>;
