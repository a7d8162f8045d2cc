import { and, asc, desc, eq, exists, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { IntegrationState, Reason } from '../../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../../domain/shared/vendors.ts';
import type { Db } from '../../client.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../schema/cancellations.ts';
import { tasks } from '../../schema/shared.ts';
import { eventsOfSubject } from '../events.ts';
import { hasWords } from '../search.ts';

export type CancellationRow = typeof cancellations.$inferSelect;
export type IntegrationRow = typeof cancellationIntegrations.$inferSelect;

export interface CancellationFilter {
  account?: string;
  /** Words, each a part of the dealer's name or account, in any case. */
  search?: string;
  reason?: Reason;
  /** Who made the first request, or one that joined. */
  requestedBy?: string;
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
  const { account, search, reason, requestedBy, integration, state, open, from, to, before } = filter;
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
                state && eq(cancellationIntegrations.standing, state),
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
        search === undefined ? undefined : hasWords(search, [cancellations.dealerName, cancellations.account]),
        reason && eq(cancellations.reason, reason),
        requestedBy === undefined ? undefined : exists(requestOf(db, requestedBy)),
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
  return withIntegrations(db, rows);
}

/** Of each of these dealers the cancellation that is in progress, or else the latest. */
export async function latestOfDealers(
  db: Db,
  accounts: string[],
): Promise<(CancellationRow & { integrations: IntegrationRow[] })[]> {
  if (accounts.length === 0) return [];
  const { account, state, startedAt } = cancellations;
  const rows = await db
    .selectDistinctOn([account])
    .from(cancellations)
    .where(inArray(account, accounts))
    .orderBy(account, sql`${state} = 'open' desc`, desc(startedAt));
  return withIntegrations(db, rows);
}

/** These cancellations, each with where its integrations stand. */
export async function withIntegrations(
  db: Db,
  rows: CancellationRow[],
): Promise<(CancellationRow & { integrations: IntegrationRow[] })[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const integrations = await db
    .select()
    .from(cancellationIntegrations)
    .where(inArray(cancellationIntegrations.cancellationId, ids));
  return rows.map((row) => ({ ...row, integrations: integrations.filter((one) => one.cancellationId === row.id) }));
}

function requestOf(db: Db, requestedBy: string) {
  return db
    .select({ one: sql`1` })
    .from(cancellationRequests)
    .where(
      and(eq(cancellationRequests.cancellationId, cancellations.id), eq(cancellationRequests.requestedBy, requestedBy)),
    );
}

/** The dealer's cancellations that are open, the newest first, as their workflows last wrote them. */
export async function openCancellations(db: Db, account: string): Promise<OpenCancellation[]> {
  const open = await db
    .select({ id: cancellations.id, joinable: cancellations.joinable })
    .from(cancellations)
    .where(and(eq(cancellations.account, account), eq(cancellations.state, 'open')))
    .orderBy(desc(cancellations.startedAt));
  if (open.length === 0) return [];
  const ids = open.map(({ id }) => id);
  const { cancellationId, integrations, takenAt } = cancellationRequests;
  const [rows, untaken] = await Promise.all([
    db.select().from(cancellationIntegrations).where(inArray(cancellationIntegrations.cancellationId, ids)),
    db
      .select({ id: cancellationId, integrations })
      .from(cancellationRequests)
      .where(and(inArray(cancellationId, ids), isNull(takenAt))),
  ]);
  return open.map((one) => ({
    ...one,
    integrations: rows.filter((row) => row.cancellationId === one.id),
    untaken: untaken.filter(({ id }) => id === one.id).flatMap((request) => request.integrations),
  }));
}

export interface OpenCancellation {
  id: string;
  /** Whether the dealer's next request joins it. */
  joinable: boolean;
  integrations: IntegrationRow[];
  /** Requested, and not yet taken by the dealer's workflow: they have no row. */
  untaken: IntegrationName[];
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
