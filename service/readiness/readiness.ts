import type { Check, Readiness } from '../../domain/shared/readiness.ts';

/** Finds the state of one part; what it throws is a failure too. */
export type Look = () => Promise<Omit<Check, 'name'>>;

export const ok = { status: 'ok' } as const;
export const degraded = (reason: string) => ({ status: 'degraded', reason }) as const;
export const failed = (reason: string) => ({ status: 'failed', reason }) as const;

/** Less than the 5 seconds that the health checks of the compose file wait. */
const answerWithinMs = 4_000;
/** However many ask: the parts are looked at no more often. */
const keptMs = 2_000;

/**
 * Looks at all parts at once. What it found is kept for 2 seconds, so that nobody can burden the parts by asking; a part that
 * has not answered within 4 seconds has failed.
 * @param looks by the names of the parts
 */
export function readinessOf(looks: Record<string, Look>): () => Promise<Readiness> {
  let kept: { until: number; readiness: Promise<Readiness> } | undefined;
  return () => {
    if (!kept || performance.now() > kept.until) {
      const readiness = lookAt(looks);
      kept = { until: Number.POSITIVE_INFINITY, readiness };
      const mine = kept;
      void readiness.then(() => {
        mine.until = performance.now() + keptMs;
      });
    }
    return kept.readiness;
  };
}

async function lookAt(looks: Record<string, Look>): Promise<Readiness> {
  const checks = await Promise.all(
    Object.entries(looks).map(async ([name, look]): Promise<Check> => ({ name, ...(await inTime(look)) })),
  );
  const has = (status: Check['status']) => checks.some((check) => check.status === status);
  return { status: has('failed') ? 'not_ready' : has('degraded') ? 'degraded' : 'ready', checks };
}

async function inTime(look: Look): Promise<Omit<Check, 'name'>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Omit<Check, 'name'>>((resolve) => {
    timer = setTimeout(resolve, answerWithinMs, failed(`does not answer within ${answerWithinMs / 1_000} seconds`));
  });
  try {
    return await Promise.race([look().catch((error) => failed(reasonOf(error))), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** By its code only: messages may name users, hosts and values. */
function reasonOf(error: unknown): string {
  for (
    let cause = error as { code?: unknown; cause?: unknown } | undefined, depth = 0;
    cause && depth < 6;
    depth += 1
  ) {
    if (cause.code !== undefined) return `cannot be reached or refuses this service (${String(cause.code)})`;
    cause = cause.cause as typeof cause;
  }
  return `cannot be reached (${(error as Error).name})`;
}
