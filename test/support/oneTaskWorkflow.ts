import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { type CancellationTaskFacts, taskCatalog } from '../../domain/cancellations/catalog.ts';
import { HumanTasks } from '../../workflows/shared/humanTasks.ts';
import type { TaskOutcome, TasksSnapshot } from '../../workflows/shared/taskRecord.ts';

const facts: CancellationTaskFacts = {
  process: 'cancellations',
  kind: 'dealersocket-form',
  subject: '0b8f4a5e-6a3c-4b8e-9d1f-1d0c6f1f3f00',
  integration: 'crm/dealersocket',
  account: 'D-1003',
  reason: 'the form is required',
};

interface HandedOver {
  tasks?: TasksSnapshot<CancellationTaskFacts>;
  taskId?: string;
}

/** Waits for one person's task, over as many runs as it is told to begin. */
export async function oneTask({ tasks, taskId }: HandedOver = {}): Promise<TaskOutcome> {
  const people = new HumanTasks({ catalog: taskCatalog, closingReason: () => 'the test is over' }, tasks);
  let known = taskId;
  let startOver = false;
  setHandler(defineSignal('continueAsNew'), () => {
    startOver = true;
  });
  const watch = {
    onChange: (id: string) => {
      known = id;
    },
  };
  const outcome = taskId ? people.resume(taskId, watch) : people.open(facts, watch);
  // A cancellation closes the task, and the workflow ends with that.
  const next = CancellationScope.nonCancellable(() =>
    condition(() => startOver && known !== undefined && people.writing === 0 && allHandlersFinished()),
  );
  const ended = await Promise.race([outcome, next]);
  if (ended) {
    await CancellationScope.nonCancellable(() => condition(() => people.writing === 0 && allHandlersFinished()));
    return ended;
  }
  return continueAsNew<typeof oneTask>({ tasks: people.snapshot(), taskId: known });
}

/** Bulk work, such as so many imports at once. */
export async function imports(count: number): Promise<void> {
  const { importFile } = proxyActivities<{ importFile(): Promise<void> }>({ startToCloseTimeout: '10 minutes' });
  await Promise.all(Array.from({ length: count }, () => importFile()));
}
