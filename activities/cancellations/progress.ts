import { activityInfo } from '@temporalio/activity';
import { and, asc, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { evidenceOfTasks } from '../../db/queries/cancellations/corrections.ts';
import { recordEvent, recordEvents } from '../../db/queries/events.ts';
import { closeTasks } from '../../db/queries/tasks.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { tasks } from '../../db/schema/shared.ts';
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
import { resultOf } from './closedRuns.ts';
import { accountOf, writeIntegration, writeRequest, writeWithdrawal } from './requests.ts';
import { progressOf, requestOf, type Standing, standingsOf, withClosedRuns } from './standings.ts';

/**
 * Mirrors of the workflows' state, for searching; each may be written twice and changes nothing then. Times are the
 * workflows', by Temporal's clock: a worker's own may be minutes off.
 */

/** But for those of data after the end: their workflow goes on when the cancellation has ended. */
const tasksOf = (cancellationId: string) =>
  and(eq(tasks.process, 'cancellations'), eq(tasks.subject, cancellationId), ne(tasks.kind, 'data-after-end'));

export function progressActivities({ database: { db }, temporal }: Pick<Context, 'database' | 'temporal'>) {
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
      await db.transaction((tx) => writeRequest(tx, { account, request, at }));
      const others = and(
        ...[eq(cancellations.account, account), eq(cancellations.state, 'open'), ne(cancellations.id, cancellationId)],
      );
      const [otherOpen, standings] = await Promise.all([
        db.$count(cancellations, others),
        standingsOf(db, cancellationId),
      ]);
      const isOfThis = (one: Standing) => one.requestId === request.requestId;
      return {
        otherOpen: otherOpen > 0,
        standings: standings.every(isOfThis) ? standings : await withClosedRuns(temporal, account, standings),
      };
    },

    /** @param of at: ISO 8601 */
    recordWithdrawal: (of: { withdrawal: Withdrawal; at: string }): Promise<void> =>
      db.transaction((tx) => writeWithdrawal(tx, of)),

    /** What the tables show as the evidence of steps that were done with a task. */
    evidenceOfTasks: (of: { cancellationId: string; integration: IntegrationName }) => evidenceOfTasks(db, of),

    /** @returns `lost` where the tables do not hold the cancellation, such as after a database was restored */
    async saveProgress(save: {
      cancellationId: string;
      account: string;
      version: number;
      progress: IntegrationProgress;
      events: RecordedEvent[];
    }): Promise<{ lost: true } | undefined> {
      const { workflowExecution, scheduledTimestampMs } = activityInfo();
      const { workflowId, runId } = workflowExecution!;
      const { integration, state, reason, steps } = save.progress;
      const row = {
        cancellationId: save.cancellationId,
        integration,
        workflowId,
        runId,
        state,
        reason: reason ?? null,
        steps,
        version: save.version,
        updatedAt: new Date(scheduledTimestampMs),
      };
      const of = { process: 'cancellations', subject: save.cancellationId, account: save.account } as const;
      return db.transaction(async (tx) => {
        const isKnown = sql<boolean>`exists (select from ${cancellations} where ${cancellations.id} = ${save.cancellationId})`;
        const [written] = await writeIntegration(tx, row).returning({ isKnown });
        await recordEvents(
          tx,
          save.events.map((event) => ({ ...event, ...of, vendor: integration, at: new Date(event.at) })),
        );
        return written && !written.isKnown ? { lost: true } : undefined;
      });
    },

    /**
     * Closes the cancellation where none of its integrations goes on, and no request has joined it that its workflow has not
     * taken. Tasks that a run before a reset has left, and that no workflow knows, are closed with it.
     * @param requestIds the requests for which its integrations were begun
     * @returns the requests to take first: no later one can join a cancellation that is closed; `lost`, and nothing is closed,
     *   where the tables do not hold the cancellation or say that it goes on
     */
    async closeCancellation({
      cancellationId,
      requestIds,
      at,
    }: {
      cancellationId: string;
      requestIds: string[];
      at: string;
    }): Promise<{ untaken: CancellationRequest[]; lost?: true }> {
      return db.transaction(async (tx) => {
        // The API locks it too when a request joins.
        const [cancellation] = await tx
          .select({ id: cancellations.id })
          .from(cancellations)
          .where(eq(cancellations.id, cancellationId))
          .for('update');
        if (!cancellation) return { untaken: [], lost: true };
        const untaken = await tx
          .select()
          .from(cancellationRequests)
          .where(and(eq(cancellationRequests.cancellationId, cancellationId), isNull(cancellationRequests.takenAt)))
          .orderBy(asc(cancellationRequests.requestedAt));
        if (untaken.length > 0) return { untaken: untaken.map(requestOf) };
        const [held, goOn] = [
          await tx.$count(cancellationRequests, inArray(cancellationRequests.requestId, requestIds)),
          await tx.$count(
            cancellationIntegrations,
            and(
              eq(cancellationIntegrations.cancellationId, cancellationId),
              inArray(cancellationIntegrations.state, [...openIntegrationStates]),
            ),
          ),
        ];
        if (held < requestIds.length || goOn > 0) return { untaken: [], lost: true };
        await tx
          .update(cancellations)
          .set({
            state: 'closed',
            joinable: false,
            closedAt: sql`greatest(${at}::timestamptz, ${cancellations.startedAt})`,
          })
          .where(and(eq(cancellations.id, cancellationId), isNull(cancellations.closedAt)));
        const reason = 'the cancellation has ended without it';
        await closeTasks(tx, tasksOf(cancellationId), { reason, at: new Date(at) });
        return { untaken: [] };
      });
    },

    /**
     * An integration's workflow was terminated in Temporal, has failed, or was never started: what it had not done becomes
     * `not_completed`, and its tasks are closed. If it has ended by itself, and the tables have lost that, its end is recorded.
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
      const place = and(eq(ofCancellation, cancellationId), eq(ofIntegration, integration));
      const [before] = await db.select().from(cancellationIntegrations).where(place);
      const isOpen = before && openIntegrationStates.includes(before.state);
      const completed = isOpen ? await resultOf(temporal, before) : undefined;
      return db.transaction(async (tx) => {
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
        const stopped: IntegrationProgress = {
          ...{ integration, state: 'not_completed', reason },
          steps: row.steps.map((step) => (openStepStates.includes(step.state) ? stop(step) : step)),
        };
        const ended = completed ?? stopped;
        const end = {
          state: ended.state,
          reason: ended.reason ?? null,
          steps: ended.steps,
          // What its workflow wrote last may arrive after this.
          version: Math.max(row.version + 1, Date.parse(at)),
          updatedAt: new Date(at),
        };
        await tx.update(cancellationIntegrations).set(end).where(place);
        const its = and(tasksOf(cancellationId), eq(tasks.integration, integration));
        const closing = completed ? 'its process has ended' : reason;
        await closeTasks(tx, its, { reason: closing, at: new Date(at) });
        await recordEvent(tx, {
          ...{ id: `stopped/${row.runId}/${integration}`, process: 'cancellations', subject: cancellationId },
          account: accountOf(cancellationId),
          ...{ vendor: integration, at: new Date(at), by: 'dealerops' },
          action: `${vendorTitle(integration)}: ${inWords(ended.state)}`,
          detail: completed ? 'as its workflow says: the tables had lost it' : reason,
        });
        return { ended, stopped: !completed, assignedTasks: await closedTasks(tx, closing) };
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
