import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { AccountIntegration } from '../../domain/shared/accounts.ts';
import type { SystemCode } from '../../domain/shared/actors.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import type { EventProcess, Process } from '../../domain/shared/processes.ts';
import type { RecordedCorrection } from '../../domain/shared/taskCorrections.ts';
import {
  type TaskAnswers,
  type TaskContent,
  type TaskState,
  type Team,
  taskPriorities,
} from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { changedIn, when, whenOrdering } from './columns.ts';

/** Tables are for searching and for what must not be in a history; what a process waits for is its workflow's to say. */

/** The service's own registry, used where CST is not configured. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    effectiveStatus: text('effective_status').notNull(),
    parentSalesAccountId: text('parent_sales_account_id'),
    timeZone: text('time_zone').notNull(),
    integrations: jsonb('integrations').$type<AccountIntegration[]>().notNull(),
    /** In people's words; null while they are not known. */
    package: text('package'),
    level: text('level'),
    updatedAt: when('updated_at').notNull().defaultNow(),
  },
  (table) => [index('accounts_by_name').using('btree', sql`lower(${table.name}) text_pattern_ops`)],
);

/** People who do tasks; histories hold only the ID. */
export const people = pgTable('people', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  teams: text('teams').array().$type<Team[]>().notNull(),
  /** The team of theirs that they lead: its team lead decides about what cannot be done. */
  leadOf: text('lead_of').$type<Team>(),
  /** False for somebody who has left: their keys stop working, and no task is given to them. */
  active: boolean('active').notNull().default(true),
});

export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey().defaultRandom(),
  /** What it is for, such as `offboarding`. */
  name: text('name').notNull(),
  /** Whose key it is; null for a system's. */
  personId: text('person_id').references(() => people.id),
  /** SHA-256 of the key, in hex: keys are 256 random bits, so no slow hash is needed. */
  hash: text('hash').notNull().unique(),
  scopes: text('scopes').array().$type<KeyScope[]>().notNull(),
  requestsPerMinute: integer('requests_per_minute').notNull().default(600),
  createdAt: when('created_at').notNull().defaultNow(),
  expiresAt: when('expires_at'),
  revokedAt: when('revoked_at'),
});

/** Who is signed in to the console. A row ends with its session: by signing out, by time, or with its API key or person. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** SHA-256 of the cookie's value, in hex. */
    tokenHash: text('token_hash').notNull().unique(),
    keyId: uuid('key_id')
      .notNull()
      .references(() => apiKeys.id),
    /** Whose it is: a person's ID, or `key:<name>` of a system. */
    owner: text('owner').notNull(),
    createdAt: whenOrdering('created_at').notNull().defaultNow(),
    /** By the minute. */
    lastUsedAt: when('last_used_at').notNull().defaultNow(),
    /** Where it began, for its owner to recognize it. */
    address: text('address').notNull(),
    browser: text('browser').notNull(),
  },
  (table) => [index('sessions_by_owner').on(table.owner, table.createdAt)],
);

/** A link that signs in once, without the API key. The row outlives its link, so that a late click is told why it fails. */
export const signInLinks = pgTable('sign_in_links', {
  /** SHA-256 of the link's token, in hex. */
  tokenHash: text('token_hash').primaryKey(),
  keyId: uuid('key_id')
    .notNull()
    .references(() => apiKeys.id),
  expiresAt: when('expires_at').notNull(),
  usedAt: when('used_at'),
});

/** Outside systems whose last call has failed; one whose calls work has no row. */
export const failingSystems = pgTable('failing_systems', {
  system: text('system').$type<SystemCode>().primaryKey(),
  /** The first failure after the last call that worked. */
  since: when('since').notNull().defaultNow(),
  lastFailedAt: when('last_failed_at').notNull().defaultNow(),
  reason: text('reason').notNull(),
});

/** One row per Idempotency-Key and caller; `response` is null while the first call is in progress. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** The person or system that calls, whichever of its API keys it uses. */
    caller: text('caller').notNull(),
    key: text('key').notNull(),
    /** Place in the batch with this key, from 0; -1 for the call itself, so that no other call's key can be an item's. */
    item: integer('item').notNull().default(-1),
    bodyHash: text('body_hash').notNull(),
    requestId: uuid('request_id').notNull(),
    response: jsonb('response').$type<{ status: number; body: unknown }>(),
    createdAt: when('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.caller, table.key, table.item] })],
);

/** The values of a task's answers, such as a ticket's number, for a search that does not know the field. */
export function answersInLowerCase(answers: SQLWrapper): SQL {
  return sql`jsonb_path_query_array(lower(${answers}::text)::jsonb, '$.*')`;
}

/** Sorts by urgency. */
export const taskPriority = pgEnum('task_priority', taskPriorities);

