import { ApplicationFailure } from '@temporalio/common';

/** For questions that nothing may proceed without: a refusal, such as of a token that expired, is asked again as well. */
export async function retryingRefusals<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof ApplicationFailure && error.nonRetryable) {
      throw ApplicationFailure.create({ message: error.message, type: error.type ?? undefined, nonRetryable: false });
    }
    throw error;
  }
}
