import { type CorrectStepsByProcess, correctTask } from '../../db/queries/taskCorrections.ts';
import type { Corrections } from '../../domain/shared/taskCorrections.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { Context } from './context.ts';

/** What a workflow that knows the task must know of it then. */
export interface CorrectedTask {
  answers: TaskAnswers;
  evidence: string;
  version: number;
}

export function taskCorrectionActivities(
  { database: { db } }: Pick<Context, 'database'>,
  correctSteps: CorrectStepsByProcess,
) {
  return {
    /**
     * Corrects facts of a task that is done, in the tables; carried out twice it is one correction.
     * @param at the workflow's time, ISO 8601
     * @returns undefined when the task is gone, not done, or has no such facts
     */
    async correctTask({
      at,
      ...correction
    }: {
      taskId: string;
      by: string;
      at: string;
      corrections: Corrections;
      reason: string;
    }): Promise<CorrectedTask | undefined> {
      const corrected = await correctTask(db, { ...correction, at: new Date(at) }, correctSteps);
      if (!corrected) return undefined;
      const { task, evidence } = corrected;
      return { answers: task.answers ?? {}, evidence, version: task.version };
    },
  };
}
