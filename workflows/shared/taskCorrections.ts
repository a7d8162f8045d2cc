import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { TaskUpdates } from '../../domain/shared/messages.ts';
import { taskRules } from '../../domain/shared/taskRules.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import { taskRecords } from './activities.ts';
import { assertInTime, refuse, updates } from './taskMessages.ts';
import type { ShownEvidence, Task } from './taskRecord.ts';

/**
 * Takes a team lead's corrections of facts that were given with a task that is done. A later run knows the task only by the
 * step that was done with it, and the task's row has its answers: so the row is corrected first, then what is known here.
 */
export function takeCorrections<Facts extends TaskFacts>(
  tasks: ReadonlyMap<string, Task<Facts>>,
  shown?: ShownEvidence,
): void {
  const correct = async ({ taskId, by, answers: corrections, reason }: TaskUpdates['correctTask']) => {
    const at = new Date().toISOString();
    const corrected = await taskRecords.correctTask.executeWithOptions({ summary: `Record: task corrected by ${by}` }, [
      { taskId, by, at, corrections, reason },
    ]);
    if (!corrected) refuse('wrong_state', 'The task is not done any more, or has no such facts: look at it again.');
    const { answers, evidence, version } = corrected;
    const task = tasks.get(taskId);
    if (task) {
      Object.assign(task, { answers, version: Math.max(task.version, version) });
      // Its step may not have taken it yet.
      if (task.outcome?.how === 'done') Object.assign(task.outcome, { answers, evidence });
    }
    shown?.correct(taskId, evidence);
    await shown?.saved();
  };
  setHandler(updates.correct, (message) => CancellationScope.nonCancellable(() => correct(message)), {
    description: 'A team lead corrects a fact of a task that is done',
    validator: (message) => {
      assertInTime(message);
      const { taskId, by } = message;
      const task = tasks.get(taskId);
      const refused = task && taskRules.correctTask(task, { by });
      if (refused) refuse(refused.type, refused.message);
      if (!task && !shown?.isDoneWith(taskId)) refuse('task_not_found', 'This process has no task with this ID.');
    },
  });
}
