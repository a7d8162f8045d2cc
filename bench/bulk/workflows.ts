import { proxyActivities } from '@temporalio/workflow';
import type { bulkActivities } from './activities.ts';

const { loadRows } = proxyActivities<ReturnType<typeof bulkActivities>>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
});

/** One bulk load; ends when it is canceled, or has loaded all rows. */
export function bulkLoad(load: string, rows: number): Promise<number> {
  return loadRows(load, rows);
}
