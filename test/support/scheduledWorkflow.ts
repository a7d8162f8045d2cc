import { ApplicationFailure, condition, defineSignal, setHandler } from '@temporalio/workflow';

export { runScheduled } from '../../workflows/shared/runScheduled.ts';

const end = defineSignal<[succeeds: boolean]>('end');

/**
 * What a schedule of a test starts; `waits` until it is told how to end.
 * @returns what it was told
 */
export async function scheduled(feed: string, how: 'ends' | 'waits', date: string | null): Promise<string> {
  let succeeds: boolean | undefined = how === 'ends' ? true : undefined;
  setHandler(end, (one) => {
    succeeds = one;
  });
  await condition(() => succeeds !== undefined);
  if (!succeeds) throw ApplicationFailure.nonRetryable('The file cannot be read');
  return `${feed} of ${date}`;
}
