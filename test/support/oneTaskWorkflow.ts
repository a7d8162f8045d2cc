import { allHandlersFinished, condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { HumanTasks } from '../../workflows/shared/humanTasks.ts';
import type { TaskOutcome, TasksSnapshot } from '../../workflows/shared/taskRecord.ts';

interface HandedOver {
  tasks?: TasksSnapshot;
  taskId?: string;
}

/** Waits for one person's task, over as many runs as it is told to begin. */
export async function oneTask({ tasks, taskId }: HandedOver = {}): Promise<TaskOutcome> {
  const people = new HumanTasks(tasks);
  let known = taskId;
  let startOver = false;
  setHandler(defineSignal('startOver'), () => {
    startOver = true;
  });
  const watch = {
    onChange: (id: string) => {
      known = id;
    },
  };
  const outcome = taskId
    ? people.resume(taskId, watch)
    : people.open({ kind: 'dealersocket-form', integration: 'crm/dealersocket', account: 'D-1003' }, watch);
  const next = condition(() => startOver && known !== undefined && people.writing === 0 && allHandlersFinished());
  const ended = await Promise.race([outcome, next]);
  if (ended) {
    await condition(() => people.writing === 0 && allHandlersFinished());
    return ended;
  }
  return continueAsNew<typeof oneTask>({ tasks: people.snapshot(), taskId: known });
}
