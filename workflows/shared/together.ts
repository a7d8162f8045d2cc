import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Carries out parts that do not wait for each other; when one of them fails, the others are canceled. */
export async function together(...parts: (() => Promise<unknown>)[]): Promise<void> {
  const scope = new CancellationScope();
  await scope.run(async () => {
    const stopOthers = (error: unknown) => {
      scope.cancel();
      throw error;
    };
    const ends = await Promise.allSettled(parts.map((part) => part().catch(stopOthers)));
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0) throw errors.find((error) => !isCancellation(error)) ?? errors[0];
  });
}
