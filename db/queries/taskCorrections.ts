import { eq } from 'drizzle-orm';
import type { Process } from '../../domain/shared/processes.ts';
import {
  areCorrected,
  type Corrections,
  correctedAction,
  problemsWithCorrections,
  type RecordedCorrection,
  wordsOfCorrection,
} from '../../domain/shared/taskCorrections.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { Db } from '../client.ts';
import { tasks } from '../schema/shared.ts';
import { recordEvent } from './events.ts';
import type { TaskRow } from './tasks.ts';

/**
 * What a process does in the transaction of a correction: the steps that show the task's evidence show that of its answers now.
 * @param task with the corrected answers
 * @returns the evidence
 */
export type CorrectSteps = (tx: Db, task: TaskRow) => Promise<string>;
export type CorrectStepsByProcess = Partial<Record<Process, CorrectSteps>>;

export interface TaskCorrection {
  taskId: string;
  by: string;
  at: Date;
  corrections: Corrections;
  reason: string;
}

/**
 * Corrects facts that were given with a task that is done: its answers, its step's evidence and the audit trail, all or nothing.
 * What is corrected already stays as it is, and has one event.
 * @returns the task as it is then; undefined when it is gone, not done, or has no such facts
 */
export async function correctTask(
  db: Db,
  { taskId, by, at, corrections, reason }: TaskCorrection,
  correctSteps: CorrectStepsByProcess,
): Promise<{ task: TaskRow; evidence: string } | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(tasks).where(eq(tasks.id, taskId)).for('update');
    if (row?.state !== 'done' || problemsWithCorrections(row.content.fields, corrections).length > 0) return undefined;
    const before = row.answers ?? {};
    const isNew = !areCorrected(before, corrections);
    const task: TaskRow = isNew
      ? {
          ...row,
          answers: { ...before, ...corrections },
          answersBefore: row.answersBefore ?? before,
          corrections: [...(row.corrections ?? []), recordOf(before, { by, at, corrections, reason })],
          version: Math.max(row.version + 1, at.getTime()),
        }
      : row;
    if (isNew) {
      const {
        answers,
        answersBefore,
        corrections: recorded,
        version,
        process,
        subject,
        account,
        integration: vendor,
        content,
      } = task;
      const corrected = { answers, answersBefore, corrections: recorded, version };
      await tx.update(tasks).set(corrected).where(eq(tasks.id, taskId));
      const detail = wordsOfCorrection(content.fields, before, corrections, reason);
      const action = `${correctedAction}: ${content.title}`;
      const id = `${taskId}/${version}`;
      // Of two that come at once the later one is later in the trail too.
      const inOrder = new Date(version);
      await recordEvent(tx, { id, process, subject, taskId, account, vendor, at: inOrder, by, action, detail });
    }
    return { task, evidence: await correctSteps[task.process]!(tx, task) };
  });
}

function recordOf(
  before: TaskAnswers,
  { by, at, corrections, reason }: Omit<TaskCorrection, 'taskId'>,
): RecordedCorrection {
  const changes = Object.entries(corrections).flatMap(([field, after]) =>
    before[field] === after ? [] : [{ field, before: String(before[field] ?? ''), after }],
  );
  return { at: at.toISOString(), by, reason, changes };
}
