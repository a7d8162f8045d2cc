import { and, asc, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { FeedDms, FeedKind } from '../../../domain/feeds/feeds.ts';
import {
  type OnboardingContact,
  type OnboardingState,
  onboardingStepsAhead,
  type PermissionOutcome,
} from '../../../domain/feeds/onboarding.ts';
import type { Db } from '../../client.ts';
import { feedOnboardingPermissions, feedOnboardingRequests, feedOnboardings } from '../../schema/feedOnboardings.ts';
import { tasks } from '../../schema/shared.ts';
import type { Acting } from '../administration.ts';
import { eventsOfSubject, recordEvent } from '../events.ts';
import { open, type TaskRow } from '../tasks.ts';

/** Onboardings of feeds: who has requested them, and where they stand. */

export type OnboardingRow = typeof feedOnboardings.$inferSelect;

export interface OnboardingRequest {
  requestId: string;
  account: string;
  dealerName: string;
  timeZone: string;
  dms: FeedDms;
  kinds: FeedKind[];
  contact: Partial<OnboardingContact>;
  /** An administrator's: the dealer gets feeds without a right to them. */
  exceptionReason?: string;
}

/** An onboarding with one more request. */
export interface JoinedRequest {
  onboarding: OnboardingRow;
  /** Whether it says what nobody has said before. */
  saysMore: boolean;
  /** `known`: by an earlier call. */
  how: 'opened' | 'joined' | 'known';
}

/**
 * Gives a request to the onboarding of the dealer and DMS that is open, or to a new one: of requests at once each gets the same.
 * What is known of the contact stays, and what is missing is filled in. The same request again changes nothing.
 * @throws OnboardingJustClosed to be tried again
 */
export async function joinOrOpenOnboarding(db: Db, request: OnboardingRequest, acting: Acting): Promise<JoinedRequest> {
  const { requestId, account, dealerName, timeZone, dms, kinds, contact, exceptionReason } = request;
  const said = {
    contactName: contact.name ?? null,
    contactPhone: contact.phone ?? null,
    contactEmail: contact.email ?? null,
    exceptionBy: exceptionReason === undefined ? null : acting.by,
    exceptionReason: exceptionReason ?? null,
  };
  return db.transaction(async (tx) => {
    const [known] = await tx
      .select({ onboardingId: feedOnboardingRequests.onboardingId })
      .from(feedOnboardingRequests)
      .where(eq(feedOnboardingRequests.requestId, requestId));
    if (known) return { onboarding: (await onboardingById(tx, known.onboardingId))!, saysMore: true, how: 'known' };
    const fresh = {
      ...{ id: sql`gen_random_uuid()`, account, dealerName, timeZone, dms, kinds, requestedBy: acting.by },
      steps: onboardingStepsAhead(kinds),
    };
    const [opened] = await tx
      .insert(feedOnboardings)
      .values({ ...fresh, ...said })
      .onConflictDoNothing({
        target: [feedOnboardings.account, feedOnboardings.dms],
        where: isNull(feedOnboardings.closedAt),
      })
      .returning();
    const { onboarding, saysMore } = opened ? { onboarding: opened, saysMore: true } : await fillIn(tx, request, said);
    await tx
      .insert(feedOnboardingRequests)
      .values({ requestId, onboardingId: onboarding.id, kinds, requestedBy: acting.by });
    const of = { process: 'feeds', subject: onboarding.id, account, vendor: `dms/${dms}`, ...acting } as const;
    const action = opened ? 'Onboarding requested' : 'Onboarding requested again';
    const detail = kinds.join(' and ') || null;
    await recordEvent(tx, { ...of, id: `feeds/onboarding/request/${onboarding.id}/${requestId}`, action, detail });
    if (exceptionReason !== undefined)
      await recordEvent(tx, {
        ...{ ...of, id: `feeds/onboarding/exception/${onboarding.id}/${requestId}` },
        ...{ action: 'Exception granted: the dealer has no right to feeds', detail: exceptionReason },
      });
    return { onboarding, saysMore, how: opened ? 'opened' : 'joined' };
  });
}

/** Takes a request back from an onboarding that has not taken it, since it is ending: the next one gets it. */
export async function takeBackRequest(db: Db, requestId: string): Promise<void> {
  await db.delete(feedOnboardingRequests).where(eq(feedOnboardingRequests.requestId, requestId));
}

type Said = Pick<
  typeof feedOnboardings.$inferInsert,
  'contactName' | 'contactPhone' | 'contactEmail' | 'exceptionBy' | 'exceptionReason'
>;

/** Of the onboarding that is open. */
async function fillIn(
  tx: Db,
  { account, dms }: OnboardingRequest,
  said: Said,
): Promise<{ onboarding: OnboardingRow; saysMore: boolean }> {
  const current = and(
    ...[eq(feedOnboardings.account, account), eq(feedOnboardings.dms, dms), isNull(feedOnboardings.closedAt)],
  );
  const [row] = await tx.select().from(feedOnboardings).where(current).for('update');
  // It was closed in this moment: the caller tries again.
  if (!row) throw new OnboardingJustClosed();
  const fields = Object.keys(said) as (keyof Said)[];
  const missing = fields.filter((field) => row[field] === null && said[field] != null);
  if (missing.length === 0) return { onboarding: row, saysMore: false };
  const filled = Object.fromEntries(missing.map((field) => [field, said[field]]));
  const [onboarding] = await tx.update(feedOnboardings).set(filled).where(eq(feedOnboardings.id, row.id)).returning();
  return { onboarding: onboarding!, saysMore: true };
}

/** The open onboarding was closed while a request joined it: the same request opens a new one. */
export class OnboardingJustClosed extends Error {}

/** Undefined where there is none, such as after a database was restored. */
export async function onboardingById(db: Pick<Db, 'select'>, id: string): Promise<OnboardingRow | undefined> {
  const [row] = await db.select().from(feedOnboardings).where(eq(feedOnboardings.id, id));
  return row;
}

/** What a person has entered about the contact, where it was missing; said again by another it is replaced. */
export async function saveContact(
  db: Db,
  id: string,
  contact: Partial<Pick<OnboardingRow, 'contactName' | 'contactPhone' | 'contactEmail'>>,
): Promise<void> {
  if (Object.keys(contact).length > 0) await db.update(feedOnboardings).set(contact).where(eq(feedOnboardings.id, id));
}

export interface OnboardingFilter {
  account?: string;
  dms?: FeedDms;
  state?: OnboardingState;
  open?: boolean;
  before?: { startedAt: Date; id: string };
  limit: number;
}

/** The newest first. */
export async function listOnboardings(
  db: Db,
  { account, dms, state, open: isOpen, before, limit }: OnboardingFilter,
): Promise<OnboardingRow[]> {
  const { startedAt, id, closedAt } = feedOnboardings;
  return db
    .select()
    .from(feedOnboardings)
    .where(
      and(
        account === undefined ? undefined : eq(feedOnboardings.account, account),
        dms && eq(feedOnboardings.dms, dms),
        state && eq(feedOnboardings.state, state),
        isOpen === undefined ? undefined : isOpen ? isNull(closedAt) : sql`${closedAt} is not null`,
        before && or(lt(startedAt, before.startedAt), and(eq(startedAt, before.startedAt), sql`${id} > ${before.id}`)),
      ),
    )
    .orderBy(desc(startedAt), asc(id))
    .limit(limit);
}

/** The open tasks of these onboardings, the oldest first. */
export async function openTasksOfOnboardings(db: Db, ids: string[]): Promise<TaskRow[]> {
  if (ids.length === 0) return [];
  const its = and(eq(tasks.process, 'feeds'), inArray(tasks.subject, ids), open);
  return db.select().from(tasks).where(its).orderBy(asc(tasks.openedAt), asc(tasks.id));
}

/** All that is known of one, for its page. */
export async function findOnboarding(db: Db, id: string) {
  const row = await onboardingById(db, id);
  if (!row) return undefined;
  const [requests, permissions, itsTasks, events] = await Promise.all([
    db
      .select()
      .from(feedOnboardingRequests)
      .where(eq(feedOnboardingRequests.onboardingId, id))
      .orderBy(asc(feedOnboardingRequests.requestedAt)),
    takenPermissions(db, id),
    db
      .select()
      .from(tasks)
      .where(and(eq(tasks.process, 'feeds'), eq(tasks.subject, id)))
      .orderBy(asc(tasks.openedAt)),
    eventsOfSubject(db, 'feeds', id),
  ]);
  return { ...row, requests, permissions, tasks: itsTasks, events };
}

export type OnboardingRecord = NonNullable<Awaited<ReturnType<typeof findOnboarding>>>;

export type PermissionRow = typeof feedOnboardingPermissions.$inferSelect;

/** Those that the onboarding's workflow has taken, the oldest first. */
async function takenPermissions(db: Db, onboardingId: string): Promise<PermissionRow[]> {
  const { takenAt, recordedAt } = feedOnboardingPermissions;
  return db
    .select()
    .from(feedOnboardingPermissions)
    .where(and(eq(feedOnboardingPermissions.onboardingId, onboardingId), sql`${takenAt} is not null`))
    .orderBy(asc(takenAt), asc(recordedAt));
}

/** What the dealer has said last, as far as its workflow was told. */
export async function latestPermission(db: Db, onboardingId: string): Promise<PermissionRow | undefined> {
  return (await takenPermissions(db, onboardingId)).at(-1);
}

/** Keeps what a person says of the dealer's permission, before the workflow is told. */
export async function keepPermission(
  db: Db,
  permission: Pick<PermissionRow, 'id' | 'onboardingId' | 'outcome' | 'saidBy' | 'on' | 'note' | 'recordedBy'>,
): Promise<void> {
  await db.insert(feedOnboardingPermissions).values(permission).onConflictDoNothing();
}

/** The workflow has refused it. */
export async function dropPermission(db: Db, id: string): Promise<void> {
  const untaken = and(eq(feedOnboardingPermissions.id, id), isNull(feedOnboardingPermissions.takenAt));
  await db.delete(feedOnboardingPermissions).where(untaken);
}

/** Some of those in progress, whose workflow should run. */
export async function someOpenOnboardings(
  db: Db,
  { after, limit }: { after?: string; limit: number },
): Promise<OnboardingRow[]> {
  return db
    .select()
    .from(feedOnboardings)
    .where(and(isNull(feedOnboardings.closedAt), after ? sql`${feedOnboardings.id} > ${after}` : undefined))
    .orderBy(asc(feedOnboardings.id))
    .limit(limit);
}

/** What the workflow has taken of the dealer's permission, with its event. Safe to repeat. */
export async function takePermission(
  db: Db,
  {
    at,
    ...permission
  }: Pick<PermissionRow, 'id' | 'onboardingId' | 'outcome' | 'on' | 'recordedBy'> & { note?: string; at: Date },
): Promise<void> {
  const { onboardingId, outcome, on, recordedBy } = permission;
  await db.transaction(async (tx) => {
    await tx
      .insert(feedOnboardingPermissions)
      .values({ ...permission, takenAt: at })
      .onConflictDoUpdate({
        target: feedOnboardingPermissions.id,
        set: { takenAt: sql`coalesce(${feedOnboardingPermissions.takenAt}, excluded.taken_at)` },
      });
    const row = await onboardingById(tx, onboardingId);
    await recordEvent(tx, {
      ...{ id: `feeds/onboarding/permission/${permission.id}`, process: 'feeds', subject: onboardingId },
      ...{ account: row?.account, vendor: row && `dms/${row.dms}`, at, by: recordedBy },
      action: `Permission of the dealer: ${outcome satisfies PermissionOutcome}`,
      detail: `on ${on}`,
    });
  });
}

/** The step that was done with this task shows this evidence. Its version and time stay those of its workflow's last word. */
export async function correctOnboardingSteps(tx: Db, task: TaskRow, evidence: string): Promise<void> {
  const [row] = await tx.select().from(feedOnboardings).where(eq(feedOnboardings.id, task.subject)).for('update');
  const isDoneWith = (step: OnboardingRow['steps'][number]) => step.taskId === task.id && step.state === 'done';
  if (!row?.steps.some(isDoneWith)) return;
  const steps = row.steps.map((step) => (isDoneWith(step) ? { ...step, evidence } : step));
  await tx.update(feedOnboardings).set({ steps }).where(eq(feedOnboardings.id, row.id));
}
