import { notices } from '../shared/activities.ts';
import { inBackground } from '../shared/backgroundNotices.ts';
import { records } from './activities.ts';

/** Somebody has stopped an earlier workflow with this ID: nobody would hear of what its people answer. */
export async function closeLostTasks(): Promise<void> {
  const reason = 'its workflow was stopped in Temporal: a new task lists who is still to be removed';
  const summary = 'Close the tasks of a workflow that was stopped';
  const assigned = await records.closeLostTasks.executeWithOptions({ summary }, [
    { at: new Date().toISOString(), reason },
  ]);
  for (const taskId of assigned)
    inBackground(() =>
      notices.notify.executeWithOptions({ summary: 'Mail: task closed' }, [
        { taskId, topic: 'closed', key: `task/${taskId}/lost` },
      ]),
    );
}
