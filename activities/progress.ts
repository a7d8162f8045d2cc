import { activityInfo } from '@temporalio/activity';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { cancellationIntegrations, cancellationRequests, cancellations, events } from '../db/schema.ts';
import type { CancellationRequest, IntegrationProgress } from '../domain/cancellations.ts';
import type { Context } from './context.ts';

/** Mirrors of the workflows' state, for searching; each may be written twice or late and changes nothing then. */

export interface RecordedEvent {
  /** Made by the workflow, so that an activity that runs twice writes once. */
  id: string;
  at: string;
  by: string;
  what: string;
  detail?: string;
}

export function progressActivities({ database: { db } }: Context) {
  return {
    async recordRequest({
      cancellationId,
      account,
      request,
    }: {
      cancellationId: string;
      account: string;
      request: CancellationRequest;
    }): Promise<void> {
      await db.transaction(async (tx) => {
        await tx
          .insert(cancellations)
          .values({ id: cancellationId, account, reason: request.reason, state: 'open', requestedBy: request.by })
          .onConflictDoNothing();
        await tx
          .insert(cancellationRequests)
          .values({
            requestId: request.requestId,
            cancellationId,
            reason: request.reason,
            integrations: request.integrations,
            requestedBy: request.by,
          })
          .onConflictDoNothing();
        await tx
          .insert(events)
          .values({
            id: `request/${request.requestId}`,
            cancellationId,
            at: new Date(),
            by: request.by,
            what: 'Cancellation requested',
            detail: `${request.reason.replace('_', ' ')}: ${request.integrations.join(', ')}`,
          })
          .onConflictDoNothing();
      });
    },

    async recordWithdrawal({
      cancellationId,
      withdrawal,
    }: {
      cancellationId: string;
      withdrawal: { because: string; by: string };
    }): Promise<void> {
      await db
        .update(cancellations)
        .set({
          withdrawnAt: new Date(),
          withdrawnBy: withdrawal.by,
          withdrawnBecause: withdrawal.because,
          state: 'open',
          closedAt: null,
        })
        .where(and(eq(cancellations.id, cancellationId), isNull(cancellations.withdrawnAt)));
      await db
        .insert(events)
        .values({
          id: `withdrawal/${cancellationId}`,
          cancellationId,
          at: new Date(),
          by: withdrawal.by,
          what: 'Cancellation withdrawn',
          detail: withdrawal.because,
        })
        .onConflictDoNothing();
    },

    async saveProgress(save: {
      cancellationId: string;
      account: string;
      version: number;
      progress: IntegrationProgress;
      events: RecordedEvent[];
    }): Promise<void> {
      const { workflowId, runId } = activityInfo().workflowExecution!;
      const { integration, state, because, steps } = save.progress;
      const row = {
        workflowId,
        runId,
        state,
        because: because ?? null,
        steps,
        version: save.version,
        updatedAt: new Date(),
      };
      await db.transaction(async (tx) => {
        await tx
          .insert(cancellationIntegrations)
          .values({ cancellationId: save.cancellationId, integration, ...row })
          .onConflictDoUpdate({
            target: [cancellationIntegrations.cancellationId, cancellationIntegrations.integration],
            set: row,
            // A new run of the same integration counts from one again.
            setWhere: sql`${cancellationIntegrations.version} < ${save.version} or ${cancellationIntegrations.runId} <> ${runId}`,
          });
        if (save.events.length === 0) return;
        await tx
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
      });
    },

    async closeCancellation({ cancellationId }: { cancellationId: string }): Promise<void> {
      await db
        .update(cancellations)
        .set({ state: 'closed', closedAt: new Date() })
        .where(and(eq(cancellations.id, cancellationId), isNull(cancellations.closedAt)));
    },

    /** What an earlier cancellation of the dealer has ended. */
    async endedIntegrations({ cancellationId }: { cancellationId: string }): Promise<IntegrationProgress[]> {
      const rows = await db
        .select()
        .from(cancellationIntegrations)
        .where(eq(cancellationIntegrations.cancellationId, cancellationId));
      return rows
        .filter((row) => row.state === 'ended' || row.state === 'not_done')
        .map(({ integration, state, because, steps }) => ({
          integration,
          state,
          because: because ?? undefined,
          steps,
        }));
    },
  };
}
