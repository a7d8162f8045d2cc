import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { notices } from './activities.ts';

/** Of this workflow: each has modules of its own. */
let inProgress = 0;

/** Hands a notice over to its own workflow without holding up what goes on. */
export function inBackground(notice: () => Promise<void>): void {
  inProgress += 1;
  void CancellationScope.nonCancellable(notice).finally(() => {
    inProgress -= 1;
  });
}

/** Resolves when every notice has its own workflow, whether it was mailed or not. */
export async function noticesSent(): Promise<void> {
  await condition(() => inProgress === 0);
}

/** Tells the leads; of one system once a day, however many wait for it. */
export function notifyOfOutage(system: string, days: number): void {
  const date = new Date().toISOString().slice(0, 10);
  inBackground(() =>
    notices.notifyOfOutage.executeWithOptions({ summary: `Mail to the leads: no answer of ${system}` }, [
      { system, days, date },
    ]),
  );
}

/**
 * Waits for an outside system for as long as it takes; each day that it does not answer, the leads are told by mail.
 * @param system for the mail and the Web UI, such as `CST`
 */
export async function untilAvailable<T>(system: string, answer: () => Promise<T>): Promise<T> {
  const watch = new CancellationScope();
  void watch
    .run(async () => {
      for (let days = 1; ; days += 1) {
        await sleep('1 day', { summary: `Tell the leads when still waiting for ${system}` });
        notifyOfOutage(system, days);
      }
    })
    .catch((error) => {
      if (!isCancellation(error)) throw error;
    });
  try {
    return await answer();
  } finally {
    watch.cancel();
  }
}
