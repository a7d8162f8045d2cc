/**
 * What a worker reads in place of a payload that was not encrypted with a codec key. Whoever reaches Temporal can send one; only
 * the service holds the keys. It is a value and no error, since a message that cannot be read would stop its workflow for good.
 */
export const unencrypted = { 'dealerops.unencrypted': true } as const;

/** Whether a value, as it was read, is such a payload's. */
export function isUnencrypted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dealerops.unencrypted' in value;
}
