/** What is kept encrypted, and cannot be shown where its key is gone. */

export const keyIsGone = 'It was encrypted with a key that the codec keys do not hold any more.';

/** @returns undefined where the key is gone */
export function opened<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
