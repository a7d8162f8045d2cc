import { sql } from 'drizzle-orm';
import { bigint, date, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import type { OnboardingState, OnboardingStepProgress, PermissionOutcome } from '../../domain/feeds/onboarding.ts';
import { changedIn, when, whenOrdering } from './columns.ts';

/** Tables of the feeds' onboarding. */

/** Where an onboarding stands, as its workflow last wrote it, and what no history may hold. */
export const feedOnboardings = pgTable(
  'feed_onboardings',
  {
    id: uuid('id').primaryKey(),
    account: text('account').notNull(),
    /** The dealer's, and its IANA time zone, when it was requested. */
    dealerName: text('dealer_name').notNull(),
    timeZone: text('time_zone').notNull(),
    dms: text('dms').$type<FeedDms>().notNull(),
    kinds: text('kinds').array().$type<FeedKind[]>().notNull(),
    /** At the dealership; each null while nobody has said it. */
    contactName: text('contact_name'),
    contactPhone: text('contact_phone'),
    contactEmail: text('contact_email'),
    /** As a person has entered them, where the account's record does not say. */
    package: text('package'),
    level: text('level'),
    /** An administrator's, for a dealer who has no right to feeds. */
    exceptionBy: text('exception_by'),
    exceptionReason: text('exception_reason'),
    state: text('state').$type<OnboardingState>().notNull().default('in_progress'),
    reason: text('reason'),
    steps: jsonb('steps').$type<OnboardingStepProgress[]>().notNull(),
    /** When ProResponse was asked. */
    askedAt: when('asked_at'),
    requestedBy: text('requested_by').notNull(),
    startedAt: whenOrdering('started_at').notNull().defaultNow(),
    closedAt: when('closed_at'),
    /** The workflow's time of the last change in ms: an older write that arrives late changes nothing. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    changedIn: changedIn(),
  },
  (table) => [
    uniqueIndex('feed_onboardings_open').on(table.account, table.dms).where(sql`${table.closedAt} is null`),
    index('feed_onboardings_by_start').on(table.startedAt.desc(), table.id),
    index('feed_onboardings_by_account').on(table.account, table.startedAt),
    index('feed_onboardings_by_change').on(table.changedIn),
  ],
);

/** Every request that an onboarding received: the first and those that joined it. */
export const feedOnboardingRequests = pgTable(
  'feed_onboarding_requests',
  {
    requestId: uuid('request_id').primaryKey(),
    onboardingId: uuid('onboarding_id').notNull(),
    kinds: text('kinds').array().$type<FeedKind[]>().notNull(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: when('requested_at').notNull().defaultNow(),
  },
  (table) => [index('feed_onboarding_requests_by_onboarding').on(table.onboardingId, table.requestedAt)],
);

/** What a dealer has said about its permission: by whom and in which words is here only. */
export const feedOnboardingPermissions = pgTable(
  'feed_onboarding_permissions',
  {
    id: uuid('id').primaryKey(),
    onboardingId: uuid('onboarding_id').notNull(),
    outcome: text('outcome').$type<PermissionOutcome>().notNull(),
    /** Who at the dealer or ProResponse has said it. */
    saidBy: text('said_by'),
    /** When they said it. */
    on: date('said_on').notNull(),
    note: text('note'),
    recordedBy: text('recorded_by').notNull(),
    recordedAt: when('recorded_at').notNull().defaultNow(),
    /** When the onboarding's workflow took it; null of one that it has refused, or not heard of. */
    takenAt: when('taken_at'),
  },
  (table) => [index('feed_onboarding_permissions_by_onboarding').on(table.onboardingId, table.recordedAt)],
);
