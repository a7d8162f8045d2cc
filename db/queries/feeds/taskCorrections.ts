import { type FeedTaskKind, feedTaskCatalog } from '../../../domain/feeds/catalog.ts';
import type { Db } from '../../client.ts';
import type { TaskRow } from '../tasks.ts';

/** No step shows the evidence of a feed's task. @returns the evidence */
export async function correctFeedSteps(_tx: Db, task: TaskRow): Promise<string> {
  return feedTaskCatalog[task.kind as FeedTaskKind].evidence(task.answers ?? {});
}
