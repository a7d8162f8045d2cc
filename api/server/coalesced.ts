/**
 * Shares one read among all who ask at once in this process: while it runs, those who ask wait for the next one, which begins
 * when it has ended. So nobody gets an answer that was read before the question, and there are at most two reads for however
 * many ask.
 */
export function coalesced<T>(read: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  function start(): Promise<T> {
    const started = read().finally(() => {
      if (current === started) current = undefined;
    });
    current = started;
    return started;
  }

  function startNext(): Promise<T> {
    next = undefined;
    return start();
  }

  return () => {
    if (!next && !current) return start();
    next ??= current!.then(startNext, startNext);
    return next;
  };
}
