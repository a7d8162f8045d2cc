import { ActivityFailure, CancellationScope, condition, isCancellation, log, sleep, uuid4 } from '@temporalio/workflow';
import { tell } from './activities.ts';

/** Of this workflow: each has modules of its own. */
let underWay = 0;

/** Sends a notice without holding up what goes on; one that cannot be sent within an hour is given up. */
export function inBackground(notice: () => Promise<void>): void {
  underWay += 1;
  void CancellationScope.nonCancellable(notice)
    .catch((error) => {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('A notice could not be sent', { error: String(error.cause) });
    })
    .finally(() => {
      underWay -= 1;
    });
}

/** Resolves when no notice is under way: a workflow that ends before would take them with it. */
export async function noticesSent(): Promise<void> {
  await condition(() => underWay === 0);
}

/**
 * Waits for an outside system for as long as it takes; each day that it does not answer, the leads are told by mail.
 * @param what for the mail and the Web UI, such as `CST: parent sales account's status`
 */
export async function patiently<T>(account: string, what: string, answer: () => Promise<T>): Promise<T> {
  const watch = new CancellationScope();
  const key = `no-answer/${uuid4()}`;
  void watch
    .run(async () => {
      for (let days = 1; ; days += 1) {
        await sleep('1 day', { summary: `Tell the leads when still waiting for ${what}` });
        inBackground(() =>
          tell.tellOfNoAnswer.executeWithOptions({ summary: `Tell the leads: no answer of ${what}` }, [
            { account, what, days, key: `${key}/${days}` },
          ]),
        );
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
