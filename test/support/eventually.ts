/** Waits until the look finds something; what it last saw is in the error. */
export async function eventually<T>(
  look: () => Promise<T | undefined | null | false>,
  { within = 100_000, every = 50 } = {},
): Promise<T> {
  const deadline = Date.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`nothing within ${within} ms; last seen: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
