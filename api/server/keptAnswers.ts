interface Kept<T> {
  /** In ms of `performance.now()`. */
  until: number;
  answer: Promise<T>;
}

/**
 * Keeps answers a while for all who ask in this process: who asks while another waits gets the same answer. One that is an
 * error is not kept.
 * @param keptMs how long an answer is kept
 * @param most of them, the oldest of which are forgotten
 */
export function keptAnswers<T>({ keptMs, most }: { keptMs: (answer: T) => number; most: number }) {
  const all = new Map<string, Kept<T>>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const kept = all.get(key);
    if (kept && performance.now() < kept.until) return kept.answer;
    const asked: Kept<T> = { until: Number.POSITIVE_INFINITY, answer: ask() };
    // The last one asked is the last one forgotten.
    all.delete(key);
    all.set(key, asked);
    for (const oldest of all.keys()) {
      if (all.size <= most) break;
      all.delete(oldest);
    }
    asked.answer.then(
      (answer) => {
        asked.until = performance.now() + keptMs(answer);
      },
      () => {
        if (all.get(key) === asked) all.delete(key);
      },
    );
    return asked.answer;
  };
}
