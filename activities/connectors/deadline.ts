/**
 * Aborts with a `TimeoutError` after so long, unless it is cleared. Node may collect an `AbortSignal.timeout` of which only an
 * `AbortSignal.any` knows, so that nothing ever aborts (nodejs/node#57736): this one is held by its timer.
 */
export function deadlineAfter(ms: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const expired = () => controller.abort(new DOMException(`It took more than ${ms / 1_000} s`, 'TimeoutError'));
  const timer = setTimeout(expired, ms).unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
