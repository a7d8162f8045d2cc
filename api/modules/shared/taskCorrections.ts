import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { correctTask } from '../../../db/queries/taskCorrections.ts';
import type { TaskRow } from '../../../db/queries/tasks.ts';
import { TaskId, Words } from '../../../domain/shared/inputs.ts';
import type { TaskRefusal } from '../../../domain/shared/messages.ts';
import { areCorrected, problemsWithCorrections } from '../../../domain/shared/taskCorrections.ts';
import { taskRules } from '../../../domain/shared/taskRules.ts';
import { problemsInWords } from '../../../domain/shared/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { Problem } from '../../server/problems.ts';
import type { ProcessModules } from './processParts.ts';
import { Task } from './tasks.ts';
import { faultOfAnswer, refusal, refused, sendOnce, type TaskAndTime, task, taskForTeamLead } from './taskUpdates.ts';

const [longestFact, mostFacts] = [500, 5];
const Correction = z
  .strictObject({
    answers: z
      .record(z.string().max(64), Words(longestFact))
      .refine((answers) => Object.keys(answers).length >= 1, 'names no answer')
      .refine((answers) => Object.keys(answers).length <= mostFacts, `names more than ${mostFacts} answers`)
      .describe('By field, only what is to be corrected'),
    reason: Words(500),
  })
  .meta({ id: 'TaskCorrection' });

/** By a workflow that does not know the task, and by Temporal of one that has ended meanwhile. */
const notCarriedOut: string[] = ['task_not_found' satisfies TaskRefusal, 'AcceptedUpdateCompletedWorkflow'];

type Said = z.infer<typeof Correction> & { by: string };

/** Corrections of tasks that are done. */
export function taskCorrectionRoutes(modules: ProcessModules) {
  return async (app: App, options: ApiOptions): Promise<void> => {
    app.post(
      '/v1/tasks/:id/correct',
      {
        config: { scope: 'tasks:write' },
        schema: {
          tags: ['tasks'],
          operationId: 'correctTask',
          summary: 'Team leads: correct a fact of a task that is done, such as a wrong case number',
          description:
            'Only texts and notes can be corrected: decisions, lists and confirmations have driven the process. The task’s answers and the step’s evidence change, and the audit trail has the old value, the new one and the reason. The same correction again changes nothing.',
          params: z.object({ id: TaskId }),
          body: Correction,
          response: { 200: Task },
          problems: [404, 409, 422],
        },
      },
      async ({ params, body, caller }) => {
        const found = await taskForTeamLead(options, caller, params.id);
        const said = { ...body, by: caller!.id };
        assertCorrectable(found.task, said);
        if (!areCorrected(found.task.answers, said.answers)) await correct(found, said);
        return task(options, params.id);
      },
    );

    async function correct(found: TaskAndTime, said: Said): Promise<void> {
      const { correctSteps, laterWorkflows } = modules[found.task.process]!.corrections;
      const asked = {
        workflowIds: [found.task.workflowId, ...laterWorkflows(found.task)],
        // However many are asked, the person waits as long as for one.
        answerBy: temporalDeadline(),
      };
      if (await isTaken(found, asked, said)) return;
      const { answers: corrections, by, reason } = said;
      const correction = { taskId: found.task.id, by, at: found.now, corrections, reason };
      const corrected = await correctTask(options.database.db, correction, { [found.task.process]: correctSteps });
      if (!corrected) throw refusal('wrong_state', 'The task has just changed: look at it again.');
      // One that has begun meanwhile may have read the steps as they were.
      await isTaken(found, asked, said);
    }

    /** @returns whether a workflow that has the task, or the step that was done with it, has carried it out */
    async function isTaken(
      found: TaskAndTime,
      { workflowIds, answerBy }: { workflowIds: string[]; answerBy: number },
      said: Said,
    ): Promise<boolean> {
      for (const workflowId of workflowIds) {
        try {
          await sendOnce(options, { ...found, task: { ...found.task, workflowId } }, 'correctTask', said, answerBy);
          return true;
        } catch (error) {
          const failure = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
          const why = failure instanceof ApplicationFailure ? failure : undefined;
          const isElsewhere = error instanceof WorkflowNotFoundError || notCarriedOut.includes(why?.type ?? '');
          if (!isElsewhere) throw why ? refused(why) : error;
        }
      }
      return false;
    }
  };
}

/** @throws Problem 409 when the task is not done; 422 when the answers cannot be corrected */
function assertCorrectable(row: TaskRow, { by, answers }: Said): void {
  const refused = taskRules.correctTask(row, { by });
  if (refused) throw refusal(refused.type, refused.message);
  const problems = problemsWithCorrections(row.content.fields, answers);
  if (problems.length === 0) return;
  throw new Problem(422, 'bad-correction', `Nothing was corrected. ${problemsInWords(problems)}`, {
    errors: problems.map(faultOfAnswer),
  });
}
