import { sql } from 'drizzle-orm';
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type {
  CancellationRequest,
  IntegrationState,
  Reason,
  StepProgress,
  WhenActive,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { changedIn, when, whenOrdering } from './columns.ts';

/** Tables of the cancellations. */

/** A dealer's cancellation. */
export const cancellations = pgTable(
  'cancellations',
  {
    id: uuid('id').primaryKey(),
    account: text('account').notNull(),
    /** The dealer's, and its IANA time zone, when the cancellation was requested; null where that is not known any more. */
    dealerName: text('dealer_name'),
    timeZone: text('time_zone'),
    reason: text('reason').$type<Reason>().notNull(),
    state: text('state').$type<'open' | 'closed'>().notNull(),
    /** Whether the dealer's next request joins it: one cancellation per dealer, from its first request until it has ended. */
    joinable: boolean('joinable').notNull().default(false),
    requestedBy: text('requested_by').notNull(),
    startedAt: whenOrdering('started_at').notNull().defaultNow(),
    closedAt: when('closed_at'),
    withdrawnAt: when('withdrawn_at'),
    withdrawnBy: text('withdrawn_by'),
    withdrawnReason: text('withdrawn_reason'),
    changedIn: changedIn(),
  },
  (table) => [
    index('cancellations_by_start').on(table.startedAt.desc(), table.id),
    index('cancellations_by_account').on(table.account),
    index('cancellations_by_change').on(table.changedIn),
    uniqueIndex('cancellations_joinable').on(table.account).where(sql`${table.joinable}`),
    index('cancellations_open').on(table.startedAt, table.id).where(sql`${table.state} = 'open'`),
  ],
);

/** Every request that a cancellation received: the first and those that joined it. */
export const cancellationRequests = pgTable(
  'cancellation_requests',
  {
    requestId: uuid('request_id').primaryKey(),
    cancellationId: uuid('cancellation_id').notNull(),
    reason: text('reason').$type<Reason>().notNull(),
    integrations: jsonb('integrations').$type<IntegrationName[]>().notNull(),
    whenActive: text('when_active').$type<WhenActive>().notNull().default('block'),
    /** At the vendors, when it was asked for: CST may lose them. */
    dealerIds: jsonb('dealer_ids').$type<CancellationRequest['dealerIds']>(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: when('requested_at').notNull().defaultNow(),
    /** When the dealer's workflow took it, by that workflow's clock; null until then. */
    takenAt: when('taken_at'),
  },
  (table) => [
    index('cancellation_requests_by_cancellation').on(table.cancellationId, table.requestedAt),
    index('cancellation_requests_not_taken').on(table.requestedAt).where(sql`${table.takenAt} is null`),
    index('cancellation_requests_by_dealer_ids').using('gin', sql`${table.dealerIds} jsonb_path_ops`),
  ],
);

/** Data of a vendor that arrived for a dealer after the integration's end; the same arrival counts once. */
export const dataArrivals = pgTable(
  'data_arrivals',
  {
    integration: text('integration').$type<IntegrationName>().notNull(),
    /** SHA-256 of the reporter's key of the file or record, in hex: the key may be personal. */
    keyHash: text('key_hash').notNull(),
    cancellationId: uuid('cancellation_id').notNull(),
    kind: text('kind').$type<'file' | 'record'>().notNull(),
    receivedAt: when('received_at').notNull(),
    /** Where it arrived, such as the name of a feed. */
    source: text('source'),
    reportedBy: text('reported_by').notNull(),
    reportedAt: when('reported_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.integration, table.keyHash, table.cancellationId] }),
    index('data_arrivals_by_cancellation').on(table.cancellationId, table.integration, table.receivedAt),
  ],
);

/** Its workflow goes on while a person reinstates what was done before the gate has blocked it, or it was withdrawn. */
const standing = sql`case
  when state not in ('in_progress', 'waiting') or not steps @> '[{"step": "reinstate"}]' then state
  when steps @> '[{"state": "blocked"}]' then 'blocked'
  else 'withdrawn' end`;

/** Where each integration of a cancellation stands, as its workflow last wrote it. */
export const cancellationIntegrations = pgTable(
  'cancellation_integrations',
  {
    cancellationId: uuid('cancellation_id').notNull(),
    integration: text('integration').$type<IntegrationName>().notNull(),
    workflowId: text('workflow_id').notNull(),
    runId: text('run_id').notNull(),
    state: text('state').$type<IntegrationState>().notNull(),
    /** As people see it: while what was done is being reinstated, how it ends. */
    standing: text('standing').$type<IntegrationState>().notNull().generatedAlwaysAs(standing),
    reason: text('reason'),
    steps: jsonb('steps').$type<StepProgress[]>().notNull(),
    /** The workflow's time of the last change in ms: an older write that arrives late changes nothing. */
    version: bigint('version', { mode: 'number' }).notNull(),
    updatedAt: when('updated_at').notNull().defaultNow(),
    changedIn: changedIn(),
  },
  (table) => [
    primaryKey({ columns: [table.cancellationId, table.integration] }),
    index('cancellation_integrations_by_change').on(table.changedIn),
    index('cancellation_integrations_open')
      .on(table.integration)
      .where(sql`${table.state} in ('in_progress', 'waiting')`),
    index('cancellation_integrations_by_standing').on(table.standing, table.cancellationId),
  ],
);
