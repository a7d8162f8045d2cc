import { and, asc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import { openIntegrationStates, type WaitingOn } from '../../../domain/cancellations/cancellations.ts';
import { openTaskStates } from '../../../domain/shared/tasks.ts';
import type { Db } from '../../client.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../schema/cancellations.ts';
import { tasks } from '../../schema/shared.ts';
import type { TaskRow } from '../tasks.ts';

/** The IDs of the workflows that have asked for a removal from the Vin Event Stream and wait for its answer. */
export async function workflowsAwaitingRemoval(db: Db): Promise<string[]> {
  const { workflowId, integration, steps } = cancellationIntegrations;
  // A task of the workflow's own comes after the answer, such as that the removal has failed.
  const ownTask = sql`exists (select from ${tasks} where ${tasks.id} = (step->>'taskId')::uuid and ${tasks.workflowId} = ${workflowId})`;
  const rows = await db
    .select({ workflowId })
    .from(cancellationIntegrations)
    .where(
      and(
        eq(integration, 'crm/vinsolutions'),
        // Written out, and not as parameters, so that the planner sees that the partial index fits.
        sql.raw(`state in (${openIntegrationStates.map((one) => `'${one}'`).join(', ')})`),
        sql`exists (select from jsonb_array_elements(${steps}) as step where step->>'step' = 'vin-event-stream'
          and step->>'state' in ('running', 'waiting')
          and (step->>'waitingOnCode' = ${'vin_event_stream' satisfies WaitingOn} or (step ? 'taskId' and not ${ownTask})))`,
      ),
    );
  return rows.map((row) => row.workflowId);
}

export async function hasOpenTask(db: Db, workflowId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(eq(tasks.workflowId, workflowId), inArray(tasks.state, [...openTaskStates])))
    .limit(1);
  return row !== undefined;
}

/** Whether the task's workflow is that of an integration in progress: the dealer's workflow waits for its end. */
export async function isFollowedByDealer(db: Db, task: TaskRow): Promise<boolean> {
  if (task.integration === null) return false;
  const { cancellationId, integration, workflowId, state } = cancellationIntegrations;
  const [row] = await db
    .select({ workflowId })
    .from(cancellationIntegrations)
    .innerJoin(cancellations, eq(cancellations.id, cancellationId))
    .where(
      and(
        ...[eq(cancellationId, task.subject), eq(integration, task.integration), eq(workflowId, task.workflowId)],
        ...[eq(cancellations.state, 'open'), inArray(state, [...openIntegrationStates])],
      ),
    );
  return row !== undefined;
}

export interface OpenCancellation {
  id: string;
  account: string;
  startedAt: Date;
  /** Of its integrations that have not ended. */
  workflowIds: string[];
  /** The oldest request that no workflow has taken for some seconds, such as after a crash of the API. */
  untakenRequest?: string;
}

/** The API tells the dealer's workflow of a request in less, while both work. */
const soonTakenSeconds = 15;

/** Some of the open cancellations, the oldest first. */
export async function someOpenCancellations(
  db: Db,
  { after, limit }: { after?: OpenCancellation; limit: number },
): Promise<OpenCancellation[]> {
  const { id, account, startedAt } = cancellations;
  const open = await db
    .select({ id, account, startedAt })
    .from(cancellations)
    .where(
      and(
        sql.raw(`state = 'open'`),
        after && or(gt(startedAt, after.startedAt), and(eq(startedAt, after.startedAt), gt(id, after.id))),
      ),
    )
    .orderBy(asc(startedAt), asc(id))
    .limit(limit);
  if (open.length === 0) return [];
  const rows = await db
    .select({ id: cancellationIntegrations.cancellationId, workflowId: cancellationIntegrations.workflowId })
    .from(cancellationIntegrations)
    .where(
      and(
        inArray(
          cancellationIntegrations.cancellationId,
          open.map((one) => one.id),
        ),
        inArray(cancellationIntegrations.state, [...openIntegrationStates]),
      ),
    );
  const untaken = await db
    .select({ id: cancellationRequests.cancellationId, requestId: cancellationRequests.requestId })
    .from(cancellationRequests)
    .where(sql`taken_at is null and requested_at < now() - make_interval(secs => ${soonTakenSeconds})`)
    .orderBy(asc(cancellationRequests.requestedAt));
  return open.map((one) => ({
    ...one,
    workflowIds: rows.filter((row) => row.id === one.id).map((row) => row.workflowId),
    untakenRequest: untaken.find((request) => request.id === one.id)?.requestId,
  }));
}
