import { activityInfo } from '@temporalio/activity';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { and, asc, eq, isNull, like, notInArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events } from '../../db/schema/shared.ts';
import {
  type CancellationRequest,
  cancellationWorkflowId,
  type IntegrationProgress,
  integrationWorkflowId,
  openIntegrationStates,
  type RequestedIntegration,
} from '../../domain/cancellations/cancellations.ts';
import type { TakenWithdrawal } from '../../domain/cancellations/messages.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Context } from '../shared/context.ts';
import { describedWorkflow, firstRunOf } from '../shared/workflows.ts';
import { closedRun } from './closedRuns.ts';

/** Where an integration of a cancellation stands by the tables, for a dealer's workflow that does not know it; with its last request. */
export interface Standing extends RequestedIntegration {
  /**
   * `uncertain`: never begun, and something was withdrawn, so nobody knows whether it is still wanted; or begun and stopped,
   * and nobody knows how far it was.
   */
  how: 'to_begin' | 'in_progress' | 'to_reinstate' | 'ended' | 'uncertain';
  integration: IntegrationName;
  /** Of `in_progress`. */
  workflowId?: string;
  /** Where a person reinstates it or is to: how it had ended. */
  toReinstate?: IntegrationProgress;
  withdrawal?: TakenWithdrawal;
  /** Of `ended`. */
  ended?: IntegrationProgress;
}

type IntegrationRow = typeof cancellationIntegrations.$inferSelect;
type RequestRow = typeof cancellationRequests.$inferSelect;

/** The integrations of a cancellation, in the order of their requests. */
export async function standingsOf(db: Db, cancellationId: string): Promise<Standing[]> {
  const ofCancellation = eq(cancellationIntegrations.cancellationId, cancellationId);
  const [[cancellation], rows, requests, withdrawals] = await Promise.all([
    db.select().from(cancellations).where(eq(cancellations.id, cancellationId)),
    db.select().from(cancellationIntegrations).where(ofCancellation),
    db
      .select()
      .from(cancellationRequests)
      .where(eq(cancellationRequests.cancellationId, cancellationId))
      .orderBy(asc(cancellationRequests.requestedAt)),
    db
      .select({ id: events.id, at: events.at })
      .from(events)
      .where(
        and(eq(events.process, 'cancellations'), eq(events.subject, cancellationId), like(events.id, 'withdrawal/%')),
      )
      .orderBy(asc(events.at)),
  ]);
  if (!cancellation) return [];
  const { account, withdrawnReason, withdrawnBy, withdrawnAt } = cancellation;
  const withdrawal: TakenWithdrawal | undefined =
    withdrawnReason === null
      ? undefined
      : {
          requestId: withdrawals.at(-1)?.id.replace('withdrawal/', '') ?? cancellationId,
          ...{ cancellationId, reason: withdrawnReason, by: withdrawnBy ?? 'unknown' },
          at: (withdrawnAt ?? cancellation.startedAt).toISOString(),
        };
  const names = new Set([...requests.flatMap((one) => one.integrations), ...rows.map((row) => row.integration)]);
  return [...names].map((integration): Standing => {
    const row = rows.find((one) => one.integration === integration);
    const isOver = row && !openIntegrationStates.includes(row.state);
    const itsRequests = requests.filter((one) => one.integrations.includes(integration));
    const last = itsRequests.at(-1);
    const dealerId = itsRequests.map((one) => one.dealerIds?.[integration]).findLast((id) => id !== undefined);
    const of = {
      ...{ integration, dealerId },
      requestId: last?.requestId ?? cancellationId,
      whenActive: last?.whenActive ?? ('block' as const),
      reason: last?.reason ?? cancellation.reason,
      by: last?.requestedBy ?? cancellation.requestedBy,
      requestedAt: (last?.requestedAt ?? cancellation.startedAt).toISOString(),
    };
    const withdrawnSince = !last || withdrawals.some(({ at }) => at >= last.requestedAt);
    // A row of the dealer's own workflow: the integration was waiting to begin.
    if (row && !isOver && row.workflowId !== cancellationWorkflowId(account)) {
      const { workflowId } = row;
      const toReinstate = workflowId.endsWith('/reinstate') ? progressOf(row) : undefined;
      const known = toReinstate || withdrawnSince ? withdrawal : undefined;
      return { ...of, how: 'in_progress', workflowId, toReinstate, withdrawal: known };
    }
    if (isOver && !isRequestedAgain(row, last, withdrawals)) {
      if (withdrawal && withdrawnSince && (row.state === 'ended' || row.state === 'not_completed'))
        return { ...of, how: 'to_reinstate', toReinstate: progressOf(row), withdrawal };
      return { ...of, how: 'ended', ended: progressOf(row) };
    }
    return { ...of, how: withdrawnSince ? 'uncertain' : 'to_begin' };
  });
}

