import { tasks } from '../../db/schema/shared.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { eventually } from './eventually.ts';
import type { TestService } from './service.ts';

/** The open list of Dealer IDs that a person removes. */
export const openBatch = (of: TestService) =>
  eventually(async () => {
    const all = await of.db.select().from(tasks);
    return all.find((task) => task.kind === 'vin-event-stream' && task.state === 'open');
  });

/** How many wait for a run or are in one. */
export async function openRequests(of: TestService): Promise<number> {
  const remover = of.client.workflow.getHandle(vinEventStreamWorkflowId);
  const { waiting, running } = await remover.query<{ waiting: string[]; running: string[] }>('removals');
  return waiting.length + running.length;
}
