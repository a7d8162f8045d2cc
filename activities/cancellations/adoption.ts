import { activityInfo } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { and, asc, eq, like } from 'drizzle-orm';
import { recordEvents } from '../../db/queries/events.ts';
import { cancellationIntegrations, cancellationRequests, cancellations, events } from '../../db/schema/schema.ts';
import {
  type IntegrationProgress,
  openIntegrationStates,
  type WhenActive,
} from '../../domain/cancellations/cancellations.ts';
import type { ReportEndTo, Withdrawal } from '../../domain/shared/messages.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Context } from '../shared/context.ts';
import { progressOf } from './progress.ts';

/** An integration of a cancellation whose workflow was stopped in Temporal, and what is left to do. */
export type LeftOver = {
  integration: IntegrationName;
  /** At the vendor, when it was asked for. */
  dealerId?: string;
} & (
  | { how: 'goes_on'; workflowId: string }
  /** It was never begun. */
  | { how: 'to_begin'; whenActive: WhenActive }
  /** It was never begun, and something of the cancellation was withdrawn: nobody knows whether it is still wanted. */
  | { how: 'uncertain' }
  /** It had ended when the withdrawal came. */
  | { how: 'to_reinstate'; ended: IntegrationProgress; withdrawal: Pick<Withdrawal, 'reason' | 'by'> }
);

export interface LeftOverCancellation {
  cancellationId: string;
  /** What it has ended. */
  ended: IntegrationProgress[];
  leftOver: LeftOver[];
}

type IntegrationRow = typeof cancellationIntegrations.$inferSelect;
type RequestRow = typeof cancellationRequests.$inferSelect;

export function adoptionActivities({ database: { db }, temporal }: Context) {
  async function leftOverOf(
    cancellation: typeof cancellations.$inferSelect,
    own: string,
  ): Promise<LeftOverCancellation> {
    const { id: cancellationId, withdrawnReason, withdrawnBy } = cancellation;
    const [rows, requests, withdrawals] = await Promise.all([
      db.select().from(cancellationIntegrations).where(eq(cancellationIntegrations.cancellationId, cancellationId)),
      db
        .select()
        .from(cancellationRequests)
        .where(eq(cancellationRequests.cancellationId, cancellationId))
        .orderBy(asc(cancellationRequests.requestedAt)),
      db
        .select({ at: events.at })
        .from(events)
        .where(
          and(eq(events.process, 'cancellations'), eq(events.subject, cancellationId), like(events.id, 'withdrawal/%')),
        ),
    ]);
    const withdrawal = withdrawnReason !== null && { reason: withdrawnReason, by: withdrawnBy ?? 'unknown' };
    const names = new Set([...requests.flatMap((one) => one.integrations), ...rows.map((row) => row.integration)]);
    const leftOver = (integration: IntegrationName): LeftOver[] => {
      const row = rows.find((one) => one.integration === integration);
      const isOver = row && !openIntegrationStates.includes(row.state);
      const asked = requests.filter((one) => one.integrations.includes(integration));
      const last = asked.at(-1);
      const dealerId = asked.map((one) => one.dealerIds?.[integration]).findLast((id) => id !== undefined);
      const of = { integration, dealerId };
      // A row of the dealer's own workflow: the integration was waiting to begin.
      if (row && !isOver && row.workflowId !== own) return [{ ...of, how: 'goes_on', workflowId: row.workflowId }];
      if (isOver && !isAskedAgain(row, last, withdrawals)) {
        const done = withdrawal && (row.state === 'ended' || row.state === 'not_completed');
        return done ? [{ ...of, how: 'to_reinstate', ended: progressOf(row), withdrawal }] : [];
      }
      const uncertain = !last || withdrawals.some(({ at }) => at >= last.requestedAt);
      return [uncertain ? { ...of, how: 'uncertain' } : { ...of, how: 'to_begin', whenActive: last.whenActive }];
    };
    const ended = rows.filter((row) => row.state === 'ended').map(progressOf);
    return { cancellationId, ended, leftOver: [...names].flatMap(leftOver) };
  }

  return {
    /**
     * Asks an integration's workflow to tell this one how it ends.
     * @returns whether it runs; one that does will tell, unless it is stopped
     */
    async askToReportEnd({ workflowId, to }: { workflowId: string; to: string }): Promise<{ runs: boolean }> {
      try {
        await temporal.workflow.getHandle(workflowId).signal<[ReportEndTo]>('reportEndTo', { workflowId: to });
        return { runs: true };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { runs: false };
        throw error;
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

    /**
     * The dealer's open cancellations but for those that this workflow knows, each with what is left to do; the oldest first.
     * That this workflow takes them over is part of their record.
     */
    async openCancellations({ account, known }: { account: string; known: string[] }): Promise<LeftOverCancellation[]> {
      const { workflowExecution, scheduledTimestampMs } = activityInfo();
      const { workflowId, runId } = workflowExecution!;
      const open = await db
        .select()
        .from(cancellations)
        .where(and(eq(cancellations.account, account), eq(cancellations.state, 'open')))
        .orderBy(asc(cancellations.startedAt), asc(cancellations.id));
      const lost = open.filter(({ id }) => !known.includes(id));
      if (lost.length === 0) return [];
      await recordEvents(
        db,
        lost.map(({ id }) => ({
          id: `taken-over/${id}/${runId}`,
          process: 'cancellations',
          subject: id,
          account,
          at: new Date(scheduledTimestampMs),
          by: 'dealerops',
          action: 'Cancellation taken over',
          detail: 'the dealer’s workflow was stopped in Temporal; a new one goes on with it',
        })),
      );
      return Promise.all(lost.map((one) => leftOverOf(one, workflowId)));
    },
  };
}

/** After it was withdrawn, or had come to another end than the one that is asked for. */
function isAskedAgain(
  { state, updatedAt }: IntegrationRow,
  last: RequestRow | undefined,
  withdrawals: { at: Date }[],
): boolean {
  if (!last || state === 'ended') return false;
  if (state === 'withdrawn' && withdrawals.length > 0) return withdrawals.every(({ at }) => at < last.requestedAt);
  return last.requestedAt > updatedAt;
}
