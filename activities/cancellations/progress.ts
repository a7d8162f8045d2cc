import { activityInfo } from '@temporalio/activity';
import { and, asc, eq, inArray, isNotNull, isNull, lt, ne, notExists, sql } from 'drizzle-orm';
import { evidenceOfTasks } from '../../db/queries/cancellations/corrections.ts';
import { recordEvent, recordEvents } from '../../db/queries/events.ts';
import { closeTasks } from '../../db/queries/tasks.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events, tasks } from '../../db/schema/shared.ts';
import {
  type CancellationRequest,
  type IntegrationProgress,
  openIntegrationStates,
  type StepProgress,
  stepsAhead,
} from '../../domain/cancellations/cancellations.ts';
import type { Withdrawal } from '../../domain/cancellations/messages.ts';
import { openStepStates, type RecordedEvent } from '../../domain/shared/checklist.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords } from '../../domain/shared/words.ts';
import type { Context } from '../shared/context.ts';
import { progressOf, requestOf, type Standing, standingsOf } from './standings.ts';

/**
 * Mirrors of the workflows' state, for searching; each may be written twice and changes nothing then. Times are the
 * workflows', by Temporal's clock: a worker's own may be minutes off.
 */

/** But for those of data after the end: their workflow goes on when the cancellation has ended. */
const tasksOf = (cancellationId: string) =>
  and(eq(tasks.process, 'cancellations'), eq(tasks.subject, cancellationId), ne(tasks.kind, 'data-after-end'));

const accountOf = (cancellationId: string) =>
  sql`(select ${cancellations.account} from ${cancellations} where ${cancellations.id} = ${cancellationId})`;

