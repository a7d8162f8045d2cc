import { and, asc, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { type EventProcess, type Process, processes } from '../../domain/shared/processes.ts';
import { cut } from '../../domain/shared/shortLine.ts';
import type { Db } from '../client.ts';
import { events, tasks } from '../schema/shared.ts';
import { concernsDealer } from './taskDealers.ts';

/** The audit trail: who did what when, of every process. Nothing in it is ever changed. */

export interface AuditEvent {
  /** A business key, so that an activity that runs twice writes once. */
  id: string | SQL;
  process: EventProcess;
  /** The process's own ID, such as a cancellation's; of administration what was changed, such as `person/olivia`. */
  subject: string;
  taskId?: string | null;
  account?: string | SQL | null;
  /** Such as `crm/elead`. */
  vendor?: string | null;
  /** PostgreSQL's time when absent. */
  at?: Date;
  by: string;
  /** With which API key; null of workflows and command lines. */
  keyId?: string | null;
  action: string;
  detail?: string | null;
}

/** UTF-16 code units: more than the API takes in one request's texts, so that none of them is cut. */
const longestDetail = 8_000;

/**
 * Writes events; one whose ID is known stays as it is. Call it in the transaction of the change itself: there is no change
 * without its event, and no event without its change.
 * @returns the IDs of those that are new
 */
export async function recordEvents(db: Db, all: AuditEvent[]): Promise<string[]> {
  if (all.length === 0) return [];
  const rows = await db
    .insert(events)
    .values(all.map((event) => ({ ...event, detail: event.detail && cut(event.detail, longestDetail) })))
    .onConflictDoNothing()
    .returning({ id: events.id });
  return rows.map(({ id }) => id);
}

/** Like `recordEvents`, for one. @returns whether it is new */
export async function recordEvent(db: Db, event: AuditEvent): Promise<boolean> {
  return (await recordEvents(db, [event])).length > 0;
}

export type EventRow = typeof events.$inferSelect;

/** All that happened to one subject, such as a cancellation, the oldest first. */
export async function eventsOfSubject(db: Db, process: EventProcess, subject: string): Promise<EventRow[]> {
  const its = and(eq(events.process, process), eq(events.subject, subject));
  return db.select().from(events).where(its).orderBy(asc(events.at), asc(events.sequence));
}

/** All that happened to one task, the oldest first. */
export async function eventsOfTask(db: Db, taskId: string): Promise<EventRow[]> {
  return db.select().from(events).where(eq(events.taskId, taskId)).orderBy(asc(events.at), asc(events.sequence));
}

export interface EventFilter {
  process?: EventProcess;
  subject?: string;
  account?: string;
  /** All that happened to this dealer, and to its account in the registry. */
  dealer?: string;
  by?: string;
  before?: { at: Date; sequence: number };
  limit: number;
}

/** The newest first. */
export async function listEvents(
  db: Db,
  { process, subject, account, dealer, by, before, limit }: EventFilter,
): Promise<EventRow[]> {
  return db
    .select()
    .from(events)
    .where(
      and(
        process && eq(events.process, process),
        dealer === undefined ? undefined : or(ofDealer(dealer), ofAccount(dealer)),
        subject === undefined ? undefined : eq(events.subject, subject),
        account === undefined ? undefined : ofDealer(account),
        by === undefined ? undefined : eq(events.by, by),
        before && or(lt(events.at, before.at), and(eq(events.at, before.at), lt(events.sequence, before.sequence))),
      ),
    )
    .orderBy(desc(events.at), desc(events.sequence))
    .limit(limit);
}

/** Events of a task for several dealers name the task only. */
function ofDealer(account: string): SQL | undefined {
  // As an array that is read first, so that the index of the events by task fits.
  const itsTasks = sql`any (array(select ${tasks.id} from ${tasks} where ${concernsDealer(account)}))`;
  return or(eq(events.account, account), and(isNull(events.account), sql`${events.taskId} = ${itsTasks}`));
}

function ofAccount(id: string): SQL | undefined {
  return and(eq(events.process, 'administration'), eq(events.subject, `account/${id}`));
}

/** What happened last in any process, the newest first; nothing of the administration. */
export async function latestEvents(db: Db, limit: number): Promise<(EventRow & { process: Process })[]> {
  // Each process has its index, from which only as many are read.
  const [first, second, ...others] = processes.map((process) =>
    db
      .select()
      .from(events)
      .where(eq(events.process, process))
      .orderBy(desc(events.at), desc(events.sequence))
      .limit(limit),
  );
  const rows = await unionAll(first!, second!, ...others)
    .orderBy(desc(events.at), desc(events.sequence))
    .limit(limit);
  return rows as (EventRow & { process: Process })[];
}
