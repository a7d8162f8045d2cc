import { CancellationScope, isCancellation, sleep, uuid4 } from '@temporalio/workflow';
import { ask } from './activities.ts';

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
        await ask.tellLeads({ account, what, days, key: `${key}/${days}` });
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