export const tasks = pgTable(
  'tasks',
  {
    id: uuid('id').primaryKey(),
    /** Its workflow is addressed by this alone: its run may change, by continue-as-new or a reset. */
    workflowId: text('workflow_id').notNull(),
    process: text('process').$type<Process>().notNull(),
    /** What it is about, by the process's own ID, such as a cancellation's. */
    subject: text('subject').notNull(),
    /** One of its process's catalog. */
    kind: text('kind').notNull(),
    team: text('team').$type<Team>().notNull(),
    account: text('account'),
    /** Of a task for several dealers; null of any other. */
    accounts: text('accounts').array(),
    dealerName: text('dealer_name'),
    /** IANA name; its reminders come in the dealer's morning. */
    timeZone: text('time_zone').notNull().default('America/Chicago'),
    integration: text('integration').$type<IntegrationName>(),
    state: text('state').$type<TaskState>().notNull(),
    assignee: text('assignee'),
    priority: taskPriority('priority').notNull().default('normal'),
    /** Until then the task is on no current list. */
    followUpAt: when('follow_up_at'),
    /** What was said with it, such as `CDK answers in three days`. */
    followUpNote: text('follow_up_note'),
    content: jsonb('content').$type<TaskContent>().notNull(),
    answers: jsonb('answers').$type<TaskAnswers>(),
    /** As its person gave them; null while no team lead has corrected them. */
    answersBefore: jsonb('answers_before').$type<TaskAnswers>(),
    /** The oldest first; null while there are none. */
    corrections: jsonb('corrections').$type<RecordedCorrection[]>(),
    /** What its person has typed so far, until the task ends; in this row only. */
    draftAnswers: jsonb('draft_answers').$type<TaskAnswers>(),
    draftBy: text('draft_by'),
    draftAt: when('draft_at'),
    /** Why it was escalated, closed, or closed without completing: people's words stay out of histories' plain text. */
    reason: text('reason'),
    /** Its process's name of what is checked before it is claimed, such as `gate`. */
    guard: text('guard'),
    openedAt: when('opened_at').notNull(),
    dueAt: whenOrdering('due_at').notNull(),
    claimedAt: when('claimed_at'),
    /** Whether anybody has ever claimed it: they may have done it without saying so. */
    begun: boolean('begun').notNull().default(false),
    closedAt: when('closed_at'),
    closedBy: text('closed_by'),
    /** The workflow's time of the last change in ms: an older write that arrives late changes nothing. */
    version: bigint('version', { mode: 'number' }).notNull(),
    changedIn: changedIn(),
  },
  (table) => [
    index('tasks_by_state').on(table.state, table.priority, table.dueAt, table.id),
    index('tasks_open')
      .on(table.priority, table.dueAt, table.id)
      .where(sql`${table.state} in ('open', 'claimed', 'escalated')`),
    index('tasks_by_assignee').on(table.assignee, table.priority, table.dueAt, table.id),
    index('tasks_by_account').on(table.account, table.dealerName, table.openedAt),
    index('tasks_by_accounts').using('gin', table.accounts).where(sql`${table.accounts} is not null`),
    index('tasks_by_subject').on(table.process, table.subject),
    index('tasks_by_change').on(table.changedIn),
    index('tasks_by_end').on(table.closedAt).where(sql`${table.closedAt} is not null`),
    index('tasks_by_answers').using('gin', sql`${answersInLowerCase(table.answers)} jsonb_path_ops`),
  ],
);

/** Who did what when, never changed: the audit trail of every process, by its subject. */
export const events = pgTable(
  'events',
  {
    /** A business key, so that an activity that runs twice writes once. */
    id: text('id').primaryKey(),
    /** Grows with each event: those of the same time keep the order in which they were recorded. */
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    process: text('process').$type<EventProcess>().notNull(),
    /** The process's own ID, such as a cancellation's; of administration what was changed, such as `person/olivia`. */
    subject: text('subject').notNull(),
    taskId: uuid('task_id'),
    account: text('account'),
    /** Such as `crm/elead`. */
    vendor: text('vendor'),
    at: whenOrdering('at').notNull().defaultNow(),
    by: text('by').notNull(),
    /** With which API key, or with a session of which; null of workflows and command lines. */
    keyId: uuid('key_id'),
    action: text('action').notNull(),
    detail: text('detail'),
    changedIn: changedIn(),
  },
  (table) => [
    index('events_by_process').on(table.process, table.at, table.sequence),
    index('events_by_subject').on(table.process, table.subject, table.at, table.sequence),
    index('events_by_account').on(table.account, table.at, table.sequence),
    index('events_of_dealers').on(table.at, table.sequence).where(sql`${table.account} is not null`),
    index('events_by_task').on(table.taskId, table.at, table.sequence),
    index('events_by_change').on(table.changedIn),
  ],
);

/** `sending` is written when the server is ready for the message; a lost answer is `unknown`, and the kind's rule settles it. */
export const mailStates = ['queued', 'sending', 'accepted', 'refused', 'unknown', 'dropped'] as const;
export type MailState = (typeof mailStates)[number];

/** Mail to send, once per business key. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    businessKey: text('business_key').notNull(),
    messageId: text('message_id').notNull(),
    /** An `alert` tells the team leads that the mail server rejected us: it is sent when the server takes mail again. */
    kind: text('kind').$type<'vendor_request' | 'reminder' | 'alert'>().notNull(),
    to: text('to').notNull(),
    subject: text('subject').notNull(),
    body: text('body').notNull(),
    state: text('state').$type<MailState>().notNull().default('queued'),
    /** The mail server's last answer. */
    answer: text('answer'),
    attempts: integer('attempts').notNull().default(0),
    /** Of a mail in `sending`: its sender renews it, and is lost when it has passed. */
    sendingUntil: when('sending_until'),
    /** Of a queued mail: since when the mail server has rejected us with it, and when last. */
    rejectedSince: when('rejected_since'),
    rejectedAt: when('rejected_at'),
    createdAt: when('created_at').notNull().defaultNow(),
    settledAt: when('settled_at'),
  },
  (table) => [
    uniqueIndex('outbox_by_business_key').on(table.businessKey),
    index('outbox_waiting').on(table.kind).where(sql`${table.state} in ('queued', 'sending')`),
    index('outbox_accepted').on(table.settledAt).where(sql`${table.state} = 'accepted'`),
  ],
);