export function progressActivities({ database: { db } }: Pick<Context, 'database'>) {
  return {
    /**
     * @param at when the workflow took the request, ISO 8601
     * @returns whether the dealer has other open cancellations, and where this one's integrations stand now
     */
    async recordRequest({
      account,
      request,
      at,
    }: {
      account: string;
      request: CancellationRequest;
      at: string;
    }): Promise<{ otherOpen: boolean; standings: Standing[] }> {
      const { cancellationId } = request;
      const takenAt = new Date(at);
      const eventId = `request/${request.requestId}`;
      await db.transaction(async (tx) => {
        // The API has written both rows, unless PostgreSQL has lost them.
        const joinable = sql<boolean>`not exists (select from ${cancellations} as other where other.account = ${account} and other.joinable)`;
        await tx
          .insert(cancellations)
          .values({
            id: cancellationId,
            account,
            reason: request.reason,
            state: 'open',
            joinable,
            requestedBy: request.by,
            startedAt: takenAt,
          })
          .onConflictDoUpdate({
            target: cancellations.id,
            // The API wrote it by PostgreSQL's clock.
            set: { startedAt: sql`least(${cancellations.startedAt}, excluded.started_at)` },
          });
        const isNew = await recordEvent(tx, {
          ...{ id: eventId, process: 'cancellations', subject: cancellationId, account, at: takenAt },
          by: request.by,
          action: 'Cancellation requested',
          detail: `${inWords(request.reason)}: ${request.integrations.join(', ')}`,
        });
        // It may join a cancellation that was withdrawn, or whose end was being written.
        if (isNew) {
          await tx
            .update(cancellations)
            .set({ state: 'open', closedAt: null, withdrawnAt: null, withdrawnBy: null, withdrawnReason: null })
            .where(eq(cancellations.id, cancellationId));
        }
        // A run after a reset takes the request a second time: it was made when the first one took it.
        const [first] = isNew
          ? [{ at: takenAt }]
          : await tx.select({ at: events.at }).from(events).where(eq(events.id, eventId));
        await tx
          .insert(cancellationRequests)
          .values({
            requestId: request.requestId,
            cancellationId,
            reason: request.reason,
            integrations: request.integrations,
            whenActive: request.whenActive,
            dealerIds: request.dealerIds,
            requestedBy: request.by,
            requestedAt: first!.at,
            takenAt,
          })
          .onConflictDoUpdate({
            target: cancellationRequests.requestId,
            set: { requestedAt: first!.at, takenAt: sql`coalesce(${cancellationRequests.takenAt}, excluded.taken_at)` },
          });
      });
      const others = and(
        ...[eq(cancellations.account, account), eq(cancellations.state, 'open'), ne(cancellations.id, cancellationId)],
      );
      const [otherOpen, standings] = await Promise.all([
        db.$count(cancellations, others),
        standingsOf(db, cancellationId),
      ]);
      return { otherOpen: otherOpen > 0, standings };
    },

    /** Of the whole cancellation, or of some of its integrations; the cancellation is open again until those have ended. */
    async recordWithdrawal({
      withdrawal: { requestId, cancellationId, reason, by, integrations },
      at,
    }: {
      withdrawal: Withdrawal;
      at: string;
    }): Promise<void> {
      const whole = !integrations && { withdrawnAt: new Date(at), withdrawnBy: by, withdrawnReason: reason };
      await db.transaction(async (tx) => {
        const isNew = await recordEvent(tx, {
          ...{ id: `withdrawal/${requestId}`, process: 'cancellations', subject: cancellationId },
          account: accountOf(cancellationId),
          at: new Date(at),
          by,
          action: integrations ? `Withdrawn: ${integrations.map(vendorTitle).join(', ')}` : 'Cancellation withdrawn',
          detail: reason,
        });
        // A late try must not open again what has been closed since.
        if (!isNew) return;
        await tx
          .update(cancellations)
          .set({ ...whole, state: 'open', closedAt: null })
          .where(eq(cancellations.id, cancellationId));
      });
    },

    /** What the tables show as the evidence of steps that were done with a task. */
    evidenceOfTasks: (of: { cancellationId: string; integration: IntegrationName }) => evidenceOfTasks(db, of),

    async saveProgress(save: {
      cancellationId: string;
      account: string;
      version: number;
      progress: IntegrationProgress;
      events: RecordedEvent[];
    }): Promise<void> {
      const { workflowExecution, scheduledTimestampMs } = activityInfo();
      const { workflowId, runId } = workflowExecution!;
      const { integration, state, reason, steps } = save.progress;
      const row = {
        workflowId,
        runId,
        state,
        reason: reason ?? null,
        steps,
        version: save.version,
        updatedAt: new Date(scheduledTimestampMs),
      };
      const of = { process: 'cancellations', subject: save.cancellationId, account: save.account } as const;
      await db.transaction(async (tx) => {
        await tx
          .insert(cancellationIntegrations)
          .values({ cancellationId: save.cancellationId, integration, ...row })
          .onConflictDoUpdate({
            target: [cancellationIntegrations.cancellationId, cancellationIntegrations.integration],
            set: row,
            setWhere: lt(cancellationIntegrations.version, save.version),
          });
        await recordEvents(
          tx,
          save.events.map((event) => ({ ...event, ...of, vendor: integration, at: new Date(event.at) })),
        );
      });
    },

    /**
     * Closes the cancellation where none of its integrations goes on, and no request has joined it that its workflow has not
     * taken. Tasks that a run before a reset has left, and that no workflow knows, are closed with it.
     * @returns the requests to take first: no later one can join a cancellation that is closed
     */
    async closeCancellation({
      cancellationId,
      at,
    }: {
      cancellationId: string;
      at: string;
    }): Promise<{ untaken: CancellationRequest[] }> {
      return db.transaction(async (tx) => {
        // The API locks it too when a request joins.
        await tx
          .select({ id: cancellations.id })
          .from(cancellations)
          .where(eq(cancellations.id, cancellationId))
          .for('update');
        const untaken = await tx
          .select()
          .from(cancellationRequests)
          .where(and(eq(cancellationRequests.cancellationId, cancellationId), isNull(cancellationRequests.takenAt)))
          .orderBy(asc(cancellationRequests.requestedAt));
        if (untaken.length > 0) return { untaken: untaken.map(requestOf) };
        const goesOn = tx
          .select({ one: sql`1` })
          .from(cancellationIntegrations)
          .where(
            and(
              eq(cancellationIntegrations.cancellationId, cancellationId),
              inArray(cancellationIntegrations.state, [...openIntegrationStates]),
            ),
          );
        await tx
          .update(cancellations)
          .set({
            state: 'closed',
            joinable: false,
            closedAt: sql`greatest(${at}::timestamptz, ${cancellations.startedAt})`,
          })
          .where(and(eq(cancellations.id, cancellationId), isNull(cancellations.closedAt), notExists(goesOn)));
        const reason = 'the cancellation has ended without it';
        await closeTasks(tx, and(tasksOf(cancellationId), notExists(goesOn)), { reason, at: new Date(at) });
        return { untaken: [] };
      });
    },

    /**
     * An integration's workflow was terminated in Temporal, has failed, or was never started: what it had not done becomes
     * `not_completed`, and its tasks are closed.
     * @returns how the integration has ended; if it had ended before, that stays, and `stopped` is false. `assignedTasks`: those
     *   of its tasks whose assignee must be told
     */
    async recordStopped({
      cancellationId,
      integration,
      reason,
      at,
    }: {
      cancellationId: string;
      integration: IntegrationName;
      reason: string;
      at: string;
    }): Promise<{ ended: IntegrationProgress; stopped: boolean; assignedTasks: string[] }> {
      const { cancellationId: ofCancellation, integration: ofIntegration } = cancellationIntegrations;
      return db.transaction(async (tx) => {
        const place = and(eq(ofCancellation, cancellationId), eq(ofIntegration, integration));
        const { workflowId, runId } = activityInfo().workflowExecution!;
        const unbegun = { state: 'in_progress' as const, steps: stepsAhead(integration), version: 0 };
        await tx
          .insert(cancellationIntegrations)
          .values({ cancellationId, integration, workflowId, runId, ...unbegun })
          .onConflictDoNothing();
        const [found] = await tx.select().from(cancellationIntegrations).where(place).for('update');
        const row = found!;
        if (!openIntegrationStates.includes(row.state)) {
          // By an earlier try of this activity?
          const stopped = row.state === 'not_completed' && row.reason === reason;
          return { ended: progressOf(row), stopped, assignedTasks: stopped ? await closedTasks(tx, reason) : [] };
        }
        const stop = (step: StepProgress): StepProgress => {
          const mayBeDone = step.state !== 'next' || undefined;
          return {
            ...step,
            state: 'not_completed',
            endedAt: at,
            waitingOn: undefined,
            waitingOnCode: undefined,
            waitingSince: undefined,
            mayBeDone,
          };
        };
        const steps = row.steps.map((step) => (openStepStates.includes(step.state) ? stop(step) : step));
        const end = {
          state: 'not_completed' as const,
          reason,
          steps,
          // What its workflow wrote last may arrive after this.
          version: Math.max(row.version + 1, Date.parse(at)),
          updatedAt: new Date(at),
        };
        await tx.update(cancellationIntegrations).set(end).where(place);
        const its = and(tasksOf(cancellationId), eq(tasks.integration, integration));
        await closeTasks(tx, its, { reason, at: new Date(at) });
        await recordEvent(tx, {
          ...{ id: `stopped/${row.runId}`, process: 'cancellations', subject: cancellationId },
          account: accountOf(cancellationId),
          ...{ vendor: integration, at: new Date(at), by: 'dealerops' },
          action: `${vendorTitle(integration)}: not completed`,
          detail: reason,
        });
        const ended = { integration, state: 'not_completed' as const, reason, steps };
        return { ended, stopped: true, assignedTasks: await closedTasks(tx, reason) };
      });

      async function closedTasks(tx: Pick<typeof db, 'select'>, reason: string): Promise<string[]> {
        const closed = await tx
          .select({ id: tasks.id })
          .from(tasks)
          .where(
            and(
              ...[tasksOf(cancellationId), eq(tasks.integration, integration)],
              ...[eq(tasks.state, 'closed'), eq(tasks.reason, reason), isNotNull(tasks.assignee)],
            ),
          );
        return closed.map(({ id }) => id);
      }
    },
  };
}
