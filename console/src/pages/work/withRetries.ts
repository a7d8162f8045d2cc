import { ApiProblem } from '../../app/api.ts';

const mostTries = 4;
/** A limit of requests a minute ends within this. */
const longestPauseMs = 60_000;

/**
 * Sends again what the service had no time for, as late as it says; at most three times.
 * @param send the same each time: a decision about a task that is sent twice counts once
 */
export async function withRetries<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      const pauseMs = pauseOf(error);
      if (pauseMs === undefined || pauseMs > longestPauseMs || tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function pauseOf(error: unknown): number | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const { problem, retryAfterMs } = error;
  return problem.status === 429 || problem.status === 503 ? retryAfterMs : undefined;
}
