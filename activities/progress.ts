import { activityInfo } from '@temporalio/activity';
import { and, asc, eq, inArray, isNull, notExists, sql } from 'drizzle-orm';
import { cancellationIntegrations, cancellationRequests, cancellations, events, tasks } from '../db/schema.ts';
import {
  type CancellationRequest,
  type IntegrationProgress,
  openStepStates,
  type StepProgress,
} from '../domain/cancellations.ts';
import type { Withdrawal } from '../domain/messages.ts';
import { openTaskStates } from '../domain/tasks.ts';
import { type IntegrationName, vendorTitle } from '../domain/vendors.ts';
import type { Context } from './context.ts';

/**
 * Mirrors of the workflows' state, for searching; each may be written twice and changes nothing then. Times are the
 * workflows', by Temporal's clock: a worker's own may be minutes off.
 */

export interface RecordedEvent {
  /** Made by the workflow, so that an activity that runs twice writes once. */
  id: string;
  at: string;
  by: string;
  what: string;
  detail?: string;
}

const openTasksOf = (cancellationId: string) =>
  and(eq(tasks.cancellationId, cancellationId), inArray(tasks.state, [...openTaskStates]));

export function progressActivities({ database: { db } }: Context) {
  return {
    /** @param at when the workflow took the request, ISO 8601 */
    async recordRequest({
      cancellationId,
      account,
      request,
      at,
    }: {
      cancellationId: string;
      account: string;
      request: CancellationRequest;
      at: string;
    }): Promise<void> {
      const requestedAt = new Date(at);
      await db.transaction(async (tx) => {
        await tx
          .insert(cancellations)
          .values({
            id: cancellationId,
            account,
            reason: request.reason,
            state: 'open',
            requestedBy: request.by,
            startedAt: requestedAt,
          })
          .onConflictDoUpdate({
            target: cancellations.id,
            // The API wrote it by PostgreSQL's clock, right after the workflow had begun.
            set: { startedAt: sql`least(${cancellations.startedAt}, excluded.started_at)` },
          });
        await tx
          .insert(cancellationRequests)
          .values({
            requestId: request.requestId,
            cancellationId,
            reason: request.reason,
            integrations: request.integrations,
            dealerIds: request.dealerIds,
            requestedBy: request.by,
            requestedAt,
          })
          .onConflictDoUpdate({ target: cancellationRequests.requestId, set: { requestedAt } });
        const fresh = await tx
          .insert(events)
          .values({
            id: `request/${request.requestId}`,
            cancellationId,
            at: requestedAt,
            by: request.by,
            what: 'Cancellation requested',
            detail: `${request.reason.replace('_', ' ')}: ${request.integrations.join(', ')}`,
          })
          .onConflictDoNothing()
          .returning({ id: events.id });
        // It may join a cancellation that was withdrawn, or whose end was being written.
        if (fresh.length > 0) {
          await tx
            .update(cancellations)
            .set({ state: 'open', closedAt: null, withdrawnAt: null, withdrawnBy: null, withdrawnBecause: null })
            .where(eq(cancellations.id, cancellationId));
        }
      });
    },

    /** Of the whole cancellation, or of some of its integrations; the cancellation is open again until those have ended. */
    async recordWithdrawal({
      cancellationId,
      withdrawal: { requestId, because, by, integrations },
      at,
    }: {
      cancellationId: string;
      withdrawal: Withdrawal;
      at: string;
    }): Promise<void> {
      const whole = !integrations && { withdrawnAt: new Date(at), withdrawnBy: by, withdrawnBecause: because };
      await db.transaction(async (tx) => {
        const fresh = await tx
          .insert(events)
          .values({
            id: `withdrawal/${requestId}`,
            cancellationId,
            at: new Date(at),
            by,
            what: integrations ? `Withdrawn: ${integrations.map(vendorTitle).join(', ')}` : 'Cancellation withdrawn',
            detail: because,
          })
          .onConflictDoNothing()
          .returning({ id: events.id });
        // A late try must not open again what has been closed since.
        if (fresh.length === 0) return;
        await tx
          .update(cancellations)
          .set({ ...whole, state: 'open', closedAt: null })
          .where(eq(cancellations.id, cancellationId));
      });
    },

    async saveProgress(save: {
      cancellationId: string;
      account: string;
      version: number;
      progress: IntegrationProgress;
      events: RecordedEvent[];
    }): Promise<void> {
      const { workflowExecution, scheduledTimestampMs } = activityInfo();
      const { workflowId, runId } = workflowExecution!;
      const { integration, state, because, steps } = save.progress;
      const row = {
        workflowId,
        runId,
        state,
        because: because ?? null,
        steps,
        version: save.version,
        updatedAt: new Date(scheduledTimestampMs),
      };
      await db
        .insert(cancellationIntegrations)
        .values({ cancellationId: save.cancellationId, integration, ...row })
        .onConflictDoUpdate({
          target: [cancellationIntegrations.cancellationId, cancellationIntegrations.integration],
          set: row,
          // A new run of the same integration counts from one again.
          setWhere: sql`${cancellationIntegrations.version} < ${save.version} or ${cancellationIntegrations.runId} <> ${runId}`,
        });
      if (save.events.length === 0) return;
      await db
        .insert(events)
        .values(
          save.events.map((event) => ({
            ...event,
            at: new Date(event.at),
            cancellationId: save.cancellationId,
            integration,
          })),
        )
        .onConflictDoNothing();
    },

    /**
     * Where none of its integrations goes on, such as one that is being set up again. Tasks that a run before a reset has
     * left, and that no workflow knows, are closed with it.
     */
    async closeCancellation({ cancellationId, at }: { cancellationId: string; at: string }): Promise<void> {
      const goesOn = db
        .select({ one: sql`1` })
        .from(cancellationIntegrations)
        .where(
          and(
            eq(cancellationIntegrations.cancellationId, cancellationId),
            inArray(cancellationIntegrations.state, ['running', 'waiting']),
          ),
        );
      await db
        .update(cancellations)
        .set({ state: 'closed', closedAt: sql`greatest(${at}::timestamptz, ${cancellations.startedAt})` })
        .where(and(eq(cancellations.id, cancellationId), isNull(cancellations.closedAt), notExists(goesOn)));
      await db
        .update(tasks)
        .set({
          state: 'closed',
          because: 'the cancellation has ended without it',
          closedAt: new Date(at),
          closedBy: 'dealerops',
        })
        .where(and(openTasksOf(cancellationId), notExists(goesOn)));
    },

    /**
     * An integration's workflow was terminated in Temporal, or has failed: what it had not done is not done, and its tasks
     * are closed.
     */
    async recordStopped({
      cancellationId,
      integration,
      because,
      at,
    }: {
      cancellationId: string;
      integration: IntegrationName;
      because: string;
      at: string;
    }): Promise<IntegrationProgress> {
      const { cancellationId: ofCancellation, integration: ofIntegration } = cancellationIntegrations;
      const stopped = await db.transaction(async (tx) => {
        const place = and(eq(ofCancellation, cancellationId), eq(ofIntegration, integration));
        const [row] = await tx.select().from(cancellationIntegrations).where(place).for('update');
        if (!row) return [];
        const stop = (step: StepProgress): StepProgress => {
          const mayBeDone = step.state !== 'next' || undefined;
          return {
            ...step,
            state: 'not_done',
            endedAt: at,
            waitingOn: undefined,
            waitingOnCode: undefined,
            waitingSince: undefined,
            mayBeDone,
          };
        };
        const steps = row.steps.map((step) => (openStepStates.includes(step.state) ? stop(step) : step));
        const end = { state: 'not_done' as const, because, steps, version: row.version + 1, updatedAt: new Date(at) };
        await tx.update(cancellationIntegrations).set(end).where(place);
        await tx
          .update(tasks)
          .set({ state: 'closed', because, closedAt: new Date(at), closedBy: 'dealerops' })
          .where(and(openTasksOf(cancellationId), eq(tasks.integration, integration)));
        await tx
          .insert(events)
          .values({
            id: `stopped/${row.runId}`,
            cancellationId,
            integration,
            at: new Date(at),
            by: 'dealerops',
            what: `${vendorTitle(integration)}: not done`,
            detail: because,
          })
          .onConflictDoNothing();
        return steps;
      });
      return { integration, state: 'not_done', because, steps: stopped };
    },

    /** What an earlier cancellation of the dealer has ended, with the dealer's ID at the vendor when it was asked for. */
    async endedIntegrations({
      cancellationId,
    }: {
      cancellationId: string;
    }): Promise<{ ended: IntegrationProgress; dealerId?: string }[]> {
      const rows = await db
        .select()
        .from(cancellationIntegrations)
        .where(eq(cancellationIntegrations.cancellationId, cancellationId));
      const requests = await db
        .select({ dealerIds: cancellationRequests.dealerIds })
        .from(cancellationRequests)
        .where(eq(cancellationRequests.cancellationId, cancellationId))
        .orderBy(asc(cancellationRequests.requestedAt));
      const dealerIds: NonNullable<CancellationRequest['dealerIds']> = Object.assign(
        {},
        ...requests.map((request) => request.dealerIds),
      );
      return rows
        .filter((row) => row.state === 'ended' || row.state === 'not_done')
        .map(({ integration, state, because, steps }) => ({
          ended: { integration, state, because: because ?? undefined, steps },
          dealerId: dealerIds[integration],
        }));
    },
  };
}
