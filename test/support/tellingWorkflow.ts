import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';

/** Puts its word into every place of a history that takes words, then fails with it. */
export async function telling(word: string): Promise<void> {
  const { echo } = proxyActivities<{ echo(text: string): Promise<string> }>({
    startToCloseTimeout: '10 seconds',
    retry: { maximumAttempts: 1 },
  });
  let goOn = false;
  setHandler(defineSignal<[string]>('goOn'), (said) => {
    goOn = said === word;
  });
  setCurrentDetails(`details: ${word}`);
  await echo.executeWithOptions({ summary: `activity: ${word}` }, [word]);
  await sleep('1 ms', { summary: `timer: ${word}` });
  await condition(() => goOn);
  const failed = await echo(`fail ${word}`).catch((error: Error) => error.cause);
  throw ApplicationFailure.nonRetryable(`workflow: ${word}`, 'Telling', { word, failed: String(failed) });
}