/** Standings by the tables, corrected where what they show as not begun has been carried out since its request. */
export async function withClosedRuns(temporal: Client, account: string, standings: Standing[]): Promise<Standing[]> {
  return Promise.all(
    standings.map(async (one): Promise<Standing> => {
      if (one.how !== 'to_begin') return one;
      const closed = await closedRun(temporal, integrationWorkflowId(one.integration, account));
      // An earlier request's.
      if (!closed || closed.startedAt < new Date(one.requestedAt)) return one;
      return closed.result ? { ...one, how: 'ended', ended: closed.result } : { ...one, how: 'uncertain' };
    }),
  );
}

/** After it was withdrawn, or had ended otherwise than requested. */
function isRequestedAgain(
  { state, updatedAt }: IntegrationRow,
  last: RequestRow | undefined,
  withdrawals: { at: Date }[],
): boolean {
  if (!last || state === 'ended') return false;
  if (state === 'withdrawn' && withdrawals.length > 0) return withdrawals.every(({ at }) => at < last.requestedAt);
  return last.requestedAt > updatedAt;
}

/** How an integration stands, as its row says. */
export function progressOf({
  integration,
  state,
  reason,
  steps,
}: typeof cancellationIntegrations.$inferSelect): IntegrationProgress {
  return { integration, state, reason: reason ?? undefined, steps };
}

export function requestOf(row: RequestRow): CancellationRequest {
  const { requestId, cancellationId, reason, integrations, dealerIds, whenActive, requestedBy } = row;
  return {
    ...{ requestId, cancellationId, reason, integrations, whenActive, by: requestedBy },
    dealerIds: dealerIds ?? undefined,
  };
}

/** What a dealer's workflow looks up when it does not know the state of something. */
export function standingActivities({ database: { db }, temporal }: Context) {
  return {
    /** @returns the ID of the first run of the workflow that runs with this ID, which continue-as-new and a reset keep */
    async runningWorkflow({ workflowId }: { workflowId: string }): Promise<{ firstRunId?: string }> {
      const run = await describedWorkflow(temporal, workflowId);
      return run?.status.name === 'RUNNING' ? { firstRunId: firstRunOf(run) } : {};
    },

    /** Resolves when a workflow that is about to return has done so. */
    async untilClosed({ workflowId, firstRunId }: { workflowId: string; firstRunId: string }): Promise<void> {
      const handle = temporal.workflow.getHandle(workflowId, undefined, { firstExecutionRunId: firstRunId });
      try {
        await handle.result();
      } catch (error) {
        if (!(error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError)) throw error;
      }
    },

    /** Whether the cancellation has begun its integration with this workflow, by the tables. */
    async hasBegun(of: { cancellationId: string; integration: IntegrationName; workflowId: string }): Promise<boolean> {
      const { cancellationId, integration, workflowId } = cancellationIntegrations;
      const [row] = await db
        .select({ workflowId })
        .from(cancellationIntegrations)
        .where(and(eq(cancellationId, of.cancellationId), eq(integration, of.integration)));
      return row?.workflowId === of.workflowId;
    },

    standingsOf: ({ cancellationId }: { cancellationId: string }): Promise<Standing[]> =>
      standingsOf(db, cancellationId),

    /**
     * What the tables hold of the dealer and this workflow does not know: other open cancellations, the oldest first, and
     * requests that no workflow has taken, such as after a crash of the API. That this workflow takes a cancellation over is
     * part of its record.
     */
    async openCancellations({ account, known }: { account: string; known: string[] }): Promise<{
      cancellations: { id: string; standings: Standing[] }[];
      untaken: CancellationRequest[];
    }> {
      const { workflowExecution, scheduledTimestampMs } = activityInfo();
      const ofAccount = and(eq(cancellations.account, account), eq(cancellations.state, 'open'));
      const wasTaken = sql<boolean>`exists (select from ${cancellationRequests} where ${cancellationRequests.cancellationId} = ${cancellations.id} and ${cancellationRequests.takenAt} is not null)`;
      const open = await db
        .select({ id: cancellations.id, wasTaken })
        .from(cancellations)
        .where(and(ofAccount, known.length > 0 ? notInArray(cancellations.id, known) : undefined))
        .orderBy(asc(cancellations.startedAt), asc(cancellations.id));
      const untaken = await db
        .select({ request: cancellationRequests })
        .from(cancellationRequests)
        .innerJoin(cancellations, eq(cancellations.id, cancellationRequests.cancellationId))
        .where(and(ofAccount, isNull(cancellationRequests.takenAt)))
        .orderBy(asc(cancellationRequests.requestedAt));
      const lost = open.filter((one) => one.wasTaken);
      await recordEvents(
        db,
        lost.map(({ id }) => ({
          id: `taken-over/${id}/${workflowExecution!.runId}`,
          process: 'cancellations',
          subject: id,
          account,
          at: new Date(scheduledTimestampMs),
          by: 'dealerops',
          action: 'Cancellation taken over',
          detail: 'the dealer’s workflow was stopped in Temporal; a new one goes on with it',
        })),
      );
      const standings = await Promise.all(
        lost.map(async ({ id }) => withClosedRuns(temporal, account, await standingsOf(db, id))),
      );
      return {
        cancellations: lost.map(({ id }, index) => ({ id, standings: standings[index]! })),
        untaken: untaken.map(({ request }) => requestOf(request)),
      };
    },
  };
}
