import { randomUUID } from 'node:crypto';
import { and, desc, eq } from 'drizzle-orm';
import { requestOfDealer } from '../../api/modules/cancellations/dealerWorkflow.ts';
import { joinOrOpenCancellation } from '../../db/queries/cancellations/requests.ts';
import { eventsOfSubject } from '../../db/queries/events.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { tasks } from '../../db/schema/shared.ts';
import { type CancellationRequest, cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { TaskUpdates } from '../../domain/shared/messages.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import type { TaskAction } from '../../domain/shared/taskRules.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { eventually } from './eventually.ts';
import type { TestService } from './service.ts';

type Task = typeof tasks.$inferSelect;

/** What tests say to a dealer's cancellation, in the words of the people who use it. */
export function dealerOf(service: TestService, account: string) {
  const workflowId = cancellationWorkflowId(account);
  /** @param expiresAt a minute from now when absent */
  const say = async <Action extends TaskAction>(
    task: Task,
    action: Action,
    message: Omit<TaskUpdates[Action], 'taskId' | 'expiresAt'>,
    expiresAt?: Date,
  ) => {
    const now = (await service.env?.currentTimeMs()) ?? Date.now();
    const until = (expiresAt ?? new Date(now + 60_000)).toISOString();
    return service.client.workflow
      .getHandle(task.workflowId)
      .executeUpdate(action, { args: [{ taskId: task.id, ...message, expiresAt: until }] });
  };
  const rows = () => service.db.select().from(tasks).where(eq(tasks.account, account));

  return {
    /** @returns the cancellation's ID, and what it ends with */
    async cancel(
      integrations: IntegrationName[],
      {
        whenActive = 'block',
        requestId = randomUUID(),
        dealerIds,
      }: Partial<Pick<CancellationRequest, 'whenActive' | 'requestId' | 'dealerIds'>> = {},
    ) {
      const request = {
        requestId,
        reason: 'subscription_canceled' as const,
        integrations,
        dealerIds,
        whenActive,
        by: 'key:test',
      };
      const { cancellationId: id } = await joinOrOpenCancellation(service.db, account, request, {
        name: `Dealer ${account}`,
        timeZone: 'America/Chicago',
      });
      const runId = await requestOfDealer({ temporal: service.client }, account, { ...request, cancellationId: id });
      const handle = service.client.workflow.getHandle(workflowId, runId);
      return { id, ended: () => handle.result() as Promise<Record<string, string>> };
    },
    /** @param of the ID of the cancellation; the latest when absent */
    async withdraw(
      reason = 'the customer stays',
      { of, ...more }: { integrations?: IntegrationName[]; of?: string } = {},
    ) {
      const [latest] = await service.db
        .select({ id: cancellations.id })
        .from(cancellations)
        .where(eq(cancellations.account, account))
        .orderBy(desc(cancellations.startedAt))
        .limit(1);
      await service.client.workflow.signalWithStart('cancelDealer', {
        workflowId,
        taskQueue,
        args: [{ account }],
        signal: 'withdraw',
        signalArgs: [{ requestId: randomUUID(), cancellationId: of ?? latest!.id, reason, by: 'key:test', ...more }],
      });
    },
    say,
    tasks: rows,
    task: (kind: string, state = 'open') =>
      eventually(async () => (await rows()).find((row) => row.kind === kind && row.state === state)),
    async done(kind: string, answers: TaskAnswers, by = 'olivia') {
      const task = await this.task(kind);
      await say(task, 'claimTask', { by });
      await say(task, 'completeTask', { by, answers });
      return task;
    },
    /** Sets up again what was ended. @returns what its person was told to do */
    async reinstate(): Promise<string> {
      const { content } = await this.done('reinstate', { done: true });
      return content.instructions.join(' ');
    },
    async progress(id: string, integration: IntegrationName) {
      const [row] = await service.db
        .select()
        .from(cancellationIntegrations)
        .where(
          and(eq(cancellationIntegrations.cancellationId, id), eq(cancellationIntegrations.integration, integration)),
        );
      return row;
    },
    events: (id: string) => eventsOfSubject(service.db, 'cancellations', id),
  };
}

/** The type of the failure with which an Update was refused, and the code of a guard that did not hold. */
export async function refusalOf(update: Promise<unknown>): Promise<string> {
  try {
    await update;
  } catch (error) {
    const { cause } = error as { cause?: { type?: string; details?: { code?: string }[] } };
    const code = cause?.details?.[0]?.code;
    if (cause?.type) return code ? `${cause.type}: ${code}` : cause.type;
    throw error;
  }
  throw new Error('was not refused');
}
