import { and, eq, sql } from 'drizzle-orm';
import { type TaskKind, taskCatalog } from '../../../domain/cancellations/catalog.ts';
import type { Db } from '../../client.ts';
import { cancellationIntegrations } from '../../schema/cancellations.ts';
import type { TaskRow } from '../tasks.ts';

/** The step that was done with this task shows the evidence of its answers, as the catalog has it. @returns the evidence */
export async function correctCancellationSteps(tx: Db, task: TaskRow): Promise<string> {
  const evidence = taskCatalog[task.kind as TaskKind].evidence(task.answers ?? {});
  const { cancellationId, integration, steps } = cancellationIntegrations;
  const shows = and(
    eq(cancellationId, task.subject),
    sql`${steps} @> ${JSON.stringify([{ taskId: task.id, state: 'done' }])}::jsonb`,
  );
  const rows = await tx.select().from(cancellationIntegrations).where(shows).for('update');
  for (const row of rows) {
    const corrected = row.steps.map((step) =>
      step.taskId === task.id && step.state === 'done' ? { ...step, evidence } : step,
    );
    // Nothing else: its version and time are those of its workflow's last word.
    await tx
      .update(cancellationIntegrations)
      .set({ steps: corrected })
      .where(and(eq(cancellationId, row.cancellationId), eq(integration, row.integration)));
  }
  return evidence;
}

/** What the tables show as the evidence of steps that were done with a task. */
export async function evidenceOfTasks(
  db: Db,
  of: Pick<typeof cancellationIntegrations.$inferSelect, 'cancellationId' | 'integration'>,
): Promise<{ taskId: string; evidence: string }[]> {
  const { cancellationId, integration } = cancellationIntegrations;
  const [row] = await db
    .select()
    .from(cancellationIntegrations)
    .where(and(eq(cancellationId, of.cancellationId), eq(integration, of.integration)));
  return (row?.steps ?? []).flatMap(({ taskId, evidence }) => (taskId && evidence ? [{ taskId, evidence }] : []));
}
