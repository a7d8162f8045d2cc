import { proxyActivities } from '@temporalio/workflow';

/** Runs one activity that is tried again from its checkpoint. @returns the checkpoints that its tries began with */
export async function checkpoint(): Promise<unknown[]> {
  const { resume } = proxyActivities<{ resume(): Promise<unknown[]> }>({
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '3 seconds',
    retry: { initialInterval: '10 ms', maximumAttempts: 5 },
  });
  return resume();
}
