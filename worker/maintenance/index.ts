import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Runtime } from '@temporalio/worker';
import { withoutValues } from '../../db/failures.ts';
import { dealersCheck, isClosedWithItsIntegration, removerCheck } from './cancellations.ts';
import { endsCheck, onboardingsCheck, runsCheck, schedulesCheck, silenceCheck } from './feeds.ts';
import { lostTasksCheck, type Services } from './shared.ts';

/**
 * Finds workflows that somebody has stopped in Temporal, by what the tables say should run, and restarts what they left; tasks
 * whose workflow is not restarted are closed. It may run in any number of workers: all that it does is safe to do twice.
 */

const everyMs = 5_000;

/** Begins at once; `stop()` resolves when it has ended. */
export function startMaintenance(services: Services): { stop(): Promise<void> } {
  const over = new AbortController();
  let looking = new AbortController();
  const checks = [
    removerCheck(services),
    dealersCheck(services),
    schedulesCheck(services),
    endsCheck(services),
    onboardingsCheck(services),
    runsCheck(services),
    silenceCheck(services),
    lostTasksCheck(services, { leftTo: { cancellations: isClosedWithItsIntegration } }),
  ];
  const look = async (check: () => Promise<void>) => {
    if (over.signal.aborted) return;
    // Of its own: each call to Temporal listens for as long as the signal lives, and is kept as long.
    looking = new AbortController();
    setMaxListeners(0, looking.signal);
    try {
      await services.temporal.withAbortSignal(looking.signal, check);
    } catch (error) {
      if (over.signal.aborted) return;
      Runtime.instance().logger.warn('Stopped workflows could not be looked for; tried again soon', {
        error: withoutValues(error),
      });
    }
  };
  const done = (async () => {
    while (!over.signal.aborted) {
      for (const check of checks) await look(check);
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      over.abort();
      looking.abort();
      await done;
    },
  };
}
