import { proxyActivities } from '@temporalio/workflow';

/** A stranger's workflow, on a worker of their own, that schedules one of our activities. */
export async function forging(activity: string, message: unknown): Promise<void> {
  const activities = proxyActivities<Record<string, (message: unknown) => Promise<void>>>({
    taskQueue: 'dealerops',
    startToCloseTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
  });
  await activities[activity]!(message);
}
